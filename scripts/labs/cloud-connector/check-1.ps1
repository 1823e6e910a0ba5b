Check 'Calls go to ap.contoso.com' { (Get-CsTenantHybridConfiguration).PeerDestination -eq 'ap.contoso.com' }
