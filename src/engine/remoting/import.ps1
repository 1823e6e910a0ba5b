# Makes a function for each command of a session; their names.
param($Session, [object[]] $Proxies, [bool] $AllowClobber)
foreach ($proxy in $Proxies) {
    $name = $proxy.Name
    if (-not $AllowClobber -and (Get-Command -Name $name -ErrorAction SilentlyContinue)) {
        Write-Warning "Proxy creation has been skipped for the following command: '$name', because it would shadow an existing local command. Use the AllowClobber parameter if you want to shadow existing local commands."
        continue
    }
    if ($proxy.Kind -eq 'Alias') {
        Set-Alias -Name $name -Value $proxy.Text -Scope Global -Force
    } else {
        Set-Item -Path "function:global:$name" -Value ([scriptblock]::Create($proxy.Text).GetNewClosure()) -Force
    }
    $name
}
