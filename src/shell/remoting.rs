//! A remote session on standard input and output, a packet a line: what an SSH server starts as a subsystem.

use std::io::{BufRead, BufWriter, Write};
use std::sync::Arc;

use engine::RunspaceFactory;
use engine::remoting::{Packet, Server};

use crate::output;

/// Serves until the client closes the session or goes away; the exit code.
pub fn serve(factory: Arc<dyn RunspaceFactory>, system: &str) -> i32 {
    let mut out = BufWriter::new(std::io::stdout());
    let carrier = move |packet: Packet| {
        // What the client reads is on the disk.
        output::settle();
        // A client that has gone is noticed when it is read from.
        let _ = writeln!(out, "{}", packet.line()).and_then(|()| out.flush());
    };
    // A full pipe makes what writes wait.
    let mut server = Server::new(factory, system, carrier, None);
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        if line.trim().is_empty() {
            continue;
        }
        match Packet::parse(&line).and_then(|packet| server.receive(packet)) {
            Ok(true) => {}
            Ok(false) => return 0,
            Err(reason) => {
                output::write_error(&format!("{reason}\n"));
                return 1;
            }
        }
    }
    // The client is gone: nothing of it keeps running.
    server.close();
    0
}
