Check '911 becomes +911' { (Test-CsDialPlan -DialedNumber 911 -DialPlan (Get-CsDialPlan Tag:Redmond)).TranslatedNumber -eq '+911' }
Check '9911 becomes +911' { (Test-CsDialPlan -DialedNumber 9911 -DialPlan (Get-CsDialPlan Tag:Redmond)).TranslatedNumber -eq '+911' }
