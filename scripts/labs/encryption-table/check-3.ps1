Check 'The trunk can, but need not encrypt' { (Get-CsTrunkConfiguration -Identity Global).SRTPMode -eq 'Optional' }
