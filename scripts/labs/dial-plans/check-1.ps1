Check '1003 becomes +14255551003' { (Test-CsDialPlan -DialedNumber 1003 -DialPlan (Get-CsDialPlan Tag:Redmond)).TranslatedNumber -eq '+14255551003' }
