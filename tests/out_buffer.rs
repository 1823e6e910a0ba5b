//! `-OutBuffer`: the order in which a writer (`w`) and the commands after it (`r`, `s`) do their work.

use crate::call_sites::check;

/// What writes: 1 to 5, and 9 at its end.
const WRITER: &str = "$log = [Collections.ArrayList]::new(); function f { [CmdletBinding()] param() begin { $null = $log.Add('b') } process { foreach ($i in 1..5) { $null = $log.Add(\"w$i\"); $i } } end { $null = $log.Add('e'); 9 } }";

const CASES: &[(&str, &str, &str)] = &[
    (
        "nothing is held back",
        "f -OutBuffer 0 | ForEach-Object { $null = $log.Add(\"r$_\") }; $log",
        "b w1 r1 w2 r2 w3 r3 w4 r4 w5 r5 e r9",
    ),
    (
        "one is held back, the next brings both",
        "f -OutBuffer 1 | ForEach-Object { $null = $log.Add(\"r$_\") }; $log",
        "b w1 w2 r1 r2 w3 w4 r3 r4 w5 e r5 r9",
    ),
    (
        "more than there are",
        "f -ob 100 | ForEach-Object { $null = $log.Add(\"r$_\") }; $log",
        "b w1 w2 w3 w4 w5 e r1 r2 r3 r4 r5 r9",
    ),
    (
        "cmdlets at two places",
        "1..4 | Write-Output -OutBuffer 1 | ForEach-Object { $null = $log.Add(\"r$_\"); $_ } | Write-Output -OutBuffer 2 | ForEach-Object { $null = $log.Add(\"s$_\") }; $log",
        "r1 r2 r3 s1 s2 s3 r4 s4",
    ),
    (
        "variables are filled at once",
        "f -OutBuffer 2 -OutVariable o -PipelineVariable p | ForEach-Object { $null = $log.Add(\"r$_-$p-$($o.Count)\") }; $log",
        "b w1 w2 w3 r1-3-3 r2-3-3 r3-3-3 w4 w5 e r4-9-6 r5-9-6 r9-9-6",
    ),
    (
        "what a block writes later is held back as well",
        "& { Write-Output 1 2 -OutBuffer 1; $null = $log.Add('x'); 'x'; $null = $log.Add('y'); 'y' } | ForEach-Object { $null = $log.Add(\"r$_\") }; $log",
        "r1 r2 x y rx ry",
    ),
    (
        "who has enough gets no more",
        "f -OutBuffer 2 | Select-Object -First 1 | ForEach-Object { $null = $log.Add(\"r$_\") }; $log",
        "b w1 w2 w3 r1",
    ),
    ("nothing to hold for", "$x = f -OutBuffer 3; $log; $x", "b w1 w2 w3 w4 w5 e 1 2 3 4 5 9"),
    (
        "an error",
        "try { f -OutBuffer 3 | ForEach-Object { $null = $log.Add(\"r$_\"); throw 'x' } } catch { }; $log",
        "b w1 w2 w3 w4 r1",
    ),
    (
        "a steppable pipeline",
        "$s = { f -OutBuffer 1 | ForEach-Object { $null = $log.Add(\"r$_\") } }.GetSteppablePipeline(); $s.Begin($false); $null = $log.Add('p'); $null = $s.Process(); $null = $s.End(); $log",
        "b p w1 w2 r1 r2 w3 w4 r3 r4 w5 e r5 r9",
    ),
    (
        "a number below zero",
        "try { f -OutBuffer -1 } catch { $_.FullyQualifiedErrorId }",
        "ParameterArgumentValidationError,f",
    ),
];

#[test]
fn objects_wait_until_there_are_more_than_the_parameter_says() {
    let scripts: Vec<String> = CASES.iter().map(|(_, script, _)| format!("{WRITER}; {script}")).collect();
    let cases: Vec<_> =
        CASES.iter().zip(&scripts).map(|((name, _, end), script)| (*name, script.as_str(), *end)).collect();
    check(&cases);
}
