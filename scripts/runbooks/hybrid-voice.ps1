<#
.SYNOPSIS
    Connects a tenant with Skype for Business on premises or Cloud Connector, and enables a user for hybrid voice.
.DESCRIPTION
    Edge records in DNS, hybrid and federation settings of the tenant, voice and voice mail of an online user, international calls,
    PSTN sites, hybrid mediation server. Runs twice without harm.
#>
[CmdletBinding()]
param(
    [ValidateSet('Hybrid', 'CloudConnector')]
    [string]$Template = 'Hybrid',
    [string]$Line = 'tel:+14255551101'
)

$ErrorActionPreference = 'Stop'

if (-not (Get-CsOnlineUser)) {
    $null = New-DialtoneOrganization -Template $Template
}
$domain = @(Get-CsSipDomain | Where-Object { $_.IsDefault })[0].Name
$edge = @(Get-CsService -EdgeServer)[0]
$access = $edge.AccessEdgeExternalFqdn

# 1. DNS records of the Edge.
foreach ($record in @{ Name = '_sipfederationtls._tcp'; Port = 5061 }, @{ Name = '_sip._tls'; Port = 443 }) {
    if (-not (Get-DnsServerResourceRecord -ZoneName $domain -Name $record.Name -RRType SRV)) {
        Add-DnsServerResourceRecord -Srv -ZoneName $domain -Name $record.Name -DomainName $access -Priority 0 -Weight 0 -Port $record.Port
    }
}

# 2. Sign in to the tenant.
Connect-MsolService
$null = New-CsOnlineSession -UserName "admin@$domain"

# 3. Hybrid and federation.
Set-CsTenantHybridConfiguration -PeerDestination $access -UseOnPremDialPlan $false
Set-CsTenantFederationConfiguration -SharedSipAddressSpace $True

# 4. A user: licence, voice, voice mail.
$user = @(Get-CsOnlineUser)[0]
Set-CsUser -Identity $user.Identity -EnterpriseVoiceEnabled $true -HostedVoiceMail $true -OnPremLineURI $Line
$user = Get-CsOnlineUser -Identity $user.UserPrincipalName

# 5. International calls.
Grant-CsVoiceRoutingPolicy -PolicyName InternationalCallsDisallowed -Identity $user

# 6. Site of the user.
if (-not (Get-CsHybridPSTNSite | Where-Object { $_.Identity -eq 'Redmond' })) {
    $null = New-CsHybridPSTNSite -Identity Redmond -EdgeFQDN $access
}
Set-CsUserPstnSettings -Identity $user.UserPrincipalName -HybridPstnSite Redmond

# 7. The mediation server as an account of the tenant.
$account = "ms01@$domain"
if (-not (Get-MsolUser -SearchString 'MediationServer1')) {
    $null = New-MsolUser -UserPrincipalName $account -DisplayName MediationServer1 -Department HybridMediationServer -UsageLocation US
    Set-MsolUserLicense -UserPrincipalName $account -AddLicenses @(Get-MsolAccountSku)[0].AccountSkuId
}
Set-CsHybridMediationServer -Identity MediationServer1 -Fqdn "ms01.$domain" -AccessProxyExternalFqdn $access

# 8. The root certificate that the appliance's clients must trust.
$file = Join-Path (Get-Location) 'SfBCCERoot.cer'
Export-CcRootCertificate -Path $file
Remove-Item $file

$user | Format-List DisplayName, EnterpriseVoiceEnabled, HostedVoiceMail, VoicePolicy, OnPremLineURI
Get-CsOnlineUser | Get-CsUserPstnSettings
Get-CsHybridMediationServer -Identity MediationServer1
