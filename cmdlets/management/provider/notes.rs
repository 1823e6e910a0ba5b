//! The note properties that items of providers carry: `PSPath`, `PSParentPath`, `PSChildName`, `PSDrive`, `PSProvider`, `PSIsContainer`.

use std::sync::Arc;

use command::{Drive, NativeObject, ProviderPath, Session, Str, Value};
use values::object::PsMember;
use values::{Array, TypeRef, Wrapped};

/// The snap-in that the built-in providers belong to.
pub const MODULE: &str = "Microsoft.PowerShell.Core";

/// The module of a provider.
fn module_of(provider: &str) -> &'static str {
    if provider == "Certificate" { "Microsoft.PowerShell.Security" } else { MODULE }
}

/// The path with its provider in front, as `PSPath` has it.
pub fn qualified(provider: &str, path: &str) -> String {
    format!("{}\\{provider}::{path}", module_of(provider))
}

/// Adds notes; what is made once for many items is kept here.
pub struct Notes {
    provider: Str,
    drive: Option<Value>,
    provider_object: Value,
    names: [Str; 6],
}

impl Notes {
    /// Notes for items of a provider, seen through a drive.
    pub fn new(session: &mut dyn Session, provider: &str, drive: Option<&Str>) -> Notes {
        let drives = session.drives();
        let found = match drive {
            Some(name) => drives.iter().find(|d| d.name.eq_ignore_ascii_case(name)),
            None => drives.iter().find(|d| d.provider.eq_ignore_ascii_case(provider)),
        };
        let drive = found.cloned().map(|d| drive_object(session, &d));
        let names = ["PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider", "PSIsContainer"].map(Str::from);
        Notes { provider: Str::from(provider), drive, provider_object: provider_object(session, provider), names }
    }

    /// An item with its notes.
    pub fn add(&self, item: Value, path: &str, is_container: bool) -> Value {
        let [ps_path, parent, child, drive, provider, container] = &self.names;
        let mut members: Vec<(Str, PsMember)> = Vec::with_capacity(6);
        let note = PsMember::Note;
        members.push((ps_path.clone(), note(Value::from(qualified(&self.provider, path)))));
        if self.provider.as_str() == "FileSystem" || self.provider.as_str() == "Certificate" {
            let (above, leaf) = match path.trim_end_matches(['/', '\\']).rfind(['/', '\\']) {
                Some(0) => ("/", &path[1..]),
                Some(at) => (&path[..at], path[at + 1..].trim_end_matches('/')),
                None => ("", path),
            };
            if path != "/" {
                members.push((parent.clone(), note(Value::from(qualified(&self.provider, above)))));
            }
            members.push((child.clone(), note(Value::from(if leaf.is_empty() { "/" } else { leaf }))));
        } else {
            members.push((child.clone(), note(Value::from(path))));
        }
        if let Some(value) = &self.drive {
            members.push((drive.clone(), note(value.clone())));
        }
        members.push((provider.clone(), note(self.provider_object.clone())));
        members.push((container.clone(), note(Value::Bool(is_container))));
        match item {
            Value::Wrapped(w) => {
                let mut list = w.members.lock();
                list.retain(|(n, _)| !members.iter().any(|(m, _)| m == n));
                list.extend(members);
                drop(list);
                Value::Wrapped(w)
            }
            other => {
                let wrapped = Wrapped::new(other);
                *wrapped.members.lock() = members;
                Value::Wrapped(Arc::new(wrapped))
            }
        }
    }
}

/// A provider as an object (ProviderInfo).
pub fn provider_object(session: &mut dyn Session, name: &str) -> Value {
    if let Some(object) = session.provider_object(name) {
        return object;
    }
    let own: Vec<Drive> = session.drives().into_iter().filter(|d| d.provider.eq_ignore_ascii_case(name)).collect();
    let drives = own.iter().map(|d| drive_with(d, provider_with(session, name, Vec::new()))).collect();
    provider_with(session, name, drives)
}

/// A provider with the drives that it shows; those of a drive's own provider are left out.
fn provider_with(session: &mut dyn Session, name: &str, drives: Vec<Value>) -> Value {
    let class = command::class(&format!("Microsoft.PowerShell.Commands.{name}Provider"), TypeRef::OBJECT);
    NativeObject::of_pairs(
        "System.Management.Automation.ProviderInfo",
        vec![
            ("ImplementingType", Value::Type(class)),
            ("HelpFile", Value::from("System.Management.Automation.dll-Help.xml")),
            ("Name", Value::from(name)),
            ("PSSnapIn", Value::from(module_of(name))),
            ("ModuleName", Value::from(module_of(name))),
            ("Module", Value::Null),
            ("Description", Value::from("")),
            ("Capabilities", Value::from(capabilities(name))),
            (
                "Home",
                if name == "FileSystem" {
                    session.environment("HOME").map(Value::from).unwrap_or_default()
                } else {
                    Value::from("")
                },
            ),
            ("Drives", Value::Array(Arc::new(Array::fixed(TypeRef::OBJECT, drives)))),
            ("ItemSeparator", Value::Char('/' as u16)),
            ("AltItemSeparator", Value::Char('\\' as u16)),
        ],
    )
    .with_text(|o| {
        let name = o.text_of("Name");
        Str::from(format!("{}\\{name}", module_of(&name)))
    })
    .into_value()
}

/// What a provider can do, as Get-PSProvider shows it.
pub fn capabilities(name: &str) -> &'static str {
    match name {
        "FileSystem" => "Filter, ShouldProcess, Credentials",
        "Certificate" => "ShouldProcess",
        _ => "ShouldProcess",
    }
}

/// A drive as an object (PSDriveInfo).
pub fn drive_object(session: &mut dyn Session, drive: &Drive) -> Value {
    if let Some(object) = session.drive_object(drive) {
        return object;
    }
    let provider = provider_with(session, &drive.provider, Vec::new());
    drive_with(drive, provider)
}

fn drive_with(drive: &Drive, provider: Value) -> Value {
    NativeObject::of_pairs(
        "System.Management.Automation.PSDriveInfo",
        vec![
            ("CurrentLocation", Value::Str(drive.current.clone())),
            ("Name", Value::Str(drive.name.clone())),
            ("Provider", provider),
            ("Root", Value::Str(drive.root.clone())),
            ("Description", Value::Str(drive.description.clone())),
            ("MaximumSize", Value::Null),
            ("Credential", Value::Null),
            ("DisplayRoot", drive.display_root.clone().into()),
            ("VolumeSeparatedByColon", Value::Bool(drive.is_volume)),
        ],
    )
    .with_text(|o| o.text_of("Name"))
    .into_value()
}

/// A location as an object (PathInfo).
pub fn path_object(session: &mut dyn Session, path: &ProviderPath) -> Value {
    if let Some(object) = session.path_object(path) {
        return object;
    }
    let drives = session.drives();
    let drive = path.drive.as_ref().and_then(|n| drives.iter().find(|d| d.name.eq_ignore_ascii_case(n)).cloned());
    let shown = shown_path(path, drive.as_ref());
    let drive = drive.map(|d| drive_object(session, &d)).unwrap_or_default();
    NativeObject::of_pairs(
        "System.Management.Automation.PathInfo",
        vec![
            ("Drive", drive),
            ("Provider", provider_object(session, &path.provider)),
            ("ProviderPath", Value::Str(path.path.clone())),
            ("Path", Value::from(shown)),
        ],
    )
    .with_text(|o| o.text_of("Path"))
    .into_value()
}

/// A path as PowerShell shows it: with the drive in front where the drive's name is part of paths.
pub fn shown_path(path: &ProviderPath, drive: Option<&Drive>) -> String {
    match (&path.drive, drive) {
        (Some(name), Some(drive)) if drive.is_volume || drive.provider.as_str() != "FileSystem" => {
            if drive.provider.as_str() == "FileSystem" {
                let inside = path.path.strip_prefix(drive.root.as_str()).unwrap_or(&path.path);
                return format!("{name}:/{}", inside.trim_start_matches('/'));
            }
            format!("{name}:/{}", path.path.trim_start_matches(['/', '\\']))
        }
        (Some(_), _) => path.path.to_string(),
        (None, _) => qualified(&path.provider, &path.path),
    }
}
