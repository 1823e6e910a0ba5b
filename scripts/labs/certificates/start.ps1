$null = & "$exscripts/runbooks/um-deployment.ps1"
$good = Get-ExchangeCertificate -Server ex01 | Where-Object { -not $_.IsSelfSigned }
$own = Get-ExchangeCertificate -Server ex01 | Where-Object { $_.IsSelfSigned -and $_.FriendlyName -eq 'Microsoft Exchange' }
Enable-ExchangeCertificate -Server ex01 -Thumbprint $own.Thumbprint -Services UM, UMCallRouter
Remove-ExchangeCertificate -Server ex01 -Thumbprint $good.Thumbprint -Confirm:$false
$request = New-ExchangeCertificate -GenerateRequest -Server ex01 -SubjectName 'CN=*.contoso.com' -DomainName '*.contoso.com'
$signed = Submit-DialtoneCertificateRequest -Request $request
$null = Import-ExchangeCertificate -Server ex01 -FileData ([byte[]][char[]]$signed)
$poor = Request-CsCertificate -New -Type Default -CA 'dc01.contoso.com\contoso-CA' -ComputerFqdn fe01.contoso.com -DomainName old.contoso.com
Set-CsCertificate -Type Default -Thumbprint $poor.Thumbprint
