# Task 1: the attendant
New-UMAutoAttendant -Name Main -UMDialPlan RedmondDialPlan -PilotIdentifierList '+14255550180' -Status Enabled

# Task 2: its hours
Set-UMAutoAttendant -Identity Main -BusinessHoursSchedule ('Mon', 'Tue', 'Wed', 'Thu', 'Fri' | ForEach-Object { "$_.9:00 AM-$_.5:00 PM" })

# Task 3: its menu
Set-UMAutoAttendant -Identity Main -BusinessHoursKeyMapping '1,Sales,1002', '2,Service,1003' -BusinessHoursKeyMappingEnabled $true

# Task 4: after hours
Set-UMAutoAttendant -Identity Main -AfterHoursKeyMapping '1,Emergency,1004' -AfterHoursKeyMappingEnabled $true

# Task 5: the operator
Set-UMAutoAttendant -Identity Main -OperatorExtension 1001 -BusinessHoursTransferToOperatorEnabled $true

# Task 6: its contact
Invoke-OcsUmUtil -RegistrarPool pool01.contoso.com -OU 'OU=Contacts' -DialPlan RedmondDialPlan
