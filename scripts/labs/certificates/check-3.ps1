Check 'The default certificate has the pool, the server and the SIP domain' {
    $names = (Get-CsCertificate -Type Default).AlternativeNames
    $names -contains 'pool01.contoso.com' -and $names -contains 'fe01.contoso.com' -and $names -contains 'sip.contoso.com'
} -Advice 'Get-CsCertificate -Type Default: AlternativeNames'
