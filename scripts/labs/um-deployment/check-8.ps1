Check 'A call to Kim is answered by voice mail' {
    (Invoke-CheckCall -From '+12065550123' -To '+14255551001').Answered
} -Advice 'Get-DialtoneEvent, and Resolve-DialtoneError with its number'
Check 'Media is encrypted towards Unified Messaging' {
    (Get-UMDialPlan RedmondDialPlan).VoIPSecurity -eq 'Secured' -and (Get-CsMediaConfiguration -Identity Global).EncryptionLevel -ne 'DoNotSupportEncryption'
}
