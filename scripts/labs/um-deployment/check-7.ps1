Check 'Kim has Enterprise Voice and her number' {
    $user = Get-CsUser sip:kim@contoso.com
    $user.EnterpriseVoiceEnabled -and $user.LineURI -eq 'tel:+14255551001'
}
Check 'Kim dials by the dial plan RedmondDialPlan' { "$((Get-CsUser sip:kim@contoso.com).DialPlan)" -eq 'RedmondDialPlan' }
Check 'Kim has voice mail at extension 1001' {
    $mailbox = Get-UMMailbox 'Kim Akers'
    $mailbox.Extensions -contains '1001' -and $mailbox.UMDialPlan.Name -eq 'RedmondDialPlan'
}
