//! CLIXML: objects as XML, as PowerShell writes them to files, between processes and between machines.

mod error_record;
mod primitive;
mod read;
mod remade;
mod text;
mod write;
mod xml;

pub use read::{deserialize, deserialize_fragment, deserialize_streams};
pub use remade::PropertyBag;
pub use text::{decode, encode, escape};
pub use write::{Layout, serialize, serialize_fragment, serialize_members, serialize_streams};

/// The namespace of all elements.
pub const NAMESPACE: &str = "http://schemas.microsoft.com/powershell/2004/04";
