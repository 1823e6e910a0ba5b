Check 'After hours, key 1 is Emergency' {
    $attendant = Get-UMAutoAttendant Main
    $attendant.AfterHoursKeyMappingEnabled -and "$($attendant.AfterHoursKeyMapping)" -match '1,Emergency,1004'
} -Advice '(Get-UMAutoAttendant Main).AfterHoursKeyMapping'
