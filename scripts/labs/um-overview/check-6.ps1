foreach ($pool in Get-CsService -Registrar) {
    Check "The gateway of $($pool.PoolFqdn) has a hunt group for each plan" {
        $gateway = Get-UMIPGateway | Where-Object { "$($_.Address)" -eq $pool.PoolFqdn }
        $pilots = @($gateway.HuntGroups | ForEach-Object { $_.PilotIdentifier })
        $pilots -contains 'RedmondUM' -and $pilots -contains 'DublinUM'
    }
}
Check 'One gateway allows outgoing calls' { @(Get-UMIPGateway | Where-Object { $_.OutcallsAllowed }).Count -eq 1 }
