//! PSRP: sessions between processes (MS-PSRP, "PowerShell Remoting Protocol").
//!
//! `Server` answers a client; what carries its packets is its owner's matter: lines on standard input and output for
//! `-sshs` and `-s`, SOAP bodies for WS-Man. `Client` asks a server over any `Wire`.

mod client;
mod client_xml;
mod create;
mod distant;
pub mod fragment;
mod host;
mod input;
pub mod message;
mod packet;
mod pool;
mod secret;
mod server;
mod simple;
mod ssh;
mod streams;
pub mod wsman;
mod xml;

/// The PowerShell that we speak as.
const VERSION: &str = "7.6.5";

pub use client::{Client, Wire};
pub use client_xml::Wanted;
pub use distant::{Task, abandon, ask_commands, end_input, feed, poll, start};
pub(crate) use distant::{progress as write_progress, remake};
pub use host::Room;
pub(crate) use input::Input;
pub use packet::{Element, Packet};
pub use server::Server;
pub use ssh::{ProgramWire, SshOptions};
