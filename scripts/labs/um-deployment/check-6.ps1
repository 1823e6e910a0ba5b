Check '1001 becomes +14255551001' {
    (Test-CsDialPlan -DialedNumber 1001 -DialPlan (Get-CsDialPlan 'Tag:RedmondDialPlan')).TranslatedNumber -eq '+14255551001'
}
Check 'There are contacts for voice mail and for the attendant' {
    $contacts = @(Get-CsExUmContact)
    $contacts.DisplayNumber -contains '+14255550100' -and $contacts.DisplayNumber -contains '+14255550101'
}
