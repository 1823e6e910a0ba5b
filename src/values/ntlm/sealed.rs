//! Envelopes sealed by the session that NTLM made (MS-WSMV 2.2.9.1): a connection without TLS carries no others.

use super::Security;

const BOUNDARY: &str = "--Encrypted Boundary";
/// The type of sealed messages.
pub const TYPE: &str =
    "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary=\"Encrypted Boundary\"";
const OCTETS: &[u8] = b"Content-Type: application/octet-stream\r\n";

/// Whether a content type says that the body is sealed.
pub fn is_sealed(content_type: &str) -> bool {
    content_type.trim_start().to_ascii_lowercase().starts_with("multipart/encrypted")
}

/// An envelope as it travels.
pub fn close(security: &mut Security, envelope: &str) -> Vec<u8> {
    let (signature, sealed) = security.seal(envelope.as_bytes());
    let mut body = format!(
        "{BOUNDARY}\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length={}\r\n{BOUNDARY}\r\n\tContent-Type: application/octet-stream\r\n",
        envelope.len()
    )
    .into_bytes();
    body.extend_from_slice(&(signature.len() as u32).to_le_bytes());
    body.extend_from_slice(&signature);
    body.extend_from_slice(&sealed);
    body.extend_from_slice(format!("{BOUNDARY}--\r\n").as_bytes());
    body
}

/// What a sealed body holds; it may be in several parts, each sealed for itself.
pub fn open(security: &mut Security, mut body: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    while let Some(at) = body.windows(OCTETS.len()).position(|window| window == OCTETS) {
        let head = String::from_utf8_lossy(&body[..at]).into_owned();
        let told: usize =
            head.split("Length=").nth(1)?.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()?;
        let data = body.get(at + OCTETS.len()..)?;
        let length = u32::from_le_bytes(data.get(..4)?.try_into().ok()?) as usize;
        let signature = data.get(4..length.checked_add(4)?)?;
        let from = 4 + length;
        let sealed = data.get(from..from.checked_add(told)?)?;
        plain.extend(security.unseal(signature, sealed)?);
        body = data.get(from + told..)?;
    }
    (!plain.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_opened() {
        let (mut client, mut server) = (Security::client(&[7; 16], true), Security::server(&[7; 16], true));
        for text in ["<s:Envelope/>", "--Encrypted Boundary"] {
            assert_eq!(open(&mut server, &close(&mut client, text)).as_deref(), Some(text.as_bytes()));
        }
        let parts = [close(&mut client, "one"), close(&mut client, "two")].concat();
        assert_eq!(open(&mut server, &parts).as_deref(), Some(&b"onetwo"[..]));
        let mut changed = close(&mut client, "three");
        let at = changed.len() - 30;
        changed[at] ^= 1;
        assert_eq!(open(&mut server, &changed), None);
        assert_eq!(open(&mut server, b"nothing"), None);
    }
}
