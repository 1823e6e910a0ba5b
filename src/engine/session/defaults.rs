//! The variables that exist at start.

use command::VariableOptions;
use language::Sym;
use values::{Dict, TypeRef, Value};

use crate::runspace::Runspace;
use crate::scope::{Constraint, Variable};

/// What `Description` of the built-in variables says.
const DESCRIPTIONS: &str = include_str!("descriptions.tsv");

/// Defines the built-in variables in the global scope.
pub fn install(runspace: &mut Runspace) {
    let read_only = VariableOptions(VariableOptions::READ_ONLY.0 | VariableOptions::ALL_SCOPE.0);
    let constant = VariableOptions(VariableOptions::CONSTANT.0 | VariableOptions::ALL_SCOPE.0);
    for (name, number) in [
        ("ErrorActionPreference", 2),
        ("WarningPreference", 2),
        ("ProgressPreference", 2),
        ("VerbosePreference", 0),
        ("DebugPreference", 0),
        ("InformationPreference", 0),
    ] {
        constrained(runspace, name, "System.Management.Automation.ActionPreference", number);
    }
    constrained(runspace, "ErrorView", "System.Management.Automation.ErrorView", 2);
    constrained(
        runspace,
        "PSNativeCommandArgumentPassing",
        "System.Management.Automation.NativeArgumentPassingStyle",
        1,
    );
    define(runspace, "MaximumHistoryCount", Value::I32(4096), VariableOptions::NONE);
    let range = command::Validation::Range { min: Value::I32(1), max: Value::I32(32767) };
    constrain(runspace, "MaximumHistoryCount", Constraint::Validate(range));
    define(runspace, "PSNativeCommandUseErrorActionPreference", Value::Bool(false), VariableOptions::NONE);
    constrain(runspace, "PSNativeCommandUseErrorActionPreference", Constraint::Type(TypeRef::BOOL));
    constrained(runspace, "ConfirmPreference", "System.Management.Automation.ConfirmImpact", 3);
    let errors = Value::Array(runspace.errors.clone());
    define(runspace, "Error", errors, VariableOptions::CONSTANT);
    let home = runspace.environment.get("HOME").cloned().unwrap_or_default();
    define(runspace, "HOME", Value::from(home), read_only);
    for (name, is) in [("IsLinux", true), ("IsWindows", false), ("IsMacOS", false), ("IsCoreCLR", true)] {
        define(runspace, name, Value::Bool(is), read_only);
    }
    define(runspace, "PID", Value::I32(std::process::id() as i32), constant);
    define(runspace, "PSEdition", Value::from("Core"), constant);
    define(runspace, "ShellId", Value::from("Microsoft.PowerShell"), constant);
    define(runspace, "true", Value::Bool(true), constant);
    define(runspace, "false", Value::Bool(false), constant);
    let is_plain = runspace.environment.contains_key("NO_COLOR");
    let style = values::types::automation::ps_style::PsStyle::create(is_plain);
    define(runspace, "PSStyle", style, VariableOptions::CONSTANT);
    let plain = VariableOptions::NONE;
    for (name, value) in [
        ("FormatEnumerationLimit", Value::I32(4)),
        ("WhatIfPreference", Value::Bool(false)),
        ("PSEmailServer", Value::from("")),
        ("PSSessionApplicationName", Value::from("wsman")),
        ("PSSessionConfigurationName", Value::from("http://schemas.microsoft.com/powershell/Microsoft.PowerShell")),
        ("NestedPromptLevel", Value::I32(0)),
    ] {
        define(runspace, name, value, plain);
    }
    let utf8 = TypeRef::find("System.Text.UTF8Encoding").map(|ty| values::members::construct(runspace, ty, &[]));
    if let Some(Ok(encoding)) = utf8 {
        define(runspace, "OutputEncoding", encoding, plain);
    }
    if let Some(ty) = TypeRef::find("System.Text.Encoding") {
        constrain(runspace, "OutputEncoding", Constraint::Type(ty));
    }
    let culture = runspace.culture.clone();
    define(runspace, "PSCulture", Value::Str(culture.clone()), read_only);
    define(runspace, "PSUICulture", Value::Str(culture), read_only);
    let ty = TypeRef::find("System.Management.Automation.DefaultParameterDictionary").unwrap_or(TypeRef::HASHTABLE);
    let defaults = Dict::new(ty, TypeRef::OBJECT, TypeRef::OBJECT, values::KeyComparer::IgnoreCase);
    let cell = Variable::cell("PSDefaultParameterValues", Value::Dict(std::sync::Arc::new(defaults)));
    runspace.global.variables.lock().insert(Sym::intern("PSDefaultParameterValues"), cell.clone());
    runspace.defaults = Some(cell);
    constrain(runspace, "PSDefaultParameterValues", Constraint::Defaults(ty));
    let features = Value::typed_array(TypeRef::STRING, Vec::new());
    define(runspace, "EnabledExperimentalFeatures", features, constant);
    define(runspace, "PSSessionOption", command::session_option(Vec::new()), plain);
    let home =
        std::env::current_exe().ok().and_then(|p| p.parent().map(|p| p.display().to_string())).unwrap_or_default();
    define(runspace, "PSHOME", Value::from(home), constant);
    for line in DESCRIPTIONS.lines() {
        let Some((name, text)) = line.split_once('\t') else { continue };
        let Some(cell) = runspace.global.cell(Sym::intern(name)) else { continue };
        if let Some(v) = Variable::of(&cell) {
            v.data.lock().description = Some(values::Str::from(text));
        }
    }
}

fn define(runspace: &mut Runspace, name: &str, value: Value, options: VariableOptions) {
    let cell = runspace.global.cell_or_new(Sym::intern(name), name);
    if let Some(v) = Variable::of(&cell) {
        let mut data = v.data.lock();
        data.value = value;
        data.options = options;
    }
}

fn constrain(runspace: &mut Runspace, name: &str, constraint: Constraint) {
    let cell = runspace.global.cell_or_new(Sym::intern(name), name);
    if let Some(v) = Variable::of(&cell) {
        v.constrain(vec![constraint]);
    }
}

fn constrained(runspace: &mut Runspace, name: &str, type_name: &str, number: i64) {
    let cell = runspace.global.cell_or_new(Sym::intern(name), name);
    let Some(v) = Variable::of(&cell) else { return };
    match TypeRef::find(type_name) {
        Some(ty) => {
            v.put(Value::Enum(ty, number));
            v.constrain(vec![Constraint::Type(ty)]);
        }
        None => v.put(Value::I32(number as i32)),
    }
}
