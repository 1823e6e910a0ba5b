# The commands of a session on a computer of the organization, one text each: name, kind, what an alias stands for, parameters.
param($Session, [string[]] $Name, [string[]] $Module, [string[]] $Kind, [object[]] $Arguments)
Invoke-Command -Session $Session -HideComputerName -ArgumentList $Name, $Module, $Kind, $Arguments -ScriptBlock {
    param([string[]] $Name, [string[]] $Module, [string[]] $Kind, [object[]] $Arguments)
    $asked = @{ ErrorAction = 'SilentlyContinue'; CommandType = ($Kind -join ', ') }
    if ($Name) { $asked.Name = @($Name) }
    if ($Module) { $asked.Module = @($Module) }
    if ($Arguments) { $asked.ArgumentList = @($Arguments) }
    foreach ($command in Get-Command @asked) {
        $lines = @($command.Name, "$($command.CommandType)", "$($command.ResolvedCommandName)")
        if ("$($command.CommandType)" -ne 'Alias') {
            foreach ($one in $command.Parameters.Values) {
                $lines += "$($one.Name)|$($one.ParameterType)|$($one.Aliases -join ',')"
            }
        }
        $lines -join "`n"
    }
}
