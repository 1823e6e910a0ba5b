//! The service process: the roles of all servers, started, stopped and reconfigured, and the control socket.

mod active;
mod control_server;
mod health;
mod mail_probe;
mod options;
mod probe;
mod resolver;
mod run;
mod runtime;
mod supervisor;
mod test_call;

pub use active::{ActiveCalls, CallGuard};
pub use health::Health;
pub(crate) use health::{watch_gateways, watch_trunks};
pub use options::Options;
pub use probe::WebProbe;
pub use resolver::LiveZone;
pub use run::{ServiceError, run, run_beside, run_with};
pub(crate) use runtime::PRODUCT;
pub use runtime::{RoleError, RunningRole, Runtime, WallClock, listen};
pub use supervisor::Supervisor;
pub use test_call::place as place_test_call;

/// Runs work that waits for the disk or another program, without holding up the calls of this thread.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    match tokio::runtime::Handle::try_current().map(|h| h.runtime_flavor()) {
        Ok(tokio::runtime::RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
