Check 'The pool is a UM IP gateway' { Get-UMIPGateway | Where-Object { "$($_.Address)" -eq 'pool01.contoso.com' } }
Check 'The gateway has a hunt group for the dial plan' { Get-UMHuntGroup | Where-Object { $_.PilotIdentifier -eq 'RedmondDialPlan' } }
