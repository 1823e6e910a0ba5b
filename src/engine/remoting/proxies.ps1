# The text of a function for each command of a session: it collects what it is given and runs the command there.
param([object[]] $Found, [string] $Prefix, [string] $Session)

# They work on this side alone; the others of all commands go to the server with the rest.
$own = 'ErrorVariable', 'WarningVariable', 'InformationVariable', 'OutVariable', 'OutBuffer', 'PipelineVariable'

# Types that both sides have; a value of another is converted over there.
$known = 'String', 'Int32', 'Int64', 'Boolean', 'Double', 'Decimal', 'DateTime', 'TimeSpan', 'Guid', 'Uri', 'Version', 'Char', 'Byte'
foreach ($command in $Found) {
    if ($command -is [string]) {
        $lines = $command -split "`n"
        $all = foreach ($line in $lines | Select-Object -Skip 3) {
            $parts = $line -split '\|'
            [pscustomobject]@{ Name = $parts[0]; ParameterType = $parts[1]; Aliases = @($parts[2] -split ',' -ne '') }
        }
        $original, $kind, $target = $lines[0], $lines[1], $lines[2]
    } else {
        $original, $kind, $target, $all =
            $command.Name, "$($command.CommandType)", $command.ResolvedCommandName, $command.Parameters.Values
    }
    $name = $original
    if ($Prefix) { $name = $name -replace '^([^-]+-)', "`$1$Prefix" }
    if ($kind -eq 'Alias') {
        [pscustomobject]@{ Name = $name; Kind = $kind; Text = $target -replace '^([^-]+-)', "`$1$Prefix" }
        continue
    }
    $parameters = foreach ($entry in $all) {
        $parameter, $type, $aliases = $entry.Name, $entry.ParameterType, ($entry.Aliases -join ',')
        if ($parameter -in $own) { continue }
        $type = $type -replace '^System\.Management\.Automation\.SwitchParameter$', 'switch' -replace '^System\.'
        $shown = if ($type -eq 'switch' -or ($type -replace '\[\]$') -in $known) { "[$type] " } else { '' }
        $other = if ($aliases) { "[Alias('$($aliases -replace ',', "','")')] " } else { '' }
        "    $other$shown`${$parameter}"
    }
    $text = @"
param(
$($parameters -join ",`n")
)
end {
    `$bound = @{}
    foreach (`$key in `$PSBoundParameters.Keys) {
        `$value = `$PSBoundParameters[`$key]
        `$bound[`$key] = if (`$value -is [switch]) { `$value.IsPresent } else { `$value }
    }
    `$call = @{ Session = $Session; HideComputerName = `$true; ArgumentList = '$original', `$bound, `$args }
    `$call.ScriptBlock = { param(`$Name, `$Bound, `$Rest) & `$Name @Bound @Rest }
    if (`$MyInvocation.ExpectingInput) { `$input | Invoke-Command @call } else { Invoke-Command @call }
}
"@
    [pscustomobject]@{ Name = $name; Kind = $kind; Text = $text }
}
