//! The commands of Microsoft.PowerShell.Management: items, contents, locations, drives, processes; and the built-in providers.
//!
//! A command speaks to a provider through `command::Provider`; what the file system alone can do (encodings, attributes,
//! recursion) is done here on paths. Paths and wildcards are resolved by the session.

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

pub use provider::providers;
