Check 'Kim belongs to the site Redmond' { (Get-CsUserPstnSettings -Identity kim@contoso.com).HybridPSTNSite -eq 'Redmond' }
