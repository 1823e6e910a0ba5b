Check 'The web sites have a certificate of the authority with both names' {
    Get-ExchangeCertificate -Server ex01 | Where-Object {
        -not $_.IsSelfSigned -and "$($_.Services)" -match 'IIS' -and
        $_.CertificateDomains -contains 'ex01.contoso.com' -and $_.CertificateDomains -contains 'autodiscover.contoso.com'
    }
}
