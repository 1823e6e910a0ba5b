Check 'The gateway is in service' { (Get-UMIPGateway pool01).Status -eq 'Enabled' }
