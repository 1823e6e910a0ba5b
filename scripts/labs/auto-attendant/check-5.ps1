Check 'The operator is at 1001 in business hours' {
    $attendant = Get-UMAutoAttendant Main
    $attendant.OperatorExtension -eq '1001' -and $attendant.BusinessHoursTransferToOperatorEnabled
}
