Check 'Kim has the policy' { "$((Get-CsUser sip:kim@contoso.com).VoicePolicy)" -eq 'RedmondPeople' }
