<#
.SYNOPSIS
    Verifies what runbooks/hybrid-voice.ps1 set up.
#>
[CmdletBinding()]
param([string]$Line = 'tel:+14255551101', [switch]$Call)

$test = Join-Path $PSScriptRoot 'Test-Step.ps1'
$domain = @(Get-CsSipDomain | Where-Object { $_.IsDefault })[0].Name
$access = @(Get-CsService -EdgeServer)[0].AccessEdgeExternalFqdn
$user = @(Get-CsOnlineUser | Where-Object { $_.OnPremLineURI -eq $Line })[0]
$results = @(
    & $test 1 'The firewall has its rules' { @(Get-NetFirewallRule | Where-Object { $_.DisplayName -like 'CCE *' }).Count -eq 2 }
    & $test 2 'Every trunk leads from a mediation server to a gateway' { @(Get-CsTrunk).Count -gt 0 -and @(Get-CsTrunk | Where-Object { -not $_.MediationServer -or -not $_.PoolFqdn }).Count -eq 0 }
    & $test 3 'The domain is verified' { (Get-MsolDomain | Where-Object { $_.Name -eq $domain }).Status -eq 'Verified' }
    & $test 4 'The Edge has its A record' { Get-DnsServerResourceRecord -ZoneName $domain -Name $access.Split('.')[0] -RRType A }
    & $test 4 'The SIP records lead to the Edge' { @(Resolve-DnsName -Name "_sipfederationtls._tcp.$domain" -Type SRV)[0].NameTarget -eq $access }
    & $test 5 'Hybrid and federation are set' {
        $hybrid = Get-CsTenantHybridConfiguration
        $hybrid.PeerDestination -eq $access -and -not $hybrid.UseOnPremDialPlan -and (Get-CsTenantFederationConfiguration).SharedSipAddressSpace
    }
    & $test 6 'The user has a licence' { (Get-MsolUser -UserPrincipalName $user.UserPrincipalName).isLicensed }
    & $test 7 'The user has voice, voice mail and the policy of hybrid users' { $user.EnterpriseVoiceEnabled -eq $true -and $user.HostedVoiceMail -eq $true -and $user.VoicePolicy -eq 'HybridVoice' }
    & $test 7 'A line that is no number is refused' {
        Set-CsUser -Identity $user.UserPrincipalName -OnPremLineURI 'tel:nobody' -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused.Count -gt 0
    }
    & $test 8 'International calls are disallowed' { $user.VoiceRoutingPolicy -eq 'InternationalCallsDisallowed' }
    & $test 9 'The user belongs to the PSTN site' { (Get-CsUserPstnSettings -Identity $user.UserPrincipalName).HybridPSTNSite -eq 'Redmond' }
    & $test 9 'A site that is not there is refused' {
        Set-CsUserPstnSettings -Identity $user.UserPrincipalName -HybridPstnSite Nowhere -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused.Count -gt 0
    }
    & $test 10 'The mediation server is an account of the tenant with its names' {
        $account = Get-CsHybridMediationServer -Identity MediationServer1
        $account.AccessProxyExternalFqdn -eq $access -and $account.Fqdn -and (Get-MsolUser -UserPrincipalName "MediationServer1@$domain").Department -eq 'HybridMediationServer'
    }
)
$results
if ($failed = @($results | Where-Object { -not $_.Passed })) {
    throw "$($failed.Count) of $($results.Count) checks failed: $(($failed | ForEach-Object { "$($_.Step) $($_.Check) $($_.Detail)" }) -join '; ')"
}
