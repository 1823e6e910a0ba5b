Check 'Callers reach their mailbox at +14255550100' { (Get-UMDialPlan RedmondDialPlan).AccessTelephoneNumbers -contains '+14255550100' }
