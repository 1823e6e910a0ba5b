<#
.SYNOPSIS
    Goes through the overview of integrating Unified Messaging with Skype for Business on premises, phase by phase.
.DESCRIPTION
    Each phase of the overview in its order, for one or more SIP URI dial plans: Exchange servers, certificates, dial plans and
    their security, servers in the dial plans, SIP addresses of mailboxes, exchucutil.ps1, dial plans of Enterprise Voice named
    as the UM dial plans, rights and ocsumutil.exe, Enterprise Voice, users. Runs twice without harm.
.EXAMPLE
    ./um-overview.ps1
.EXAMPLE
    ./um-overview.ps1 -Template SmallOffice -DialPlan Seoul
#>
[CmdletBinding()]
param(
    [string]$Template = 'TwoSites',
    [string[]]$DialPlan = ('RedmondUM', 'DublinUM'),
    [ValidateSet('SIPSecured', 'Secured')]
    [string]$VoIPSecurity = 'Secured'
)

$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'

# 1. Exchange servers are deployed beside the Front End pools.
if (-not (Get-ExchangeServer)) {
    $null = New-DialtoneOrganization -Template $Template
}
$servers = @(Get-ExchangeServer)
$pools = @(Get-CsService -Registrar | ForEach-Object PoolFqdn)
$domain = @(Get-CsSipDomain | Where-Object { $_.IsDefault })[0].Name

# 2. Certificates from the trusted root authority, for MTLS between the servers.
$thumbprints = @{}
foreach ($server in $servers) {
    $installed = Get-ExchangeCertificate -Server $server.Name | Where-Object { -not $_.IsSelfSigned }
    if (-not $installed) {
        $request = New-ExchangeCertificate -GenerateRequest -Server $server.Name -SubjectName "CN=$($server.Fqdn)" -DomainName $server.Fqdn
        $signed = Submit-DialtoneCertificateRequest -Request $request
        $installed = Import-ExchangeCertificate -Server $server.Name -FileData ([byte[]][char[]]$signed)
    }
    $thumbprints[$server.Name] = @($installed)[0].Thumbprint
}
foreach ($computer in Get-CsComputer) {
    if (-not (Get-CsCertificate -Type Default | Where-Object { $_.AlternativeNames -contains $computer.Fqdn })) {
        $made = Request-CsCertificate -New -Type Default -CA "dc01.$domain\$($domain.Split('.')[0])-CA" -ComputerFqdn $computer.Fqdn -AllSipDomain
        Set-CsCertificate -Type Default -Thumbprint $made.Thumbprint
    }
}

# 3. and 4. SIP URI dial plans, and their security settings.
$number = 0
foreach ($name in $DialPlan) {
    if (-not (Get-UMDialPlan | Where-Object { $_.Name -eq $name })) {
        $null = New-UMDialPlan -Name $name -URIType SipName -NumberOfDigitsInExtension 4 -CountryOrRegionCode 1
    }
    Set-UMDialPlan -Identity $name -VoIPSecurity $VoIPSecurity -AccessTelephoneNumbers "+1425555020$number"
    if (-not (Get-UMAutoAttendant | Where-Object { $_.Name -eq "${name}Attendant" })) {
        $null = New-UMAutoAttendant -Name "${name}Attendant" -UMDialPlan $name -PilotIdentifierList "+1425555030$number" -Status Enabled
    }
    $number++
}

# 5. The servers answer calls of the dial plans.
foreach ($server in $servers) {
    Set-UMService -Identity $server.Name -UMStartupMode Dual -DialPlans $DialPlan
    Set-UMCallRouterSettings -Server $server.Name -UMStartupMode Dual -DialPlans $DialPlan
    Enable-ExchangeCertificate -Server $server.Name -Thumbprint $thumbprints[$server.Name] -Services UM, UMCallRouter
}

# 6. Mailboxes have SIP addresses.
foreach ($mailbox in Get-Mailbox -ResultSize Unlimited) {
    if ($mailbox.EmailAddresses -notcontains "sip:$($mailbox.PrimarySmtpAddress)") {
        Set-Mailbox -Identity $mailbox.Name -EmailAddresses @{ Add = "sip:$($mailbox.PrimarySmtpAddress)" }
    }
}

# 7. exchucutil.ps1: permission, a UM IP gateway for each pool, hunt groups named as the dial plans.
$null = & (Join-Path $PSScriptRoot '../ExchUCUtil.ps1')
foreach ($gateway in @(Get-UMIPGateway) | Select-Object -Skip 1) {
    if ($gateway.OutcallsAllowed) { Set-UMIPGateway -Identity $gateway.Name -OutcallsAllowed $false }
}

# 8. A dial plan of Enterprise Voice for each UM dial plan, named as its FQDN.
foreach ($plan in Get-UMDialPlan) {
    if ($DialPlan -notcontains $plan.Name) { continue }
    if (-not (Get-CsDialPlan | Where-Object { $_.Identity -eq "Tag:$($plan.PhoneContext)" })) {
        $null = New-CsDialPlan -Identity $plan.PhoneContext -SimpleName $plan.PhoneContext
    }
}

# 9. ocsumutil.exe: contacts for subscriber access and auto attendants; the right to make them comes first.
$unit = 'OU=Contacts,' + (($domain.Split('.') | ForEach-Object { "DC=$_" }) -join ',')
if (-not (Test-CsOUPermission -OU $unit -ObjectType Contact)) {
    Grant-CsOUPermission -OU $unit -ObjectType Contact
}
$null = Invoke-OcsUmUtil -RegistrarPool $pools[0] -OU $unit

# 10. Gateways, voice policy, PSTN usages and routes.
if ((Get-CsPstnUsage).Usage -notcontains 'Overview') {
    Set-CsPstnUsage -Identity Global -Usage @{ Add = 'Overview' }
}
if (-not (Get-CsVoicePolicy | Where-Object { $_.Identity -eq 'Tag:Overview' })) {
    $null = New-CsVoicePolicy -Identity Overview -PstnUsages 'Overview'
}
if (-not (Get-CsVoiceRoute | Where-Object { $_.Identity -eq 'Overview' })) {
    $null = New-CsVoiceRoute -Identity Overview -NumberPattern '^\+\d{10,}$' -PstnUsages @{ Add = 'Overview' } -PstnGatewayList @{ Add = @(Get-CsTrunk)[0].Identity }
}
if ((Get-CsTrunkConfiguration -Identity Global).SRTPMode -ne 'Optional') {
    Set-CsTrunkConfiguration -Identity Global -SRTPMode Optional
}
if ((Get-CsMediaConfiguration -Identity Global).EncryptionLevel -ne 'SupportEncryption') {
    Set-CsMediaConfiguration -Identity Global -EncryptionLevel SupportEncryption
}

# 11. Users: Enterprise Voice. 12. Users: Unified Messaging, each with an extension of its own.
$context = @(Get-UMDialPlan | Where-Object { $DialPlan -contains $_.Name })[0].PhoneContext
$policy = "$($DialPlan[0]) Default Policy"
foreach ($mailbox in Get-Mailbox -ResultSize Unlimited) {
    $phone = (Get-User -Identity $mailbox.Name).Phone
    if (-not $phone) { continue }
    $address = $mailbox.PrimarySmtpAddress
    if (-not (Get-CsUser | Where-Object { $_.SipAddress -eq "sip:$address" })) {
        $home_ = $pools[0]
        Enable-CsUser -Identity $mailbox.Name -RegistrarPool $home_ -SipAddress "sip:$address"
        Set-CsUser -Identity "sip:$address" -EnterpriseVoiceEnabled $true -LineURI "tel:$phone"
        Grant-CsDialPlan -Identity "sip:$address" -PolicyName $context
        Grant-CsVoicePolicy -Identity "sip:$address" -PolicyName Overview
    }
    if (-not $mailbox.UMEnabled) {
        # The last digits, moved on while somebody of the plan has them.
        $extension = [int]$phone.Substring($phone.Length - 4)
        $taken = @(Get-UMMailbox | ForEach-Object { $_.Extensions })
        while ($taken -contains ('{0:d4}' -f $extension)) { $extension += 1000 }
        $null = Enable-UMMailbox -Identity $mailbox.Name -UMMailboxPolicy $policy -Extensions ('{0:d4}' -f $extension) -SIPResourceIdentifier $address -PIN 471147 -PINExpired $false
    }
}

Get-UMDialPlan | Format-Table Name, URIType, VoIPSecurity, PhoneContext
Get-UMMailbox | Format-Table Name, Extensions, UMDialPlan
