Check 'RedmondDialPlan is a SIP URI dial plan with four digits' {
    $plan = Get-UMDialPlan RedmondDialPlan
    $plan.URIType -eq 'SipName' -and $plan.NumberOfDigitsInExtension -eq 4
}
Check 'Signalling and media are encrypted' { (Get-UMDialPlan RedmondDialPlan).VoIPSecurity -eq 'Secured' }
Check 'Callers reach their mailbox at +14255550100' { (Get-UMDialPlan RedmondDialPlan).AccessTelephoneNumbers -contains '+14255550100' }
