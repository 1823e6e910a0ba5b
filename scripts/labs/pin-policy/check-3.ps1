Check 'Managers need twelve digits' { (Get-UMMailboxPolicy Managers).MinPINLength -eq 12 }
Check 'Kim belongs to the managers' { (Get-UMMailbox 'Kim Akers').UMMailboxPolicy.Name -eq 'Managers' }
