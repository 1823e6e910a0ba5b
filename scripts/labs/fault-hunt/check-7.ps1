Check 'Ken may call' { "$((Get-CsUser sip:ken@contoso.com).VoicePolicy)" -eq 'RedmondUsers' }
