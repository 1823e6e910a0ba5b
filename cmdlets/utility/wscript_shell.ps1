# WScript.Shell as old runbooks use it: popups are text, questions are asked at the prompt.
$shell = [pscustomobject]@{}
$shell.PSObject.TypeNames.Insert(0, 'System.__ComObject#{41904400-be18-11d3-a28b-00104bd35090}')
$shell | Add-Member ScriptProperty CurrentDirectory { "$PWD" } { param($Path) Set-Location -LiteralPath $Path }
$shell | Add-Member ScriptMethod Popup {
    param([string] $Text, [int] $SecondsToWait = 0, [string] $Title = 'Windows Script Host', [int] $Type = 0)
    $sets = @(
        @(1), @(1, 2), @(3, 4, 5), @(6, 7, 2), @(6, 7), @(4, 2), @(2, 10, 11)
    )
    $names = @{
        1 = '&OK'; 2 = '&Cancel'; 3 = '&Abort'; 4 = '&Retry'; 5 = '&Ignore'; 6 = '&Yes'; 7 = '&No'; 10 = '&Try Again'; 11 = 'C&ontinue'
    }
    $numbers = $sets[[math]::Min($Type -band 15, 6)]
    if ($numbers.Count -eq 1) {
        $Host.UI.WriteLine("${Title}: $Text")
        return 1
    }
    $default = [math]::Min(($Type -shr 8) -band 3, $numbers.Count - 1)
    $choices = foreach ($number in $numbers) { [System.Management.Automation.Host.ChoiceDescription]::new($names[$number]) }
    try {
        $chosen = $Host.UI.PromptForChoice($Title, $Text, [System.Management.Automation.Host.ChoiceDescription[]] $choices, $default)
    } catch {
        # Nobody answers: with a limit of time that is an answer of its own.
        if ($SecondsToWait -gt 0) { return -1 }
        throw
    }
    $numbers[$chosen]
}
$shell | Add-Member ScriptMethod ExpandEnvironmentStrings {
    param([string] $Text)
    [regex]::Replace($Text, '%([^%]+)%', {
            param($found)
            $value = [Environment]::GetEnvironmentVariable($found.Groups[1].Value)
            if ($null -ne $value) { $value } else { $found.Value }
        })
}
$shell | Add-Member ScriptMethod Run {
    param([string] $Command, [int] $WindowStyle = 1, [bool] $WaitOnReturn = $false)
    $parts = @([regex]::Matches($Command, '"([^"]*)"|(\S+)') | ForEach-Object { $_.Groups[1].Value + $_.Groups[2].Value })
    $started = @{ FilePath = $parts[0]; PassThru = $true }
    if ($parts.Count -gt 1) { $started.ArgumentList = $parts[1..($parts.Count - 1)] }
    $process = Start-Process @started
    if (-not $WaitOnReturn) { return 0 }
    $process.WaitForExit()
    $process.ExitCode
}
foreach ($name in 'AppActivate', 'CreateShortcut', 'LogEvent', 'RegDelete', 'RegRead', 'RegWrite', 'SendKeys') {
    $shell | Add-Member ScriptMethod $name ([scriptblock]::Create(
            "throw [System.NotSupportedException]::new('WScript.Shell.$name needs Windows: there is no registry, no desktop and no event log of Windows here.')"))
}
$shell
