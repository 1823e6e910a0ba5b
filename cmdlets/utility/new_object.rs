//! New-Object.

use command::{
    Bound, Cmdlet, Command, CommandLine, Context, ErrorCategory, Exception, Flow, Invoke, Parameter, ParameterInSet,
    Result, Session, Str, TypeRef, Value,
};
use values::{Object, convert, members};

pub static COMMAND: Command = Command { name: "New-Object", create: || Box::new(NewObject) };

struct NewObject;

/// The one COM object that there is.
const SHELL: &str = "WScript.Shell";

impl Cmdlet for NewObject {
    /// `-ComObject`, which PowerShell has on Windows only: runbooks that use the script host's shell are welcome.
    fn dynamic_parameters(&self, _session: &mut dyn Session, line: &CommandLine) -> Result<Vec<Parameter>> {
        let mut texts = line.left_over.iter().filter_map(|(_, value)| value.as_ref()?.as_str());
        if !texts.any(|text| text.eq_ignore_ascii_case(SHELL)) {
            return Ok(Vec::new());
        }
        let set = line.table.sets.iter().position(|s| s.name.as_str() == "Com");
        let mut made = Parameter::new("ComObject", TypeRef::STRING);
        made.in_sets = vec![ParameterInSet { set, is_mandatory: true, position: Some(0), ..ParameterInSet::default() }];
        Ok(vec![made])
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("ComObject") {
            return shell_object(session, bound);
        }
        let name = bound.str("TypeName").unwrap_or_else(Str::empty);
        let context: &mut dyn Context = session;
        let Some(ty) = context.find_type(&name) else {
            return Exception::new(
                TypeRef::PS_ARGUMENT_EXCEPTION,
                format!("Cannot find type [{name}]: verify that the assembly containing this type is loaded."),
            )
            .identity("TypeNotFound", ErrorCategory::InvalidType, Value::Null)
            .throw();
        };
        let arguments = bound.list("ArgumentList");
        let is_custom = ty == TypeRef::PSOBJECT || ty == TypeRef::PSCUSTOMOBJECT;
        let made = if is_custom && arguments.is_empty() {
            Value::Object(std::sync::Arc::new(Object::from_pairs(Vec::<(Str, Value)>::new())))
        } else {
            construct(context, ty, &name, &arguments)?
        };
        if let Some(entries) = bound.get("Property").and_then(Value::as_dict) {
            for (key, value) in entries.to_vec() {
                set(context, &made, &Str::from(convert::to_display(&key)), value, ty)?;
            }
        }
        session.write(made)
    }
}

/// The script host's shell.
fn shell_object(session: &mut dyn Session, bound: &Bound) -> Result<()> {
    let block = session.parse_script(include_str!("wscript_shell.ps1"), None)?;
    let made = session.invoke_script(&block, Invoke::default())?.pop().unwrap_or_default();
    if let Some(entries) = bound.get("Property").and_then(Value::as_dict) {
        for (key, value) in entries.to_vec() {
            members::set(session, &made, &convert::to_display(&key), value)?;
        }
    }
    session.write(made)
}

fn construct(context: &mut dyn Context, ty: TypeRef, name: &str, arguments: &[Value]) -> Result {
    match members::call_static(context, ty, "new", arguments) {
        Err(flow) => match flow.record().map(|r| (r.full_id(), r.clone())) {
            // A choice among constructors that are there fails as that of a method does, under the type's name.
            Some((id, record)) if !arguments.is_empty() && is_choice(&id) && has_constructors(ty) => {
                let own = ty.name_only();
                let text = record.exception.message();
                let text = text.replace("for \"new\"", &format!("for \"{own}\""));
                let text = text.replace("for \".ctor\"", &format!("for \"{own}\""));
                let text = with_place(&text, arguments);
                let mut made = Exception::new(TypeRef::METHOD_EXCEPTION, text);
                if let Some(inner) = record.exception.data.lock().inner.clone() {
                    made = made.inner(inner);
                }
                made.identity("ConstructorInvokedThrowException", ErrorCategory::InvalidOperation, Value::Null).throw()
            }
            Some((id, _))
                if id.starts_with("MethodCountCouldNotFindBest")
                    || id.starts_with("MethodNotFound")
                    || id.starts_with("MethodArgumentConversion") =>
            {
                Exception::new(
                    TypeRef::PS_ARGUMENT_EXCEPTION,
                    format!("A constructor was not found. Cannot find an appropriate constructor for type {name}."),
                )
                .identity("CannotFindAppropriateCtor", ErrorCategory::ObjectNotFound, Value::Null)
                .throw()
            }
            Some((_, record)) => {
                let data = record.exception.data.lock().clone();
                let inner = data.inner.unwrap_or_else(|| Value::Exception(record.exception.clone()));
                let message = match &inner {
                    Value::Exception(e) => e.message(),
                    _ => Str::empty(),
                };
                Exception::new(
                    TypeRef::METHOD_INVOCATION_EXCEPTION,
                    format!("Exception calling \".ctor\" with \"{}\" argument(s): \"{message}\"", arguments.len()),
                )
                .inner(inner)
                .identity("ConstructorInvokedThrowException", ErrorCategory::InvalidOperation, Value::Null)
                .throw()
            }
            None => Err(flow),
        },
        done => done,
    }
}

/// `argument "month", with value: "x"` with the argument's number in place of the parameter's name.
fn with_place(text: &str, arguments: &[Value]) -> String {
    let parts = text.strip_prefix("Cannot convert argument \"").and_then(|rest| rest.split_once('"'));
    let Some((_, rest)) = parts else { return text.to_string() };
    let is_it = |v: &&Value| rest.starts_with(&format!(", with value: \"{}\"", convert::to_display(v)));
    match arguments.iter().position(|v| is_it(&v)) {
        Some(at) => format!("Cannot convert argument \"{at}\"{rest}"),
        None => text.to_string(),
    }
}

fn is_choice(id: &str) -> bool {
    id.starts_with("MethodCountCouldNotFindBest") || id.starts_with("MethodArgumentConversion")
}

fn has_constructors(ty: TypeRef) -> bool {
    values::types::facts::of(ty).is_some_and(|f| !f.constructors.is_empty() && !f.is("abstract") && !f.is("static"))
}

fn set(context: &mut dyn Context, object: &Value, name: &Str, value: Value, ty: TypeRef) -> Result<()> {
    if let Value::Object(o) = object
        && o.ty == TypeRef::PSCUSTOMOBJECT
    {
        o.set(name, value);
        return Ok(());
    }
    let known = members::members(context, object);
    let Some(member) = known.iter().find(|m| m.name.eq_ignore_ascii_case(name)) else {
        if !known.is_empty() || members::get(context, object, name)?.is_none() {
            return Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                format!("The member \"{name}\" was not found for the specified .NET object."),
            )
            .identity("InvalidOperationException", ErrorCategory::InvalidOperation, Value::Null)
            .throw();
        }
        return members::set(context, object, name, value);
    };
    if member.kind.contains("Method") {
        // A key that names a method calls it, with the value as argument.
        members::call(context, object, name, &[value])?;
        return Ok(());
    }
    match members::set(context, object, name, value) {
        Err(flow) => match *flow {
            Flow::Throw(record) => Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                format!("The value supplied is not valid, or the property is read-only. Change the value, and then try again. ({})", record.message()),
            )
            .inner(Value::Exception(record.exception.clone()))
            .identity("SetValueException", ErrorCategory::InvalidData, Value::Type(ty))
            .throw(),
            other => Err(Box::new(other)),
        },
        done => done,
    }
}
