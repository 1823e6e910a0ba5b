Check 'SIP may come in' { Get-NetFirewallRule | Where-Object { $_.LocalPort -contains '5061' -or "$($_.DisplayName)" -match 'SIP' } }
Check 'Media may come in' { Get-NetFirewallRule | Where-Object { $_.LocalPort -contains '50000-59999' -or "$($_.DisplayName)" -match 'Media' } }
