$null = & "$exscripts/runbooks/um-deployment.ps1"
Set-UMService -Identity ex01 -UMStartupMode TCP
Set-UMCallRouterSettings -Server ex01 -UMStartupMode TCP
Set-UMDialPlan -Identity RedmondDialPlan -VoIPSecurity Unsecured
Set-CsMediaConfiguration -Identity Global -EncryptionLevel DoNotSupportEncryption
Set-CsTrunkConfiguration -Identity Global -SRTPMode Required
