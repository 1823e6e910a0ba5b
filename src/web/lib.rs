//! HTTP endpoints of the service: Autodiscover, OAuth metadata, the web services of unified messaging and of the mailbox store, the
//! health page; over TLS with the certificate assigned to the server.
//!
//! Invariants: an endpoint is a file with a `routes` function that [`router`] merges, so that a new one is a line there; a request reads
//! the configuration snapshot and the store, and nothing it sends can stop the service. Deliberately not here: calls (`voice`), cmdlets.

mod autodiscover;
mod context;
mod exchange;
mod health;
mod imap;
mod listen;
mod messaging;
mod oauth;
mod probe;
mod router;
mod serve;
mod sign_in;
#[cfg(test)]
mod tests;
pub mod wsman;
mod xml;

pub use context::{Context, Kind};
pub use oauth::{Issuer, SigningKey, Token, TokenError, issue, validate};
pub use router::router;
pub use serve::serve;
