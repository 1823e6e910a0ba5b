Check 'American numbers have a route' { (Test-CsVoiceRoute -TargetNumber +12065550123 -Route (Get-CsVoiceRoute Redmond)).MatchesPattern }
