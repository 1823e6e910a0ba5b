Check 'The attendant is enabled' { (Get-UMAutoAttendant RedmondDialPlanAttendant).Status -eq 'Enabled' }
