Check 'A call to Kim is answered by voice mail' {
    (Invoke-DialtoneTestCall -From '+12065550123' -To '+14255551001' -HangUpAfter 1 -AnswerTimeout 20).Answered
} -Advice 'Get-DialtoneEvent, and Resolve-DialtoneError with its number'
Check 'Media is encrypted towards Unified Messaging' {
    (Get-UMDialPlan RedmondDialPlan).VoIPSecurity -eq 'Secured' -and (Get-CsMediaConfiguration -Identity Global).EncryptionLevel -ne 'DoNotSupportEncryption'
}
