Check 'The policy has both usages, Redmond first' { "$((Get-CsVoicePolicy Tag:RedmondPeople).PstnUsages)" -eq 'Redmond Dublin' }
