//! A small IMAP4rev1 server (RFC 3501), over TLS and read-only: what unified messaging delivered, for any mail program.

mod fetch;
mod folder;
mod search;
mod session;
mod text;

pub(crate) use session::serve;

/// Port of IMAP over TLS.
pub(crate) const PORT: u16 = 993;
