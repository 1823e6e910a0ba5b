$null = & "$exscripts/runbooks/um-overview.ps1"
Grant-CsVoicePolicy -Identity sip:kim@contoso.com -PolicyName $null
Get-CsVoiceRoute | ForEach-Object { Remove-CsVoiceRoute -Identity $_.Identity }
