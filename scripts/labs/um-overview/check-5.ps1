Check 'Every mailbox has a SIP address' {
    @(Get-Mailbox -ResultSize Unlimited | Where-Object { $_.EmailAddresses -notcontains "sip:$($_.PrimarySmtpAddress)" }).Count -eq 0
}
