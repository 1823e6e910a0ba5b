# Makes a function for each command of a session: it collects what it is given and runs the command there.
param($Session, [string[]] $Name, [string[]] $Module, [string] $Prefix, [bool] $AllowClobber, [object[]] $ArgumentList)

$found = Invoke-Command -Session $Session -HideComputerName -ArgumentList $Name, $Module, $ArgumentList -ScriptBlock {
    param($Name, $Module, $ArgumentList)
    $common = 'Verbose', 'Debug', 'ErrorAction', 'WarningAction', 'InformationAction', 'ProgressAction', 'ErrorVariable', 'WarningVariable', 'InformationVariable', 'OutVariable', 'OutBuffer', 'PipelineVariable', 'WhatIf', 'Confirm'
    $how = @{ CommandType = 'Alias', 'Function', 'Filter', 'Cmdlet'; ErrorAction = 'SilentlyContinue' }
    if ($Name) { $how.Name = $Name }
    if ($Module) { $how.Module = $Module }
    if ($ArgumentList) { $how.ArgumentList = $ArgumentList }
    foreach ($command in Get-Command @how) {
        $parameters = foreach ($parameter in $command.Parameters.Values) {
            if ($parameter.Name -notin $common) {
                "$($parameter.Name)|$($parameter.ParameterType.FullName)|$($parameter.Aliases -join ',')"
            }
        }
        [pscustomobject]@{ Name = $command.Name; Parameters = @($parameters) }
    }
}

# Types that both sides have; a value of another is converted over there.
$known = 'String', 'Int32', 'Int64', 'Boolean', 'Double', 'Decimal', 'DateTime', 'TimeSpan', 'Guid', 'Uri', 'Version', 'Char', 'Byte'
$made = foreach ($command in $found) {
    $name = $command.Name
    if ($Prefix) { $name = $name -replace '^([^-]+-)', "`$1$Prefix" }
    if (-not $AllowClobber -and (Get-Command -Name $name -ErrorAction SilentlyContinue)) {
        Write-Warning "Proxy creation has been skipped for the following command: '$name', because it would shadow an existing local command. Use the AllowClobber parameter if you want to shadow existing local commands."
        continue
    }
    $parameters = foreach ($line in $command.Parameters) {
        $parameter, $type, $aliases = $line -split '\|'
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
    `$call.ScriptBlock = { param(`$Name, `$Bound, `$Rest) if (`$MyInvocation.ExpectingInput) { `$input | & `$Name @Bound @Rest } else { & `$Name @Bound @Rest } }
    if (`$MyInvocation.ExpectingInput) { `$input | Invoke-Command @call } else { Invoke-Command @call }
}
"@
    Set-Item -Path "function:global:$name" -Value ([scriptblock]::Create($text).GetNewClosure()) -Force
    $name
}
$made
