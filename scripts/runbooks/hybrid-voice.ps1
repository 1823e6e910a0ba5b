<#
.SYNOPSIS
    Connects a tenant with Cloud Connector (or with Skype for Business on premises) and enables a user for hybrid voice.
.DESCRIPTION
    In the documented order: firewall, root certificate for the gateways, trunks, domain of the tenant, DNS records of the Edge,
    hybrid settings, users and licences, voice and voice mail, international calls, PSTN sites, hybrid mediation servers.
    Runs twice without harm.
#>
[CmdletBinding()]
param(
    [ValidateSet('Hybrid', 'CloudConnector')]
    [string]$Template = 'CloudConnector',
    [string]$Line = 'tel:+14255551101'
)

$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'

if (-not (Get-CsOnlineUser)) {
    $null = New-DialtoneOrganization -Template $Template
}
$domain = @(Get-CsSipDomain | Where-Object { $_.IsDefault })[0].Name
$edge = @(Get-CsService -EdgeServer)[0]
$access = $edge.AccessEdgeExternalFqdn
$mediation = @(Get-CsService -MediationServer)[0].PoolFqdn
$mediationServer = @(Get-CsComputer | Where-Object { $_.Pool -eq $mediation })[0].Fqdn
$site = 'Redmond'

# 1. Firewall between the networks.
foreach ($rule in @{ Name = 'CCE SIP'; Protocol = 'TCP'; Port = '5061' }, @{ Name = 'CCE Media'; Protocol = 'UDP'; Port = '50000-59999' }) {
    if (-not (Get-NetFirewallRule | Where-Object { $_.DisplayName -eq $rule.Name })) {
        $null = New-NetFirewallRule -DisplayName $rule.Name -Direction Inbound -Action Allow -Protocol $rule.Protocol -LocalPort $rule.Port
    }
}

# 2. The root certificate for the gateways, and a trunk from every mediation server to every gateway.
$file = Join-Path ([IO.Path]::GetTempPath()) "SfBCCERoot-$PID.cer"
Export-CcRootCertificate -Path $file
Remove-Item $file
$null = Get-CsTrunk

# 3. The domain of the tenant.
Connect-MsolService
if (-not (Get-MsolDomain | Where-Object { $_.Name -eq $domain })) {
    $null = New-MsolDomain -Name $domain
}
if ((Get-MsolDomain | Where-Object { $_.Name -eq $domain }).Status -ne 'Verified') {
    $proof = Get-MsolDomainVerificationDns -DomainName $domain -Mode DnsTxtRecord
    if (-not (Get-DnsServerResourceRecord -ZoneName $domain -RRType TXT | Where-Object { $_.RecordData.DescriptiveText -eq $proof.Text })) {
        Add-DnsServerResourceRecord -Txt -ZoneName $domain -Name '@' -DescriptiveText $proof.Text
    }
    Confirm-MsolDomain -DomainName $domain
}

# 4. DNS records of the Edge.
$name = $access.Split('.')[0]
if (-not (Get-DnsServerResourceRecord -ZoneName $domain -Name $name -RRType A -ErrorAction Ignore)) {
    Add-DnsServerResourceRecordA -ZoneName $domain -Name $name -IPv4Address 192.0.2.10
}
foreach ($record in @{ Name = '_sipfederationtls._tcp'; Port = 5061 }, @{ Name = '_sip._tls'; Port = 443 }) {
    if (-not (Get-DnsServerResourceRecord -ZoneName $domain -Name $record.Name -RRType SRV -ErrorAction Ignore)) {
        Add-DnsServerResourceRecord -Srv -ZoneName $domain -Name $record.Name -DomainName $access -Priority 0 -Weight 0 -Port $record.Port
    }
}

# 5. Hybrid connectivity.
$null = New-CsOnlineSession -UserName "admin@$domain"
Set-CsTenantHybridConfiguration -PeerDestination $access -UseOnPremDialPlan $false
Set-CsTenantFederationConfiguration -SharedSipAddressSpace $True

# 6. Users with licences.
$sku = @(Get-MsolAccountSku)[0].AccountSkuId
foreach ($account in Get-MsolUser -All | Where-Object { -not $_.isLicensed -and $_.Department -ne 'HybridMediationServer' }) {
    Set-MsolUserLicense -UserPrincipalName $account.UserPrincipalName -AddLicenses $sku
}

# 7. Voice and voice mail.
$userName = @(Get-CsOnlineUser | Where-Object { $_.Department -ne 'HybridMediationServer' })[0].UserPrincipalName
Set-CsUser -Identity "$userName" -EnterpriseVoiceEnabled $true -HostedVoiceMail $true -OnPremLineURI $Line
$user = Get-CsOnlineUser $userName
$user.EnterpriseVoiceEnabled
$user.HostedVoiceMail
$user.VoicePolicy

# 8. International calls.
Grant-CsVoiceRoutingPolicy -PolicyName InternationalCallsDisallowed -Identity $user
Grant-CsVoiceRoutingPolicy -PolicyName InternationalCallsAllowed -Identity $user
Grant-CsVoiceRoutingPolicy -PolicyName InternationalCallsDisallowed -Identity $user

# 9. The user's PSTN site.
if (-not (Get-CsHybridPSTNSite | Where-Object { $_.Identity -eq $site })) {
    $null = New-CsHybridPSTNSite -Identity $site -EdgeFQDN $access
}
Set-CsUserPstnSettings -Identity $userName -HybridPstnSite $site
Get-CsUserPstnSettings -Identity $userName
Get-CsOnlineUser | Get-CsUserPstnSettings

# 10. Each mediation server is an account of the tenant; its licence is only needed until the account is there.
$account = "MediationServer1@$domain"
if (-not (Get-MsolUser -All | Where-Object { $_.UserPrincipalName -eq $account })) {
    $null = New-MsolUser -UserPrincipalName $account -DisplayName MediationServer1 -UsageLocation US
    Set-MsolUserLicense -UserPrincipalName $account -AddLicenses $sku
}
Get-CsOnlineUser -Identity $account | Out-Null
Set-MsolUser -UserPrincipalName $account -Department "HybridMediationServer"
Set-CsHybridMediationServer -Identity MediationServer1 -Fqdn $mediationServer -AccessProxyExternalFqdn $access
Get-CsHybridMediationServer -Identity MediationServer1
