//! One stream: reads messages, answers keep-alives, writes what is queued.

use super::{ByteStream, PeerIdentity, Source, Transport};
use crate::message::{Framer, Framing, Message};
use bytes::Bytes;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

/// Messages that may wait for a slow peer before the stream counts as dead.
pub(super) const QUEUE: usize = 1024;

/// A stream without traffic is closed after this time.
const IDLE: Duration = Duration::from_secs(3600);

/// What one stream is.
pub(super) struct Identity {
    pub id: u64,
    pub transport: Transport,
    pub local: SocketAddr,
    pub remote: SocketAddr,
    pub peer: Option<Arc<PeerIdentity>>,
}

/// Serves a stream until it ends. Malformed bytes end it: a stream cannot be resynchronised.
pub(super) async fn serve(
    stream: Box<dyn ByteStream>,
    identity: Identity,
    mut queue: mpsc::Receiver<Bytes>,
    deliver: impl Fn(Message, Source) + Send,
) -> std::io::Result<()> {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut framer = Framer::default();
    let source = Source {
        transport: identity.transport,
        remote: identity.remote,
        local: identity.local,
        connection: Some(identity.id),
        peer: identity.peer,
    };
    loop {
        let buffer = framer.buffer();
        buffer.reserve(4096);
        tokio::select! {
            read = reader.read_buf(buffer) => {
                if read? == 0 {
                    return Ok(());
                }
                loop {
                    match framer.next_item() {
                        Ok(Framing::Message(message)) => deliver(message, source.clone()),
                        Ok(Framing::Ping) => writer.write_all(b"\r\n").await?,
                        Ok(Framing::Incomplete) => break,
                        Err(error) => {
                            tracing::debug!(%error, remote = %source.remote, "stream closed: malformed message");
                            return Ok(());
                        }
                    }
                }
            }
            queued = queue.recv() => {
                let Some(first) = queued else { return Ok(()) };
                writer.write_all(&first).await?;
                while let Ok(more) = queue.try_recv() {
                    writer.write_all(&more).await?;
                }
                writer.flush().await?;
            }
            () = tokio::time::sleep(IDLE) => return Ok(()),
        }
    }
}
