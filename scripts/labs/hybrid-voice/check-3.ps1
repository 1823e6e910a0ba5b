Check 'Calls go to the access Edge' {
    $hybrid = Get-CsTenantHybridConfiguration
    $hybrid.PeerDestination -eq 'ap.contoso.com' -and -not $hybrid.UseOnPremDialPlan
}
Check 'The address space is shared' { (Get-CsTenantFederationConfiguration).SharedSipAddressSpace }
