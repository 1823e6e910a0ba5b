foreach ($name in 'RedmondUM', 'DublinUM') {
    Check "Somebody with Enterprise Voice has a mailbox in $name" {
        Get-UMMailbox | Where-Object { $_.UMDialPlan.Name -eq $name } | Where-Object {
            (Get-CsUser "sip:$($_.PrimarySmtpAddress)").EnterpriseVoiceEnabled
        }
    }
}
