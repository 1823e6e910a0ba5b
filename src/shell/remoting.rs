//! Remote sessions, a packet a line: on standard input and output, as an SSH server starts them as a subsystem, and on a
//! socket of the user's own (`-CustomPipeName`).

use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::sync::Arc;

use engine::RunspaceFactory;
use engine::remoting::{Packet, Server};

use crate::output;

/// Serves until the client closes the session or goes away; the exit code.
pub fn serve(factory: Arc<dyn RunspaceFactory>, system: &str) -> i32 {
    serve_on(factory, system, io::stdin().lock(), io::stdout())
}

fn serve_on(
    factory: Arc<dyn RunspaceFactory>,
    system: &str,
    input: impl BufRead,
    output: impl Write + Send + 'static,
) -> i32 {
    let mut out = BufWriter::new(output);
    let carrier = move |packet: Packet| {
        // What the client reads is on the disk.
        output::settle();
        // A client that has gone is noticed when it is read from.
        let _ = writeln!(out, "{}", packet.line()).and_then(|()| out.flush());
    };
    // A full pipe makes what writes wait.
    let mut server = Server::new(factory, system, carrier, None);
    for line in input.lines() {
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

/// A socket at which sessions are served; it is removed with this.
pub struct Door {
    path: PathBuf,
}

impl Drop for Door {
    fn drop(&mut self) {
        // Whoever removed it before did the same.
        let _ = fs::remove_file(&self.path);
    }
}

/// Opens a socket under the name that .NET gives such a pipe; only this user can connect.
pub fn open_door(name: &str, factory: Arc<dyn RunspaceFactory>, system: String) -> io::Result<Door> {
    if name.is_empty() || name.contains('/') {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the name is empty or has a slash in it"));
    }
    let folder = std::env::temp_dir();
    let path = folder.join(format!("CoreFxPipe_{name}"));
    if path.exists() {
        return Err(io::Error::new(io::ErrorKind::AddrInUse, "it exists already"));
    }
    // It gets its name when nobody else can open it any more.
    let private = folder.join(format!("dialtone-pipe-{}", std::process::id()));
    DirBuilder::new().mode(0o700).create(&private)?;
    let made = || -> io::Result<UnixListener> {
        let socket = private.join("s");
        let listener = UnixListener::bind(&socket)?;
        fs::set_permissions(&socket, Permissions::from_mode(0o600))?;
        fs::rename(&socket, &path)?;
        Ok(listener)
    };
    let listener = made();
    // What is left in it goes with it.
    let _ = fs::remove_dir_all(&private);
    let listener = listener?;
    std::thread::Builder::new().name("pipe".to_string()).spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { break };
            let Ok(output) = stream.try_clone() else { continue };
            serve_on(factory.clone(), &system, BufReader::new(stream), output);
        }
    })?;
    Ok(Door { path })
}
