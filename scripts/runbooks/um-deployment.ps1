<#
.SYNOPSIS
    Deploys Exchange Unified Messaging with Skype for Business on premises, in the documented order.
.DESCRIPTION
    Certificates of one authority on every server; a SIP URI dial plan; UM service and call router associated with it, start-up
    mode Dual; ExchUCUtil; the contacts of OcsUmUtil; gateway, voice policy, PSTN usage and route; users enabled for Enterprise
    Voice and Unified Messaging. Runs twice without harm: what is there already is left as it is.
.EXAMPLE
    ./um-deployment.ps1
.EXAMPLE
    ./um-deployment.ps1 -DialPlan Redmond -VoIPSecurity SIPSecured
#>
[CmdletBinding()]
param(
    [string]$Template = 'SmallOffice',
    [string]$DialPlan = 'RedmondDialPlan',
    [ValidateSet('SIPSecured', 'Secured')]
    [string]$VoIPSecurity = 'Secured',
    [int]$Digits = 4,
    [string]$AccessNumber = '+14255550100',
    [string]$AttendantNumber = '+14255550101'
)

$ErrorActionPreference = 'Stop'
$total = 11
$script:step = 0

function Step([string]$Text) {
    $script:step++
    Write-Progress -Activity 'Unified Messaging deployment' -Status $Text -PercentComplete ([int](100 * ($script:step - 1) / $total))
    Write-Verbose "$($script:step)/$total $Text"
}

# 1. Servers and pools.
Step 'Verify servers and pools'
if (-not (Get-ExchangeServer)) {
    $null = New-DialtoneOrganization -Template $Template
}
$servers = @(Get-ExchangeServer)
$pool = @(Get-CsService -Registrar)[0].PoolFqdn
$domain = @(Get-CsSipDomain | Where-Object { $_.IsDefault })[0].Name

# 2. Certificates of one authority, the server's FQDN as subject.
Step 'Request and install certificates'
$thumbprints = @{}
foreach ($server in $servers) {
    $installed = Get-ExchangeCertificate -Server $server.Name | Where-Object { -not $_.IsSelfSigned }
    if (-not $installed) {
        $request = New-ExchangeCertificate -GenerateRequest -Server $server.Name -SubjectName "CN=$($server.Fqdn)" -DomainName $server.Fqdn -FriendlyName 'Unified Messaging'
        $signed = Submit-DialtoneCertificateRequest -Request $request
        $installed = Import-ExchangeCertificate -Server $server.Name -FileData ([byte[]][char[]]$signed)
    }
    $thumbprints[$server.Name] = @($installed)[0].Thumbprint
}
foreach ($computer in Get-CsComputer) {
    $assigned = Get-CsCertificate -Type Default | Where-Object { $_.AlternativeNames -contains $computer.Fqdn }
    if (-not $assigned) {
        $made = Request-CsCertificate -New -Type Default, WebServicesInternal, WebServicesExternal -CA "dc01.$domain\$($domain.Split('.')[0])-CA" -ComputerFqdn $computer.Fqdn -AllSipDomain -FriendlyName 'Default'
        Set-CsCertificate -Type Default, WebServicesInternal, WebServicesExternal -Thumbprint $made.Thumbprint
    }
}

# 3. The SIP URI dial plan; its default policy comes with it.
Step "Create the dial plan $DialPlan"
if (-not (Get-UMDialPlan | Where-Object { $_.Name -eq $DialPlan })) {
    $null = New-UMDialPlan -Name $DialPlan -VoIPSecurity $VoIPSecurity -NumberOfDigitsInExtension $Digits -URIType SipName -CountryOrRegionCode 1
}
Set-UMDialPlan -Identity $DialPlan -AccessTelephoneNumbers $AccessNumber -WarningAction SilentlyContinue
$policy = "$DialPlan Default Policy"

# 4. Every server serves the plan, over TCP and TLS.
Step 'Associate the servers with the dial plan'
foreach ($server in $servers) {
    Set-UMService -Identity $server.Name -UMStartupMode Dual -DialPlans $DialPlan -WarningAction SilentlyContinue
    Set-UMCallRouterSettings -Server $server.Name -UMStartupMode Dual -DialPlans $DialPlan -WarningAction SilentlyContinue
    Enable-ExchangeCertificate -Server $server.Name -Thumbprint $thumbprints[$server.Name] -Services UM, UMCallRouter
}

# 5. Start-up mode and certificate take effect when the services start again.
Step 'Restart the services'
if (Get-DialtoneService) {
    $null = Restart-DialtoneService
}

# 6. An auto attendant.
Step 'Create the auto attendant'
if (-not (Get-UMAutoAttendant | Where-Object { $_.Name -eq "${DialPlan}Attendant" })) {
    $null = New-UMAutoAttendant -Name "${DialPlan}Attendant" -UMDialPlan $DialPlan -PilotIdentifierList $AttendantNumber -Status Enabled
}

# 7. Gateway and hunt group for each pool, permissions; outgoing calls through one gateway only.
Step 'Run ExchUCUtil'
$null = & (Join-Path $PSScriptRoot '../ExchUCUtil.ps1')
foreach ($gateway in @(Get-UMIPGateway) | Select-Object -Skip 1) {
    if ($gateway.OutcallsAllowed) {
        Set-UMIPGateway -Identity $gateway.Name -OutcallsAllowed $false
    }
}

# 8. A dial plan of Enterprise Voice; four digits are people inside.
Step 'Create the location profile'
if (-not (Get-CsDialPlan | Where-Object { $_.Identity -eq "Tag:$DialPlan" })) {
    $null = New-CsDialPlan -Identity $DialPlan -SimpleName $DialPlan
}
if (-not (Get-CsVoiceNormalizationRule | Where-Object { $_.Identity -eq "Tag:$DialPlan/Internal" })) {
    $null = New-CsVoiceNormalizationRule -Parent $DialPlan -Name Internal -Pattern "^(\d{$Digits})$" -Translation '+1425555$1' -Priority 0
}

# 9. Contacts for subscriber access and auto attendant.
Step 'Run OcsUmUtil'
$null = Invoke-OcsUmUtil -RegistrarPool $pool -OU 'OU=Contacts' -DialPlan $DialPlan

# 10. Gateway, usage, policy, route.
Step 'Set up calls to the telephone network'
if ((Get-CsPstnUsage).Usage -notcontains 'Redmond') {
    Set-CsPstnUsage -Identity Global -Usage @{ Add = 'Redmond' }
}
if (-not (Get-CsVoicePolicy | Where-Object { $_.Identity -eq 'Tag:RedmondUsers' })) {
    $null = New-CsVoicePolicy -Identity RedmondUsers -PstnUsages 'Redmond', 'Local'
}
if (-not (Get-CsVoiceRoute | Where-Object { $_.Identity -eq 'Redmond' })) {
    $trunk = @(Get-CsTrunk)[0].Identity
    $null = New-CsVoiceRoute -Identity Redmond -NumberPattern '^\+1(\d{10})$' -PstnUsages @{ Add = 'Redmond' } -PstnGatewayList @{ Add = $trunk }
}
if ((Get-CsTrunkConfiguration -Identity Global).SRTPMode -ne 'Optional') {
    Set-CsTrunkConfiguration -Identity Global -SRTPMode Optional
}
if ((Get-CsMediaConfiguration -Identity Global).EncryptionLevel -ne 'SupportEncryption') {
    Set-CsMediaConfiguration -Identity Global -EncryptionLevel SupportEncryption
}

# 11. People: Enterprise Voice, then Unified Messaging with extension and SIP address.
Step 'Enable users'
foreach ($mailbox in Get-Mailbox -ResultSize Unlimited) {
    $address = $mailbox.PrimarySmtpAddress
    $number = (Get-User -Identity $mailbox.Name).Phone
    if (-not $number) { continue }
    if (-not (Get-CsUser | Where-Object { $_.SipAddress -eq "sip:$address" })) {
        Enable-CsUser -Identity $mailbox.Name -RegistrarPool $pool -SipAddress "sip:$address"
        Set-CsUser -Identity "sip:$address" -EnterpriseVoiceEnabled $true -LineURI "tel:$number"
        Grant-CsDialPlan -Identity "sip:$address" -PolicyName $DialPlan
        Grant-CsVoicePolicy -Identity "sip:$address" -PolicyName RedmondUsers
    }
    if (-not $mailbox.UMEnabled) {
        $extension = $number.Substring($number.Length - $Digits)
        $null = Enable-UMMailbox -Identity $mailbox.Name -UMMailboxPolicy $policy -Extensions $extension -SIPResourceIdentifier $address -PIN 471147 -PINExpired $false
    }
}

Write-Progress -Activity 'Unified Messaging deployment' -Completed

Get-UMDialPlan -Identity $DialPlan
Get-UMMailbox | Select-Object Name, UMDialPlan, Extensions
