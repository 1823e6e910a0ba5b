Check 'Voice mail is encrypted' { (Get-UMDialPlan RedmondDialPlan).VoIPSecurity -eq 'Secured' }
