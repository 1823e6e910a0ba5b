# Task 1
Set-UMDialPlan -Identity RedmondDialPlan -VoIPSecurity Secured

# Task 2
Enable-UMIPGateway -Identity pool01

# Task 3
Enable-UMMailbox -Identity 'Pilar Ackerman' -UMMailboxPolicy 'RedmondDialPlan Default Policy' -Extensions 1003 -SIPResourceIdentifier pilar@contoso.com -PIN 471147 -PINExpired $false

# Task 4
Enable-UMAutoAttendant -Identity RedmondDialPlanAttendant

# Task 5
Set-CsVoiceNormalizationRule -Identity Tag:RedmondDialPlan/Internal -Translation '+1425555$1'

# Task 6
Set-CsVoiceRoute -Identity Redmond -NumberPattern '^\+1(\d{10})$'

# Task 7
Grant-CsVoicePolicy -Identity sip:ken@contoso.com -PolicyName RedmondUsers

# Task 8
Set-CsUser -Identity sip:jonas@contoso.com -LineURI tel:+14255551004

# Task 9
Set-UMDialPlan -Identity RedmondDialPlan -AccessTelephoneNumbers '+14255550100'

# Task 10
Set-UMService -Identity ex01 -DialPlans RedmondDialPlan
