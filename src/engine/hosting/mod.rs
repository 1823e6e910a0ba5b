//! Hosting: `[powershell]`, runspaces, pools and initial session states that scripts make.

mod console;
mod powershell;
mod result;
mod run;
mod runspace_object;
mod state;
mod user_agent;

pub use powershell::of_block;
pub use run::HostedCommand;
pub use runspace_object::{HostedRunspace, current, open_runspaces};
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
        ("Runspaces.RunspaceFactory", "createrunspacepool") => Some(runspace_object::create_pool(runspace, args)?),
        ("Runspaces.InitialSessionState", "createdefault" | "createdefault2") => Some(state::InitialState::value()),
        ("Runspaces.InitialSessionState", "create") => Some(state::InitialState::empty()),
        ("Host.FieldDescription", "new") => Some(console::field(args)),
        ("Runspaces.SessionStateVariableEntry", "new") => Some(state::variable_entry(args)),
        ("Runspaces.SessionStateFunctionEntry", "new") => Some(state::function_entry(args)),
        ("Runspaces.SessionStateAliasEntry", "new") => Some(state::alias_entry(args)),
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
    let is_default =
        ty.name() == "System.Management.Automation.Runspaces.Runspace" && name.eq_ignore_ascii_case("DefaultRunspace");
    is_default.then(|| runspace_object::current(runspace))
}
