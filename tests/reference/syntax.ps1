# Compares tokens.json and types-language.json with the types of System.Management.Automation.Language: every value, and
# every member asked of real objects. Prints one line a subject (agreed/all) and, with -Show, what differs.
param([switch] $Show)
$ErrorActionPreference = 'Stop'
$data = "$PSScriptRoot/data"
$namespace = 'System.Management.Automation.Language'
$tally = [ordered]@{}
function Test-Same([string] $Subject, [string] $What, [bool] $Same) {
    if (-not $tally.Contains($Subject)) { $tally[$Subject] = @(0, 0) }
    $tally[$Subject][1]++
    if ($Same) { $tally[$Subject][0]++ } elseif ($Show) { "  $Subject $What" }
}

$tokens = Get-Content -Raw "$data/tokens.json" | ConvertFrom-Json
foreach ($row in $tokens.kinds) {
    $kind = [System.Management.Automation.Language.TokenKind] $row.kind
    $bits = 0
    foreach ($name in $row.flags) { if ($name) { $bits = $bits -bor [int] [System.Management.Automation.Language.TokenFlags] $name } }
    $traits = [int] [System.Management.Automation.Language.TokenTraits]::GetTraits($kind)
    Test-Same kinds "$($row.kind) value" ([int] $kind -eq $row.v)
    Test-Same kinds "$($row.kind) text" ([System.Management.Automation.Language.TokenTraits]::Text($kind) -ceq $row.text)
    Test-Same kinds "$($row.kind) precedence" (($traits -band 7) -eq $row.prec)
    Test-Same kinds "$($row.kind) flags $traits $bits" (($traits -band -bnot 15) -eq $bits)
}
foreach ($row in $tokens.flags) { Test-Same flags $row.flag ([int] [System.Management.Automation.Language.TokenFlags]::($row.flag) -eq $row.v) }
# `inlinescript` is a keyword inside of workflows only, and those are gone.
foreach ($row in $tokens.keywords) {
    $found = $null
    $null = [System.Management.Automation.Language.Parser]::ParseInput("$($row.word) ", [ref] $found, [ref] $null)
    Test-Same keywords "$($row.word) $($found[0].Kind)" ($found[0].Kind -eq $(if ($row.word -eq 'inlinescript') { 'Identifier' } else { $row.kind }))
}
foreach ($row in $tokens.dashOperators) {
    $found = $null
    $unary = $row.op -in 'not', 'bnot'
    $null = [System.Management.Automation.Language.Parser]::ParseInput($(if ($unary) { "-$($row.op) 1" } else { "1 -$($row.op) 1" }), [ref] $found, [ref] $null)
    $kind = $found[$(if ($unary) { 0 } else { 1 })].Kind
    Test-Same operators "-$($row.op) $kind" ($kind -eq $row.kind)
}

# Objects of every class, out of sources that have all of them.
$sources = @'
<#
.SYNOPSIS
s
#>
#requires -Version 5
using namespace System.IO
using module x
param([Parameter(Mandatory, Position = 0)] [int[]] $a = 1, [System.Collections.Generic.List[string]] $l)
begin { 1 } process { trap [System.Exception] { continue } 2 } end {
function f([string] $x) { <# .SYNOPSIS
 q #> return $x }
filter g { $_ }
class C : System.Object { [int] $p = 1; hidden static [string] M([int] $q) { return "a$q" } C() : base() { } }
enum E { A = 1; B }
:outer foreach ($i in 1..3) { if ($i -eq 1) { continue outer } elseif ($i) { break } else { exit 1 } }
for ($i = 0; $i -lt 3; $i++) { }
while ($true) { throw 'x' }
do { 1 } while ($false)
do { 1 } until ($true)
switch -Regex ($a) { 'x' { 1 } default { 2 } }
try { Get-Item . -Path:x 2>&1 3> out.txt | % { $_ } } catch [System.Exception] { } finally { }
data d { 'x' }
$x = @{ k = 'v'; 'l' = 2 }
$y = @(1, 2)[0] + $x.k.Length + [int]::MaxValue - (-$a) * [math]::Abs(1) + $x?.k
$z = $a ? 1 : 2
& { param($u) $using:a } && Get-Date || Get-Item &
"text $a $($b)" + 'single' + @"
here
"@ -split ','
[ValidateNotNull()] [string] $s = 'a'
$l.GetRange(0, 1)
Get-Item @x > file *>&1 <in
parallel { 1 }
sequence { 1 }
} clean { 1 } dynamicparam { 1 }
'@, 'configuration X { Node a { } }', 'if (', '$a.', '$a[', '1 +', 'foo(', '$x = ', ':l while ($true) { break l }', 'dynamicparam { } end { "$a" }'
$objects = @{}
function Add-Sample($Object) {
    if ($null -eq $Object) { return }
    for ($type = $Object.GetType(); $type; $type = $type.BaseType) {
        if (-not $objects.ContainsKey($type.FullName)) { $objects[$type.FullName] = $Object }
    }
}
foreach ($source in $sources) {
    $list, $errors = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseInput($source, [ref] $list, [ref] $errors)
    foreach ($node in $tree.FindAll({ $true }, $true)) {
        Add-Sample $node
        if ($node -is [System.Management.Automation.Language.AttributeBaseAst]) { Add-Sample $node.TypeName }
        if ($node -is [System.Management.Automation.Language.FunctionDefinitionAst]) { Add-Sample $node.GetHelpContent() }
    }
    foreach ($token in $list) { Add-Sample $token }
    foreach ($fault in $errors) { Add-Sample $fault }
    Add-Sample $tree.ScriptRequirements
}
$made = { param($Type, $Arguments) ([type] "$namespace.$Type")::new.Invoke($Arguments) }
$position = [System.Management.Automation.Language.ScriptPosition]::new('file', 1, 2, 'abc', 'abc')
$extent = [System.Management.Automation.Language.ScriptExtent]::new($position, $position)
$command = [System.Management.Automation.Language.Parser]::ParseInput('Get-Item -Path x -Nope', [ref] $null, [ref] $null).Find({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
$bound = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($command)
$psErrors = $null
$psTokens = [System.Management.Automation.PSParser]::Tokenize('1 + (', [ref] $psErrors)
foreach ($object in $position, $extent, $bound, $bound.BoundParameters['Path'], @($bound.BindingExceptions.Values)[0],
    $psTokens[0], $psErrors[0], [System.Management.Automation.CompletionResult]::new('a'), (TabExpansion2 'Get-It' 6),
    [System.Management.Automation.Language.CommentHelpInfo]::new(), [System.Management.Automation.Language.ScriptRequirements]::new(),
    [System.Management.Automation.Language.ReflectionTypeName]::new([int]), [System.Management.Automation.Language.DynamicKeyword]::new(),
    [System.Management.Automation.Language.DynamicKeywordParameter]::new(), [System.Management.Automation.Language.DynamicKeywordProperty]::new(),
    [System.Management.Automation.Language.NoRunspaceAffinityAttribute]::new(), [System.Management.Automation.Language.NullString]::Value) { Add-Sample $object }
class Walker : System.Management.Automation.Language.AstVisitor2 { }
class Other : System.Management.Automation.Language.DefaultCustomAstVisitor2 { }
Add-Sample ([Walker]::new())
Add-Sample ([Other]::new())
Add-Sample ([System.Management.Automation.Language.DynamicKeywordStatementAst]::new($extent, [System.Management.Automation.Language.CommandElementAst[]] @($command.CommandElements[0].Copy())))
$objects["$namespace.IScriptPosition"] = $tree.Extent.StartScriptPosition
$objects["$namespace.IScriptExtent"] = $tree.Extent
$objects["$namespace.ITypeName"] = $objects["$namespace.TypeName"]
$objects["$namespace.ICustomAstVisitor"] = $objects["$namespace.ICustomAstVisitor2"] = [Other]::new()
$objects["$namespace.IAstPostVisitHandler"] = [Walker]::new()

# An argument for a parameter of a constructor or method, out of its type's text.
function Get-Argument([string] $Type) {
    $inner = if ($Type -match '^System\.Collections\.Generic\.(?:IEnumerable|IList|List)\[(.+)\]$') { $Matches[1] }
    if ($inner) {
        $isTuple = $inner -match '^System\.Tuple'
        $list = [array]::CreateInstance(($inner -as [type]), $(if ($isTuple) { 0 } else { 1 }))
        if (-not $isTuple) { $list[0] = Get-Argument $inner }
        return , $list
    }
    switch -Regex ($Type) {
        'IScriptExtent$' { return $extent }
        '\.ScriptPosition$' { return $position }
        '^string\[\]$' { return , @('x') }
        '^string$' { return 'x' }
        '^int$' { return 1 }
        '^bool$' { return $false }
        '^type$' { return [int] }
        'VariablePath$' { return $objects["$namespace.VariableExpressionAst"].VariablePath }
        'hashtable$' { return @{} }
        '^System\.Func' { return { $false } }
    }
    $known = $Type -as [type]
    if ($known -and $known.IsEnum) { return [enum]::GetValues($known)[0] }
    $object = $objects[$Type]
    if (-not $object) { $object = ($objects.GetEnumerator() | Where-Object { $known -and $_.Value -is $known } | Select-Object -First 1).Value }
    if ($object -is [System.Management.Automation.Language.Ast]) { return $object.Copy() }
    $object
}
function Get-ArgumentTypes([string] $Overload) {
    $text = $Overload.Substring($Overload.IndexOf('(') + 1).TrimEnd(')')
    $depth, $part = 0, ''
    foreach ($letter in $text.ToCharArray()) {
        if ($letter -eq '[') { $depth++ } elseif ($letter -eq ']') { $depth-- }
        if ($letter -eq ',' -and $depth -eq 0) { $part; $part = '' } else { $part += $letter }
    }
    if ($part) { $part }
}
$missing = '^(MethodNotFound|MemberNotImplemented|TypeNotFound|PropertyNotFoundStrict|MethodCountCouldNotFindBest|ConstructorNotFound)'
foreach ($row in Get-Content -Raw "$data/types-language.json" | ConvertFrom-Json) {
    $type = $row.t -as [type]
    $short = $row.t -replace '^System\.Management\.Automation\.(Language\.)?'
    Test-Same types $row.t ($null -ne $type)
    if (-not $type) { continue }
    if ($row.base) { Test-Same types "$short base" ($type.BaseType.FullName -replace '\[.*' -eq ($row.base -replace '\[.*')) }
    foreach ($value in $row.values.PSObject.Properties) { if ($value) { Test-Same values "$short $($value.Name)" ([int] $type::($value.Name) -eq $value.Value) } }
    $object = $objects[$row.t]
    foreach ($property in $row.props) {
        if (-not $property) { continue }
        $name = $property[0]
        $good = $false
        try {
            & { Set-StrictMode -Version Latest; $null = if ($property[2] -match '!') { $type::$name } elseif ($null -ne $object) { $object.$name } else { throw 'no object' } }
            $good = $true
        } catch { }
        Test-Same properties "$short.$name" $good
    }
    foreach ($method in $row.methods) {
        if (-not $method) { continue }
        $name = $method[0].TrimStart(':')
        foreach ($overload in $method | Select-Object -Skip 1) {
            $arguments = foreach ($text in Get-ArgumentTypes $overload) {
                if ($text -match '^ *\[ref\]') { , [ref] $null } else { , (Get-Argument ($text.Trim() -replace ' = .*' -replace ' \w+$')) }
            }
            $good = $true
            $why = ''
            try { $null = if ($method[0] -match '^::') { $type::$name.Invoke(@($arguments)) } elseif ($null -ne $object) { $object.$name.Invoke(@($arguments)) } else { throw 'no object' } }
            catch { if ("$($_.FullyQualifiedErrorId)" -match $missing -or "$_" -match 'no object|is not implemented|null-valued') { $good = $false; $why = "$_" } }
            Test-Same methods "$short.$overload $why" $good
        }
    }
    foreach ($constructor in $row.ctors) {
        if (-not $constructor) { continue }
        $arguments = foreach ($text in Get-ArgumentTypes $constructor) { , (Get-Argument ($text.Trim() -replace ' = .*' -replace ' \w+$')) }
        $good = $false
        $why = ''
        try { $good = $type::new.Invoke(@($arguments)) -is $type } catch { $why = "$_" }
        Test-Same constructors "$constructor $why" $good
    }
}
foreach ($subject in $tally.Keys) { '{0,-14} {1}/{2}' -f $subject, $tally[$subject][0], $tally[$subject][1] }
