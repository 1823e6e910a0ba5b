//! The front end: registrar of users' telephones, proxy, Enterprise Voice routing, and the way to voice mail.

mod announce;
mod edge;
mod exum;
mod forward;
mod hosted;
mod login;
mod missed;
mod park;
mod presence;
mod registrar;
mod role;
mod route;

pub use edge::start as start_edge;
pub(crate) use forward::{finish, pass_in_dialog, record_route};
pub(crate) use missed::{CONTENT_TYPE as NOTIFICATION, element as notification_element};
pub use park::Parked;
pub use presence::Presence;
pub use registrar::{Binding, Registrations};
pub use role::start;
pub(crate) use route::SKIP_LOOKUP;
