//! Hosting: `[powershell]`, runspaces, pools and initial session states that scripts make.

mod console;
mod entries;
mod pool;
mod powershell;
mod proxy;
mod result;
mod run;
mod runspace_object;
mod state;
mod user_agent;

pub use powershell::of_block;
pub use run::HostedCommand;
pub use runspace_object::{HostedRunspace, current, open_runspaces};
pub use state::{Limits, language_mode};
pub use user_agent::system_name;

use values::{Result, TypeRef, Value};

use crate::runspace::Runspace;

/// Static members of the hosting classes; none where the class is another.
pub fn call_static(runspace: &mut Runspace, ty: TypeRef, name: &str, args: &[Value]) -> Result<Option<Value>> {
    if name.eq_ignore_ascii_case("new")
        && let Some(made) = crate::events::source::create(ty, args)?
    {
        return Ok(Some(made));
    }
    let Some(class) = ty.name().strip_prefix("System.Management.Automation.") else { return Ok(None) };
    Ok(match (class, name.to_ascii_lowercase().as_str()) {
        ("PowerShell", "create") => Some(powershell::create(runspace, args)?),
        ("Runspaces.RunspaceFactory", "createrunspace") => Some(runspace_object::create(runspace, args)),
        ("Runspaces.RunspaceFactory", "createrunspacepool") => Some(pool::create_pool(runspace, args)?),
        ("Runspaces.InitialSessionState", "createdefault" | "createdefault2") => Some(state::InitialState::value()),
        ("Runspaces.InitialSessionState", "create") => Some(state::InitialState::empty()),
        ("Runspaces.InitialSessionState", "createrestricted") => Some(state::restricted(args)?),
        ("Host.FieldDescription", "new") => Some(console::field(args)),
        (class, "new") if let Some(class) = class.strip_prefix("Runspaces.SessionState") => {
            entries::construct(&format!("SessionState{class}"), args)?
        }
        _ => None,
    })
}

/// Static properties of the hosting classes.
pub fn get_static(runspace: &mut Runspace, ty: TypeRef, name: &str) -> Option<Value> {
    if ty.name() == "Microsoft.PowerShell.Commands.PSUserAgent" {
        return user_agent::of(&runspace.culture, name);
    }
    if ty.name() == "System.Console"
        && let Some(found) = console::writer(name)
    {
        return Some(found);
    }
    if ty.name() == "System.Management.Automation.Runspaces.Runspace"
        && name.eq_ignore_ascii_case("CanUseDefaultRunspace")
    {
        return Some(Value::Bool(true));
    }
    let is_default =
        ty.name() == "System.Management.Automation.Runspaces.Runspace" && name.eq_ignore_ascii_case("DefaultRunspace");
    is_default.then(|| runspace_object::current(runspace))
}
