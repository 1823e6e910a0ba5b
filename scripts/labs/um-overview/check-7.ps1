Check 'There is a dial plan of Enterprise Voice for RedmondUM' { Get-CsDialPlan -Identity "Tag:$((Get-UMDialPlan RedmondUM).PhoneContext)" }
Check 'There is a dial plan of Enterprise Voice for DublinUM' { Get-CsDialPlan -Identity "Tag:$((Get-UMDialPlan DublinUM).PhoneContext)" }
