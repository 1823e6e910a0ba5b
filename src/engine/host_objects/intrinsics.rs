//! The parts of `$ExecutionContext` that stand for drives, providers and items, and the methods of the others that say what
//! a cmdlet says: each is a line of script over that cmdlet.

use std::sync::Arc;

use ::command::{Invoke, Session};
use values::{Array, Context, Foreign, Result, TypeRef, Value};

use crate::runspace::Runspace;

/// What a method gives of the objects that its script writes.
#[derive(Clone, Copy)]
enum Shape {
    /// Nothing.
    Void,
    /// The only object, or `$null`.
    One,
    /// A list of the type that is written out.
    List(&'static str),
}

use Shape::{List, One, Void};

const OBJECTS: Shape = List("System.Collections.ObjectModel.Collection[psobject]");
const TEXTS: Shape = List("System.Collections.ObjectModel.Collection[string]");
const DRIVES: Shape = List("System.Collections.ObjectModel.Collection[System.Management.Automation.PSDriveInfo]");
const PROVIDERS: Shape = List("System.Collections.ObjectModel.Collection[System.Management.Automation.ProviderInfo]");
const PATHS: Shape = List("System.Collections.ObjectModel.Collection[System.Management.Automation.PathInfo]");
const CMDLETS: Shape = List("System.Collections.Generic.List[System.Management.Automation.CmdletInfo]");
const COMMANDS: Shape = List("System.Collections.Generic.List[System.Management.Automation.CommandInfo]");
const NAMES: Shape = List("System.Collections.Generic.List[string]");

/// Class (without its namespace), method, parameters, body, result.
type Line = (&'static str, &'static str, &'static str, &'static str, Shape);

const DRIVE: &str = "DriveManagementIntrinsics";
const PROVIDER: &str = "CmdletProviderManagementIntrinsics";
const ITEM: &str = "ItemCmdletProviderIntrinsics";
const CHILD: &str = "ChildItemCmdletProviderIntrinsics";
const CONTENT: &str = "ContentCmdletProviderIntrinsics";
const PROPERTY: &str = "PropertyCmdletProviderIntrinsics";
const PATH: &str = "PathIntrinsics";
const COMMAND: &str = "CommandInvocationIntrinsics";

const LINES: &[Line] = &[
    (DRIVE, "Get", "$n", "Get-PSDrive -LiteralName $n", One),
    (DRIVE, "GetAll", "", "Get-PSDrive", DRIVES),
    (DRIVE, "GetAllAtScope", "$s", "Get-PSDrive -Scope $s", DRIVES),
    (DRIVE, "GetAllForProvider", "$p", "Get-PSDrive -PSProvider $p", DRIVES),
    (DRIVE, "GetAtScope", "$n, $s", "Get-PSDrive -LiteralName $n -Scope $s", One),
    (
        DRIVE,
        "New",
        "$d, $s",
        "$h = @{}; if ($s) { $h.Scope = $s }; New-PSDrive -Name $d.Name -PSProvider $d.Provider.Name -Root $d.Root -Description $d.Description @h",
        One,
    ),
    (
        DRIVE,
        "Remove",
        "$n, [bool] $f, $s",
        "$h = @{}; if ($s) { $h.Scope = $s }; Remove-PSDrive -LiteralName $n -Force:$f @h",
        Void,
    ),
    (PROVIDER, "Get", "$n", "Get-PSProvider -PSProvider $n", PROVIDERS),
    (PROVIDER, "GetAll", "", "Get-PSProvider", PROVIDERS),
    (PROVIDER, "GetOne", "$n", "Get-PSProvider -PSProvider $n", One),
    (ITEM, "Clear", "$p, [bool] $f, [bool] $l", "Clear-Item @h -Force:$f", OBJECTS),
    (
        ITEM,
        "Copy",
        "$p, $d, [bool] $r, $c, [bool] $f, [bool] $l",
        "Copy-Item @h -Destination $d -Recurse:$r -Container:(\"$c\" -ne 'CopyChildrenOfTargetContainer') -Force:$f -PassThru",
        OBJECTS,
    ),
    (ITEM, "Exists", "$p, [bool] $f, [bool] $l", "Test-Path @h", One),
    (ITEM, "Get", "$p, [bool] $f, [bool] $l", "Get-Item @h -Force:$f", OBJECTS),
    (ITEM, "Invoke", "$p, [bool] $l", "Invoke-Item @h", Void),
    (ITEM, "IsContainer", "$p", "Test-Path @h -PathType Container", One),
    (ITEM, "Move", "$p, $d, [bool] $f, [bool] $l", "Move-Item @h -Destination $d -Force:$f -PassThru", OBJECTS),
    (
        ITEM,
        "New",
        "$p, $n, $t, $v, [bool] $f",
        "if ($n) { $h.Name = $n }; if ($t) { $h.ItemType = $t }; if ($null -ne $v) { $h.Value = $v }; New-Item @h -Force:$f",
        OBJECTS,
    ),
    (ITEM, "Remove", "$p, [bool] $r, [bool] $f, [bool] $l", "Remove-Item @h -Recurse:$r -Force:$f", Void),
    (ITEM, "Rename", "$p, $n, [bool] $f", "Rename-Item @h -NewName $n -Force:$f -PassThru", OBJECTS),
    (ITEM, "Set", "$p, $v, [bool] $f, [bool] $l", "Set-Item @h -Value $v -Force:$f -PassThru", OBJECTS),
    (
        CHILD,
        "Get",
        "$p, [bool] $r, $a, $b, $c",
        "if ($a -is [bool]) { $f, $l = $a, $b } else { $f, $l = $b, $c; if ($null -ne $a) { $h.Depth = $a } }; if ($l) { $h.LiteralPath = $p; $h.Remove('Path') }; Get-ChildItem @h -Recurse:$r -Force:([bool] $f)",
        OBJECTS,
    ),
    // Which containers are returned is a question of a filter only, and these methods have none.
    (
        CHILD,
        "GetNames",
        "$p, $containers, [bool] $r, $a, $b, $c",
        "if ($a -is [bool]) { $f, $l = $a, $b } else { $f, $l = $b, $c; if ($null -ne $a) { $h.Depth = $a } }; if ($l) { $h.LiteralPath = $p; $h.Remove('Path') }; Get-ChildItem @h -Recurse:$r -Force:([bool] $f) -Name",
        TEXTS,
    ),
    (CHILD, "HasChild", "$p, [bool] $f, [bool] $l", "[bool](Get-ChildItem @h -Force:$f | Select-Object -First 1)", One),
    (CONTENT, "Clear", "$p, [bool] $f, [bool] $l", "Clear-Content @h -Force:$f", Void),
    (
        PROPERTY,
        "Clear",
        "$p, $n, [bool] $f, [bool] $l",
        "foreach ($one in $n) { Clear-ItemProperty @h -Name $one }",
        Void,
    ),
    (PROPERTY, "Get", "$p, $n, [bool] $l", "if ($n) { $h.Name = $n }; Get-ItemProperty @h", OBJECTS),
    (PROPERTY, "New", "$p, $n, $t, $v", "New-ItemProperty @h -Name $n -PropertyType $t -Value $v", OBJECTS),
    (PROPERTY, "Remove", "$p, $n, [bool] $f, [bool] $l", "Remove-ItemProperty @h -Name $n", Void),
    (PROPERTY, "Rename", "$p, $n, $d", "Rename-ItemProperty @h -Name $n -NewName $d -PassThru", OBJECTS),
    (PROPERTY, "Set", "$p, $v, [bool] $f, [bool] $l", "Set-ItemProperty @h -InputObject $v -PassThru", OBJECTS),
    (PATH, "CurrentProviderLocation", "$n", "Get-Location -PSProvider $n", One),
    (PATH, "GetResolvedPSPathFromPSPath", "$p", "Resolve-Path @h", PATHS),
    (PATH, "GetResolvedProviderPathFromProviderPath", "$p, $n", "(Resolve-Path @h).ProviderPath", TEXTS),
    (
        PATH,
        "GetResolvedProviderPathFromPSPath",
        "$p, $o",
        "$found = @(Resolve-Path @h); if ($null -ne $o) { $o.Value = $found[0].Provider }; $found.ProviderPath",
        TEXTS,
    ),
    (PATH, "IsProviderQualified", "$p", "$p -match '^[^:/\\\\]+::'", One),
    (
        PATH,
        "IsPSAbsolute",
        "$p, $o",
        "$d = if ($p -match '^([^:/\\\\]+):(?!:)') { $Matches[1] } elseif ($p -like '/*') { '/' }; if ($null -ne $o) { $o.Value = $d }; [bool] $d",
        One,
    ),
    (PATH, "IsValid", "$p", "Test-Path -IsValid @h", One),
    (PATH, "LocationStack", "$n", "if ($n) { Get-Location -StackName $n } else { Get-Location -Stack }", One),
    (PATH, "NormalizeRelativePath", "$p, $b", "if ($b) { [System.IO.Path]::GetRelativePath($b, $p) } else { $p }", One),
    (PATH, "ParseChildName", "$p", "Split-Path @h -Leaf", One),
    (
        PATH,
        "ParseParent",
        "$p, $r",
        "$up = Split-Path @h -Parent; if ($r -and $p.TrimEnd('/') -eq $r.TrimEnd('/')) { '' } else { $up }",
        One,
    ),
    (PATH, "PopLocation", "$n", "if ($n) { $h.StackName = $n }; Pop-Location @h -PassThru", One),
    (PATH, "PushCurrentLocation", "$n", "if ($n) { $h.StackName = $n }; Push-Location @h", Void),
    (PATH, "SetDefaultLocationStack", "$n", "Set-Location -StackName $n; Get-Location -Stack", One),
    (PATH, "SetLocation", "$p", "Set-Location @h -PassThru", One),
    (COMMAND, "GetCmdlet", "$n", "Get-Command -CommandType Cmdlet -Name $n -ErrorAction Ignore", One),
    (
        COMMAND,
        "GetCmdletByTypeName",
        "$n",
        "Get-Command -CommandType Cmdlet | Where-Object { $_.ImplementingType.FullName -eq $n }",
        One,
    ),
    (COMMAND, "GetCmdlets", "$n = '*'", "Get-Command -CommandType Cmdlet -Name $n -ErrorAction Ignore", CMDLETS),
    (
        COMMAND,
        "GetCommandName",
        "$n, [bool] $w, [bool] $f",
        "if (-not $w) { $n = [WildcardPattern]::Escape($n) }; foreach ($c in Get-Command -Name $n -ErrorAction Ignore) { if (-not $f) { $c.Name } elseif ($c.CommandType -in 'Application', 'ExternalScript') { $c.Path } elseif ($c.CommandType -eq 'Cmdlet') { \"$($c.ModuleName)\\$($c.Name)\" } else { $c.Name } }",
        NAMES,
    ),
    (
        COMMAND,
        "GetCommands",
        "$n, $t, [bool] $w",
        "if (-not $w) { $n = [WildcardPattern]::Escape($n) }; Get-Command -Name $n -CommandType $t -ErrorAction Ignore",
        COMMANDS,
    ),
];

/// What a method of one of the classes gives; none where no line says it.
pub(super) fn answer(runspace: &mut Runspace, class: &str, name: &str, args: &[Value]) -> Result<Option<Value>> {
    let Some(line) = LINES.iter().find(|l| l.0 == class && l.1.eq_ignore_ascii_case(name)) else { return Ok(None) };
    let (_, _, parameters, body, shape) = *line;
    // A path is a pattern unless the method is told that it is to be taken literally.
    let path = match parameters.starts_with("$p") {
        true => "$h = if ($l) { @{ LiteralPath = $p } } else { @{ Path = $p } }; ",
        false => "$h = @{}; ",
    };
    let text = format!("param({parameters}) $ErrorActionPreference = 'Stop'; {path}{body}");
    let block = Session::parse_script(runspace, &text, None)?;
    let how = Invoke { args: args.to_vec(), ..Invoke::default() };
    let mut output = runspace.invoke_throwing(&block, how)?;
    Ok(Some(match shape {
        Void => Value::Void,
        One => output.drain(..).next().unwrap_or_default(),
        List(ty) => {
            let ty = TypeRef::find(ty).unwrap_or(TypeRef::ARRAYLIST);
            let element = ty.info().generic.as_ref().and_then(|(_, of)| of.first().copied());
            Value::Array(Arc::new(Array::list(ty, element.unwrap_or(TypeRef::PSOBJECT), output)))
        }
    }))
}

/// An object of one of the classes that have methods of the table only, or others of their kind as properties.
pub(super) struct Intrinsics(&'static str);

impl Intrinsics {
    /// What a property of the session state or of `$ExecutionContext` gives.
    pub(super) fn part(name: &str) -> Option<Value> {
        let class = match name.to_ascii_lowercase().as_str() {
            "drive" => DRIVE,
            "provider" => PROVIDER,
            "invokeprovider" => "ProviderIntrinsics",
            _ => return None,
        };
        Some(Value::foreign(Intrinsics(class)))
    }
}

impl Foreign for Intrinsics {
    fn type_ref(&self) -> TypeRef {
        super::class(&format!("System.Management.Automation.{}", self.0))
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let name = name.to_ascii_lowercase();
        if self.0 == DRIVE && name == "current" {
            let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
            let block = Session::parse_script(runspace, "(Get-Location).Drive", None)?;
            return runspace.invoke_throwing(&block, Invoke::default()).map(|found| found.into_iter().next());
        }
        let class = match (self.0, name.as_str()) {
            ("ProviderIntrinsics", "item") => ITEM,
            ("ProviderIntrinsics", "childitem") => CHILD,
            ("ProviderIntrinsics", "content") => CONTENT,
            ("ProviderIntrinsics", "property") => PROPERTY,
            _ => return Ok(None),
        };
        Ok(Some(Value::foreign(Intrinsics(class))))
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        answer(runspace, self.0, name, args).map_err(|flow| super::session::as_call(name, args.len(), flow))
    }
}

/// Sets what a `[ref]` argument points to.
pub(super) fn give(runspace: &mut Runspace, target: Option<&Value>, value: Value) -> Result<()> {
    match target.filter(|t| t.as_foreign::<super::Reference>().is_some()) {
        Some(target) => values::members::set(runspace, target, "Value", value),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line of the table is a method of the class, as the facts say.
    #[test]
    fn lines_are_methods() {
        for (class, method, ..) in LINES {
            let facts = values::types::facts::find(&format!("System.Management.Automation.{class}")).expect(class);
            assert!(facts.methods.iter().any(|m| m.name == *method), "{class}.{method}");
        }
    }
}
