//! Test-Json.

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Exception, Result, Session, Str, TextEncoding, TypeRef, Value,
    class, file_exception,
};
use values::json::check_strict;

use crate::input::not_found;
use crate::json::reader::{DateKind, Options, read};
use crate::json::schema;

pub static COMMAND: Command = Command { name: "Test-Json", create: || Box::new(TestJson) };

struct TestJson;

impl Cmdlet for TestJson {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let text = match bound.str("Json") {
            Some(text) => text,
            None => {
                let given = bound.str("LiteralPath").or_else(|| bound.str("Path")).unwrap_or_else(Str::empty);
                Str::from(file_text(session, &given)?)
            }
        };
        let options = bound.strings("Options");
        let has = |name: &str| options.iter().any(|o| o.eq_ignore_ascii_case(name));
        if let Err(fault) = check_strict(&text, has("IgnoreComments"), has("AllowTrailingCommas")) {
            let exception = Exception::new(class("System.Exception", TypeRef::OBJECT), "Cannot parse the JSON.").inner(
                Exception::new(class("System.Text.Json.JsonException", TypeRef::EXCEPTION), fault.to_string()).value(),
            );
            let record = ErrorRecord::new(
                std::sync::Arc::new(exception),
                "InvalidJson",
                ErrorCategory::InvalidData,
                Value::Null,
            );
            session.write_error(std::sync::Arc::new(record))?;
            return session.write(Value::Bool(false));
        }
        let schema_text = match (bound.str("Schema"), bound.str("SchemaFile")) {
            (Some(text), _) => Some(text.to_string()),
            (_, Some(given)) => Some(file_text(session, &given)?),
            _ => None,
        };
        let Some(schema_text) = schema_text else { return session.write(Value::Bool(true)) };
        let plain =
            Options { as_hashtable: true, depth: 1024, dates: DateKind::String, zone: values::time::Zone::system() };
        let schema = match check_strict(&schema_text, true, true) {
            Ok(()) => read(session, &schema_text, &plain)?,
            Err(_) => {
                return Exception::new(TypeRef::EXCEPTION, "Cannot parse the JSON schema.")
                    .identity("InvalidJsonSchema", ErrorCategory::InvalidData, Value::Null)
                    .throw();
            }
        };
        let value = read(session, &text, &plain)?;
        let faults = schema::check(&value, &schema);
        for (place, why) in &faults {
            session.write_error(ErrorRecord::simple(
                TypeRef::EXCEPTION,
                format!("The JSON is not valid with the schema: {why} at '{place}'"),
                "InvalidJsonAgainstSchemaDetailed",
                ErrorCategory::InvalidData,
                Value::Null,
            ))?;
        }
        session.write(Value::Bool(faults.is_empty()))
    }
}

fn file_text(session: &mut dyn Session, given: &str) -> Result<String> {
    let path = session.file_path(given)?;
    if !path.exists() {
        return not_found(&path.display().to_string()).throw();
    }
    match values::stop::read(&path) {
        Ok(bytes) => Ok(TextEncoding::Utf8.decode_file(&bytes).into_owned()),
        Err(e) => file_exception(&e, &path).throw(),
    }
}
