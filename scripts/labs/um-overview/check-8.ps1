Check 'The right to make contacts is granted' { Test-CsOUPermission -OU 'OU=Contacts,DC=contoso,DC=com' -ObjectType Contact }
Check 'Both access numbers have a contact' {
    $numbers = @(Get-CsExUmContact | Where-Object { -not $_.AutoAttendant } | ForEach-Object { $_.DisplayNumber })
    $numbers -contains '+14255550200' -and $numbers -contains '+14255550201'
}
