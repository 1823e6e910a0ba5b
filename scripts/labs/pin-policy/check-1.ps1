Check 'PINs have eight digits' { (Get-UMMailboxPolicy 'RedmondDialPlan Default Policy').MinPINLength -eq 8 }
Check 'Eight old PINs are remembered' {
    $policy = Get-UMMailboxPolicy 'RedmondDialPlan Default Policy'
    $policy.PINHistoryCount -eq 8 -and -not $policy.AllowCommonPatterns
}
