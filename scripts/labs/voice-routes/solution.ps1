# Task 1: usages
Set-CsPstnUsage -Identity Global -Usage @{ Add = 'Redmond', 'Dublin' }

# Task 2: routes
New-CsVoiceRoute -Identity Redmond -NumberPattern '^\+1\d{10}$' -PstnUsages Redmond -PstnGatewayList PstnGateway:gw01.contoso.com
New-CsVoiceRoute -Identity Dublin -NumberPattern '^\+\d+$' -PstnUsages Dublin -PstnGatewayList PstnGateway:gw02.contoso.com

# Task 3: the policy
New-CsVoicePolicy -Identity RedmondPeople -PstnUsages Redmond, Dublin

# Task 4: Kim
Grant-CsVoicePolicy -Identity sip:kim@contoso.com -PolicyName RedmondPeople

# Task 5: the calls
(Invoke-DialtoneTestCall -From sip:kim@contoso.com -To '+12065550123' -Gateway user -HangUpAfter 1).Ladder
Stop-DialtoneService -Server gw01.contoso.com
(Invoke-DialtoneTestCall -From sip:kim@contoso.com -To '+12065550123' -Gateway user -HangUpAfter 1).Ladder
Start-DialtoneService -Server gw01.contoso.com
