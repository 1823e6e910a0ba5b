# Task 1: certificates
$thumbprints = @{}
foreach ($server in Get-ExchangeServer) {
    $request = New-ExchangeCertificate -GenerateRequest -Server $server.Name -SubjectName "CN=$($server.Fqdn)" -DomainName $server.Fqdn
    $signed = Submit-DialtoneCertificateRequest -Request $request
    $thumbprints[$server.Name] = (Import-ExchangeCertificate -Server $server.Name -FileData ([byte[]][char[]]$signed)).Thumbprint
}

# Task 2: dial plans
New-UMDialPlan -Name RedmondUM -URIType SipName -NumberOfDigitsInExtension 4 -CountryOrRegionCode 1
New-UMDialPlan -Name DublinUM -URIType SipName -NumberOfDigitsInExtension 4 -CountryOrRegionCode 1
Set-UMDialPlan -Identity RedmondUM -AccessTelephoneNumbers '+14255550200'
Set-UMDialPlan -Identity DublinUM -AccessTelephoneNumbers '+14255550201'

# Task 3: security
Set-UMDialPlan -Identity RedmondUM -VoIPSecurity Secured
Set-UMDialPlan -Identity DublinUM -VoIPSecurity SIPSecured

# Task 4: servers
foreach ($server in Get-ExchangeServer) {
    Set-UMService -Identity $server.Name -UMStartupMode Dual -DialPlans RedmondUM, DublinUM
    Set-UMCallRouterSettings -Server $server.Name -UMStartupMode Dual -DialPlans RedmondUM, DublinUM
    Enable-ExchangeCertificate -Server $server.Name -Thumbprint $thumbprints[$server.Name] -Services UM, UMCallRouter
}

# Task 5: SIP addresses
foreach ($mailbox in Get-Mailbox -ResultSize Unlimited) {
    Set-Mailbox -Identity $mailbox.Name -EmailAddresses @{ Add = "sip:$($mailbox.PrimarySmtpAddress)" }
}

# Task 6: gateways
& "$exscripts/ExchUCUtil.ps1"
Get-UMIPGateway | Select-Object -Skip 1 | ForEach-Object { Set-UMIPGateway -Identity $_.Name -OutcallsAllowed $false }

# Task 7: dial plans of Enterprise Voice
foreach ($plan in Get-UMDialPlan) {
    New-CsDialPlan -Identity $plan.PhoneContext -SimpleName $plan.PhoneContext
}

# Task 8: contacts
Grant-CsOUPermission -OU 'OU=Contacts,DC=contoso,DC=com' -ObjectType Contact
Invoke-OcsUmUtil -RegistrarPool @(Get-CsService -Registrar)[0].PoolFqdn -OU 'OU=Contacts,DC=contoso,DC=com'

# Task 9: people
$people = @(Get-Mailbox | Where-Object { (Get-User -Identity $_.Name).Phone })[0, 1]
foreach ($case in @{ Mailbox = $people[0]; Plan = 'RedmondUM'; Extension = '7001' }, @{ Mailbox = $people[1]; Plan = 'DublinUM'; Extension = '7002' }) {
    $address = $case.Mailbox.PrimarySmtpAddress
    Enable-CsUser -Identity $case.Mailbox.Name -RegistrarPool @(Get-CsService -Registrar)[0].PoolFqdn -SipAddress "sip:$address"
    Set-CsUser -Identity "sip:$address" -EnterpriseVoiceEnabled $true -LineURI "tel:$((Get-User -Identity $case.Mailbox.Name).Phone)"
    Enable-UMMailbox -Identity $case.Mailbox.Name -UMMailboxPolicy "$($case.Plan) Default Policy" -Extensions $case.Extension -SIPResourceIdentifier $address -PIN 471147 -PINExpired $false
}
