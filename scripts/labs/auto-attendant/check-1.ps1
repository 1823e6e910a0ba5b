Check 'Main is enabled at +14255550180' {
    $attendant = Get-UMAutoAttendant Main
    $attendant.Status -eq 'Enabled' -and $attendant.PilotIdentifierList -contains '+14255550180' -and $attendant.UMDialPlan.Name -eq 'RedmondDialPlan'
}
