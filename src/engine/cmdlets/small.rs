//! Out-Null, Set-StrictMode.

use command::{Bound, Cmdlet, Command, Session};
use values::{Result, convert};

use crate::runspace::Runspace;

/// Out-Null.
pub static OUT_NULL: Command = Command { name: "Out-Null", create: || Box::new(OutNull) };

struct OutNull;
impl Cmdlet for OutNull {}

/// Get-Host.
pub static GET_HOST: Command = Command { name: "Get-Host", create: || Box::new(GetHost) };

struct GetHost;

impl Cmdlet for GetHost {
    fn process(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
        let host = crate::host_objects::host_value(runspace);
        session.write(host)
    }
}

/// Set-StrictMode.
pub static SET_STRICT_MODE: Command = Command { name: "Set-StrictMode", create: || Box::new(SetStrictMode) };

struct SetStrictMode;

impl Cmdlet for SetStrictMode {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let version = if bound.switch("Off") {
            0
        } else {
            match bound.get("Version") {
                Some(value) => match convert::to_display(value).split('.').next() {
                    Some("1") => 1,
                    Some("2") => 2,
                    _ => 3,
                },
                None => 3,
            }
        };
        if let Some(runspace) = session.engine().downcast_mut::<Runspace>() {
            runspace.has_strict = true;
            *runspace.current_table().strict.lock() = Some(version);
        }
        Ok(())
    }
}
