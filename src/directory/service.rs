//! The telephony service as cmdlets reach it: started when it does not run, and waited for until it knows the store's present state.

use crate::{Fault, Work};
use command::ErrorCategory;
use control::{Client, ControlError, Probe, ProbeResult};

/// A failure of the service's line as a refusal.
pub fn service_fault(error: &ControlError) -> Fault {
    let id = match error {
        ControlError::NotRunning => "ServiceNotRunning",
        ControlError::Start(_) => "ServiceNotStarted",
        ControlError::Timeout => "ServiceTimeout",
        ControlError::Refused(_) => "ServiceRefused",
        _ => "ServiceFailed",
    };
    Fault::new("ServiceException", id, ErrorCategory::ResourceUnavailable, error.to_string())
}

/// A line to the service, whose configuration is as new as the store.
pub fn service(work: &mut Work) -> Result<Client, Fault> {
    let home = work.session.home();
    let version = work.directory.store.sequence()?;
    let mut client = control::ensure_service(&home).map_err(|e| service_fault(&e))?;
    client.wait_ready(version, 30).map_err(|e| service_fault(&e))?;
    Ok(client)
}

/// What came of something that the service tried.
pub fn probe(work: &mut Work, probe: Probe) -> Result<ProbeResult, Fault> {
    service(work)?.probe(probe).map_err(|e| service_fault(&e))
}
