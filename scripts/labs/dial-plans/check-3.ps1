Check '912065550123 becomes +12065550123' { (Test-CsDialPlan -DialedNumber 912065550123 -DialPlan (Get-CsDialPlan Tag:Redmond)).TranslatedNumber -eq '+12065550123' }
