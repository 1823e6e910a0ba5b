# Asks instances of types for the members that reflection lists: prints each member that answers.
# Types whose objects answer by themselves can't be seen in the type table; here they are asked.
param([string] $List)
$ErrorActionPreference = 'Stop'
$ast = [System.Management.Automation.Language.Parser]::ParseInput('function f([int] $a = 1) { if ($a.b) { $x = @{ k = "s" }; Get-Item $x } }', [ref] $null, [ref] $null)
$rich = [System.Management.Automation.Language.Parser]::ParseInput(@'
using namespace System.IO
param([Parameter(Mandatory)] [int[]] $p = 1)
begin { $i = 0 }
process {
    [int] $x, $y = 1, -2; $x += $y; $x++; $h = @{ a = @(1; 2); b = $(3) }
    foreach ($n in 1..3) { if ($n -gt 2) { continue } elseif ($n) { break } else { exit 1 } }
    for ($k = 0; $k -lt 3; $k++) { } while ($false) { } do { } while ($false) do { } until ($true)
    switch ($x) { 1 { 'one' } default { "other $x $($h.a)" } }
    try { throw 'x' } catch [System.IO.IOException] { return } finally { trap { } }
    Get-Item -Path $x 2>&1 | Where-Object { $_ } > out.txt; 1 2> $null
    [math]::Max(1, 2); $h['a']; $h.Count; ($x -as [string]); [ref] $x; $using:z; $x ? 1 : 2; data d { 'x' }; Get-Item a && Get-Item b
}
end { class C : object { [int] $P = 1; C() : base() { } [int] M() { return $this.P } }; enum E { A; B = 2 } }
'@, [ref] $null, [ref] $null)
function Find-In($Tree, [string] $Name) { try { $Tree.Find({ $args[0].GetType().Name -eq $Name }, $true) } catch { $null } }
function Find-Ast([string] $Name) { $ast.Find({ $args[0].GetType().Name -eq $Name }, $true) }
$xml = [xml] '<r a="1"><c>t</c></r>'
function Get-Invocation { $MyInvocation }
function Get-Self { [CmdletBinding()] param() $PSCmdlet }
$samples = @{
    'System.Management.Automation.PSObject' = { [psobject]::new(5) }
    'System.Management.Automation.PSReference' = { [ref] 5 }
    'System.Management.Automation.ScriptBlock' = { { 1 } }
    'System.Management.Automation.PowerShell' = { [powershell]::Create() }
    'System.Management.Automation.PSCommand' = { [powershell]::Create().Commands }
    'System.Management.Automation.Runspaces.Runspace' = { [runspacefactory]::CreateRunspace() }
    'System.Management.Automation.Runspaces.InitialSessionState' = { [initialsessionstate]::CreateDefault() }
    'System.Management.Automation.SessionState' = { $ExecutionContext.SessionState }
    'System.Management.Automation.PSVariable' = { Get-Variable HOME }
    'System.Management.Automation.AliasInfo' = { Get-Alias gci }
    'System.Management.Automation.CommandInfo' = { Get-Command Get-Item }
    'System.Management.Automation.CommandMetadata' = { [System.Management.Automation.CommandMetadata]::new((Get-Command Get-Item)) }
    'System.Management.Automation.InvocationInfo' = { Get-Invocation }
    'System.Management.Automation.InformationRecord' = { (Write-Information 'x' -InformationVariable i 6> $null); $i[0] }
    'System.Management.Automation.VerboseRecord' = { Write-Verbose x -Verbose 4>&1 }
    'System.Management.Automation.DebugRecord' = { Write-Debug x -Debug 5>&1 }
    'System.Management.Automation.CommandCompletion' = { TabExpansion2 'Get-It' 6 }
    'System.Management.Automation.Language.Ast' = { $ast }
    'System.Management.Automation.Language.ScriptBlockAst' = { $ast }
    'System.Management.Automation.Language.VariableExpressionAst' = { Find-Ast VariableExpressionAst }
    'System.Management.Automation.Language.CommandAst' = { Find-Ast CommandAst }
    'System.Management.Automation.Language.CommandBaseAst' = { Find-Ast CommandAst }
    'System.Management.Automation.Language.CommandExpressionAst' = { Find-Ast CommandExpressionAst }
    'System.Management.Automation.Language.ParameterAst' = { Find-Ast ParameterAst }
    'System.Management.Automation.Language.MemberExpressionAst' = { Find-Ast MemberExpressionAst }
    'System.Management.Automation.Language.StringConstantExpressionAst' = { Find-Ast StringConstantExpressionAst }
    'System.Management.Automation.Language.AssignmentStatementAst' = { Find-Ast AssignmentStatementAst }
    'System.Management.Automation.Language.FunctionDefinitionAst' = { Find-Ast FunctionDefinitionAst }
    'System.Management.Automation.Language.HashtableAst' = { Find-Ast HashtableAst }
    'System.Management.Automation.Language.IfStatementAst' = { Find-Ast IfStatementAst }
    'System.Management.Automation.Language.ExpressionAst' = { Find-Ast VariableExpressionAst }
    'System.Diagnostics.Process' = { Get-Process -Id $PID }
    'System.Xml.XmlDocument' = { [xml] '<r a="1"><c>t</c></r>' }
    'System.Xml.XmlElement' = { $xml.DocumentElement }
    'System.Xml.XmlNode' = { $xml.DocumentElement }
    'System.Xml.XmlAttribute' = { $xml.DocumentElement.Attributes[0] }
}
$risky = 'Kill', 'WaitForExit', 'WaitForInputIdle', 'Start', 'CloseMainWindow', 'Exit', 'ReadKey'
$name, $kind, $member = '', '', ''
foreach ($line in [System.IO.File]::ReadAllLines($List)) {
    $type, $kind, $member = $line -split "`t"
    if ($type -ne $name) {
        $name = $type
        $object = $null
        if ($type -match '^System\.Management\.Automation\.Language\.(\w+Ast)$' -and -not $samples.ContainsKey($type)) {
            $object = Find-In $rich $Matches[1]
        }
        if ($samples.ContainsKey($type)) { try { $object = & $samples[$type] } catch { $object = $null } }
    }
    $answers = $false
    try {
        switch ($kind) {
            'p' { if ($null -ne $object) { $null = $object.$member; $answers = $true } }
            'm' {
                if ($null -ne $object -and $member -notin $risky) {
                    $answers = $true
                    $null = $object.$member($null, $null, $null, $null, $null, $null, $null, $null, $null)
                }
            }
            's' { $null = ([type] $type)::$member; $answers = $true }
            'c' { $answers = $true; $null = ([type] $type)::$member($null, $null, $null, $null, $null, $null, $null, $null, $null) }
            'n' { $answers = $true; $null = ([type] $type)::new($null, $null, $null, $null, $null, $null, $null, $null, $null, $null, $null) }
        }
    } catch {
        if ("$($_.FullyQualifiedErrorId)" -match '^(MemberNotImplemented|MethodNotFound|TypeNotFound)' -or "$($_.Exception)" -match 'is not implemented') { $answers = $false }
    }
    if ($answers) { "$type`t$kind`t$member" }
}
