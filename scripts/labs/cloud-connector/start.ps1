$null = New-DialtoneOrganization -Template CloudConnector
Connect-MsolService
$null = New-CsOnlineSession -UserName admin@contoso.com
Set-CsTenantHybridConfiguration -PeerDestination old-edge.contoso.com -UseOnPremDialPlan $true
Set-CsTenantFederationConfiguration -SharedSipAddressSpace $false
foreach ($account in Get-MsolUser -All) {
    Set-MsolUserLicense -UserPrincipalName $account.UserPrincipalName -AddLicenses @(Get-MsolAccountSku)[0].AccountSkuId -ErrorAction SilentlyContinue
}
Set-CsUser -Identity kim@contoso.com -EnterpriseVoiceEnabled $true -HostedVoiceMail $true -OnPremLineURI tel:+14255551101
Grant-CsVoiceRoutingPolicy -PolicyName InternationalCallsAllowed -Identity kim@contoso.com
Remove-Item "$exscripts/root.cer" -ErrorAction SilentlyContinue
