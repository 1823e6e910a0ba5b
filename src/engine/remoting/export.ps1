# Writes a module whose functions run the commands of a session; its files.
param($Session, [object[]] $Proxies, [string] $Folder, [string] $Module, [string[]] $FormatTypeName, $Encoding, [bool] $AllowClobber)
$quote = { param($Text) "'" + ("$Text" -replace "'", "''") + "'" }
$taken = @($Proxies | Where-Object { -not $AllowClobber -and (Get-Command -Name $_.Name -ErrorAction SilentlyContinue) })
foreach ($one in $taken) {
    Write-Warning "Proxy creation has been skipped for the following command: '$($one.Name)', because it would shadow an existing local command. Use the AllowClobber parameter if you want to shadow existing local commands."
}
$kept = @($Proxies | Where-Object { $_ -notin $taken })
$functions = @($kept | Where-Object Kind -ne 'Alias')
$aliases = @($kept | Where-Object Kind -eq 'Alias')
$way = if ($Session.Transport -eq 'SSH') { "-HostName $(& $quote $Session.ComputerName)" } else {
    "-ComputerName $(& $quote $Session.ComputerName) -ConfigurationName $(& $quote $Session.ConfigurationName)"
}
$text = @"
# The commands of the session $($Session.Name) on $($Session.ComputerName), written by Export-PSSession.
param([System.Management.Automation.Runspaces.PSSession] `$PSSessionOverride)

`$script:PSSession = `$PSSessionOverride

function Get-PSImplicitRemotingSession {
    if (`$null -eq `$script:PSSession -or "`$(`$script:PSSession.State)" -ne 'Opened') {
        `$script:PSSession = New-PSSession $way
    }
    `$script:PSSession
}

"@
foreach ($one in $functions) { $text += "function $($one.Name) {`n$($one.Text)}`n`n" }
foreach ($one in $aliases) { $text += "Set-Alias -Name $(& $quote $one.Name) -Value $(& $quote $one.Text)`n" }
$list = { param($Items) '@(' + (@($Items | ForEach-Object { & $quote $_.Name }) -join ', ') + ')' }
$text += "Export-ModuleMember -Function $(& $list $functions) -Alias $(& $list $aliases)`n"
$null = New-Item -ItemType Directory -Path $Folder -Force
$files = "$Folder/$Module.psm1", "$Folder/$Module.format.ps1xml", "$Folder/$Module.psd1"
$said = @{}
if ($Encoding) { $said.Encoding = $Encoding }
Set-Content -LiteralPath $files[0] -Value $text @said
$views = @(if ($FormatTypeName) { Get-FormatData -TypeName $FormatTypeName })
if ($views) { $views | Export-FormatData -LiteralPath $files[1] -Force -IncludeScriptBlock } else {
    Set-Content -LiteralPath $files[1] -Value '<Configuration><ViewDefinitions></ViewDefinitions></Configuration>' @said
}
$manifest = @"
@{
    GUID = '$([guid]::NewGuid())'
    Description = $(& $quote "Implicit remoting for $($Session.ComputerName)")
    RootModule = '$Module.psm1'
    FormatsToProcess = '$Module.format.ps1xml'
    ModuleVersion = '1.0'
    FunctionsToExport = $(& $list $functions)
    AliasesToExport = $(& $list $aliases)
    PrivateData = @{ ImplicitRemoting = `$true }
}
"@
Set-Content -LiteralPath $files[2] -Value $manifest @said
Get-Item -LiteralPath $files
