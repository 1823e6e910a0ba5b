//! What scripts ask of the session itself: `$ExecutionContext`, `$PSCmdlet`, hosted pipelines, the parser's API.

use crate::call_sites::check;

const CASES: &[(&str, &str, &str)] = &[
    (
        "the parser's API asks which types there are",
        "$e = $null; $null = [System.Management.Automation.Language.Parser]::ParseInput('class A : NoSuchBase { [Parameter()] x() {} }', [ref] $null, [ref] $e); $e.ErrorId",
        "TypeNotFound AttributeNotAllowedOnDeclaration",
    ),
    (
        "drives and providers",
        "$s = $ExecutionContext.SessionState; $s.Drive.Get('Env').Provider.Name; $s.Provider.GetOne('FileSystem').Name; $s.Drive.GetAllForProvider('Alias').Count; try { $s.Drive.Get('nope') } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }",
        "Environment FileSystem 1 DriveNotFoundException Exception calling \"Get\" with \"1\" argument(s): \"Cannot find drive. A drive with the name 'nope' does not exist.\"",
    ),
    (
        "paths",
        "$p = $ExecutionContext.SessionState.Path; $p.ParseParent('/a/b', $null); $p.ParseChildName('/a/b'); $p.IsProviderQualified('FileSystem::/a'); $d = ''; $p.IsPSAbsolute('env:x', [ref] $d); $d; $o = $null; $p.GetResolvedProviderPathFromPSPath('/', [ref] $o); $o.Name",
        "/a b True True env / FileSystem",
    ),
    (
        "items",
        "$i = $ExecutionContext.InvokeProvider; $i.Item.Exists('/'); $i.Item.IsContainer('/'); $null = $i.Item.Set('env:SESSION_API', 'v'); $i.Item.Get('env:SESSION_API').Value; $i.Item.Remove('env:SESSION_API', $false); $i.Item.Exists('env:SESSION_API'); $i.ChildItem.HasChild('/')",
        "True True v False True",
    ),
    (
        "commands by name and pattern",
        "$c = $ExecutionContext.InvokeCommand; $c.GetCommandName('Get-Chi*', $true, $false); $c.GetCommandName('Get-Item', $false, $true); $c.GetCmdlet('Get-Item').Name; $null -eq $c.GetCmdlet('nope'); $c.GetCmdlets('*-Location').Count",
        "Get-ChildItem Microsoft.PowerShell.Management\\Get-Item Get-Item True 4",
    ),
    (
        "the overloads of InvokeScript",
        "$c = $ExecutionContext.InvokeCommand; $c.InvokeScript($false, { param($a) $made = $a }, $null, 5); $made; $c.InvokeScript('param($q) \"q=$q\"', 7); $c.InvokeScript('$own = 8', $false, 'None', $null); $own; $m = New-Module { $p = 4 }; $c.InvokeScript($m.SessionState, { $p })",
        "5 q=7 8 4",
    ),
    (
        "a command that nobody knows",
        "$ExecutionContext.InvokeCommand.CommandNotFoundAction = { param($n, $e) if ($n -eq 'foo') { $e.CommandScriptBlock = { \"foo $args\" } } }; foo 1 2; try { bar } catch { $_.FullyQualifiedErrorId }",
        "foo 1 2 CommandNotFoundException",
    ),
    (
        "none of the engine's methods takes any number of arguments",
        "foreach ($call in { [scriptblock]::Create(1, 2) }, { [powershell]::Create().AddCommand() }, { $ExecutionContext.InvokeCommand.GetCommand('gci') }) { try { & $call } catch { $_.Exception.Message } }",
        "Cannot find an overload for \"Create\" and the argument count: \"2\". Cannot find an overload for \"AddCommand\" and the argument count: \"0\". Cannot find an overload for \"GetCommand\" and the argument count: \"1\".",
    ),
    (
        "what a delegate or a tree throws leaves by a method",
        "try { ([Func[int, int]] { throw 'in' }).Invoke(1) } catch { $_.Exception.Message }; try { { 1 + 2 }.Ast.Find({ throw 'seen' }, $true) } catch { $_.Exception.Message }",
        "Exception calling \"Invoke\" with \"1\" argument(s): \"in\" Exception calling \"Find\" with \"2\" argument(s): \"seen\"",
    ),
    (
        "progress of a hosted pipeline",
        "$ps = [powershell]::Create().AddScript('Write-Progress a b -PercentComplete 5'); $null = $ps.Invoke(); $ps.Streams.Progress.Count; $ps.Streams.Progress[0].Activity; $ps.Streams.Progress[0].PercentComplete",
        "1 a 5",
    ),
    (
        "the session state of the caller",
        "$null = New-Module m { function Set-It { [CmdletBinding()] param($n, $v) $PSCmdlet.SessionState.PSVariable.Set($n, $v); $PSCmdlet.GetVariableValue('theirs'); $PSCmdlet.CommandRuntime.WriteObject('rt') } }; function outer { $theirs = 'c'; Set-It made 5; $made }; outer",
        "c rt 5",
    ),
    (
        "attributes of variables",
        "class Up : System.Management.Automation.ArgumentTransformationAttribute { [object] Transform([System.Management.Automation.EngineIntrinsics] $e, [object] $d) { return \"$d\".ToUpper() } }; [Up()] $v = 'xy'; $v; $v = 'ab'; $v; try { [ValidateCount(1, 2)] $x = 1, 2; $x = 1, 2, 3 } catch { $_.Exception.Message }",
        "XY AB The variable cannot be validated because the value System.Object[] is not a valid value for the x variable.",
    ),
    (
        "nodes in lists, a list as separator, a drive that is not there",
        "$x = [xml]'<a><b/>t</a>'; @($x, $x.a) -join '|'; & { $OFS = @(1, 2); \"$(1, 2)\" }; \"<$nodrive:x>\"; 'out' > ''",
        "#document|a 1System.Object[]2 <>",
    ),
];

#[test]
fn sessions_answer_scripts() {
    check(CASES);
}
