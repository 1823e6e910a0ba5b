Check 'Key 1 is Sales, key 2 is Service' {
    $attendant = Get-UMAutoAttendant Main
    $keys = "$($attendant.BusinessHoursKeyMapping)"
    $attendant.BusinessHoursKeyMappingEnabled -and $keys -match '1,Sales,1002' -and $keys -match '2,Service,1003'
} -Advice '(Get-UMAutoAttendant Main).BusinessHoursKeyMapping'
