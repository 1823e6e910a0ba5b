//! The front end: registrar of users' telephones, proxy, Enterprise Voice routing, and the way to voice mail.

mod exum;
mod forward;
mod login;
mod registrar;
mod role;
mod route;

pub use registrar::{Binding, Registrations};
pub use role::start;
