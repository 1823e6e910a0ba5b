Check 'RedmondUM encrypts signalling and media' { (Get-UMDialPlan RedmondUM).VoIPSecurity -eq 'Secured' }
Check 'DublinUM encrypts signalling only' { (Get-UMDialPlan DublinUM).VoIPSecurity -eq 'SIPSecured' }
