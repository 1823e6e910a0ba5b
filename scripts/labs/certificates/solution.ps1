# Task 1: a certificate of the authority, and its use
$request = New-ExchangeCertificate -GenerateRequest -Server ex01 -SubjectName 'CN=ex01.contoso.com' -DomainName ex01.contoso.com
$signed = Submit-DialtoneCertificateRequest -Request $request
$certificate = Import-ExchangeCertificate -Server ex01 -FileData ([byte[]][char[]]$signed)
Enable-ExchangeCertificate -Server ex01 -Thumbprint $certificate.Thumbprint -Services UM, UMCallRouter

# Task 2: the wildcard goes
Get-ExchangeCertificate -Server ex01 | Where-Object { $_.Subject -eq 'CN=*.contoso.com' } |
    ForEach-Object { Remove-ExchangeCertificate -Server ex01 -Thumbprint $_.Thumbprint -Confirm:$false }

# Task 3: all names
$made = Request-CsCertificate -New -Type Default -CA 'dc01.contoso.com\contoso-CA' -ComputerFqdn fe01.contoso.com -AllSipDomain
Set-CsCertificate -Type Default -Thumbprint $made.Thumbprint

# Task 4: tokens
$oauth = Request-CsCertificate -New -Type OAuthTokenIssuer -CA 'dc01.contoso.com\contoso-CA' -FriendlyName OAuth
Set-CsCertificate -Identity Global -Type OAuthTokenIssuer -Thumbprint $oauth.Thumbprint
