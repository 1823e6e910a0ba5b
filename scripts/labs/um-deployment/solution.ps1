# Task 1: a request for Exchange, a certificate for the Front End
$request = New-ExchangeCertificate -GenerateRequest -Server ex01 -SubjectName 'CN=ex01.contoso.com' -DomainName ex01.contoso.com
$signed = Submit-DialtoneCertificateRequest -Request $request
$certificate = Import-ExchangeCertificate -Server ex01 -FileData ([byte[]][char[]]$signed)
$made = Request-CsCertificate -New -Type Default -CA 'dc01.contoso.com\contoso-CA' -ComputerFqdn fe01.contoso.com -AllSipDomain
Set-CsCertificate -Type Default -Thumbprint $made.Thumbprint

# Task 2: the dial plan
New-UMDialPlan -Name RedmondDialPlan -URIType SipName -VoIPSecurity Secured -NumberOfDigitsInExtension 4 -CountryOrRegionCode 1
Set-UMDialPlan -Identity RedmondDialPlan -AccessTelephoneNumbers '+14255550100'

# Task 3: its servers
Set-UMService -Identity ex01 -UMStartupMode Dual -DialPlans RedmondDialPlan
Set-UMCallRouterSettings -Server ex01 -UMStartupMode Dual -DialPlans RedmondDialPlan
Enable-ExchangeCertificate -Server ex01 -Thumbprint $certificate.Thumbprint -Services UM, UMCallRouter

# Task 4: the attendant
New-UMAutoAttendant -Name RedmondDialPlanAttendant -UMDialPlan RedmondDialPlan -PilotIdentifierList '+14255550101' -Status Enabled

# Task 5: rights, gateway, hunt group
& "$exscripts/ExchUCUtil.ps1"

# Task 6: dial plan of Enterprise Voice, contacts
New-CsDialPlan -Identity RedmondDialPlan -SimpleName RedmondDialPlan
New-CsVoiceNormalizationRule -Parent RedmondDialPlan -Name Internal -Pattern '^(\d{4})$' -Translation '+1425555$1'
Invoke-OcsUmUtil -RegistrarPool pool01.contoso.com -OU 'OU=Contacts' -DialPlan RedmondDialPlan

# Task 7: Kim
Enable-CsUser -Identity 'Kim Akers' -RegistrarPool pool01.contoso.com -SipAddress sip:kim@contoso.com
Set-CsUser -Identity sip:kim@contoso.com -EnterpriseVoiceEnabled $true -LineURI tel:+14255551001
Grant-CsDialPlan -Identity sip:kim@contoso.com -PolicyName RedmondDialPlan
Enable-UMMailbox -Identity 'Kim Akers' -UMMailboxPolicy 'RedmondDialPlan Default Policy' -Extensions 1001 -SIPResourceIdentifier kim@contoso.com -PIN 471147 -PINExpired $false

# Task 8: encryption that both sides can do, then the call
Set-CsMediaConfiguration -Identity Global -EncryptionLevel SupportEncryption
Set-CsTrunkConfiguration -Identity Global -SRTPMode Optional
Restart-DialtoneService
Invoke-DialtoneTestCall -From '+12065550123' -To '+14255551001' -WaitForBeep -Keys '#1'
