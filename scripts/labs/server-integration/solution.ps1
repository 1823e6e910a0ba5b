# Task 1: the certificate
$made = Request-CsCertificate -New -Type OAuthTokenIssuer -CA 'dc01.contoso.com\contoso-CA' -FriendlyName 'OAuth'
Set-CsCertificate -Identity Global -Type OAuthTokenIssuer -Thumbprint $made.Thumbprint

# Task 2: Exchange
Get-ClientAccessServer | Set-ClientAccessServer -AutoDiscoverServiceInternalUri 'https://autodiscover.contoso.com/autodiscover/autodiscover.xml'

# Task 3: Skype for Business
Set-CsOAuthConfiguration -Identity global -ExchangeAutodiscoverUrl 'https://autodiscover.contoso.com/autodiscover/autodiscover.svc'

# Task 4: DNS
Add-DnsServerResourceRecordCName -ZoneName contoso.com -Name autodiscover -HostNameAlias ex01.contoso.com

# Task 5: partners
New-CsPartnerApplication -Identity Exchange -ApplicationTrustLevel Full -MetadataUrl 'https://autodiscover.contoso.com/autodiscover/metadata/json/1'
New-PartnerApplication -Name 'Skype for Business' -AuthMetadataUrl 'https://pool01.contoso.com/metadata/json/1'
