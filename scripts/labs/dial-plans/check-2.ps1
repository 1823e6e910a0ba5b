Check '95550142 becomes +14255550142' { (Test-CsDialPlan -DialedNumber 95550142 -DialPlan (Get-CsDialPlan Tag:Redmond)).TranslatedNumber -eq '+14255550142' }
