<#
.SYNOPSIS
    Integrates Skype for Business with Exchange: certificates for server-to-server authentication, Autodiscover, OAuth.
.DESCRIPTION
    The certificates by which the servers sign tokens on both sides, the Autodiscover address in Exchange and in Skype for
    Business, its DNS record, and each product as partner of the other. Runs twice without harm.
#>
[CmdletBinding()]
param([string]$Template = 'SmallOffice')

$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'

if (-not (Get-ExchangeServer)) {
    $null = New-DialtoneOrganization -Template $Template
}
$domain = @(Get-CsSipDomain | Where-Object { $_.IsDefault })[0].Name
$pool = @(Get-CsService -Registrar)[0].PoolFqdn

# 1. The certificate by which Skype for Business signs tokens: the SIP domain in its subject, the same on every Front End.
if (-not (Get-CsCertificate -Type OAuthTokenIssuer)) {
    $made = Request-CsCertificate -New -Type OAuthTokenIssuer -CA "dc01.$domain\$($domain.Split('.')[0])-CA" -FriendlyName 'OAuth'
    Set-CsCertificate -Identity Global -Type OAuthTokenIssuer -Thumbprint $made.Thumbprint
}

# 2. Is Autodiscover set up in Exchange?
Get-ClientAccessServer | Select-Object Name, AutoDiscoverServiceInternalUri | Format-List

# 3. Assign its address.
Get-ClientAccessServer | Set-ClientAccessServer -AutoDiscoverServiceInternalUri "https://autodiscover.$domain/autodiscover/autodiscover.xml"

# 4. Tell Skype for Business where it is; the identity may be left out.
Set-CsOAuthConfiguration -Identity global -ExchangeAutodiscoverUrl "https://autodiscover.$domain/autodiscover/autodiscover.svc"
Set-CsOAuthConfiguration -ExchangeAutodiscoverUrl "https://autodiscover.$domain/autodiscover/autodiscover.svc"

# 5. The DNS record: the name resolves to an Exchange server.
$server = @(Get-ExchangeServer)[0].Fqdn
if (-not (Get-DnsServerResourceRecord -ZoneName $domain -Name autodiscover -ErrorAction Ignore)) {
    Add-DnsServerResourceRecordCName -ZoneName $domain -Name autodiscover -HostNameAlias $server
}

# 6. Partner applications on both sides.
if (-not (Get-CsPartnerApplication | Where-Object { $_.Identity -eq 'Exchange' })) {
    $null = New-CsPartnerApplication -Identity Exchange -ApplicationTrustLevel Full -MetadataUrl "https://autodiscover.$domain/autodiscover/metadata/json/1"
}
if (-not (Get-PartnerApplication | Where-Object { $_.Name -eq 'Skype for Business' })) {
    $null = New-PartnerApplication -Name 'Skype for Business' -AuthMetadataUrl "https://$pool/metadata/json/1"
}

Get-ClientAccessServer | Select-Object Name, AutoDiscoverServiceInternalUri | Format-List
Get-CsOAuthConfiguration | Format-List Identity, PartnerApplications, Realm, ServiceName, ExchangeAutodiscoverUrl
