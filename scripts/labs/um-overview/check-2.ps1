foreach ($case in @{ Name = 'RedmondUM'; Number = '+14255550200' }, @{ Name = 'DublinUM'; Number = '+14255550201' }) {
    Check "$($case.Name) is a SIP URI dial plan with the number $($case.Number)" {
        $plan = Get-UMDialPlan $case.Name
        $plan.URIType -eq 'SipName' -and $plan.NumberOfDigitsInExtension -eq 4 -and $plan.AccessTelephoneNumbers -contains $case.Number
    }
}
