//! Update-FormatData, Get-FormatData and Export-FormatData.

use std::sync::Arc;

use command::{
    Bound, Cmdlet, Command, Context, ErrorCategory, ErrorRecord, Exception, Result, Session, TypeRef, Wildcard, class,
};
use values::{Foreign, Str, Value};

use super::format_objects::definition;
use super::out_file::{Opening, Sink, target_path};
use crate::render::Line;
use crate::view::{View, ps1xml, registry, write_ps1xml};

/// Update-FormatData.
pub static UPDATE: Command = Command { name: "Update-FormatData", create: || Box::new(Update) };
/// Get-FormatData.
pub static GET: Command = Command { name: "Get-FormatData", create: || Box::new(Get) };
/// Export-FormatData.
pub static EXPORT: Command = Command { name: "Export-FormatData", create: || Box::new(Export { views: Vec::new() }) };

struct Update;

fn files(session: &mut dyn Session, bound: &Bound, name: &str) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for path in bound.strings(name) {
        match session.resolve_path(&path, false) {
            Ok(found) => out.extend(found.into_iter().map(|p| p.path.to_string())),
            Err(flow) => {
                let Some(record) = flow.record() else { return Err(flow) };
                let id = if name == "AppendPath" { "FormatAppendPathException" } else { "FormatPrependPathException" };
                let made = ErrorRecord::new(record.exception.clone(), id, ErrorCategory::InvalidOperation, Value::Null);
                session.write_error(Arc::new(made))?;
            }
        }
    }
    Ok(out)
}

fn load(session: &mut dyn Session, file: &str) -> Result<Option<Vec<Arc<View>>>> {
    let failed = |message: String| {
        let text = format!("Errors occurred while loading the format data file: \n{message}");
        let exception = Arc::new(Exception::new(TypeRef::RUNTIME_EXCEPTION, text));
        Arc::new(ErrorRecord::new(exception, "FormatXmlUpdateException", ErrorCategory::InvalidOperation, Value::Null))
    };
    if !file.to_ascii_lowercase().ends_with(".ps1xml") {
        let text =
            format!("Cannot read the file \"{file}\"  because it does not have the file name extension \"ps1xml\".");
        let exception = Arc::new(Exception::new(TypeRef::PS_INVALID_OPERATION_EXCEPTION, text));
        let record = ErrorRecord::new(exception, "WrongExtension", ErrorCategory::InvalidArgument, Value::Null);
        session.write_error(Arc::new(record))?;
        return Ok(None);
    }
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            session.write_error(failed(format!(", {file}: {error}")))?;
            return Ok(None);
        }
    };
    match ps1xml::parse(session, &text) {
        Ok(views) => Ok(Some(views.into_iter().map(Arc::new).collect())),
        Err(ps1xml::Failure::Script(flow)) => Err(flow),
        Err(ps1xml::Failure::Format(message)) => {
            session.write_error(failed(format!(", {file}: {message}")))?;
            Ok(None)
        }
    }
}

impl Cmdlet for Update {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (first, last) = (files(session, bound, "PrependPath")?, files(session, bound, "AppendPath")?);
        for (paths, is_first) in [(first, true), (last, false)] {
            let mut loaded = Vec::new();
            for file in paths {
                if !session.should_process(&file, "Update FormatData")? {
                    continue;
                }
                loaded.extend(load(session, &file)?.unwrap_or_default());
            }
            registry(session).add(loaded, is_first);
        }
        Ok(())
    }
}

/// What a session knows of how a type is shown (ExtendedTypeDefinition).
struct TypeViews {
    types: Vec<Str>,
    views: Vec<Arc<View>>,
}

impl Foreign for TypeViews {
    fn type_ref(&self) -> TypeRef {
        class("System.Management.Automation.ExtendedTypeDefinition", TypeRef::OBJECT)
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.types.first().cloned())
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let texts = |list: &[Str]| Value::typed_array(TypeRef::STRING, list.iter().cloned().map(Value::Str).collect());
        Ok(match name.to_ascii_lowercase().as_str() {
            "typename" => self.types.first().cloned().map(Value::Str),
            "typenames" => Some(texts(&self.types)),
            "formatviewdefinition" => Some(Value::array(self.views.iter().map(definition).collect())),
            _ => None,
        })
    }

    fn property_names(&self) -> Vec<Str> {
        ["TypeNames", "FormatViewDefinition"].into_iter().map(Str::from).collect()
    }
}

struct Get;

impl Cmdlet for Get {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut names = bound.strings("TypeName");
        if names.is_empty() {
            names.push(Str::from("*"));
        }
        let patterns: Vec<Wildcard> = names.iter().map(|n| Wildcard::new(n)).collect();
        let mut groups: Vec<TypeViews> = Vec::new();
        for view in registry(session).all() {
            if !view.types.iter().any(|t| Wildcard::any(&patterns, t)) {
                continue;
            }
            match groups.iter_mut().find(|g| g.types == view.types) {
                Some(group) => group.views.push(view),
                None => groups.push(TypeViews { types: view.types.clone(), views: vec![view] }),
            }
        }
        groups.into_iter().try_for_each(|group| session.write(Value::foreign(group)))
    }
}

struct Export {
    views: Vec<Arc<View>>,
}

impl Cmdlet for Export {
    fn process(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for value in bound.list("InputObject") {
            if let Some(found) = value.as_foreign::<TypeViews>() {
                self.views.extend(found.views.iter().cloned());
            }
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let path = target_path(session, bound, "Path")?;
        let how = Opening {
            appends: false,
            no_clobber: bound.switch("NoClobber"),
            force: bound.switch("Force"),
            ends_lines: false,
            encoding: command::TextEncoding::Utf8,
        };
        let mut sink = Sink::open(path, how)?;
        let text = write_ps1xml::document(&self.views, bound.switch("IncludeScriptBlock"));
        sink.write(vec![Line { text, stream: 0, is_raw: true }])?;
        sink.close()
    }
}
