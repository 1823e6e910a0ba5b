Check 'Ken may call abroad' { (Get-CsOnlineUser ken@contoso.com).VoiceRoutingPolicy -eq 'InternationalCallsAllowed' }
Check 'Kim may not' { (Get-CsOnlineUser kim@contoso.com).VoiceRoutingPolicy -eq 'InternationalCallsDisallowed' }
