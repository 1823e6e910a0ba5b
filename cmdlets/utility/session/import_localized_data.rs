//! Import-LocalizedData.

use std::path::{Path, PathBuf};

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Exception, Result, Scope, Session, Str, TypeRef, Value,
    file_exception,
};

pub static COMMAND: Command = Command { name: "Import-LocalizedData", create: || Box::new(ImportLocalizedData) };

struct ImportLocalizedData;

impl Cmdlet for ImportLocalizedData {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let invocation = session.invocation();
        let script = invocation.script.clone().filter(|s| !s.is_empty());
        let file_name = match (bound.str("FileName").filter(|f| !f.is_empty()), &script) {
            (Some(name), _) => name,
            (None, Some(script)) => Str::from(
                Path::new(script.as_str()).file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned()),
            ),
            (None, None) => {
                return Exception::new(
                    TypeRef::PS_INVALID_OPERATION_EXCEPTION,
                    "The FileName parameter was not specified. The FileName parameter is required when Import-LocalizedData is not called from a script file.",
                )
                .identity("InvalidOperation", ErrorCategory::InvalidOperation, Value::Null)
                .throw();
            }
        };
        let file_name = if file_name.to_lowercase().ends_with(".psd1") {
            file_name.to_string()
        } else {
            format!("{file_name}.psd1")
        };
        let base: PathBuf = match (bound.str("BaseDirectory"), &script) {
            (Some(folder), _) => session.file_path(&folder)?,
            (None, Some(script)) => Path::new(script.as_str()).parent().unwrap_or(Path::new("/")).to_path_buf(),
            (None, None) => session.file_path(".")?,
        };
        let culture = bound.str("UICulture").map_or_else(|| session.ui_culture_name().to_string(), |c| c.to_string());
        let Some(path) = find(&base, &culture, &file_name) else {
            return session.write_error(ErrorRecord::simple(
                TypeRef::PS_INVALID_OPERATION_EXCEPTION,
                format!("Cannot find the PowerShell data file '{file_name}' in directory '{}', or in any parent culture directories.", folder_text(&base, &culture)),
                "ImportLocalizedData",
                ErrorCategory::ObjectNotFound,
                Value::from(folder_text(&base, &culture)),
            ));
        };
        let text = match values::stop::read(&path) {
            Ok(bytes) => command::TextEncoding::Utf8.decode_file(&bytes).into_owned(),
            Err(e) => return file_exception(&e, &path).throw(),
        };
        let shown = path.display().to_string();
        let mut commands = vec![Str::from("ConvertFrom-StringData")];
        commands.extend(bound.strings("SupportedCommand"));
        let value = match session.data_from_text(&text, Some(&shown), &commands) {
            Ok(value) => value.unwrap_or_default(),
            Err(flow) => {
                let Some(record) = flow.record() else { return Err(flow) };
                let text = format!(
                    "The following error occurred while loading the '{shown}' script data file:\n{}",
                    record.exception.message()
                );
                return Exception::new(TypeRef::PS_INVALID_OPERATION_EXCEPTION, text)
                    .identity("InvalidOperation", ErrorCategory::InvalidOperation, Value::Null)
                    .throw();
            }
        };
        match bound.str("BindingVariable") {
            Some(name) => session.set_variable(name.trim_start_matches('$'), value, Scope::Local),
            None => session.write(value),
        }
    }
}

/// The file in the culture's folder, its parents', or beside the script.
fn find(base: &Path, culture: &str, file: &str) -> Option<PathBuf> {
    let mut name = culture;
    while !name.is_empty() {
        let path = base.join(name).join(file);
        if path.is_file() {
            return Some(path);
        }
        name = name.rfind('-').map_or("", |at| &name[..at]);
    }
    Some(base.join(file)).filter(|p| p.is_file())
}

fn folder_text(base: &Path, culture: &str) -> String {
    if culture.is_empty() { base.display().to_string() } else { base.join(culture).display().to_string() }
}
