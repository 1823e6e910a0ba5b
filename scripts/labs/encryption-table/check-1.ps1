Check 'The dial plan encrypts signalling and media' { (Get-UMDialPlan RedmondDialPlan).VoIPSecurity -eq 'Secured' }
