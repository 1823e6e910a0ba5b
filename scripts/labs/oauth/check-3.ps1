Check 'Exchange is trusted in full' { (Get-CsPartnerApplication -Identity Exchange).ApplicationTrustLevel -eq 'Full' }
