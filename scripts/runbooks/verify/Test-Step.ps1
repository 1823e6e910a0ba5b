<#
.SYNOPSIS
    Runs one check of a verification script and says how it went.
.DESCRIPTION
    Gives an object with Step, Check, Passed and Detail. The check is a script block that is true when all is well.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)][string]$Step,
    [Parameter(Mandatory)][string]$Check,
    [Parameter(Mandatory)][scriptblock]$That
)

$detail = ''
try {
    $passed = [bool](& $That)
} catch {
    $passed = $false
    $detail = $_.Exception.Message
}
[pscustomobject]@{ Step = $Step; Check = $Check; Passed = $passed; Detail = $detail }
