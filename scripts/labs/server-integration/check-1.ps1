Check 'One certificate signs tokens, and its subject is the SIP domain' {
    $all = @(Get-CsCertificate -Type OAuthTokenIssuer)
    $all.Count -eq 1 -and $all[0].Subject -match 'contoso\.com'
} -Advice 'Get-CsCertificate -Type OAuthTokenIssuer'
