//! Add-Member.

use std::sync::Arc;

use command::{
    Bound, Cmdlet, Command, Context, ErrorCategory, ErrorRecord, Exception, Result, Session, Str, TypeRef, Value,
    class, error_of,
};
use values::object::PsMember;
use values::{Wrapped, convert, members};

use crate::property::expression::is_block;

pub static COMMAND: Command = Command { name: "Add-Member", create: || Box::new(AddMember) };

struct AddMember;

impl Cmdlet for AddMember {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let input = bound.value("InputObject");
        let target = match input {
            Value::Object(_) | Value::Wrapped(_) => input,
            other => Value::Wrapped(Arc::new(Wrapped::new(other))),
        };
        let is_forced = bound.switch("Force");
        if let Some(entries) = bound.get("NotePropertyMembers").and_then(Value::as_dict) {
            for (name, value) in entries.to_vec() {
                add(session, &target, &Str::from(convert::to_display(&name)), PsMember::Note(value), is_forced)?;
            }
        } else if let Some(name) = bound.str("NotePropertyName") {
            add(session, &target, &name, PsMember::Note(bound.value("NotePropertyValue")), is_forced)?;
        } else if bound.has("MemberType") {
            let kind = bound.enum_name("MemberType").unwrap_or_else(Str::empty);
            let name = bound.str("Name").unwrap_or_else(Str::empty);
            let member = member_of(session, bound, &kind)?;
            add(session, &target, &name, member, is_forced)?;
        }
        if let Some(type_name) = bound.str("TypeName") {
            add_type_name(&target, &type_name);
        }
        if bound.switch("PassThru") {
            session.write(target)?;
        }
        Ok(())
    }
}

/// The member that `-MemberType`, `-Value` and `-SecondValue` describe.
pub fn member_of(session: &mut dyn Session, bound: &Bound, kind: &str) -> Result<PsMember> {
    let (value, second) = (bound.value("Value"), bound.get("SecondValue").cloned());
    // A value that was left out is asked for.
    let value = match kind.to_ascii_lowercase().as_str() {
        "noteproperty" | "propertyset" | "memberset" => value,
        _ if bound.has("Value") || second.is_some() => value,
        _ => Value::from(session.host().read_line("Value: ", false)?),
    };
    let no_second = |second: &Option<Value>| -> Result<()> {
        match second {
            None => Ok(()),
            Some(_) => Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                format!("The SecondValue parameter is not necessary for a member of type \"{kind}\", and should not be specified. Do not specify the SecondValue parameter when you add members of this type."),
            )
            .identity("Value2ShouldNotBeSpecified", ErrorCategory::InvalidOperation, Value::Null)
            .throw(),
        }
    };
    let mut block = |value: &Value| -> Result {
        if is_block(value) {
            return Ok(value.clone());
        }
        let context: &mut dyn Context = session;
        convert::convert(context, value, TypeRef::SCRIPTBLOCK)
    };
    Ok(match kind.to_ascii_lowercase().as_str() {
        "noteproperty" => {
            no_second(&second)?;
            PsMember::Note(value)
        }
        "aliasproperty" => {
            let convert = match &second {
                Some(Value::Type(t)) => Some(*t),
                Some(other) => TypeRef::find(&convert::to_display(other)),
                None => None,
            };
            PsMember::Alias { target: Str::from(convert::to_display(&value)), convert }
        }
        "scriptproperty" => PsMember::ScriptProperty {
            get: if value.is_null() { Value::Null } else { block(&value)? },
            set: match second {
                Some(v) if !v.is_null() => Some(block(&v)?),
                _ => None,
            },
        },
        "scriptmethod" => {
            no_second(&second)?;
            PsMember::ScriptMethod(block(&value)?)
        }
        "propertyset" => {
            no_second(&second)?;
            let items = value.as_array().map_or_else(|| vec![value.clone()], |a| a.to_vec());
            PsMember::PropertySet(items.iter().map(|v| Str::from(convert::to_display(v))).collect())
        }
        "memberset" => PsMember::MemberSet(match value.as_dict() {
            Some(d) => {
                d.to_vec().into_iter().map(|(k, v)| (Str::from(convert::to_display(&k)), PsMember::Note(v))).collect()
            }
            None => Vec::new(),
        }),
        "codeproperty" | "codemethod" => {
            let ty = class("System.Reflection.MethodInfo", TypeRef::OBJECT);
            return convert::cast(session, &value, ty).and_then(|_| {
                error_of(
                    "CodeMemberNotSupported",
                    ErrorCategory::NotImplemented,
                    "Members whose code is a .NET method cannot be added: .NET assemblies are not run.",
                )
            });
        }
        _ => {
            return error_of(
                "CannotAddMemberType",
                ErrorCategory::InvalidOperation,
                format!(
                    "Cannot add a member with type \"{kind}\". Specify a different type for the MemberTypes parameter."
                ),
            );
        }
    })
}

fn add(session: &mut dyn Session, target: &Value, name: &Str, member: PsMember, is_forced: bool) -> Result<()> {
    let is_method = matches!(member, PsMember::ScriptMethod(_) | PsMember::CodeMethod(_));
    let exists = match target {
        Value::Object(o) => {
            let data = o.lock();
            data.layout.find(name).is_some() || data.extra.iter().any(|(n, _)| n.eq_ignore_ascii_case(name))
        }
        Value::Wrapped(w) => w.find(name).is_some(),
        _ => false,
    };
    let exists = exists
        || (!is_method
            && {
                let context: &mut dyn Context = session;
                members::get(context, target, name)?.is_some()
            }
            && target.as_dict().is_none());
    if exists && !is_forced {
        return session.write_error(ErrorRecord::simple(
            TypeRef::INVALID_OPERATION_EXCEPTION,
            format!("Cannot add a member with the name \"{name}\" because a member with that name already exists. To overwrite the member anyway, add the Force parameter to your command."),
            "MemberAlreadyExists",
            ErrorCategory::InvalidOperation,
            target.clone(),
        ));
    }
    match target {
        Value::Object(o) => {
            let mut data = o.lock();
            data.extra.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
            match member {
                PsMember::Note(value) => data.set(name, value),
                other => {
                    data.remove(name);
                    data.extra.push((name.clone(), other));
                }
            }
        }
        Value::Wrapped(w) => {
            let mut list = w.members.lock();
            list.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
            list.push((name.clone(), member));
        }
        _ => {}
    }
    Ok(())
}

fn add_type_name(target: &Value, name: &Str) {
    let mut names = members::type_names(target);
    names.insert(0, name.clone());
    let names: Arc<[Str]> = names.into();
    match target {
        Value::Object(o) => o.lock().type_names = Some(names),
        Value::Wrapped(w) => *w.type_names.lock() = Some(names),
        _ => {}
    }
}
