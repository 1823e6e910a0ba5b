# The limits of one operation each, in nanoseconds: name, tab, figure (least of several rounds, without the empty loop).
# It is processor time of this thread, so that other work on the machine counts little.
param([int] $Rounds = 5)
function Get-Spent { [double] ([System.IO.File]::ReadAllText('/proc/thread-self/schedstat') -split ' ')[0] }
function Measure-Least([scriptblock] $Block) {
    $least = [double]::MaxValue
    for ($r = 0; $r -lt $Rounds; $r++) {
        $before = Get-Spent
        & $Block
        $time = (Get-Spent) - $before
        if ($time -lt $least) { $least = $time }
    }
    $least
}
function Show([string] $Name, [double] $Nanoseconds, [int] $Count, [double] $Empty = 0) {
    "{0}`t{1:0.0}" -f $Name, [math]::Max(($Nanoseconds - $Empty) / $Count, 0.1)
}
# The kernel counts a thread's time in steps of 4 ms, so a round is long.
$n = 4000000
$empty = Measure-Least { for ($i = 0; $i -lt $n; $i++) { } }
Show 'for iteration with compare, % and +=' (Measure-Least { $s = 0; for ($i = 0; $i -lt $n; $i++) { $s += $i % 7 } }) $n

$m = 200000
$emptyM = Measure-Least { for ($i = 0; $i -lt $m; $i++) { } }
function Add-Plain($a, $b) { $a + $b }
Show 'call of a simple function' (Measure-Least { for ($i = 0; $i -lt $m; $i++) { $null = Add-Plain $i 2 } }) $m $emptyM
function Add-Advanced { [CmdletBinding()] param([Parameter(Mandatory)] [int] $First, [int] $Second) $First + $Second }
Show 'call of an advanced function by name' (Measure-Least { for ($i = 0; $i -lt $m; $i++) { $null = Add-Advanced -First $i -Second 2 } }) $m $emptyM

$range = 1..$n
Show 'one item through ForEach-Object {}' (Measure-Least { $null = $range | ForEach-Object { $_ } }) $n
Show 'one item through Where-Object {}' (Measure-Least { $null = $range | Where-Object { $_ -gt 5 } }) $n

$o = [pscustomobject]@{ First = 1; Second = 2; Third = 3 }
Show 'property read' (Measure-Least { for ($i = 0; $i -lt $n; $i++) { $x = $o.Third } }) $n $empty

function f1 { throw 'x' }
function f2 { f1 }
function f3 { f2 }
function f4 { f3 }
function f5 { f4 }
$t = 50000
$emptyT = Measure-Least { for ($i = 0; $i -lt $t; $i++) { } }
$calls = Measure-Least { function g1 { }; function g2 { g1 }; function g3 { g2 }; function g4 { g3 }; function g5 { g4 }; for ($i = 0; $i -lt $t; $i++) { g5 } }
Show 'throw caught 5 frames up' (Measure-Least { for ($i = 0; $i -lt $t; $i++) { try { f5 } catch { } } }) $t $calls

Show 'cmdlet at the same site again' (Measure-Least { for ($i = 0; $i -lt $m; $i++) { $null = Write-Output -InputObject $i } }) $m $emptyM

$line = 'function Get-It([int] $Number = 5) { if ($Number -gt 3) { Get-ChildItem -Path "C:\$Number\x" | Where-Object { $_.Length -gt 10kb } } else { $Number * 2 } }' + "`n"
$text = $line * 8000
$parsed = Measure-Least { $null = [scriptblock]::Create($text) }
# Bytes in a second: the figure is megabytes.
"parse, MB/s`t{0:0.0}" -f ($text.Length / ($parsed / 1e9) / 1e6)
