Check 'Unified Messaging uses a certificate of the authority with its full name' {
    $used = (Get-UMService ex01).UMCertificateThumbprint
    Get-ExchangeCertificate -Server ex01 | Where-Object { $_.Thumbprint -eq $used -and -not $_.IsSelfSigned -and $_.Subject -eq 'CN=ex01.contoso.com' }
} -Advice 'Get-UMService ex01: UMCertificateThumbprint; Get-ExchangeCertificate -Server ex01'
Check 'The call router uses the same certificate' {
    $used = (Get-UMCallRouterSettings -Server ex01).UMCertificateThumbprint
    Get-ExchangeCertificate -Server ex01 | Where-Object { $_.Thumbprint -eq $used -and -not $_.IsSelfSigned -and $_.Subject -eq 'CN=ex01.contoso.com' }
}
