//! ConvertFrom-Json.

use command::{Bound, Cmdlet, Command, Context, Result, Session, Str, Value};
use values::time::Zone;

use crate::json::reader::{DateKind, Options, read};

pub static COMMAND: Command = Command { name: "ConvertFrom-Json", create: || Box::new(ConvertFromJson::default()) };

#[derive(Default)]
struct ConvertFromJson {
    texts: Vec<Str>,
}

impl Cmdlet for ConvertFromJson {
    fn process(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.texts.extend(bound.str("InputObject"));
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let texts = std::mem::take(&mut self.texts);
        let options = Options {
            as_hashtable: bound.switch("AsHashtable"),
            depth: bound.int("Depth").unwrap_or(1024).max(0) as usize,
            dates: match bound.enum_name("DateKind").as_deref() {
                Some("Local") => DateKind::Local,
                Some("Utc") => DateKind::Utc,
                Some("Offset") => DateKind::Offset,
                Some("String") => DateKind::String,
                _ => DateKind::Default,
            },
            zone: Zone::find(session.time_zone()).unwrap_or_else(|_| Zone::system()),
        };
        match texts.as_slice() {
            [] => Ok(()),
            [one] => emit(session, one, &options, bound),
            [first, ..] => {
                // Several texts are documents of their own when the first is one; else they are lines of one document.
                let is_document = {
                    let context: &mut dyn Context = session;
                    read(context, first, &options).is_ok()
                };
                if is_document {
                    return texts.iter().try_for_each(|text| emit(session, text, &options, bound));
                }
                let lines: Vec<&str> = texts.iter().map(Str::as_str).collect();
                emit(session, &lines.join("\n"), &options, bound)
            }
        }
    }
}

fn emit(session: &mut dyn Session, text: &str, options: &Options, bound: &Bound) -> Result<()> {
    let value = {
        let context: &mut dyn Context = session;
        read(context, text, options)?
    };
    match &value {
        Value::Array(items) if !bound.switch("NoEnumerate") => {
            let items = items.to_vec();
            items.into_iter().try_for_each(|item| session.write(item))
        }
        _ => session.write(value),
    }
}
