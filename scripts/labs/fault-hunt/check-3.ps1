Check 'Pilar has voice mail at 1003' { (Get-UMMailbox 'Pilar Ackerman').Extensions -contains '1003' }
