//! Unified messaging: the service that redirects to its worker, and the worker that holds the call.

mod access;
mod attendant;
mod classify;
mod deposit;
mod directory;
mod keys;
mod play_on_phone;
mod recording;
mod service;
mod session;
mod waiting;
mod worker;

pub use classify::{Classified, classify};
pub use play_on_phone::play_on_phone;
pub use recording::{Recording, recover};
pub use service::start;
pub use session::{Ended, Session};
pub use waiting::{notify_waiting, summary_body};
