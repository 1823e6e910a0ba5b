//! Export-Alias.

use std::io::Write;

use command::{
    Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Scope, Session, Str, TypeRef, Value, Wildcard,
    file_exception,
};

use crate::alias::get_alias::alias_object;
use crate::date::get_date::{formatted, local_zone, now};
use crate::variable::scope::scope_of;

pub static COMMAND: Command = Command { name: "Export-Alias", create: || Box::new(ExportAlias) };

struct ExportAlias;

impl Cmdlet for ExportAlias {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let scope = scope_of(bound)?.unwrap_or(Scope::Any);
        let given = bound.str("LiteralPath").or_else(|| bound.str("Path")).unwrap_or_else(Str::empty);
        let path = session.file_path(&given)?;
        if !session.should_process(&path.display().to_string(), "Export Alias")? {
            return Ok(());
        }
        if bound.switch("NoClobber") && path.exists() {
            return Exception::new(TypeRef::IO_EXCEPTION, format!("The file '{}' already exists.", path.display()))
                .identity("NoClobber", ErrorCategory::ResourceExists, Value::from(path.display().to_string()))
                .throw();
        }
        let mut patterns = bound.strings("Name");
        if patterns.is_empty() {
            patterns.push(Str::from("*"));
        }
        let patterns: Vec<Wildcard> = patterns.iter().map(|p| Wildcard::new(p)).collect();
        let mut all = session.aliases(scope);
        all.retain(|a| Wildcard::any(&patterns, &a.name));
        all.sort_by_key(|a| a.name.to_lowercase());
        let is_script = bound.enum_name("As").is_some_and(|a| a.eq_ignore_ascii_case("Script"));
        let zone = local_zone(session);
        let present = now(session, &zone);
        let stamp = formatted(session, present, "dddd, d MMMM yyyy HH:mm:ss", &zone)?;
        let user = session.environment("USER").unwrap_or_default();
        let machine = session.environment("HOSTNAME").unwrap_or_else(|| "localhost".into());
        let mut lines = vec![
            "# Alias File".to_string(),
            format!("# Exported by : {user}"),
            format!("# Date/Time : {stamp}"),
            format!("# Computer : {machine}"),
        ];
        if let Some(text) = bound.str("Description") {
            lines.extend(text.lines().map(|l| format!("# {l}")));
        }
        for alias in &all {
            let description = alias.description.clone().unwrap_or_else(Str::empty);
            let options = values::convert::to_display(&crate::variable::scope::options_value(alias.options));
            lines.push(if is_script {
                format!(
                    "set-alias -Name:\"{}\" -Value:\"{}\" -Description:\"{description}\" -Option:\"{options}\"",
                    alias.name, alias.definition
                )
            } else {
                format!(
                    "\"{}\",\"{}\",\"{description}\",\"{options}\"",
                    alias.name.replace('"', "\"\""),
                    alias.definition
                )
            });
        }
        let opened = if bound.switch("Append") {
            std::fs::OpenOptions::new().append(true).create(true).open(&path)
        } else {
            std::fs::File::create(&path)
        };
        let written = opened.and_then(|mut f| f.write_all((lines.join("\n") + "\n").as_bytes()));
        if let Err(e) = written {
            return file_exception(&e, &path)
                .identity("FileOpenFailure", ErrorCategory::OpenError, Value::Null)
                .throw();
        }
        if bound.switch("PassThru") {
            for alias in &all {
                let object = alias_object(session, alias)?;
                session.write(object)?;
            }
        }
        Ok(())
    }
}
