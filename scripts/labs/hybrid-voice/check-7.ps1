Check 'The account belongs to the department of mediation servers' { (Get-MsolUser -UserPrincipalName MediationServer1@contoso.com).Department -eq 'HybridMediationServer' }
Check 'It has the names of mediation server and Edge' {
    $account = Get-CsHybridMediationServer -Identity MediationServer1
    $account.Fqdn -eq 'ms01.contoso.com' -and $account.AccessProxyExternalFqdn -eq 'ap.contoso.com'
}
