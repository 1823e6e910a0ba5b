# Runs the checks of one task. A check passes when the last thing its condition writes counts as true.
param([scriptblock]$Checks)

function Check {
    param(
        [Parameter(Mandatory)][string]$Text,
        [Parameter(Mandatory)][scriptblock]$Condition,
        [string]$Advice = ''
    )
    $ErrorActionPreference = 'Stop'
    $WarningPreference = 'SilentlyContinue'
    $passed = $false
    $detail = $Advice
    try {
        $written = @(& $Condition)
        $passed = $written.Count -gt 0 -and [bool]$written[-1]
    }
    catch {
        $detail = if ($Advice) { $Advice } else { "$_" }
    }
    [pscustomobject]@{ Check = $Text; Passed = $passed; Detail = if ($passed) { '' } else { $detail } }
}

& $Checks
