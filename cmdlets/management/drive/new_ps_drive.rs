//! New-PSDrive.

use command::{
    Bound, Cmdlet, Command, Drive, ErrorCategory, Exception, ItemKind, Result, Scope, Session, Str, TypeRef, Value,
    class,
};

use crate::item::targets::tolerate;
use crate::provider::notes::drive_object;

pub static COMMAND: Command = Command { name: "New-PSDrive", create: || Box::new(NewPsDrive) };

struct NewPsDrive;

impl Cmdlet for NewPsDrive {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let done = make(session, bound);
        tolerate(session, done).map(|_| ())
    }
}

fn make(session: &mut dyn Session, bound: &Bound) -> Result<()> {
    let text = |name: &str| bound.str(name).unwrap_or_else(Str::empty);
    let (name, provider, root) = (text("Name"), text("PSProvider"), text("Root"));
    if name.contains([';', '~', '/', '\\', '.', ':']) {
        return Exception::new(
            TypeRef::PS_ARGUMENT_EXCEPTION,
            "Cannot process the drive name because the drive name contains one or more of the following characters that are not valid: ; ~ / \\ . :",
        )
        .identity("Argument", ErrorCategory::InvalidArgument, Value::Null)
        .throw();
    }
    let Some(found) = session.provider(&provider) else {
        return Exception::new(
            class("System.Management.Automation.ProviderNotFoundException", TypeRef::RUNTIME_EXCEPTION),
            format!("Cannot find a provider with the name '{provider}'."),
        )
        .identity("ProviderNotFound", ErrorCategory::ObjectNotFound, Value::Str(provider))
        .throw();
    };
    if !session.should_process(&format!("Name: {name} Provider: {} Root: {root}", found.name()), "New drive")? {
        return Ok(());
    }
    let is_files = found.name() == "FileSystem";
    let full = if is_files { Str::from(session.file_path(&root)?.display().to_string()) } else { root.clone() };
    let mut drive = Drive {
        name: name.clone(),
        provider: Str::from(found.name()),
        root: full.clone(),
        description: text("Description"),
        current: Str::empty(),
        is_volume: true,
        display_root: None,
    };
    if is_files && !matches!(found.stat(session, &full)?, Some(s) if s.kind == ItemKind::Container) {
        drive.root = root.clone();
        let target = drive_object(session, &drive);
        return Exception::new(
            TypeRef::IO_EXCEPTION,
            format!("The specified drive root \"{root}\" either does not exist, or it is not a folder."),
        )
        .identity("DriveRootError", ErrorCategory::ReadError, target)
        .throw();
    }
    if session.drives().iter().any(|d| d.name.eq_ignore_ascii_case(&name)) {
        return Exception::new(
            class("System.Management.Automation.SessionStateException", TypeRef::RUNTIME_EXCEPTION),
            format!("A drive with the name '{name}' already exists."),
        )
        .identity("DriveAlreadyExists", ErrorCategory::ResourceExists, Value::Str(name))
        .throw();
    }
    let scope = match bound.str("Scope").map(|s| s.to_lowercase()).as_deref() {
        Some("global") => Scope::Global,
        Some("script") => Scope::Script,
        Some(n) => n.parse().map_or(Scope::Local, Scope::Number),
        None => Scope::Local,
    };
    session.add_drive(drive.clone(), scope)?;
    let object = drive_object(session, &drive);
    session.write(object)
}
