Check 'Ken has voice, voice mail and his number' {
    $user = Get-CsOnlineUser ken@contoso.com
    $user.EnterpriseVoiceEnabled -and $user.HostedVoiceMail -and $user.OnPremLineURI -eq 'tel:+35315551002'
}
Check 'Ken calls by Dublin' { (Get-CsUserPstnSettings -Identity ken@contoso.com).HybridPSTNSite -eq 'Dublin' }
Check 'Kim calls by Redmond' { (Get-CsUserPstnSettings -Identity kim@contoso.com).HybridPSTNSite -eq 'Redmond' }
