//! What scripts ask of the runspaces they make: pools, proxies of session states, initial session states.

use crate::call_sites::check;

const CASES: &[(&str, &str, &str)] = &[
    (
        "a runspace's settings and states",
        "$rs = [runspacefactory]::CreateRunspace(); $rs.ThreadOptions = 'ReuseThread'; $rs.ApartmentState = 'STA'; $rs.Name = 'mine'; \"$($rs.RunspaceStateInfo) $($rs.ThreadOptions) $($rs.ApartmentState) $($rs.Name)\"; $rs.Open(); try { $rs.Open() } catch { $_.Exception.Message }; try { $rs.ApartmentState = 'MTA' } catch { $_.Exception.Message }; $ps = [powershell]::Create($rs); $ps.AddScript('[runspace]::DefaultRunspace.Name; $Host.Runspace.InstanceId').Invoke()[1] -eq $rs.InstanceId",
        "BeforeOpen ReuseThread STA mine Exception calling \"Open\" with \"0\" argument(s): \"Cannot open the runspace because the runspace is not in the BeforeOpen state. Current state of the runspace is 'Opened'.\" Exception setting \"ApartmentState\": \"This property cannot be changed after the runspace has been opened.\" True",
    ),
    (
        "the session state of another runspace",
        "$rs = [runspacefactory]::CreateRunspace(); $p = $rs.SessionStateProxy; try { $p.SetVariable('a', 1) } catch { $_.Exception.Message }; $rs.Open(); $p.SetVariable('a', 5); $p.GetVariable('a'); $p.PSVariable.Set('b', 6); $p.PSVariable.GetValue('b'); $p.PSVariable.GetValue('no', 'd'); $null = $p.Path.SetLocation('/tmp'); $p.Path.CurrentLocation.Path; $PWD.Path -eq '/tmp'; $p.InvokeCommand.ExpandString('$a-$b'); $p.InvokeCommand.InvokeScript('$a + 1'); $p.Drive.Get('Env').Name; $p.Provider.GetOne('Alias').Name; $p.InvokeProvider.Item.Exists('/tmp'); \"$($p.Applications)$($p.Scripts)$($p.LanguageMode)\"; $null -eq $a",
        "Cannot perform the operation because the runspace is not in the Opened state. Current state of the runspace is 'BeforeOpen'. 5 6 d /tmp False 5-6 6 Env Alias True **FullLanguage True",
    ),
    (
        "the language of another runspace",
        "$rs = [runspacefactory]::CreateRunspace(); $rs.Open(); $p = $rs.SessionStateProxy; $p.LanguageMode = 'NoLanguage'; $ps = [powershell]::Create($rs).AddScript('1'); try { $ps.Invoke() } catch { 'no' }; $p.LanguageMode = 'FullLanguage'; $ps.Invoke(); foreach ($call in { $p.LanguageMode = 'ConstrainedLanguage' }, { $ExecutionContext.SessionState.LanguageMode = 'NoLanguage' }) { try { & $call } catch { $_.Exception.Message } }; $ExecutionContext.SessionState.LanguageMode",
        "no 1 Exception setting \"LanguageMode\": \"The language mode 'ConstrainedLanguage' is not supported.\" Exception setting \"LanguageMode\": \"The language mode 'NoLanguage' is not supported.\" FullLanguage",
    ),
    (
        "a pool",
        "$pool = [runspacefactory]::CreateRunspacePool(1, 3); \"$($pool.RunspacePoolStateInfo) $($pool.GetAvailableRunspaces()) $($pool.CleanupInterval) $($pool.RunspacePoolAvailability)\"; $pool.ThreadOptions = 'ReuseThread'; $pool.CleanupInterval = [timespan]::FromMinutes(2); $pool.Open(); \"$($pool.SetMinRunspaces(4)) $($pool.SetMinRunspaces(2)) $($pool.GetMinRunspaces()) $($pool.SetMaxRunspaces(1)) $($pool.SetMaxRunspaces(5)) $($pool.GetMaxRunspaces()) $($pool.GetAvailableRunspaces()) $($pool.ThreadOptions) $($pool.CleanupInterval)\"; try { $pool.ThreadOptions = 'Default' } catch { $_.Exception.Message }; $ps = [powershell]::Create(); $ps.RunspacePool = $pool; $ps.AddScript('1 + 1').Invoke(); $pool.Close(); try { $pool.GetAvailableRunspaces() } catch { $_.Exception.Message }; try { [runspacefactory]::CreateRunspacePool(3, 1) } catch { $_.Exception.Message }",
        "BeforeOpen 3 00:15:00 None False True 2 False True 5 5 ReuseThread 00:02:00 Exception setting \"ThreadOptions\": \"This property cannot be changed after the runspace pool has been opened.\" 2 Exception calling \"GetAvailableRunspaces\" with \"0\" argument(s): \"The method cannot be invoked because the pool has been closed or has failed.\" Exception calling \"CreateRunspacePool\" with \"2\" argument(s): \"The minimum pool size cannot be greater than the maximum pool size. (Parameter 'minRunspaces')\"",
    ),
    (
        "what an initial session state holds",
        "$iss = [initialsessionstate]::CreateDefault2(); $iss.Commands['gci'][0].Definition; $iss.Commands['Get-Item'][0].GetType().Name; $iss.Variables['PID'][0].Options; $iss.Providers['FileSystem'].Count; $c = $iss.Clone(); $c.Variables.Clear(); $c.Variables.Count; $iss.Variables.Count -gt 20; $c.Commands.RemoveItem(0); $iss.Commands.Count - $c.Commands.Count; try { $c.Commands.Add('x') } catch { $_.Exception.Message }; try { $c.Commands[0].Name = 'x' } catch { $_.Exception.Message }",
        "Get-ChildItem SessionStateCmdletEntry Constant, AllScope 1 0 True 1 Cannot find an overload for \"Add\" and the argument count: \"1\". 'Name' is a ReadOnly property.",
    ),
    (
        "entries come into the runspace",
        "$n = 'System.Management.Automation.Runspaces.SessionState'; $iss = [initialsessionstate]::CreateDefault(); $iss.Variables.Add((\"${n}VariableEntry\" -as [type])::new('v', 7, 'mine', 'ReadOnly')); $iss.EnvironmentVariables.Add((\"${n}VariableEntry\" -as [type])::new('HOSTING_API', 'env', '')); $iss.Commands.Add((\"${n}FunctionEntry\" -as [type])::new('f', '\"f$v\"')); $iss.Commands.Add((\"${n}AliasEntry\" -as [type])::new('ff', 'f')); $file = \"$([IO.Path]::GetTempPath())hosting-api-$PID.ps1\"; '$started = 1' > $file; $null = $iss.StartupScripts.Add($file); [powershell]::Create($iss).AddScript('f; ff; try { $v = 1 } catch { $_.FullyQualifiedErrorId }; $env:HOSTING_API; $started').Invoke(); Remove-Item $file; $null -eq $env:HOSTING_API",
        "f7 f7 VariableNotWritable env 1 True",
    ),
    (
        "commands that are taken away, hidden, or the only ones",
        "$iss = [initialsessionstate]::CreateDefault(); $iss.Commands.Remove('Get-Date', $null); $iss.Commands['Get-Random'][0].Visibility = 'Private'; $text = 'foreach ($c in { Get-Date }) { try { & $c } catch { $_.FullyQualifiedErrorId } }; try { Get-Random } catch { $_.FullyQualifiedErrorId }; & { Get-Random -Maximum 1 }'; [powershell]::Create($iss).AddScript($text).Invoke(); $one = [initialsessionstate]::Create(); $one.LanguageMode = 'FullLanguage'; $one.Commands.Add([System.Management.Automation.Runspaces.SessionStateCmdletEntry]::new('Get-Random', $null, $null)); [powershell]::Create($one).AddScript('Get-Random -Maximum 1; try { Get-Item / } catch { $_.FullyQualifiedErrorId }; try { gci } catch { $_.FullyQualifiedErrorId }').Invoke()",
        "CommandNotFoundException CommandNotFoundException 0 0 CommandNotFoundException CommandNotFoundException",
    ),
    (
        "a module that is not there keeps the runspace shut where it is told to",
        "$iss = [initialsessionstate]::CreateDefault(); $iss.ImportPSModule('no-such-module'); $rs = [runspacefactory]::CreateRunspace($iss); $rs.Open(); \"$($rs.RunspaceStateInfo)\"; $iss.ThrowOnRunspaceOpenError = $true; $rs = [runspacefactory]::CreateRunspace($iss); try { $rs.Open() } catch { $_.Exception.InnerException.GetType().Name }; \"$($rs.RunspaceStateInfo)\"; $iss = [initialsessionstate]::CreateDefault(); $iss.ExecutionPolicy = 'Bypass'; try { [runspacefactory]::CreateRunspace($iss).Open() } catch { $_.Exception.Message }",
        "Opened RunspaceOpenModuleLoadException Broken Exception calling \"Open\" with \"0\" argument(s): \"Operation is not supported on this platform.\"",
    ),
    (
        "programs and scripts that are taken from the session's lists",
        "$file = [IO.Path]::GetTempFileName() + '.ps1'; \"'script'\" > $file; $rs = [runspacefactory]::CreateRunspace(); $rs.Open(); $p = $rs.SessionStateProxy; \"$($p.Applications) $($p.Scripts)\"; $p.Applications.Clear(); $p.Scripts.Clear(); function ask($text) { $ps = [powershell]::Create($rs).AddScript($text); $ps.Invoke(); $ps.Streams.Error.FullyQualifiedErrorId }; ask 'printf a'; ask \"& '$file'\"; ask 'function inside { printf b }; inside'; $p.Applications.Add('*/printf'); ask 'printf c'; ask 'env'; $p.Scripts.Add('*'); ask \"& '$file'\"; Remove-Item $file",
        "* * CommandNotFoundException CommandNotFoundException b  c  CommandNotFoundException script ",
    ),
    (
        "whoever waits for a free runspace of a pool hears that it is closed; idle ones go",
        "$pool = [runspacefactory]::CreateRunspacePool(1, 1); $pool.Open(); $a = [powershell]::Create(); $a.RunspacePool = $pool; $a1 = $a.AddScript('$global:mine = 1; Start-Sleep -Milliseconds 400').BeginInvoke(); Start-Sleep -Milliseconds 100; $b = [powershell]::Create(); $b.RunspacePool = $pool; $b1 = $b.AddScript('2').BeginInvoke(); Start-Sleep -Milliseconds 50; $pool.Close(); try { $b.EndInvoke($b1) } catch { $_.Exception.InnerException.GetType().Name }; $wide = [runspacefactory]::CreateRunspacePool(1, 2); $wide.CleanupInterval = [timespan]::Zero; $wide.Open(); $p = [powershell]::Create(); $p.RunspacePool = $wide; \"$($p.AddScript('$global:mine = 1; $mine').Invoke()) $($wide.GetAvailableRunspaces())\"; $iss = [initialsessionstate]::CreateDefault(); try { $iss.DisableFormatUpdates = $true } catch { $_.Exception.InnerException.Message }",
        "InvalidRunspacePoolStateException 1 2 Views of a hosted runspace cannot be kept from updates.",
    ),
];

#[test]
fn hosted_runspaces_answer_scripts() {
    check(CASES);
}
