# Makes a function for each command of a session: it collects what it is given and runs the command there.
param($Session, [object[]] $Found, [string] $Prefix, [bool] $AllowClobber)

# They work on this side alone; the others of all commands go to the server with the rest.
$own = 'ErrorVariable', 'WarningVariable', 'InformationVariable', 'OutVariable', 'OutBuffer', 'PipelineVariable'

# Types that both sides have; a value of another is converted over there.
$known = 'String', 'Int32', 'Int64', 'Boolean', 'Double', 'Decimal', 'DateTime', 'TimeSpan', 'Guid', 'Uri', 'Version', 'Char', 'Byte'
$made = foreach ($command in $Found) {
    $name = $command.Name
    if ($Prefix) { $name = $name -replace '^([^-]+-)', "`$1$Prefix" }
    if (-not $AllowClobber -and (Get-Command -Name $name -ErrorAction SilentlyContinue)) {
        Write-Warning "Proxy creation has been skipped for the following command: '$name', because it would shadow an existing local command. Use the AllowClobber parameter if you want to shadow existing local commands."
        continue
    }
    if ("$($command.CommandType)" -eq 'Alias') {
        Set-Alias -Name $name -Value ($command.ResolvedCommandName -replace '^([^-]+-)', "`$1$Prefix") -Scope Global -Force
        $name
        continue
    }
    $parameters = foreach ($entry in $command.Parameters.Values) {
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
    `$call = @{ Session = `$Session; HideComputerName = `$true; ArgumentList = '$($command.Name)', `$bound, `$args }
    `$call.ScriptBlock = { param(`$Name, `$Bound, `$Rest) & `$Name @Bound @Rest }
    if (`$MyInvocation.ExpectingInput) { `$input | Invoke-Command @call } else { Invoke-Command @call }
}
"@
    Set-Item -Path "function:global:$name" -Value ([scriptblock]::Create($text).GetNewClosure()) -Force
    $name
}
$made
