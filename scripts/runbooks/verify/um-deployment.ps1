<#
.SYNOPSIS
    Verifies what runbooks/um-deployment.ps1 set up: objects, links, warnings, and with -Call a call that leaves a message.
#>
[CmdletBinding()]
param([string]$DialPlan = 'RedmondDialPlan', [switch]$Call)

$test = Join-Path $PSScriptRoot 'Test-Step.ps1'
$servers = @(Get-ExchangeServer)
$results = @(
    & $test 1 'There is a pool with a registrar' { @(Get-CsService -Registrar).Count -gt 0 -and @(Get-CsPool).Count -gt 0 }
    & $test 2 'Certificates of servers and pools come from one authority' {
        $issuers = @(Get-ExchangeCertificate -Server $servers[0].Name | Where-Object { -not $_.IsSelfSigned } | ForEach-Object Issuer) + @(Get-CsCertificate -Type Default | ForEach-Object Issuer)
        $issuers.Count -gt 1 -and @($issuers | Select-Object -Unique).Count -eq 1
    }
    & $test 2 'No certificate for UM has a wildcard as its name' { @(Get-ExchangeCertificate -Server $servers[0].Name | Where-Object { $_.Subject -like 'CN=[*]*' }).Count -eq 0 }
    & $test 3 'The dial plan is a secured SIP URI plan with its default policy' {
        $plan = Get-UMDialPlan -Identity $DialPlan
        $plan.URIType -eq 'SipName' -and $plan.VoIPSecurity -in 'Secured', 'SIPSecured' -and $plan.UMMailboxPolicies.Name -contains "$DialPlan Default Policy" -and $plan.PhoneContext -like "$DialPlan.*"
    }
    & $test 4 'Servers and call routers serve the plan' {
        @($servers | Where-Object { (Get-UMService -Identity $_.Name).DialPlans.Name -notcontains $DialPlan }).Count -eq 0 -and
        @($servers | Where-Object { (Get-UMCallRouterSettings -Server $_.Name).DialPlans.Name -notcontains $DialPlan }).Count -eq 0
    }
    & $test 5 'They start in mode Dual and use the certificate' {
        $service = Get-UMService -Identity $servers[0].Name
        $router = Get-UMCallRouterSettings -Server $servers[0].Name
        $service.UMStartupMode -eq 'Dual' -and $router.UMStartupMode -eq 'Dual' -and $service.UMCertificateThumbprint -and $service.UMCertificateThumbprint -eq $router.UMCertificateThumbprint
    }
    & $test 6 'The auto attendant is enabled and linked' {
        $attendant = Get-UMAutoAttendant -Identity "${DialPlan}Attendant"
        $attendant.Status -eq 'Enabled' -and $attendant.UMDialPlan.Name -eq $DialPlan
    }
    & $test 7 'Each pool has a gateway with a hunt group named as the plan' {
        @(Get-CsService -Registrar | Where-Object {
                $fqdn = $_.PoolFqdn
                $gateway = Get-UMIPGateway | Where-Object { $_.Address.ToString() -eq $fqdn }
                @($gateway.HuntGroups | Where-Object { $_.PilotIdentifier -eq $DialPlan }).Count -ne 1
            }).Count -eq 0
    }
    & $test 7 'One gateway allows outgoing calls' { @(Get-UMIPGateway | Where-Object { $_.OutcallsAllowed }).Count -eq 1 }
    & $test 7 'The plan cannot be removed while it is referred to' {
        Remove-UMDialPlan -Identity $DialPlan -Confirm:$false -ErrorVariable refused -ErrorAction SilentlyContinue
        "$refused" -match 'referenced'
    }
    & $test 8 'A location profile with a rule for extensions exists' { Get-CsVoiceNormalizationRule -Identity "Tag:$DialPlan/Internal" }
    & $test 8 'The rule makes a number of an extension' {
        $rule = Get-CsVoiceNormalizationRule -Identity "Tag:$DialPlan/Internal"
        (Test-CsVoiceNormalizationRule -DialedNumber 1001 -NormalizationRule $rule).TranslatedNumber -eq '+14255551001'
    }
    & $test 9 'Contacts for subscriber access and the attendant exist' { @(Get-CsExUmContact).Count -eq 2 -and @(Get-CsExUmContact | Where-Object { $_.AutoAttendant }).Count -eq 1 }
    & $test 10 'The route leads to a trunk' { (Get-CsTrunk).Identity -contains (Get-CsVoiceRoute -Identity Redmond).PstnGatewayList[0] }
    & $test 11 'People have lines, policies and UM mailboxes' {
        $users = @(Get-CsUser)
        $users.Count -gt 0 -and @($users | Where-Object { -not $_.EnterpriseVoiceEnabled -or -not $_.ExUmEnabled }).Count -eq 0 -and @(Get-UMMailbox | Where-Object { $_.UMDialPlan.Name -ne $DialPlan }).Count -eq 0
    }
    & $test 11 'An extension that is taken is refused' {
        $first = @(Get-UMMailbox)[0]
        $null = New-Mailbox -Name 'Verify Extension' -UserPrincipalName verify.extension@contoso.com -Password (ConvertTo-SecureString 'x1y2z3!' -AsPlainText -Force)
        Enable-UMMailbox -Identity 'Verify Extension' -UMMailboxPolicy "$DialPlan Default Policy" -Extensions $first.Extensions[0] -SIPResourceIdentifier verify@contoso.com -ErrorVariable refused -ErrorAction SilentlyContinue
        Remove-Mailbox -Identity 'Verify Extension' -Confirm:$false
        "$refused" -match 'already in use'
    }
    if ($Call) {
        $null = Start-DialtoneService
        & $test 11 'A call nobody answers leaves a message' {
            $before = @(Get-UMMailboxMessage).Count
            $person = @(Get-CsUser)[0]
            $made = Invoke-DialtoneTestCall -From '+12065550123' -To ($person.LineURI -replace '^tel:') -WaitForBeep -Keys '#1'
            $made.Answered -and @(Get-UMMailboxMessage).Count -ge $before
        }
        & $test 11 'A call to the attendant is answered' {
            (Invoke-DialtoneTestCall -From '+12065550123' -To (Get-UMAutoAttendant -Identity "${DialPlan}Attendant").PilotIdentifierList[0] -HangUpAfter 2).Answered
        }
        Stop-DialtoneService | Out-Null
    }
)
$results
if ($failed = @($results | Where-Object { -not $_.Passed })) {
    throw "$($failed.Count) of $($results.Count) checks failed: $(($failed | ForEach-Object { "$($_.Step) $($_.Check) $($_.Detail)" }) -join '; ')"
}
