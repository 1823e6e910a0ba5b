//! Import-Alias.

use command::{
    AliasInfo, Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Exception, Result, Scope, Session, Str, TypeRef,
    Value, VariableOptions, class, file_exception,
};

use crate::alias::get_alias::alias_object;
use crate::csv::reader::CsvReader;
use crate::input::not_found;
use crate::variable::scope::{report, scope_of};

pub static COMMAND: Command = Command { name: "Import-Alias", create: || Box::new(ImportAlias) };

struct ImportAlias;

impl Cmdlet for ImportAlias {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let scope = scope_of(bound)?.unwrap_or(Scope::Local);
        let given = bound.str("LiteralPath").or_else(|| bound.str("Path")).unwrap_or_else(Str::empty);
        for path in crate::input::files(session, &given, bound.has("LiteralPath"))? {
            if !path.exists() {
                return not_found(&path.display().to_string()).throw();
            }
            let text = match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(e) => {
                    return file_exception(&e, &path)
                        .identity("FileOpenFailure", ErrorCategory::OpenError, Value::Null)
                        .throw();
                }
            };
            for (at, line) in text.lines().enumerate() {
                if line.trim().is_empty() || line.starts_with('#') {
                    continue;
                }
                let mut fields = Vec::new();
                CsvReader::new(line, ',').record(&mut fields);
                let [name, definition, description, options] = fields.as_slice() else {
                    return Exception::new(
                        TypeRef::FORMAT_EXCEPTION,
                        format!("Cannot import an alias. Line number {} in the file '{}' is not a properly-formatted, comma-separated values (CSV) line for aliases. Change the line to contain four values separated by commas. If the value text itself contains a comma, then the value must be contained in quotation marks.", at + 1, path.display()),
                    )
                    .identity("ImportAliasFileFormatError", ErrorCategory::ReadError, Value::from(path.display().to_string()))
                    .throw();
                };
                let flags = options.split(',').map(str::trim).fold(0, |flags, part| {
                    flags
                        | match part {
                            "ReadOnly" => 1,
                            "Constant" => 2,
                            "Private" => 4,
                            "AllScope" => 8,
                            _ => 0,
                        }
                });
                let alias = AliasInfo {
                    name: Str::from(name),
                    definition: Str::from(definition),
                    description: Some(Str::from(description)),
                    options: VariableOptions(flags),
                    module: None,
                };
                if !session.should_process(&format!("Name: {name} Value: {definition}"), "Import Alias")? {
                    continue;
                }
                if !bound.switch("Force")
                    && session.aliases(Scope::Any).iter().any(|a| a.name.eq_ignore_ascii_case(name))
                {
                    session.write_error(ErrorRecord::simple(
                        class("System.Management.Automation.SessionStateException", TypeRef::RUNTIME_EXCEPTION),
                        format!("The alias is not allowed, because an alias with the name '{name}' already exists."),
                        "AliasAlreadyExists",
                        ErrorCategory::ResourceExists,
                        Value::from(name.as_str()),
                    ))?;
                    continue;
                }
                let done = session.set_alias(alias.clone(), scope, bound.switch("Force"));
                report(session, done)?;
                if bound.switch("PassThru") {
                    let object = alias_object(session, &alias)?;
                    session.write(object)?;
                }
            }
        }
        Ok(())
    }
}
