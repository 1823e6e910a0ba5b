function Test-Way([string]$Wanted) {
    $reached = { @($call.Ladder | Where-Object { $_.Text -like 'INVITE*' -and $_.To -eq $Wanted }).Count -gt 0 }
    $call = Invoke-CheckCall -From sip:kim@contoso.com -To '+12065550123' -Gateway user -Until $reached
    & $reached
}
Check "Kim's call reaches gw01" { Test-Way gw01.contoso.com } -Advice 'Invoke-DialtoneTestCall -Gateway user: Status and Ladder'
Check 'When gw01 is down it reaches gw02' {
    $null = Start-DialtoneService
    Stop-DialtoneService -Server gw01.contoso.com
    try { Test-Way gw02.contoso.com } finally { $null = Start-DialtoneService -Server gw01.contoso.com }
}
