Check 'Every client access server announces Autodiscover' {
    @(Get-ClientAccessServer | Where-Object { "$($_.AutoDiscoverServiceInternalUri)" -ne 'https://autodiscover.contoso.com/autodiscover/autodiscover.xml' }).Count -eq 0
}
