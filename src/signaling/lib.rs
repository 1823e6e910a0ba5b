//! SIP: wire format, transports, transactions, dialogs, user agent core, session descriptions, name resolution.
//!
//! Invariants: values of a received message are spans of its buffer; what a header means is decided on demand; unknown methods,
//! headers and parameters pass through unchanged; transactions are state machines without IO, driven by messages and a clock.
//! Deliberately not here: media, and every rule of a product (who may call whom).

pub mod agent;
pub mod auth;
pub mod dialog;
pub mod headers;
pub mod message;
pub mod resolve;
pub mod sdp;
pub mod transaction;
pub mod transport;
pub mod uri;

pub use message::{HeaderName, Message, Method};
pub use uri::{SipUri, Uri};

pub(crate) use uri::split_host_port as uri_host_port;
