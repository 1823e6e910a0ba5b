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
        "which containers are copied",
        "$t = \"$([System.IO.Path]::GetTempPath())session-api-$PID\"; $null = New-Item -ItemType Directory \"$t/a/b\", \"$t/flat\"; 'x' > $t/a/f; 'y' > $t/a/b/g; $i = $ExecutionContext.InvokeProvider; $null = $i.Item.Copy(\"$t/a\", \"$t/flat\", $true, 'CopyChildrenOfTargetContainer'); $i.ChildItem.GetNames(\"$t/flat\", 'ReturnAllContainers', $true); $null = $i.Item.Copy(\"$t/a\", \"$t/whole\", $true, 'CopyTargetContainer'); $i.ChildItem.GetNames(\"$t/whole\", 'ReturnMatchingContainers', $true); try { $i.Item.Copy(\"$t/a\", \"$t/flat\", $false, 'CopyChildrenOfTargetContainer') } catch { $_.Exception.Message }; Remove-Item $t -Recurse",
        "f g b f b/g Exception calling \"Copy\" with \"4\" argument(s): \"Container cannot be copied to another container. The -Recurse or -Container parameter is not specified.\"",
    ),
    (
        "arguments of the engine's methods are of their types",
        "foreach ($call in { $ExecutionContext.InvokeCommand.GetCommand('x', 'bad') }, { $ExecutionContext.InvokeProvider.ChildItem.GetNames('/', 'bad', $true) }, { [powershell]::Create('bad') }, { [runspacefactory]::CreateRunspacePool('a', 2) }) { try { & $call } catch { ($_.Exception.Message -split ' Error')[0]; $_.FullyQualifiedErrorId } }; [scriptblock]::Create(5).ToString()",
        "Cannot convert argument \"type\", with value: \"bad\", for \"GetCommand\" to type \"System.Management.Automation.CommandTypes\": \"Cannot convert value \"bad\" to type \"System.Management.Automation.CommandTypes\". MethodArgumentConversionInvalidCastArgument Cannot convert argument \"returnContainers\", with value: \"bad\", for \"GetNames\" to type \"System.Management.Automation.ReturnContainers\": \"Cannot convert value \"bad\" to type \"System.Management.Automation.ReturnContainers\". MethodArgumentConversionInvalidCastArgument Cannot convert argument \"runspace\", with value: \"bad\", for \"Create\" to type \"System.Management.Automation.RunspaceMode\": \"Cannot convert value \"bad\" to type \"System.Management.Automation.RunspaceMode\". MethodArgumentConversionInvalidCastArgument Cannot convert argument \"minRunspaces\", with value: \"a\", for \"CreateRunspacePool\" to type \"System.Int32\": \"Cannot convert value \"a\" to type \"System.Int32\". MethodArgumentConversionInvalidCastArgument 5",
    ),
    (
        "before a command is looked up",
        "$x = $ExecutionContext.InvokeCommand; function hello { 'hello' }; foreach ($k in 1..3) { hello; if ($k -eq 1) { $x.PreCommandLookupAction = { param($n, $e) if ($e.CommandName -eq 'hello') { $e.CommandScriptBlock = { \"not $($MyInvocation.MyCommand.Name)\" } } } } elseif ($k -eq 2) { $x.PreCommandLookupAction = $null } }; $x.PreCommandLookupAction = { param($n, $e) $e.StopSearch = $true }; try { hello } catch { $_.FullyQualifiedErrorId }; $x.PreCommandLookupAction = { param($n, $e) $e.Command = $x.GetCommand('hello', 'Function'); $e.StopSearch = $true }; unknown; $x.PreCommandLookupAction = { throw 'unheard' }; hello",
        "hello not LookupHandlerReplacementFor<<hello>> hello CommandNotFoundException hello hello",
    ),
    (
        "after a command was found",
        "$x = $ExecutionContext.InvokeCommand; function hello { 'hello' }; $l = [Collections.ArrayList]::new(); $x.PostCommandLookupAction = { param($n, $e) $null = $l.Add(\"$n=$($e.Command.CommandType)\"); if ($n -eq 'hello') { $e.CommandScriptBlock = { 'bye' } } }; foreach ($k in 1, 2) { hello }; gi / | Out-Null; 1 | % { $_ }; $x.PostCommandLookupAction = { param($n, $e) $e.Command = $null }; try { hello } catch { $_.FullyQualifiedErrorId }; $x.PostCommandLookupAction = $null; hello; $l",
        "bye bye 1 CommandNotFoundException hello hello=Function hello=Function gi=Alias Out-Null=Cmdlet %=Alias",
    ),
    (
        "references, indexes and versions",
        "\"$([ref] 5)\"; $x = 'a'; ([ref] $x).ToString(); try { @(1, 2)[@{}] } catch { $_.Exception.Message; $_.FullyQualifiedErrorId }; try { @(1, 2)[[pscustomobject] @{ a = 1 }] } catch { $_.FullyQualifiedErrorId }; \"$([version] [semver] '1.2.3')\"; $v = [version] [semver] '1.2.3-pre+b'; $v.PSSemVerPreReleaseLabel; $v.PSSemVerBuildLabel; $v -gt [version] '1.2.2'",
        "System.Management.Automation.PSReference`1[System.Int32] System.Management.Automation.PSReference`1[System.String] Cannot convert the \"System.Object[]\" value of type \"System.Object[]\" to type \"System.Int32\". ConvertToFinalInvalidCastException ConvertToFinalInvalidCastException 1.2.3 pre b True",
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
