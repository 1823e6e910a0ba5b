Check 'Main is open on five days' {
    $hours = @((Get-UMAutoAttendant Main).BusinessHoursSchedule | ForEach-Object { "$_" })
    $hours.Count -eq 5 -and -not ($hours -match '^S(at|un)') -and -not ($hours -notmatch '9:00 AM-.*5:00 PM')
} -Advice '(Get-UMAutoAttendant Main).BusinessHoursSchedule'
