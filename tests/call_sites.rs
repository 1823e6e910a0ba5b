//! What a call site, a variable's reader or a property's reader remembers must never be seen: each script runs the same
//! place again after what it remembers has changed.

use std::process::{Command, Stdio};

const CASES: &[(&str, &str, &str)] = &[
    ("a function redefined", "function f { 1 }; foreach ($i in 1..3) { f; function f { 2 } }", "1 2 2"),
    (
        "an alias comes before the function",
        "function f { 'f' }; function g { 'g' }; foreach ($i in 1..3) { f; if ($i -eq 2) { Set-Alias f g } }",
        "f f g",
    ),
    (
        "an alias goes",
        "function f { 'f' }; function g { 'g' }; Set-Alias f g; foreach ($i in 1..2) { f; Remove-Alias f -ErrorAction Ignore }",
        "g f",
    ),
    (
        "a function goes",
        "function f { 1 }; foreach ($i in 1..2) { try { f } catch { 'none' }; Remove-Item function:f -ErrorAction Ignore }",
        "1 none",
    ),
    (
        "the caller's function",
        "function hh { 'outer' }; function b { hh }; function a { function hh { 'inner' }; b }; b; a; b",
        "outer inner outer",
    ),
    (
        "a cmdlet hidden by a function",
        "foreach ($i in 1..3) { Write-Output -InputObject $i; if ($i -eq 2) { function Write-Output { 'mine' } } }",
        "1 2 mine",
    ),
    (
        "default values",
        "function f { [CmdletBinding()] param($a, $b = 'none') \"$a$b\" }; foreach ($i in 1..3) { f -a $i; if ($i -eq 2) { $PSDefaultParameterValues['f:b'] = 'x' } }",
        "1none 2none 3x",
    ),
    (
        "default values of a cmdlet",
        "foreach ($i in 1..3) { ,@($i) | Write-Output; Write-Output -InputObject @($i, 0); if ($i -eq 2) { $PSDefaultParameterValues = @{ 'Write-Output:NoEnumerate' = $true } } }",
        "1 1 0 2 2 0 System.Object[] System.Object[]",
    ),
    (
        "conversion by turns",
        "function f([int] $n) { $n.GetType().Name + $n }; foreach ($v in 1, '2', 3.0, 4) { f $v }",
        "Int321 Int322 Int323 Int324",
    ),
    (
        "validation by turns",
        "function f { param([ValidateRange(1, 2)] [int] $n) $n }; foreach ($v in 1, 3, 2) { try { f -n $v } catch { 'refused' } }",
        "1 refused 2",
    ),
    (
        "a mandatory text",
        "function f { param([Parameter(Mandatory)] [string] $s) $s }; foreach ($v in 'a', '', 'b') { try { f -s $v } catch { 'empty' } }",
        "a empty b",
    ),
    (
        "switches",
        "function f([switch] $s, $v) { \"$s$v\" }; foreach ($i in 1, 2) { f -s $i; f $i; f $i -s:$false }",
        "True1 False1 False1 True2 False2 False2",
    ),
    (
        "what was given comes before defaults",
        "function f($a = $b, $b) { \"$a$b\" }; foreach ($i in 1, 2) { f -b $i }",
        "11 22",
    ),
    (
        "what a function sees of its call",
        "function f { param($a, $b) ($PSBoundParameters.Keys -join ',') + $MyInvocation.InvocationName }; foreach ($i in 1, 2) { f -b $i; f $i }",
        "bf af bf af",
    ),
    (
        "arguments beyond the parameters",
        "function f($a) { \"$a-$args\" }; foreach ($i in 1, 2) { f $i; f $i x y }",
        "1- 1-x y 2- 2-x y",
    ),
    (
        "common parameters",
        "function f { [CmdletBinding()] param($n) Write-Error \"e$n\"; Write-Verbose v }; foreach ($i in 1, 2) { f -n $i -ea SilentlyContinue -ErrorVariable v; \"$v\"; f $i -Verbose -ErrorAction:Ignore 4>&1; f $i 2>$null 4>&1 }",
        "e1 v e2 v",
    ),
    (
        "common parameters with values that change",
        "foreach ($a in 'SilentlyContinue', 'Stop', 'Ignore', 'nothing') { try { Write-Error x -ErrorAction $a; 'on' } catch { $_.FullyQualifiedErrorId } }",
        "on Microsoft.PowerShell.Commands.WriteErrorException on CannotConvertArgumentNoMessage,Microsoft.PowerShell.Commands.WriteErrorCommand",
    ),
    (
        "variables of common parameters",
        "foreach ($i in 1, 2) { Write-Output $i -OutVariable o; \"o$o\"; 5, 6 | Write-Output -PipelineVariable p | ForEach-Object { \"$p$_\" } }",
        "1 o1 55 66 2 o2 55 66",
    ),
    (
        "blocks for begin, each object and end",
        "function f { param([Parameter(ValueFromPipeline)] $x, $y = 'd') begin { \"b$y\" } process { \"$x$y\" } end { 'e' } }; foreach ($i in 1, 2) { 1, 2 | f -y $i; f -x 7 -y $i; f 8 }",
        "b1 11 21 e b1 71 e bd 8d e b2 12 22 e b2 72 e bd 8d e",
    ),
    (
        "parameter sets and what the call gave",
        "function f { [CmdletBinding(DefaultParameterSetName = 'A')] param([Parameter(ParameterSetName = 'A')] $a, [Parameter(ParameterSetName = 'B')] $b) $PSCmdlet.ParameterSetName + ($PSBoundParameters.Keys -join ',') }; foreach ($i in 1, 2) { f -a $i; f -Verbose -b $i; f }",
        "Aa BVerbose,b A Aa BVerbose,b A",
    ),
    (
        "the command object",
        "function f { [CmdletBinding(SupportsShouldProcess)] param($n) if ($PSCmdlet.ShouldProcess($n)) { \"did$n\" } }; foreach ($i in 1, 2) { f $i -Confirm:$false; f -n $i }",
        "did1 did1 did2 did2",
    ),
    (
        "a function with a process block redefined",
        "function f { process { 1 } }; foreach ($i in 1..3) { f; if ($i -eq 2) { function f { process { 2 } } } }",
        "1 1 2",
    ),
    (
        "conversion by turns in a process block",
        "function f { param([int] $n) process { $n.GetType().Name + $n } }; foreach ($v in 1, '2', 3.0, 4) { f -n $v }",
        "Int321 Int322 Int323 Int324",
    ),
    (
        "a default that fails",
        "function f { [CmdletBinding()] param($a, $b = $(throw \"no$a\")) process { $a } }; foreach ($i in 1, 2) { try { f -a $i } catch { \"$_\" }; f -a $i -b 0 }",
        "no1 1 no2 2",
    ),
    (
        "dynamic parameters",
        "function f { [CmdletBinding()] param($a) dynamicparam { $d = [Management.Automation.RuntimeDefinedParameterDictionary]::new(); $d.Add('Extra', [Management.Automation.RuntimeDefinedParameter]::new('Extra', [int], [Collections.ObjectModel.Collection[Attribute]] @([Parameter] @{}))); $d } process { \"$a$($PSBoundParameters.Extra)\" } }; foreach ($i in 1, 2) { f -a $i -Extra 5 }",
        "15 25",
    ),
    (
        "names that hold other blocks",
        "function a { 'a' }; function b { 'b1'; 'b2' }; foreach ($n in 'a', 'b', { 'c' }) { & $n }",
        "a b1 b2 c",
    ),
    (
        "errors become the advanced function's",
        "function f { [CmdletBinding()] param($n) [int]::Parse('x') }; foreach ($i in 1, 2) { try { f -n $i -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }; try { f -n $i } catch { $_.FullyQualifiedErrorId } }",
        "FormatException,f FormatException,f FormatException,f FormatException,f",
    ),
    (
        "a variable set in the scope between",
        "$n = 1; function f { foreach ($i in 1..3) { $n; if ($i -eq 2) { Set-Variable n 5 -Scope 0 } } }; f; $n",
        "1 1 5 1",
    ),
    (
        "a variable set by a function called",
        "$n = 1; function g { Set-Variable n 7 -Scope 1 }; function f { foreach ($i in 1..3) { $n; if ($i -eq 2) { g } } }; f; $n",
        "1 1 7 1",
    ),
    (
        "a variable that goes",
        "function f { & { foreach ($i in 1..3) { \"[$x]\"; if ($i -eq 2) { Remove-Variable x -Scope 1 } } } }; function g { $x = 1; f2 }; function f2 { & { foreach ($i in 1..2) { \"[$x]\" } } }; $x = 2; g; f2",
        "[1] [1] [2] [2]",
    ),
    (
        "a private variable",
        "function f { $private:p = 1; & { foreach ($i in 1, 2) { \"[$p]\" } } }; $p = 3; f",
        "[3] [3]",
    ),
    (
        "a variable with a type",
        "function f { [int] $t = 1; & { foreach ($i in 1, 2) { $t }; Set-Variable t '5' -Scope 1; $t.GetType().Name } }; f",
        "1 1 Int32",
    ),
    (
        "objects of several shapes",
        "$o = $null; foreach ($o in [pscustomobject]@{ a = 1; b = 2 }, [pscustomobject]@{ b = 3 }, [pscustomobject]@{ c = 0; a = 0; b = 4 }) { & { $o.b } }",
        "2 3 4",
    ),
    (
        "a property that comes and goes",
        "$o = [pscustomobject]@{ a = 1; b = 2 }; foreach ($i in 1..3) { \"$(& { $o.b })\"; if ($i -eq 1) { $o.psobject.Properties.Remove('a') } else { $o.psobject.Properties.Remove('b') } }",
        "2 2 ",
    ),
    (
        "a property by a name that changes",
        "$o = [pscustomobject]@{ a = 1; b = 2 }; foreach ($n in 'a', 'b') { & { $o.$n } }",
        "1 2",
    ),
    (
        "filters",
        "1..6 | Where-Object { $_ % 2; if ($_ -gt 4) { 0 } } | ForEach-Object { $_; if ($_ -eq 3) { 'three' } }",
        "1 3 three 5 6",
    ),
    (
        "leaving a loop from a fused block",
        "foreach ($i in 1, 2) { 1..3 | ForEach-Object { $_; if ($_ -eq 2) { continue } } }",
        "1 2 1 2",
    ),
    (
        "the call stack of an error",
        "function f { throw 'x' }; function g { f }; try { g } catch { ($_.ScriptStackTrace -split \"`n\" | ForEach-Object { ($_ -split ',')[0] }) -join ';' }",
        "at f;at g;at <ScriptBlock>;at <ScriptBlock>",
    ),
];

#[test]
fn what_sites_remember_is_never_seen() {
    check(CASES);
}

/// Runs scripts: a name, a script, and what it writes, joined by spaces.
pub(crate) fn check(cases: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (name, script, expected) in cases {
        // In a block, so that the variables are those of a frame; errors go to standard output.
        let output = Command::new(env!("CARGO_BIN_EXE_dialtone"))
            .args(["-NoProfile", "-NonInteractive", "-Command", &format!("(& {{ {script} }} 2>&1) -join ' '")])
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("the shell runs");
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        if told.trim_end_matches('\n') != *expected {
            wrong.push(format!("{name}: {told:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
