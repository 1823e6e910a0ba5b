<#
.SYNOPSIS
    Verifies what runbooks/um-overview.ps1 set up: objects, links, warnings, and with -Call a call to each dial plan's number.
#>
[CmdletBinding()]
param([string[]]$DialPlan = ('RedmondUM', 'DublinUM'), [switch]$Call)

$test = Join-Path $PSScriptRoot 'Test-Step.ps1'
$servers = @(Get-ExchangeServer)
$pools = @(Get-CsService -Registrar)
$results = @(
    & $test 1 'There are Exchange servers and pools' { $servers.Count -gt 0 -and $pools.Count -gt 0 }
    foreach ($server in $servers) {
        & $test 2 "$($server.Name) has a certificate of the authority with its FQDN" {
            $own = Get-ExchangeCertificate -Server $server.Name | Where-Object { -not $_.IsSelfSigned }
            $own.Subject -eq "CN=$($server.Fqdn)" -and $own.Services -match 'UM' -and $own.Issuer -like '*-CA'
        }
    }
    foreach ($computer in Get-CsComputer) {
        & $test 2 "$($computer.Fqdn) has a certificate" { Get-CsCertificate -Type Default | Where-Object { $_.AlternativeNames -contains $computer.Fqdn } }
    }
    foreach ($name in $DialPlan) {
        & $test 3 "$name is a SIP URI dial plan" { (Get-UMDialPlan -Identity $name).URIType -eq 'SipName' }
        & $test 4 "$name is secured" { (Get-UMDialPlan -Identity $name).VoIPSecurity -ne 'Unsecured' }
        & $test 5 "Every server serves $name" {
            $plan = Get-UMDialPlan -Identity $name
            @($servers | Where-Object { (Get-UMService -Identity $_.Name).DialPlans.Name -notcontains $name }).Count -eq 0 -and
            @($servers | Where-Object { (Get-UMCallRouterSettings -Server $_.Name).DialPlans.Name -notcontains $name }).Count -eq 0 -and
            $plan.UMServers.Count -ge $servers.Count
        }
        foreach ($pool in $pools) {
            & $test 7 "The gateway of $($pool.PoolFqdn) has a hunt group for $name" {
                $gateway = Get-UMIPGateway | Where-Object { $_.Address.ToString() -eq $pool.PoolFqdn }
                @($gateway.HuntGroups | Where-Object { $_.UMDialPlan.Name -eq $name -and $_.PilotIdentifier -eq $name }).Count -eq 1
            }
        }
        & $test 8 "Enterprise Voice has a dial plan named as $name's FQDN" { Get-CsDialPlan -Identity "Tag:$((Get-UMDialPlan -Identity $name).PhoneContext)" }
        & $test 9 "$name has its contacts" {
            $numbers = (Get-UMDialPlan -Identity $name).AccessTelephoneNumbers
            @(Get-CsExUmContact | Where-Object { -not $_.AutoAttendant -and $numbers -contains $_.DisplayNumber }).Count -eq 1
        }
    }
    & $test 5 'UM services and call routers start over TCP and TLS' {
        @(Get-UMService | Where-Object { $_.UMStartupMode -ne 'Dual' }).Count -eq 0 -and @(Get-UMCallRouterSettings | Where-Object { $_.UMStartupMode -ne 'Dual' }).Count -eq 0
    }
    & $test 5 'Changing the start-up mode warns that the service must be restarted' {
        $name = $servers[0].Name
        Set-UMService -Identity $name -UMStartupMode TLS -WarningVariable told -WarningAction SilentlyContinue
        Set-UMService -Identity $name -UMStartupMode Dual -WarningAction SilentlyContinue
        "$told" -match 'restart'
    }
    & $test 6 'Mailboxes of people have SIP addresses' {
        @(Get-UMMailbox | Where-Object { $_.EmailAddresses -notcontains "sip:$($_.PrimarySmtpAddress)" }).Count -eq 0
    }
    & $test 7 'The groups of Skype for Business may read the UM containers' {
        @(& (Join-Path $PSScriptRoot '../../ExchUCUtil.ps1') -Verify | Where-Object { $_.PSObject.Properties['Configured'] -and -not $_.Configured }).Count -eq 0
    }
    & $test 7 'One gateway allows outgoing calls' { @(Get-UMIPGateway | Where-Object { $_.OutcallsAllowed }).Count -eq 1 }
    & $test 9 'The right to make contacts was granted' { Test-CsOUPermission -OU 'OU=Contacts' -ObjectType Contact }
    & $test 10 'A route, its usage and its gateway fit together' {
        $route = Get-CsVoiceRoute -Identity Overview
        (Get-CsPstnUsage).Usage -contains $route.PstnUsages[0] -and (Get-CsTrunk).Identity -contains $route.PstnGatewayList[0]
    }
    & $test 11 'People are enabled for Enterprise Voice with the policy and dial plan' {
        $users = @(Get-CsUser)
        $users.Count -gt 0 -and @($users | Where-Object { -not $_.EnterpriseVoiceEnabled -or -not $_.LineURI -or $_.VoicePolicy -ne 'Overview' -or -not $_.ExUmEnabled }).Count -eq 0
    }
    & $test 12 'Extensions are unique' {
        $all = @(Get-UMMailbox | ForEach-Object { $_.Extensions })
        $all.Count -gt 0 -and @($all | Select-Object -Unique).Count -eq $all.Count
    }
    if ($Call) {
        $null = Start-DialtoneService
        foreach ($name in $DialPlan) {
            $number = (Get-UMDialPlan -Identity $name).AccessTelephoneNumbers[0]
            & $test 12 "A call to $number reaches subscriber access" { (Invoke-DialtoneTestCall -From '+12065550199' -To $number -HangUpAfter 2).Answered }
        }
        Stop-DialtoneService | Out-Null
    }
)
$results
if ($failed = @($results | Where-Object { -not $_.Passed })) {
    throw "$($failed.Count) of $($results.Count) checks failed: $(($failed | ForEach-Object { "$($_.Step) $($_.Check) $($_.Detail)" }) -join '; ')"
}
