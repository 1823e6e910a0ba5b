Check '901135315551001 becomes +35315551001' { (Test-CsDialPlan -DialedNumber 901135315551001 -DialPlan (Get-CsDialPlan Tag:Redmond)).TranslatedNumber -eq '+35315551001' }
