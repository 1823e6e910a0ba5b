//! Server-to-server authentication: keys, self-issued tokens, metadata.

mod key;
mod metadata;
mod token;

pub use key::SigningKey;
pub(crate) use metadata::routes;
pub use token::{Issuer, Token, TokenError, issue, validate};
