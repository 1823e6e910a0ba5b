//! Unified messaging: the service that redirects to its worker, and the worker that holds the call.

mod access;
mod attendant;
mod classify;
mod deposit;
mod directory;
mod find_me;
mod forwarding;
mod hosted;
mod keys;
mod outcall;
mod outdial;
mod play_on_phone;
mod recording;
mod rules;
mod service;
mod session;
mod waiting;
mod worker;

pub use classify::{Classified, classify};
pub use forwarding::forward_mail;
pub(crate) use forwarding::hand_over;
pub(crate) use hosted::answer_for_cloud;
pub use outdial::{Authority, authorize};
pub use play_on_phone::{play_on_phone, start_play_on_phone};
pub use recording::{Recording, recover};
pub use service::start;
pub use session::{Ended, Session};
pub(crate) use waiting::read_summary;
pub use waiting::{notify_waiting, summary_body};
