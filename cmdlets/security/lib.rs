//! The commands of Microsoft.PowerShell.Security: secure strings, credentials, execution policy, certificates, messages.

include!(concat!(env!("OUT_DIR"), "/modules.rs"));
