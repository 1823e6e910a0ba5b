Check 'Kim may not call abroad' { (Get-CsOnlineUser kim@contoso.com).VoiceRoutingPolicy -eq 'InternationalCallsDisallowed' }
