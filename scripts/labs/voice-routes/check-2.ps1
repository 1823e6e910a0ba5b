Check 'American numbers have a route to gw01' {
    $route = Get-CsVoiceRoute Redmond
    $route.PstnUsages -contains 'Redmond' -and "$($route.PstnGatewayList)" -match 'gw01' -and
    (Test-CsVoiceRoute -TargetNumber +12065550123 -Route $route).MatchesPattern
}
Check 'Numbers of other countries have a route to gw02 only' {
    $abroad = @(Get-CsVoiceRoute | Where-Object { (Test-CsVoiceRoute -TargetNumber +35315551001 -Route $_).MatchesPattern })
    $abroad.Count -eq 1 -and "$($abroad[0].PstnGatewayList)" -match 'gw02'
}
