//! Trace-Command and Set-TraceSource: what a script finds in the file of a trace. The lines are those of PowerShell 7.6.

use std::path::Path;
use std::process::Command;

/// A script in which `$f` is the file of the trace, and what it prints.
const CASES: &[(&str, &str)] = &[
    (
        "Trace-Command ParameterBinding { Get-Item / | Out-Null } -FilePath $f; Get-Content $f",
        "
ParameterBinding Information: 0 : BIND NAMED cmd line args [Get-Item]
ParameterBinding Information: 0 : BIND POSITIONAL cmd line args [Get-Item]
ParameterBinding Information: 0 :     BIND arg [/] to parameter [Path]
ParameterBinding Information: 0 :         Binding collection parameter Path: argument type [String], parameter type [System.String[]], collection type Array, element type [System.String], no coerceElementType
ParameterBinding Information: 0 :         Creating array with element type [System.String] and 1 elements
ParameterBinding Information: 0 :         Argument type String is not IList, treating this as scalar
ParameterBinding Information: 0 :         Adding scalar element of type String to array position 0
ParameterBinding Information: 0 :         BIND arg [System.String[]] to param [Path] SUCCESSFUL
ParameterBinding Information: 0 : MANDATORY PARAMETER CHECK on cmdlet [Get-Item]
ParameterBinding Information: 0 : BIND NAMED cmd line args [Out-Null]
ParameterBinding Information: 0 : BIND POSITIONAL cmd line args [Out-Null]
ParameterBinding Information: 0 : MANDATORY PARAMETER CHECK on cmdlet [Out-Null]
ParameterBinding Information: 0 : CALLING BeginProcessing
ParameterBinding Information: 0 : CALLING BeginProcessing
ParameterBinding Information: 0 : CALLING ProcessRecord
ParameterBinding Information: 0 :     BIND PIPELINE object to parameters: [Out-Null]
ParameterBinding Information: 0 :         PIPELINE object TYPE = [System.IO.DirectoryInfo]
ParameterBinding Information: 0 :         RESTORING pipeline parameter's original values
ParameterBinding Information: 0 :         Parameter [InputObject] PIPELINE INPUT ValueFromPipeline NO COERCION
ParameterBinding Information: 0 :         BIND arg [/] to parameter [InputObject]
ParameterBinding Information: 0 :             BIND arg [/] to param [InputObject] SUCCESSFUL
ParameterBinding Information: 0 :     MANDATORY PARAMETER CHECK on cmdlet [Out-Null]
ParameterBinding Information: 0 :     CALLING ProcessRecord
ParameterBinding Information: 0 : CALLING EndProcessing
ParameterBinding Information: 0 : CALLING EndProcessing
",
    ),
    (
        "function f { [CmdletBinding()] param([ValidateRange(1, 5)] [int] $N) $N }
        Trace-Command ParameterBinding { try { f -N 9 } catch { 'refused' }; f '4' } -FilePath $f; Get-Content $f",
        "
refused
4
ParameterBinding Information: 0 : BIND NAMED cmd line args [f]
ParameterBinding Information: 0 :     BIND arg [9] to parameter [N]
ParameterBinding Information: 0 :         Executing DATA GENERATION metadata: [System.Management.Automation.ArgumentTypeConverterAttribute]
ParameterBinding Information: 0 :             result returned from DATA GENERATION: 9
ParameterBinding Information: 0 :         COERCE arg to [System.Int32]
ParameterBinding Information: 0 :             Parameter and arg types the same, no coercion is needed.
ParameterBinding Information: 0 :         Executing VALIDATION metadata: [System.Management.Automation.ValidateRangeAttribute]
ParameterBinding Information: 0 :             ERROR: VALIDATION FAILED: The 9 argument is greater than the maximum allowed range of 5. Supply an argument that is less than or equal to 5 and then try the command again.
ParameterBinding Information: 0 : BIND NAMED cmd line args [f]
ParameterBinding Information: 0 : BIND POSITIONAL cmd line args [f]
ParameterBinding Information: 0 :     BIND arg [4] to parameter [N]
ParameterBinding Information: 0 :         Executing DATA GENERATION metadata: [System.Management.Automation.ArgumentTypeConverterAttribute]
ParameterBinding Information: 0 :             result returned from DATA GENERATION: 4
ParameterBinding Information: 0 :         BIND arg [4] to param [N] SKIPPED
ParameterBinding Information: 0 :     BIND arg [4] to parameter [N]
ParameterBinding Information: 0 :         Executing DATA GENERATION metadata: [System.Management.Automation.ArgumentTypeConverterAttribute]
ParameterBinding Information: 0 :             result returned from DATA GENERATION: 4
ParameterBinding Information: 0 :         COERCE arg to [System.Int32]
ParameterBinding Information: 0 :             Parameter and arg types the same, no coercion is needed.
ParameterBinding Information: 0 :         Executing VALIDATION metadata: [System.Management.Automation.ValidateRangeAttribute]
ParameterBinding Information: 0 :         BIND arg [4] to param [N] SUCCESSFUL
ParameterBinding Information: 0 : MANDATORY PARAMETER CHECK on cmdlet [f]
ParameterBinding Information: 0 : CALLING BeginProcessing
ParameterBinding Information: 0 : CALLING ProcessRecord
ParameterBinding Information: 0 : CALLING EndProcessing
",
    ),
    (
        "Trace-Command ParameterBinding, TypeConversion { try { Get-Date -Year abc } catch { 'refused' } } -FilePath $f; Get-Content $f",
        "
refused
ParameterBinding Information: 0 : BIND NAMED cmd line args [Get-Date]
ParameterBinding Information: 0 :     BIND arg [abc] to parameter [Year]
ParameterBinding Information: 0 :         COERCE arg to [System.Int32]
ParameterBinding Information: 0 :             Trying to convert argument value from System.String to System.Int32
ParameterBinding Information: 0 :             CONVERT arg type to param type using LanguagePrimitives.ConvertTo
TypeConversion Information: 0 :             Converting \"abc\" to \"System.Int32\".
TypeConversion Information: 0 :                 Converting to integer.
TypeConversion Information: 0 :                 Exception converting to integer: \"The input string 'abc' was not in a correct format.\".
ParameterBinding Information: 0 :             ERROR: ERROR: COERCE FAILED: arg [abc] could not be converted to the parameter type [System.Int32]
",
    ),
    (
        "Trace-Command CommandDiscovery { gi / | Out-Null; try { no-such } catch { } } -FilePath $f; (Get-Content $f) -notmatch 'PATH'",
        "
CommandDiscovery Information: 0 : Looking up command: gi
CommandDiscovery Information: 0 : Alias found: gi  Get-Item
CommandDiscovery Information: 0 : Cmdlet found: Get-Item  Microsoft.PowerShell.Commands.GetItemCommand
CommandDiscovery Information: 0 : Looking up command: Out-Null
CommandDiscovery Information: 0 : Cmdlet found: Out-Null  Microsoft.PowerShell.Commands.OutNullCommand
CommandDiscovery Information: 0 : Looking up command: no-such
CommandDiscovery Information: 0 : ERROR: 'no-such' is not recognized as a cmdlet, function, executable program or script file.
",
    ),
    (
        "Trace-Command MethodInvocation, MemberResolution { 'abc'.Substring(1); [math]::Max(1, 2); 'abc'.Length } -FilePath $f; Get-Content $f",
        "
bc
2
3
MethodInvocation Information: 0 : Invoking method: string Substring(int startIndex)
MemberResolution Information: 0 : Calling Method: string Substring(int startIndex)
MethodInvocation Information: 0 : Invoking method: static int Max(int val1, int val2)
MemberResolution Information: 0 : Calling Method: static int Max(int val1, int val2)
MemberResolution Information: 0 : Lookup
MemberResolution Information: 0 :     Adapted member: Length.
",
    ),
    (
        "Trace-Command PathResolution { try { Get-Item /no/such -ErrorAction Stop } catch { } } -FilePath $f; Get-Content $f",
        "
PathResolution Information: 0 : Resolving MSH path \"/no/such\" to PROVIDER-INTERNAL path
PathResolution Information: 0 :     Path is DRIVE-QUALIFIED
PathResolution Information: 0 :     DRIVE-RELATIVE path: no/such
PathResolution Information: 0 :     Drive: /
PathResolution Information: 0 :     Provider: Microsoft.PowerShell.Core\\FileSystem
PathResolution Information: 0 :     RESOLVED PATH: /no/such
PathResolution Information: 0 :     Path contains wildcard characters: False
PathResolution Information: 0 :     ERROR: Item does not exist: /no/such
",
    ),
    // What does not let information through shows nothing; what is below a line is what was asked for.
    (
        "Trace-Command TypeConversion { [int] '1' } -Option WriteLine -FilePath $f; Get-Content $f
        Trace-Command TypeConversion { [int] '2' } -ListenerOption ProcessId, ThreadId -FilePath $f; (Get-Content $f) -replace $PID, 'own'",
        "
1
2
TypeConversion Information: 0 : Converting to integer.
    ProcessId=own
    ThreadId=1
",
    ),
    // No secret stands in a trace, converted or refused.
    (
        "function f { [CmdletBinding()] param([ValidatePattern('^\\d+$')] [string] $Pin, [string[]] $Password) }
        Trace-Command ParameterBinding, TypeConversion { try { f -Pin 12x34 } catch { }; f -Pin 654321 -Password geheim, 7890123 } -FilePath $f
        @(Get-Content $f | Select-String '12x34|654321|geheim|7890123').Count; @(Get-Content $f | Select-String '\\*{8}').Count -gt 3",
        "
0
True
",
    ),
    (
        "Set-TraceSource ParameterBinding -Option ExecutionFlow -FilePath $f
        $null = Get-Item /
        Set-TraceSource ParameterBinding -RemoveFileListener *
        $s = Get-TraceSource ParameterBinding; \"$($s.Options) $($s.Listeners.Name)\"
        $count = (Get-Content $f).Count; $null = Get-Item /; $count -gt 5 -and $count -eq (Get-Content $f).Count
        Set-TraceSource Param* -Option None -PassThru | ForEach-Object { \"$($_.Name) $($_.Options)\" }
        try { Get-TraceSource no-such -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
        try { Trace-Command ParameterBinding { 1 } -FilePath Env:x -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
        try { Trace-Command ParameterBinding -Command no-such } catch { $_.FullyQualifiedErrorId }
        Trace-Command ParameterBinding -Command Write-Output -ArgumentList a, b -Debugger
        1, 2 | Trace-Command ParameterBinding -Expression { $_ + 1 }",
        "
ExecutionFlow Default
True
ParameterBinderBase None
ParameterBinderController None
ParameterBinding None
TraceSourceNotFound,Microsoft.PowerShell.Commands.GetTraceSourceCommand
FileListenerPathResolutionFailed,Microsoft.PowerShell.Commands.TraceCommandCommand
CommandNotFoundException,Microsoft.PowerShell.Commands.TraceCommandCommand
a
b
2
3
",
    ),
    // The host shows lines as debug lines, with the time.
    (
        "Trace-Command TypeConversion { $null = [int] '1' } -PSHost",
        "
DEBUG: 0000-00-00 00:00:00.0000 TypeConversion Information: 0 : Converting to integer.
",
    ),
];

fn run(folder: &Path, script: &str) -> String {
    let file = folder.join("trace.txt");
    let text = format!("$PSStyle.OutputRendering = 'PlainText'; $f = '{}'; {script}", file.display());
    let output = Command::new(env!("CARGO_BIN_EXE_dialtone"))
        .args(["-NoProfile", "-NonInteractive", "-Command", &text])
        .env("NO_COLOR", "1")
        .output()
        .expect("the shell runs");
    // No later case finds the lines of this one.
    let _ = std::fs::remove_file(file);
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Digits of the time that begins a line of the host as zeros.
fn timeless(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("DEBUG: ") {
        Some(rest) => {
            let stamp: String = rest.chars().take(24).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
            format!("DEBUG: {stamp}{}", rest.chars().skip(24).collect::<String>())
        }
        None => line.to_string(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn traces_tell_what_the_engine_does() {
    let folder = std::env::temp_dir().join(format!("dialtone-tracing-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let wrong: Vec<String> = CASES
        .iter()
        .map(|(script, wanted)| (script, wanted.trim(), timeless(run(&folder, script).trim())))
        .filter(|(_, wanted, got)| got != wanted)
        .map(|(script, wanted, got)| format!("{script}\nwanted:\n{wanted}\ngot:\n{got}"))
        .collect();
    std::fs::remove_dir_all(folder).expect("the folder goes");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
