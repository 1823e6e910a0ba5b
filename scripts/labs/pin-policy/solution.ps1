# Task 1
Set-UMMailboxPolicy -Identity 'RedmondDialPlan Default Policy' -MinPINLength 8 -AllowCommonPatterns $false -PINHistoryCount 8

# Task 2
Set-UMMailboxPolicy -Identity 'RedmondDialPlan Default Policy' -LogonFailuresBeforePINReset 3 -MaxLogonAttempts 5

# Task 3
New-UMMailboxPolicy -Name Managers -UMDialPlan RedmondDialPlan
Set-UMMailboxPolicy -Identity Managers -MinPINLength 12
Set-UMMailbox -Identity 'Kim Akers' -UMMailboxPolicy Managers

# Task 4
Set-UMMailbox -Identity 'Kim Akers' -AnonymousCallersCanLeaveMessages $false
