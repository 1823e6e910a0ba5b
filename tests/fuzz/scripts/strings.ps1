#requires -Version 7.0
using namespace System.Collections.Generic
<#
.SYNOPSIS
    Strings of all kinds.
#>
param([Parameter(Mandatory, Position = 0)][ValidateSet('a', "b")][string]$Name = 'a', [switch]$Force)
$plain = 'it''s' + "a `"quoted`" $Name and $($Name.ToUpper() + "nested $($Force) x") ${a b} $env:PATH $global:x.y"
$here = @"
Line $Name `t $( Get-Item -Path "x" | ForEach-Object { $_.Name } )
 "@ not the end
"@
$literal = @'
Nothing $here `n
'@
“smart $Name” + ‘single’
"`u{1F600}`u{D83D}`e[0m" -replace '(\d+)', { "<$($_.Value)>" }
cmd /c --% dir "a b" | more
Write-Output a"b"'c'$Name-d ${Name}x foo$(1+1)bar `$x -Param:value -Flag:$true --
