<#
.SYNOPSIS
    Prepares Exchange Unified Messaging to work with Skype for Business pools.
.DESCRIPTION
    Grants the Skype for Business groups read permission on the UM containers, makes a UM IP gateway for each pool, and in each
    gateway a hunt group for each SIP URI dial plan. What exists already is left as it is. Outgoing calls must be disabled
    afterwards on all UM IP gateways but one.
.PARAMETER Verify
    Changes nothing and reports what is there.
.PARAMETER Forest
    Forest of the pools.
#>
[CmdletBinding()]
param(
    [switch]$Verify,
    [string]$Forest
)

$groups = 'RTCUniversalServerAdmins', 'RTCComponentUniversalServices'
$containers = @(
    @{ Name = (Get-OrganizationConfig).Name; Rights = 'ListChildren' }
    @{ Name = 'UM DialPlan Container'; Rights = 'ListChildren, ReadProperty' }
    @{ Name = 'UM AutoAttendant Container'; Rights = 'ListChildren, ReadProperty' }
    @{ Name = 'Administrative Groups'; Rights = 'ListChildren, ReadProperty' }
)

function Test-Right($Container, $Group) {
    $entries = @(Get-ADPermission -Identity $Container.Name -User $Group)
    foreach ($right in $Container.Rights -split ', ') {
        $has = $false
        foreach ($entry in $entries) {
            if (-not $entry.Deny -and $entry.AccessRights -contains $right) { $has = $true }
        }
        if (-not $has) { return $false }
    }
    return $true
}

$permissions = foreach ($container in $containers) {
    foreach ($group in $groups) {
        $configured = Test-Right $container $group
        if (-not $configured -and -not $Verify) {
            $null = Add-ADPermission -Identity $container.Name -User $group -AccessRights ($container.Rights -split ', ') -InheritanceType All
            $configured = Test-Right $container $group
        }
        [pscustomobject]@{
            ObjectName   = $container.Name
            User         = $group
            AccessRights = $container.Rights
            Configured   = $configured
        }
    }
}

$plans = @(Get-UMDialPlan | Where-Object { $_.URIType -eq 'SipName' })
$pools = @(& (Join-Path $PSScriptRoot 'Get-UCPool.ps1') -Forest $Forest)

$gateways = foreach ($pool in $pools) {
    $gateway = Get-UMIPGateway | Where-Object { $_.Address.ToString() -eq $pool.Fqdn }
    if (-not $gateway -and -not $Verify) {
        $name = $pool.Fqdn.Split('.')[0]
        $null = New-UMIPGateway -Name $name -Address $pool.Fqdn
        Set-UMIPGateway -Identity $name -Port 5061
        if ($pool.IsBranchRegistrar) {
            Set-UMIPGateway -Identity $name -OutcallsAllowed $false -MessageWaitingIndicatorAllowed $false
        }
        $gateway = Get-UMIPGateway -Identity $name
    }
    if ($gateway) {
        foreach ($plan in $plans) {
            $group = Get-UMHuntGroup | Where-Object { $_.UMIPGateway.Name -eq $gateway.Name -and $_.UMDialPlan.Name -eq $plan.Name }
            $right = $group | Where-Object { $_.PilotIdentifier -eq $plan.Name }
            if (-not $right -and -not $Verify) {
                foreach ($wrong in $group) {
                    Remove-UMHuntGroup -Identity $wrong.Identity.ToString() -Confirm:$false
                }
                $null = New-UMHuntGroup -Name $plan.Name -UMDialPlan $plan.Name -UMIPGateway $gateway.Name -PilotIdentifier $plan.Name
            }
        }
        $gateway = Get-UMIPGateway -Identity $gateway.Name
    }
    [pscustomobject]@{
        PoolFqdn    = $pool.Fqdn
        UMIPGateway = if ($gateway) { $gateway.Name } else { '(not found)' }
        DialPlans   = if ($gateway) { @($gateway.HuntGroups | ForEach-Object { $_.UMDialPlan.Name }) } else { @() }
    }
}

$permissions
$gateways
