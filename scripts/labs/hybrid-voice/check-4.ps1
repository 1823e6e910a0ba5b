Check 'Kim has voice and voice mail' {
    $user = Get-CsOnlineUser kim@contoso.com
    $user.EnterpriseVoiceEnabled -and $user.HostedVoiceMail -and $user.VoicePolicy -eq 'HybridVoice'
}
Check 'Kim has her number' { (Get-CsOnlineUser kim@contoso.com).OnPremLineURI -eq 'tel:+14255551101' }
