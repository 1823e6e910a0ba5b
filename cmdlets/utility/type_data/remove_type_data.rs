//! Remove-TypeData.

use command::{Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Result, Session, Str, TypeRef, Value};
use values::typedata::parse_types;

use crate::type_data::get_type_data::TypeDataObject;
use crate::type_data::update_type_data::report;

pub static COMMAND: Command = Command { name: "Remove-TypeData", create: || Box::new(RemoveTypeData) };

struct RemoveTypeData;

impl Cmdlet for RemoveTypeData {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut names: Vec<Str> = bound.strings("TypeName");
        for value in bound.list("TypeData") {
            names.extend(value.as_foreign::<TypeDataObject>().map(|t| t.entry.name.clone()));
        }
        for given in bound.strings("Path") {
            for path in crate::input::files(session, &given, false)? {
                let shown = path.display().to_string();
                let Ok(text) = std::fs::read_to_string(&path) else {
                    session.write_error(ErrorRecord::simple(
                        TypeRef::ITEM_NOT_FOUND_EXCEPTION,
                        format!("Cannot find path '{shown}' because it does not exist."),
                        "TypePathException",
                        ErrorCategory::InvalidOperation,
                        Value::from(shown),
                    ))?;
                    continue;
                };
                if let Ok(entries) = parse_types(&text, &mut |_| Ok(Value::Null)) {
                    names.extend(entries.into_iter().map(|e| e.name));
                }
            }
        }
        for name in names {
            if !session.should_process(&name, "Remove TypeData")? {
                continue;
            }
            let done = session.type_data().map(|d| d.remove(&name));
            if let Some(Err(fault)) = done {
                report(session, &fault, "TypesDynamicRemoveException")?;
            }
        }
        Ok(())
    }
}
