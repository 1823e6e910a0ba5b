Check 'Exchange is used as a partner' { (Get-CsPartnerApplication -Identity Exchange).Enabled }
