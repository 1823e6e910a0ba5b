Check 'Kim dials by the dial plan Redmond' { "$((Get-CsUser sip:kim@contoso.com).DialPlan)" -eq 'Redmond' }
