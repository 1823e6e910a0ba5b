//! Envelopes sealed by the session that NTLM made (MS-WSMV 2.2.9.1): a connection without TLS carries no others.

use super::account::Connection;

const BOUNDARY: &str = "--Encrypted Boundary";
/// The type of sealed answers.
pub(super) const TYPE: &str =
    "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary=\"Encrypted Boundary\"";
const OCTETS: &[u8] = b"Content-Type: application/octet-stream\r\n";

/// Whether a content type says that the body is sealed.
pub(super) fn is_sealed(content_type: &str) -> bool {
    content_type.trim_start().to_ascii_lowercase().starts_with("multipart/encrypted")
}

fn find(data: &[u8], wanted: &[u8]) -> Option<usize> {
    data.windows(wanted.len()).position(|window| window == wanted)
}

/// Opens a body; none when it is malformed or its seal is not that of the connection.
pub(super) fn open(connection: &Connection, body: &[u8]) -> Option<Vec<u8>> {
    let at = find(body, OCTETS)? + OCTETS.len();
    let data = body.get(at..)?;
    let length = u32::from_le_bytes(data.get(..4)?.try_into().ok()?) as usize;
    let signature = data.get(4..4usize.checked_add(length)?)?;
    // The sealed bytes may hold anything: the length that is told says where they end.
    let head = String::from_utf8_lossy(&body[..at]);
    let told = head.split("Length=").nth(1)?;
    let told: usize = told.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()?;
    let from = 4 + length;
    connection.unseal(signature, data.get(from..from.checked_add(told)?)?)
}

/// Seals an answer.
pub(super) fn close(connection: &Connection, text: &str) -> Option<Vec<u8>> {
    let (signature, sealed) = connection.seal(text.as_bytes())?;
    let mut body = format!(
        "{BOUNDARY}\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length={}\r\n{BOUNDARY}\r\n\tContent-Type: application/octet-stream\r\n",
        text.len()
    )
    .into_bytes();
    body.extend_from_slice(&(signature.len() as u32).to_le_bytes());
    body.extend_from_slice(&signature);
    body.extend_from_slice(&sealed);
    body.extend_from_slice(format!("{BOUNDARY}--\r\n").as_bytes());
    Some(body)
}
