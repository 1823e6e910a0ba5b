# Task 1: signalling and media
Set-UMDialPlan -Identity RedmondDialPlan -VoIPSecurity Secured

# Task 2: encryption for all
Set-CsMediaConfiguration -Identity Global -EncryptionLevel RequireEncryption

# Task 3: the trunk
Set-CsTrunkConfiguration -Identity Global -SRTPMode Optional

# Task 4: the warehouse
New-UMDialPlan -Name Warehouse -URIType SipName -VoIPSecurity SIPSecured -NumberOfDigitsInExtension 4 -CountryOrRegionCode 1

# Task 5: both kinds of calls
Set-UMService -Identity ex01 -UMStartupMode Dual
Set-UMCallRouterSettings -Server ex01 -UMStartupMode Dual
