<#
.SYNOPSIS
    Lists the Skype for Business pools that can work with Unified Messaging.
.DESCRIPTION
    Gives one object a pool with Name, Fqdn, Version and IsBranchRegistrar. ExchUCUtil.ps1 calls it.
#>
[CmdletBinding()]
param(
    # Forest to look in; the own one when left out.
    [string]$Forest
)

$number = 0
foreach ($service in Get-CsService -Registrar) {
    $number++
    if ($Forest -and -not $service.PoolFqdn.EndsWith($Forest)) { continue }
    [pscustomobject]@{
        Name              = "1:$number"
        Fqdn              = $service.PoolFqdn
        Version           = $service.Version
        IsBranchRegistrar = $false
    }
}
