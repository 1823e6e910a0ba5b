Check 'No certificate has a wildcard as its subject' {
    @(Get-ExchangeCertificate -Server ex01 | Where-Object { $_.Subject -like 'CN=[*]*' }).Count -eq 0
}
