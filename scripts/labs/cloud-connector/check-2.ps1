Check 'The address space is shared' { (Get-CsTenantFederationConfiguration).SharedSipAddressSpace }
Check 'The dial plan is that of the tenant' { -not (Get-CsTenantHybridConfiguration).UseOnPremDialPlan }
