# Task 1: the keys
Set-PartnerApplication -Identity 'Skype for Business' -AuthMetadataUrl https://pool01.contoso.com/metadata/json/1

# Task 2: the partner
Set-CsPartnerApplication -Identity Exchange -Enabled $true

# Task 3: trust
Set-CsPartnerApplication -Identity Exchange -ApplicationTrustLevel Full

# Task 4: the certificate that signs
$oauth = Request-CsCertificate -New -Type OAuthTokenIssuer -CA 'dc01.contoso.com\contoso-CA' -FriendlyName OAuth
Set-CsCertificate -Identity Global -Type OAuthTokenIssuer -Thumbprint $oauth.Thumbprint

# Task 5: Autodiscover
Set-CsOAuthConfiguration -ExchangeAutodiscoverUrl https://autodiscover.contoso.com/autodiscover/autodiscover.svc
Add-DnsServerResourceRecordCName -ZoneName contoso.com -Name autodiscover -HostNameAlias ex01.contoso.com

# Task 6: the web sites
$request = New-ExchangeCertificate -GenerateRequest -Server ex01 -SubjectName 'CN=ex01.contoso.com' -DomainName ex01.contoso.com, autodiscover.contoso.com
$signed = Submit-DialtoneCertificateRequest -Request $request
$web = Import-ExchangeCertificate -Server ex01 -FileData ([byte[]][char[]]$signed)
Enable-ExchangeCertificate -Server ex01 -Thumbprint $web.Thumbprint -Services IIS
