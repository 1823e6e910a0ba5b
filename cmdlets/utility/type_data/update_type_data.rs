//! Update-TypeData.

use command::{Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Exception, Result, Session, Str, TypeRef, Value};
use values::convert;
use values::typedata::{TypeDataError, TypeEntry, parse_types};

use crate::add_member::member_of;

pub static COMMAND: Command = Command { name: "Update-TypeData", create: || Box::new(UpdateTypeData) };

struct UpdateTypeData;

impl Cmdlet for UpdateTypeData {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("TypeName") {
            return dynamic(session, bound);
        }
        if bound.has("TypeData") {
            for value in bound.list("TypeData") {
                let Some(entry) =
                    value.as_foreign::<crate::type_data::get_type_data::TypeDataObject>().map(|t| t.entry.clone())
                else {
                    continue;
                };
                apply(session, entry, bound.switch("Force"))?;
            }
            return Ok(());
        }
        for (name, id) in [("AppendPath", "TypesAppendPathException"), ("PrependPath", "TypesPrependPathException")] {
            for given in bound.strings(name) {
                file(session, &given, id)?;
            }
        }
        Ok(())
    }
}

fn file(session: &mut dyn Session, given: &str, id: &str) -> Result<()> {
    for path in crate::input::files(session, given, false)? {
        let shown = path.display().to_string();
        if !path.exists() {
            session.write_error(ErrorRecord::simple(
                TypeRef::ITEM_NOT_FOUND_EXCEPTION,
                format!("Cannot find path '{shown}' because it does not exist."),
                id,
                ErrorCategory::InvalidOperation,
                Value::from(shown),
            ))?;
            continue;
        }
        if !shown.to_lowercase().ends_with(".ps1xml") {
            session.write_error(ErrorRecord::simple(
                TypeRef::PS_INVALID_OPERATION_EXCEPTION,
                format!(
                    "Cannot read the file \"{shown}\"  because it does not have the file name extension \"ps1xml\"."
                ),
                "WrongExtension",
                ErrorCategory::InvalidArgument,
                Value::Null,
            ))?;
            continue;
        }
        if !session.should_process(&shown, "Update TypeData")? {
            continue;
        }
        let text = match values::stop::read(&path) {
            Ok(bytes) => command::TextEncoding::Utf8.decode_file(&bytes).into_owned(),
            Err(e) => return command::file_exception(&e, &path).throw(),
        };
        let mut block = |source: &str| match session.parse_script(source, None) {
            Ok(block) => Ok(block),
            Err(flow) => Err(flow.record().map_or_else(String::new, |r| r.message().to_string())),
        };
        match parse_types(&text, &mut block) {
            Ok(entries) => {
                for entry in entries {
                    apply(session, entry, true)?;
                }
            }
            Err(fault) => session.write_error(ErrorRecord::simple(
                TypeRef::RUNTIME_EXCEPTION,
                format!("{shown}, {shown}(1) : Error: {fault}"),
                "TypesXmlUpdateException",
                ErrorCategory::InvalidOperation,
                Value::Null,
            ))?,
        }
    }
    Ok(())
}

fn dynamic(session: &mut dyn Session, bound: &Bound) -> Result<()> {
    let type_name = bound.str("TypeName").unwrap_or_else(Str::empty);
    let type_name = match values::TypeRef::find(&type_name) {
        // An accelerator stands for its type.
        Some(ty) if !type_name.contains('.') => Str::from(ty.name()),
        _ => type_name,
    };
    let mut entry = TypeEntry::new(type_name.clone());
    let invalid = |id: &str, message: String| -> Result<()> {
        Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, message)
            .identity(id, ErrorCategory::InvalidOperation, Value::Null)
            .throw()
    };
    let kind = bound.enum_name("MemberType");
    if kind.is_none() && (bound.has("MemberName") || bound.has("Value") || bound.has("SecondValue")) {
        return invalid(
            "MemberTypeIsMissing",
            "The MemberName, Value, and SecondValue parameters cannot be specified without the MemberType parameter."
                .into(),
        );
    }
    if let Some(kind) = kind {
        let Some(name) = bound.str("MemberName").filter(|n| !n.is_empty()) else {
            return invalid(
                "MemberNameShouldBeSpecified",
                format!(
                    "The MemberName parameter is required for the type \"{kind}\". Please specify the MemberName parameter."
                ),
            );
        };
        let has_value = bound.has("Value") || (kind.eq_ignore_ascii_case("ScriptProperty") && bound.has("SecondValue"));
        if !has_value {
            return invalid(
                "ValueShouldBeSpecified",
                format!("The Value parameter is required for the type \"{kind}\". Please specify the Value parameter."),
            );
        }
        entry.members.push((name, member_of(session, bound, &kind)?));
    }
    let standard = &mut entry.standard;
    standard.display = bound.strings("DefaultDisplayPropertySet");
    standard.key = bound.strings("DefaultKeyPropertySet");
    standard.serialize = bound.strings("PropertySerializationSet");
    standard.display_property = bound.str("DefaultDisplayProperty");
    standard.method = bound.str("SerializationMethod");
    standard.depth = bound.int("SerializationDepth").map(|n| n as i32);
    standard.inherit = bound.get("InheritPropertySerializationSet").filter(|v| !v.is_null()).map(convert::to_bool);
    standard.string_source = bound.str("StringSerializationSource");
    standard.target_type = bound.str("TargetTypeForDeserialization");
    standard.converter = bound.str("TypeConverter");
    standard.adapter = bound.str("TypeAdapter");
    if entry.members.is_empty() && entry.standard.is_empty() {
        return session.write_error(ErrorRecord::simple(
            TypeRef::INVALID_OPERATION_EXCEPTION,
            format!("No member is specified for the update on type \"{type_name}\"."),
            "TypeDataEmpty",
            ErrorCategory::InvalidOperation,
            Value::Null,
        ));
    }
    if !session.should_process(&type_name, "Update TypeData")? {
        return Ok(());
    }
    apply(session, entry, bound.switch("Force"))
}

fn apply(session: &mut dyn Session, entry: TypeEntry, is_forced: bool) -> Result<()> {
    let done = session.type_data().map(|data| data.update(entry, is_forced));
    match done {
        Some(Ok(())) => Ok(()),
        Some(Err(fault)) => report(session, &fault, "TypesDynamicUpdateException"),
        None => command::error_of(
            "TypeDataNotAvailable",
            ErrorCategory::NotImplemented,
            "The session has no type data to update.",
        ),
    }
}

/// The error of type data that is refused.
pub fn report(session: &mut dyn Session, fault: &TypeDataError, id: &str) -> Result<()> {
    session.write_error(ErrorRecord::simple(
        TypeRef::RUNTIME_EXCEPTION,
        fault.to_string(),
        id,
        ErrorCategory::InvalidOperation,
        Value::Null,
    ))
}
