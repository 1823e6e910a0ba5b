function Get-Way {
    $call = Invoke-DialtoneTestCall -From sip:kim@contoso.com -To '+12065550123' -Gateway user -HangUpAfter 1 -AnswerTimeout 20
    @($call.Ladder | Where-Object { $_.Text -like 'INVITE*' } | ForEach-Object { $_.To })
}
Check "Kim's call reaches gw01" { (Get-Way) -contains 'gw01.contoso.com' } -Advice 'Invoke-DialtoneTestCall -Gateway user: Status and Ladder'
Check 'When gw01 is down it reaches gw02' {
    $null = Start-DialtoneService
    Stop-DialtoneService -Server gw01.contoso.com
    try { (Get-Way) -contains 'gw02.contoso.com' } finally { $null = Start-DialtoneService -Server gw01.contoso.com }
}
