//! The line between shell and service: messages, and a blocking client of the Unix socket `run/service.sock`.
//!
//! One JSON object a line in each direction. The client needs no async runtime, so that a cmdlet can use it. The server side lives in
//! `voice`; what both must agree on is here. Deliberately not here: what a request does.

mod client;
mod ensure;
mod message;

pub use client::{Client, ControlError, Events, heed};
pub use ensure::{ensure_service, is_running, socket_path, stop_service};
pub use message::{
    ActiveCall, Arrow, CallResult, Event, Probe, ProbeKind, ProbeResult, Reply, Request, RoleState, RoleStatus,
    ServiceStatus, TestCall,
};
