$null = & "$exscripts/runbooks/um-deployment.ps1"
Set-UMDialPlan -Identity RedmondDialPlan -VoIPSecurity Unsecured
Disable-UMIPGateway -Identity pool01 -Immediate $true -Confirm:$false
Disable-UMMailbox -Identity 'Pilar Ackerman' -Confirm:$false
Disable-UMAutoAttendant -Identity RedmondDialPlanAttendant -Confirm:$false
Set-CsVoiceNormalizationRule -Identity Tag:RedmondDialPlan/Internal -Translation '+1206555$1'
Set-CsVoiceRoute -Identity Redmond -NumberPattern '^\+49\d+$'
Grant-CsVoicePolicy -Identity sip:ken@contoso.com -PolicyName $null
Set-CsUser -Identity sip:jonas@contoso.com -LineURI tel:+14255551904
Set-UMDialPlan -Identity RedmondDialPlan -AccessTelephoneNumbers '+14255550199'
Set-UMService -Identity ex01 -DialPlans $null
