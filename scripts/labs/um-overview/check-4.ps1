foreach ($server in Get-ExchangeServer) {
    Check "$($server.Name) answers for both plans over TCP and TLS" {
        $service = Get-UMService $server.Name
        $router = Get-UMCallRouterSettings -Server $server.Name
        $both = @($service, $router | Where-Object {
                $_.UMStartupMode -eq 'Dual' -and $_.DialPlans.Name -contains 'RedmondUM' -and $_.DialPlans.Name -contains 'DublinUM'
            })
        $both.Count -eq 2
    }
    Check "$($server.Name) uses its own certificate" {
        $own = Get-ExchangeCertificate -Server $server.Name | Where-Object { $_.Subject -eq "CN=$($server.Fqdn)" -and -not $_.IsSelfSigned }
        $own.Thumbprint -contains (Get-UMService $server.Name).UMCertificateThumbprint
    }
}
