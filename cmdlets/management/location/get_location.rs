//! Get-Location.

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, NativeObject, ProviderPath, Result, Session, Str, TypeRef,
    Value, class,
};

use crate::location::stack::stacks;
use crate::provider::notes::path_object;

pub static COMMAND: Command = Command { name: "Get-Location", create: || Box::new(GetLocation) };

struct GetLocation;

impl Cmdlet for GetLocation {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.switch("Stack") || bound.has("StackName") {
            let mut names = bound.strings("StackName");
            if names.is_empty() {
                names.push(Str::from(stacks(session).current.as_str()));
            }
            for name in names {
                let held = stacks(session).stacks.get(&name.to_lowercase()).cloned();
                if held.is_none() && !name.is_empty() {
                    session.write_error(ErrorRecord::simple(
                        TypeRef::PS_ARGUMENT_EXCEPTION,
                        format!("Cannot find location stack '{name}'. It does not exist or it is not a container."),
                        "Argument",
                        ErrorCategory::InvalidArgument,
                        Value::Null,
                    ))?;
                    continue;
                }
                let object = stack_object(session, &name, held.unwrap_or_default());
                session.write(object)?;
            }
            return Ok(());
        }
        let mut paths: Vec<ProviderPath> = Vec::new();
        let here = session.location();
        for name in bound.strings("PSDrive") {
            match session.drives().into_iter().find(|d| d.name.eq_ignore_ascii_case(&name)) {
                Some(drive) => {
                    let path = if here.drive.as_ref().is_some_and(|d| d.eq_ignore_ascii_case(&drive.name)) {
                        here.path.clone()
                    } else {
                        Str::from(format!("{}{}", drive.root, drive.current))
                    };
                    paths.push(ProviderPath { provider: drive.provider, drive: Some(drive.name), path });
                }
                None => session.write_error(ErrorRecord::simple(
                    class("System.Management.Automation.DriveNotFoundException", TypeRef::RUNTIME_EXCEPTION),
                    format!("Cannot find drive. A drive with the name '{name}' does not exist."),
                    "GetLocationNoMatchingDrive",
                    ErrorCategory::ObjectNotFound,
                    Value::Str(name),
                ))?,
            }
        }
        for name in bound.strings("PSProvider") {
            if here.provider.eq_ignore_ascii_case(&name) {
                paths.push(here.clone());
            } else if let Some(drive) = session.drives().into_iter().find(|d| d.provider.eq_ignore_ascii_case(&name)) {
                paths.push(ProviderPath { provider: drive.provider, drive: Some(drive.name), path: drive.root });
            }
        }
        if !bound.has("PSDrive") && !bound.has("PSProvider") {
            paths.push(here);
        }
        for path in paths {
            let object = path_object(session, &path);
            session.write(object)?;
        }
        Ok(())
    }
}

fn stack_object(session: &mut dyn Session, name: &str, held: Vec<ProviderPath>) -> Value {
    let items: Vec<Value> = held.iter().rev().map(|p| path_object(session, p)).collect();
    let count = items.len() as i32;
    NativeObject::of(
        "System.Management.Automation.PathInfoStack",
        vec![
            ("Name", Value::from(if name.is_empty() { "default" } else { name })),
            ("Count", Value::I32(count)),
            ("Items", Value::array(items)),
        ],
    )
}
