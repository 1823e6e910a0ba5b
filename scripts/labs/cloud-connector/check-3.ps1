Check 'The site Dublin has its Edge' { (Get-CsHybridPSTNSite -Identity Dublin).EdgeFQDN -eq 'ap2.contoso.com' }
