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
    [pscustomobject]@{ Check = $Text; Passed = $passed; Detail = if ($passed) { '' } elseif ($detail) { $detail } else { 'does not hold yet' } }
}

# Places a call and gives its result. A call that is not answered is placed again: services that were just started, or a
# computer that has much to do, may need another try.
function Invoke-CheckCall {
    param([Parameter(Mandatory)][string]$From, [Parameter(Mandatory)][string]$To, [string]$Gateway, [scriptblock]$Until = { $call.Answered })
    $more = if ($Gateway) { @{ Gateway = $Gateway } } else { @{} }
    for ($try = 0; $try -lt 4; $try++) {
        $call = Invoke-DialtoneTestCall -From $From -To $To -HangUpAfter 1 -AnswerTimeout 20 @more
        if (& $Until) { break }
    }
    $call
}

& $Checks
