# Task 1: firewall
New-NetFirewallRule -DisplayName 'CCE SIP' -Direction Inbound -Action Allow -Protocol TCP -LocalPort 5061
New-NetFirewallRule -DisplayName 'CCE Media' -Direction Inbound -Action Allow -Protocol UDP -LocalPort 50000-59999

# Task 2: DNS
Add-DnsServerResourceRecordA -ZoneName contoso.com -Name ap -IPv4Address 192.0.2.10
Add-DnsServerResourceRecord -Srv -ZoneName contoso.com -Name _sipfederationtls._tcp -DomainName ap.contoso.com -Priority 0 -Weight 0 -Port 5061
Add-DnsServerResourceRecord -Srv -ZoneName contoso.com -Name _sip._tls -DomainName ap.contoso.com -Priority 0 -Weight 0 -Port 443

# Task 3: hybrid settings
Connect-MsolService
$null = New-CsOnlineSession -UserName admin@contoso.com
Set-CsTenantHybridConfiguration -PeerDestination ap.contoso.com -UseOnPremDialPlan $false
Set-CsTenantFederationConfiguration -SharedSipAddressSpace $true

# Task 4: Kim
Set-MsolUserLicense -UserPrincipalName kim@contoso.com -AddLicenses @(Get-MsolAccountSku)[0].AccountSkuId
Set-CsUser -Identity kim@contoso.com -EnterpriseVoiceEnabled $true -HostedVoiceMail $true -OnPremLineURI tel:+14255551101

# Task 5: calls abroad
Grant-CsVoiceRoutingPolicy -PolicyName InternationalCallsDisallowed -Identity kim@contoso.com

# Task 6: the site
Set-CsUserPstnSettings -Identity kim@contoso.com -HybridPstnSite Redmond

# Task 7: the account
$null = New-MsolUser -UserPrincipalName MediationServer1@contoso.com -DisplayName MediationServer1 -UsageLocation US
Set-MsolUserLicense -UserPrincipalName MediationServer1@contoso.com -AddLicenses @(Get-MsolAccountSku)[0].AccountSkuId
Set-MsolUser -UserPrincipalName MediationServer1@contoso.com -Department HybridMediationServer
Set-CsHybridMediationServer -Identity MediationServer1 -Fqdn ms01.contoso.com -AccessProxyExternalFqdn ap.contoso.com
