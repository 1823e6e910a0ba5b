Check 'The attendant is enabled at +14255550101' {
    $attendant = Get-UMAutoAttendant RedmondDialPlanAttendant
    $attendant.Status -eq 'Enabled' -and $attendant.PilotIdentifierList -contains '+14255550101'
}
