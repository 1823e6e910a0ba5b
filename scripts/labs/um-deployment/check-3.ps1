Check 'The UM service serves the plan over TCP and TLS' {
    $service = Get-UMService ex01
    $service.DialPlans.Name -contains 'RedmondDialPlan' -and $service.UMStartupMode -eq 'Dual'
}
Check 'The call router serves the plan over TCP and TLS' {
    $router = Get-UMCallRouterSettings -Server ex01
    $router.DialPlans.Name -contains 'RedmondDialPlan' -and $router.UMStartupMode -eq 'Dual'
}
Check 'Both use a certificate of the authority' {
    $own = (Get-ExchangeCertificate -Server ex01 | Where-Object { -not $_.IsSelfSigned }).Thumbprint
    $own -contains (Get-UMService ex01).UMCertificateThumbprint -and $own -contains (Get-UMCallRouterSettings -Server ex01).UMCertificateThumbprint
}
