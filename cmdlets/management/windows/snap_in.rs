//! The snap-ins that runbooks add: their commands are part of the product.

use std::sync::Arc;

use command::{ErrorCategory, ErrorRecord, Exception, NativeObject, Result, Session, TypeRef, Value, Wildcard};

/// Name and what it holds.
const KNOWN: &[(&str, &str)] = &[
    ("Microsoft.Exchange.Management.PowerShell.E2010", "Admin Tasks for the Exchange Server"),
    ("Microsoft.Exchange.Management.PowerShell.SnapIn", "Admin Tasks for the Exchange Server"),
    ("Microsoft.Exchange.Management.PowerShell.Admin", "Admin Tasks for the Exchange Server"),
    ("Microsoft.Exchange.Management.PowerShell.Setup", "Setup Tasks for the Exchange Server"),
    ("Microsoft.Exchange.Management.Powershell.Support", "Support Tasks for the Exchange Server"),
    (
        "Microsoft.PowerShell.Core",
        "This Windows PowerShell snap-in contains cmdlets used to manage components of Windows PowerShell.",
    ),
];

#[derive(Default, Clone)]
struct Added(Vec<&'static str>);

/// The names that were added in this session.
fn added(session: &mut dyn Session) -> Vec<&'static str> {
    let slot = session.module_state("snap-ins");
    slot.as_ref().and_then(|held| held.downcast_ref::<Added>()).cloned().unwrap_or_default().0
}

fn keep(session: &mut dyn Session, names: Vec<&'static str>) {
    *session.module_state("snap-ins") = Some(Box::new(Added(names)));
}

/// PSSnapInInfo.
fn info(name: &str, description: &str) -> Value {
    NativeObject::of_pairs(
        "System.Management.Automation.PSSnapInInfo",
        vec![
            ("Name", Value::from(name)),
            ("PSVersion", Value::from("1.0")),
            ("Description", Value::from(description)),
            ("Version", Value::from("15.0.0.0")),
            ("Vendor", Value::from("Microsoft Corporation")),
        ],
    )
    .with_text(|o| o.text_of("Name"))
    .into_value()
}

fn missing(session: &mut dyn Session, id: &str, name: &str, text: String) -> Result<()> {
    let exception = Exception::new(TypeRef::PS_ARGUMENT_EXCEPTION, text).identity(
        id,
        ErrorCategory::InvalidArgument,
        Value::from(name),
    );
    session.write_error(ErrorRecord::from_exception(Arc::new(exception)))
}

/// Adds the snap-ins of the names.
pub fn add(session: &mut dyn Session, names: &[command::Str], passes: bool) -> Result<()> {
    for name in names {
        let pattern = Wildcard::new(name);
        let found: Vec<&(&str, &str)> = KNOWN.iter().filter(|(n, _)| pattern.matches(n)).collect();
        if found.is_empty() {
            let text = format!("The Windows PowerShell snap-in '{name}' is not installed on this computer.");
            missing(session, "AddPSSnapInRead", name, text)?;
        }
        for (known, description) in found {
            let mut list = added(session);
            if !list.contains(known) {
                list.push(known);
            }
            keep(session, list);
            if passes {
                session.write(info(known, description))?;
            }
        }
    }
    Ok(())
}

/// Lists what was added, or what could be.
pub fn list(session: &mut dyn Session, names: &[command::Str], registered: bool) -> Result<()> {
    let have = added(session);
    let is_asked = |name: &str| names.is_empty() || names.iter().any(|n| Wildcard::new(n).matches(name));
    let is_there = |name: &str| registered || have.contains(&name) || name == "Microsoft.PowerShell.Core";
    for (name, description) in KNOWN.iter().filter(|(n, _)| is_asked(n) && is_there(n)) {
        session.write(info(name, description))?;
    }
    for name in names.iter().filter(|n| !Wildcard::is_pattern(n)) {
        if !KNOWN.iter().any(|(n, _)| n.eq_ignore_ascii_case(name) && is_there(n)) {
            let text = format!(
                "No Windows PowerShell snap-ins matching the pattern '{name}' were found. Check the pattern and then try the command again."
            );
            missing(session, "GetPSSnapInRead", name, text)?;
        }
    }
    Ok(())
}

/// Takes snap-ins out of the session's list; their commands stay, they are the product's own.
pub fn remove(session: &mut dyn Session, names: &[command::Str], passes: bool) -> Result<()> {
    for name in names {
        let pattern = Wildcard::new(name);
        let (gone, left): (Vec<&'static str>, Vec<&'static str>) =
            added(session).into_iter().partition(|n| pattern.matches(n));
        if gone.is_empty() {
            let text = format!(
                "No Windows PowerShell snap-ins matching the pattern '{name}' were found. Check the pattern and then try the command again."
            );
            missing(session, "RemovePSSnapIn", name, text)?;
        }
        keep(session, left);
        for known in gone.into_iter().filter(|_| passes) {
            session.write(info(known, ""))?;
        }
    }
    Ok(())
}
