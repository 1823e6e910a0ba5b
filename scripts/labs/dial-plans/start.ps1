$null = & "$exscripts/runbooks/um-deployment.ps1"
$null = New-CsDialPlan -Identity Redmond -SimpleName Redmond
Get-CsVoiceNormalizationRule | Where-Object { $_.Identity -like 'Tag:Redmond/*' } | ForEach-Object { Remove-CsVoiceNormalizationRule -Identity $_.Identity }
Grant-CsDialPlan -Identity sip:kim@contoso.com -PolicyName RedmondDialPlan
