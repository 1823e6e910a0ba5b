//! What the variable and alias cmdlets share: the `-Scope` parameter, and variables as objects.

use command::{
    Bound, ErrorCategory, Exception, Result, Scope, Session, TypeRef, Value, VariableInfo, VariableOptions, class,
    enum_value,
};
use values::{Array, Str};

/// The scope that `-Scope` names, or none.
pub fn scope_of(bound: &Bound) -> Result<Option<Scope>> {
    let Some(text) = bound.str("Scope").filter(|s| !s.is_empty()) else { return Ok(None) };
    Ok(Some(match text.to_ascii_lowercase().as_str() {
        "global" => Scope::Global,
        "local" => Scope::Local,
        "script" => Scope::Script,
        "private" => Scope::Private,
        other => match other.parse::<u32>() {
            Ok(n) => Scope::Number(n),
            Err(_) => {
                return Exception::new(
                    TypeRef::PS_ARGUMENT_EXCEPTION,
                    "Cannot process argument because the value of parameter \"Scope\" is not valid. Valid values are \"Global\", \"Local\", or \"Script\", or a number relative to the current scope (0 through the number of scopes where 0 is the current scope and 1 is its parent). Change the value of the \"Scope\" parameter and run the operation again.",
                )
                .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
                .throw();
            }
        },
    }))
}

/// The flags of a bound `-Option` value.
pub fn options_of(bound: &Bound) -> Option<VariableOptions> {
    let text = bound.enum_name("Option")?;
    if let Some(n) = bound.int("Option") {
        return Some(VariableOptions(n as u8 & 0x0F));
    }
    let mut flags = 0;
    for part in text.split(',').map(str::trim) {
        flags |= match part.to_ascii_lowercase().as_str() {
            "readonly" => 1,
            "constant" => 2,
            "private" => 4,
            "allscope" => 8,
            _ => 0,
        };
    }
    Some(VariableOptions(flags))
}

/// The value of `ScopedItemOptions`.
pub fn options_value(options: VariableOptions) -> Value {
    match TypeRef::find("System.Management.Automation.ScopedItemOptions") {
        Some(ty) if ty.is_enum() => Value::Enum(ty, i64::from(options.0)),
        _ => {
            let names = [(1, "ReadOnly"), (2, "Constant"), (4, "Private"), (8, "AllScope")];
            let set: Vec<&str> = names.iter().filter(|(bit, _)| options.0 & bit != 0).map(|(_, n)| *n).collect();
            Value::from(if set.is_empty() { "None".to_string() } else { set.join(", ") })
        }
    }
}

/// A variable as Get-Variable gives it: the engine's own object where it offers one, else the facts.
pub fn variable_object(session: &mut dyn Session, info: VariableInfo) -> Value {
    session.variable_object(&info).unwrap_or_else(|| facts(info))
}

fn facts(info: VariableInfo) -> Value {
    let attributes = Array::list(
        class("System.Management.Automation.PSVariableAttributeCollection", TypeRef::OBJECT),
        TypeRef::OBJECT,
        info.attributes,
    );
    command::NativeObject::of(
        "System.Management.Automation.PSVariable",
        vec![
            ("Name", Value::Str(info.name)),
            ("Description", Value::Str(info.description.unwrap_or_else(Str::empty))),
            ("Value", info.value),
            ("Visibility", enum_value("System.Management.Automation.SessionStateEntryVisibility", "Public")),
            ("Module", info.module.into()),
            ("ModuleName", Value::from("")),
            ("Options", options_value(info.options)),
            ("Attributes", Value::Array(std::sync::Arc::new(attributes))),
        ],
    )
}

/// The error of a variable that is not there.
pub fn not_found(name: &str) -> std::sync::Arc<command::ErrorRecord> {
    command::ErrorRecord::simple(
        TypeRef::ITEM_NOT_FOUND_EXCEPTION,
        format!("Cannot find a variable with the name '{name}'."),
        "VariableNotFound",
        ErrorCategory::ObjectNotFound,
        Value::from(name),
    )
}

/// A terminating error of one variable reported as one that does not end the command.
pub fn report(session: &mut dyn Session, done: Result<()>) -> Result<()> {
    match done {
        Err(flow) => match *flow {
            values::Flow::Throw(record) => session.write_error(record),
            other => Err(Box::new(other)),
        },
        ok => ok,
    }
}

/// The variables that names or patterns and the filters choose, sorted by name within a pattern.
pub fn chosen(
    session: &mut dyn Session,
    bound: &Bound,
    name: &str,
    scope: Option<Scope>,
) -> Result<(Vec<VariableInfo>, bool)> {
    use command::Wildcard;
    let include: Vec<Wildcard> = bound.strings("Include").iter().map(|p| Wildcard::new(p)).collect();
    let exclude: Vec<Wildcard> = bound.strings("Exclude").iter().map(|p| Wildcard::new(p)).collect();
    let is_wanted = |n: &str| (include.is_empty() || Wildcard::any(&include, n)) && !Wildcard::any(&exclude, n);
    if Wildcard::is_pattern(name) {
        let pattern = Wildcard::new(name);
        let mut all = session.variables(scope.unwrap_or(Scope::Any));
        all.retain(|v| pattern.matches(&v.name) && is_wanted(&v.name));
        all.sort_by_key(|v| v.name.to_lowercase());
        return Ok((all, true));
    }
    let plain = Wildcard::unescape(name);
    let found = session.variable(&plain, scope.unwrap_or(Scope::Any));
    let is_found = found.is_some();
    Ok((found.into_iter().filter(|v| is_wanted(&v.name)).collect(), is_found))
}
