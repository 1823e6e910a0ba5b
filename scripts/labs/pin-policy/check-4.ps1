Check 'Kim takes no messages of anonymous callers' { (Get-UMMailbox 'Kim Akers').AnonymousCallersCanLeaveMessages -eq $false }
