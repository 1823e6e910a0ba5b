Check 'Five wrong PINs lock the mailbox' { (Get-UMMailboxPolicy 'RedmondDialPlan Default Policy').MaxLogonAttempts.ToString() -eq '5' }
