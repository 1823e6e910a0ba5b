enum Color : byte { Red = 1; Green; Blue = 4 }
[Flags()] enum Bits { A = 1
B = 2 }
class Base : System.IComparable {
    [ValidateNotNull()][string]$Name = 'x'; hidden [int] $count
    static [int] $Total = 0
    Base([string]$name) { $this.Name = $name; [Base]::Total++ }
    [int] CompareTo([object]$other) { return $this.Name.CompareTo($other.Name) }
    static [Base] Create([string]$n) { return [Base]::new($n) }
    [void] Run([scriptblock]$block, [int]$times = 1) { foreach ($i in 1..$times) { & $block $i } }
    [string] ToString() { if ($this.count) { return "n $($this.count)" } else { throw 'none' } }
}
class Derived : Base {
    Derived() : base('d') { }
    [string[]] Names() { $r = @(); foreach ($x in $this.Name) { $r += $x }; return $r }
}
function Get-Thing {
    [CmdletBinding(SupportsShouldProcess = $true, DefaultParameterSetName = 'A')]
    [OutputType([string])]
    param(
        [Parameter(ValueFromPipeline = $true, HelpMessage = "it")] [Alias('n')] $Name,
        [ValidateRange(1, [int]::MaxValue)][int]$Count = (2 + 3),
        [scriptblock]$Block = { $_ }
    )
    dynamicparam { }
    begin { $list = [List[object]]::new() }
    process { $list.Add($Name); Write-Verbose -Message "got $Name" -Verbose:$VerbosePreference }
    end { return , $list }
}
filter Double { $_ * 2 }
Get-Thing @args -Name $using:x @using:y | Double
$script:var += $private:q; $variable:z = ${env:HOME}
. ./other.ps1; & "program name" -x "$($a)b" (1 + 2) { block } @{ a = 1 } [literal] $h.key.Other $list[0].Name a,b
