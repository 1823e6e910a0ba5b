# Task 1: the peer destination
Set-CsTenantHybridConfiguration -PeerDestination ap.contoso.com

# Task 2: address space and dial plan
Set-CsTenantHybridConfiguration -UseOnPremDialPlan $false
Set-CsTenantFederationConfiguration -SharedSipAddressSpace $true

# Task 3: the site
New-CsHybridPSTNSite -Identity Dublin -EdgeFQDN ap2.contoso.com

# Task 4: DNS
Add-DnsServerResourceRecordA -ZoneName contoso.com -Name ap2 -IPv4Address 192.0.2.20

# Task 5: people and sites
Set-CsUser -Identity ken@contoso.com -EnterpriseVoiceEnabled $true -HostedVoiceMail $true -OnPremLineURI tel:+35315551002
Set-CsUserPstnSettings -Identity ken@contoso.com -HybridPstnSite Dublin
Set-CsUserPstnSettings -Identity kim@contoso.com -HybridPstnSite Redmond

# Task 6: calls abroad
Grant-CsVoiceRoutingPolicy -PolicyName InternationalCallsAllowed -Identity ken@contoso.com
Grant-CsVoiceRoutingPolicy -PolicyName InternationalCallsDisallowed -Identity kim@contoso.com

# Task 7: the certificate
Export-CcRootCertificate -Path "$exscripts/root.cer"
