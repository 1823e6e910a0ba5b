Check 'Warehouse encrypts signalling only' {
    $plan = Get-UMDialPlan Warehouse
    $plan.URIType -eq 'SipName' -and $plan.VoIPSecurity -eq 'SIPSecured' -and $plan.NumberOfDigitsInExtension -eq 4
}
