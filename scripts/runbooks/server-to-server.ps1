<#
.SYNOPSIS
    Integrates Skype for Business with Exchange: Autodiscover and server-to-server authentication (OAuth).
.DESCRIPTION
    Sets the Autodiscover address in Exchange and in Skype for Business, assigns the OAuth certificate, makes each product a partner
    of the other, and adds the DNS record. Runs twice without harm.
#>
[CmdletBinding()]
param([string]$Template = 'SmallOffice')

$ErrorActionPreference = 'Stop'

if (-not (Get-ExchangeServer)) {
    $null = New-DialtoneOrganization -Template $Template
}
$domain = @(Get-CsSipDomain | Where-Object { $_.IsDefault })[0].Name
$pool = @(Get-CsService -Registrar)[0].PoolFqdn

# 1. Autodiscover in Exchange and its DNS record.
Get-ClientAccessServer | Set-ClientAccessServer -AutoDiscoverServiceInternalUri "https://autodiscover.$domain/autodiscover/autodiscover.xml" -WarningAction SilentlyContinue
$server = @(Get-ExchangeServer)[0].Fqdn
if (-not (Get-DnsServerResourceRecord -ZoneName $domain -Name autodiscover)) {
    Add-DnsServerResourceRecordCName -ZoneName $domain -Name autodiscover -HostNameAlias $server
}

# 2. Autodiscover in Skype for Business.
Set-CsOAuthConfiguration -Identity Global -ExchangeAutodiscoverUrl "https://autodiscover.$domain/autodiscover/autodiscover.svc"

# 3. The certificate by which the servers sign tokens: the SIP domain in its subject.
if (-not (Get-CsCertificate -Type OAuthTokenIssuer)) {
    $made = Request-CsCertificate -New -Type OAuthTokenIssuer -CA "dc01.$domain\$($domain.Split('.')[0])-CA" -FriendlyName 'OAuth'
    Set-CsCertificate -Identity Global -Type OAuthTokenIssuer -Thumbprint $made.Thumbprint
}

# 4. Partner applications on both sides.
if (-not (Get-CsPartnerApplication | Where-Object { $_.Identity -eq 'Exchange' })) {
    $null = New-CsPartnerApplication -Identity Exchange -ApplicationTrustLevel Full -MetadataUrl "https://autodiscover.$domain/autodiscover/metadata/json/1"
}
if (-not (Get-PartnerApplication | Where-Object { $_.Name -eq 'Skype for Business' })) {
    $null = New-PartnerApplication -Name 'Skype for Business' -AuthMetadataUrl "https://$pool/metadata/json/1"
}

Get-ClientAccessServer | Select-Object Name, AutoDiscoverServiceInternalUri | Format-List
Get-CsOAuthConfiguration | Format-List Identity, PartnerApplications, Realm, ServiceName, ExchangeAutodiscoverUrl
Get-CsCertificate -Type OAuthTokenIssuer | Format-List Issuer, Subject, Thumbprint, Use
