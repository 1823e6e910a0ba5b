//! The telephone system behind the configuration: router, UM service and workers, mediation server, front end, PSTN gateways, test phone;
//! mailboxes, call records, and the service process that runs them.
//!
//! Invariants: a role reads only the configuration snapshot, never the store, during a call; each call is a task of its own, and what it
//! panics with ends that call alone; what a caller was told is kept is on the disk. Deliberately not here: SIP's machinery
//! (`signaling`), sound (`media`), PowerShell.

pub mod audio;
pub mod config;
pub mod frontend;
pub mod gateway;
pub mod mailbox;
pub mod mediation;
pub mod phone;
pub mod prompt;
pub mod record;
pub mod router;
pub mod routing;
pub mod service;
pub mod um;
