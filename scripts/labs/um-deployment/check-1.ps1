Check 'ex01 has a certificate of the authority with its full name' {
    Get-ExchangeCertificate -Server ex01 | Where-Object { -not $_.IsSelfSigned -and $_.Subject -eq 'CN=ex01.contoso.com' }
} -Advice 'Get-ExchangeCertificate -Server ex01: Subject, IsSelfSigned'
Check 'The Front End server has its default certificate' {
    Get-CsCertificate -Type Default | Where-Object { $_.AlternativeNames -contains 'fe01.contoso.com' }
} -Advice 'Get-CsCertificate -Type Default: AlternativeNames'
