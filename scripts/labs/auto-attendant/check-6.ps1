Check 'The attendant has a contact' { Get-CsExUmContact | Where-Object { $_.AutoAttendant -and $_.DisplayNumber -eq '+14255550180' } }
Check 'A call to +14255550180 is answered' {
    (Invoke-CheckCall -From '+12065550123' -To '+14255550180').Answered
} -Advice 'Get-DialtoneEvent, Trace-DialtoneCall'
