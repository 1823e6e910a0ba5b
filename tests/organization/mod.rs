//! The organisation's cmdlets, called as the engine calls them.

mod nouns;
mod path;
mod session;

use command::{Bound, CommandBody, Str, Value};
use directory::Library;
use session::Kept;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use values::convert::to_display;

/// The product modules as the program assembles them.
pub fn library() -> Arc<Library> {
    static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();
    LIBRARY
        .get_or_init(|| {
            Library::new(
                &[
                    cmdlets_exchange::CATALOGUE,
                    cmdlets_skype::CATALOGUE,
                    cmdlets_online::CATALOGUE,
                    cmdlets_server::CATALOGUE,
                ],
                &[cmdlets_exchange::NOUNS, cmdlets_skype::NOUNS, cmdlets_online::NOUNS, cmdlets_server::NOUNS],
            )
        })
        .clone()
}

/// An organisation in a folder of its own.
pub struct Lab {
    pub session: Kept,
    folder: PathBuf,
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Lab {
    pub fn new(name: &str) -> Lab {
        let folder = std::env::temp_dir().join(format!("dialtone-lab-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Lab { session: Kept::new(folder.clone()), folder }
    }

    /// Calls a command; output, errors and warnings are those of this call alone.
    pub fn call(&mut self, name: &str, arguments: &[(&str, Value)]) -> Vec<Value> {
        let library = library();
        let row = library.command(name).unwrap_or_else(|| panic!("{name} is not known"));
        let mut bound = Bound::new();
        for (parameter, value) in arguments {
            assert!(
                row.parameters().any(|p| p.name().eq_ignore_ascii_case(parameter)) || *parameter == "Confirm",
                "{name} has no {parameter}"
            );
            bound.set(&Str::from(*parameter), value.clone());
        }
        self.session.output.clear();
        self.session.errors.clear();
        self.session.warnings.clear();
        let CommandBody::Made(make) = library.body(row) else { panic!("no body") };
        let mut cmdlet = make();
        let result = cmdlet
            .begin(&mut self.session, &bound)
            .and_then(|()| cmdlet.process(&mut self.session, &bound))
            .and_then(|()| cmdlet.end(&mut self.session, &bound));
        if let Err(flow) = result {
            panic!("{name}: {flow:?}");
        }
        std::mem::take(&mut self.session.output)
    }

    /// Calls a command that must succeed.
    pub fn ok(&mut self, name: &str, arguments: &[(&str, Value)]) -> Vec<Value> {
        let output = self.call(name, arguments);
        let errors: Vec<String> = self.session.errors.iter().map(|e| e.message().to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        output
    }

    /// Calls a command that must be refused; the message comes back.
    pub fn refused(&mut self, name: &str, arguments: &[(&str, Value)]) -> String {
        self.call(name, arguments);
        let first = self.session.errors.first().unwrap_or_else(|| panic!("{name} was not refused"));
        first.message().to_string()
    }
}

/// A property of a row.
pub fn get(row: &Value, name: &str) -> Value {
    row.as_object().and_then(|o| o.get(name)).unwrap_or_else(|| panic!("no property {name}"))
}

/// A property's text.
pub fn text(row: &Value, name: &str) -> String {
    to_display(&get(row, name))
}

/// Text as a value.
pub fn s(text: &str) -> Value {
    Value::from(text)
}

/// Several texts as a value.
pub fn list(items: &[&str]) -> Value {
    Value::array(items.iter().map(|i| Value::from(*i)).collect())
}

/// `@{Key = value}`.
pub fn change(key: &str, value: Value) -> Value {
    let dict = values::Dict::hashtable();
    dict.insert(Value::from(key), value);
    Value::Dict(Arc::new(dict))
}
