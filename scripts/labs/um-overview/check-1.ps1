Check 'Every Exchange server has a certificate with its own full name' {
    @(Get-ExchangeServer | Where-Object {
            $server = $_
            -not (Get-ExchangeCertificate -Server $server.Name | Where-Object { -not $_.IsSelfSigned -and $_.Subject -eq "CN=$($server.Fqdn)" })
        }).Count -eq 0
}
