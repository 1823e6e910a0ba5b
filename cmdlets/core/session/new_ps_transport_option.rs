//! New-PSTransportOption.

use command::{Bound, Cmdlet, Command, NativeObject, Result, Session};

pub static COMMAND: Command = Command { name: "New-PSTransportOption", create: || Box::new(NewPsTransportOption) };

struct NewPsTransportOption;

/// What a session configuration may limit; `$null` leaves the server's own limit.
const LIMITS: &[&str] = &[
    "ProcessIdleTimeoutSec",
    "MaxIdleTimeoutSec",
    "MaxSessions",
    "MaxConcurrentCommandsPerSession",
    "MaxSessionsPerUser",
    "MaxMemoryPerSessionMB",
    "MaxProcessesPerSession",
    "MaxConcurrentUsers",
    "IdleTimeoutSec",
    "OutputBufferingMode",
];

impl Cmdlet for NewPsTransportOption {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let pairs = LIMITS.iter().map(|name| (*name, bound.value(name))).collect();
        session.write(NativeObject::of("Microsoft.PowerShell.Commands.WSManConfigurationOption", pairs))
    }
}
