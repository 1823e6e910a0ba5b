Check '1002 becomes +14255551002' { (Test-CsDialPlan -DialedNumber 1002 -DialPlan (Get-CsDialPlan Tag:RedmondDialPlan)).TranslatedNumber -eq '+14255551002' }
