//! The UM call router: finds gateway, hunt group, dial plan and mailbox, and answers 302. It never touches media.

mod party;
mod proxy;
mod redirect;
mod role;
mod target;

pub use party::{Caller, Diverted, caller, diverted_parties};
pub use redirect::choose_server;
pub use role::start;
pub(crate) use role::{options, redirect_uri, refuse, unexpected, unsupported};
pub use target::{Refusal, Target, resolve_target};
