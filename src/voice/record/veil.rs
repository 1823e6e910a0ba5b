//! What ladders do not show of a message: what would let its reader sign in, decrypt the call, or open a mailbox.

/// What stands in place of it.
const VEIL: &str = "********";

/// A message without answers to challenges, tokens, keys of SRTP, and keys pressed that came as INFO.
pub fn veiled(message: &str) -> String {
    let mut shown = String::with_capacity(message.len());
    let (mut is_body, mut is_keys) = (false, false);
    for line in message.split_inclusive('\n') {
        let text = line.trim_end_matches(['\r', '\n']);
        let end = &line[text.len()..];
        let veiled = match text {
            "" => {
                is_body = true;
                None
            }
            _ if is_body && is_keys => Some(keys(text)),
            _ if is_body => crypto(text),
            _ => {
                let (name, value) = text.split_once(':').unwrap_or_default();
                let name = name.trim().to_ascii_lowercase();
                is_keys |= matches!(&*name, "content-type" | "c")
                    && value.trim().to_ascii_lowercase().starts_with("application/dtmf");
                match &*name {
                    "authorization" | "proxy-authorization" => Some(answer(text)),
                    "authentication-info" | "proxy-authentication-info" => Some(quoted(text, "rspauth=")),
                    _ => None,
                }
            }
        };
        shown.push_str(veiled.as_deref().unwrap_or(text));
        shown.push_str(end);
    }
    shown
}

/// An answer to a challenge: of a digest all but the answer itself says how it was made, of other schemes all is secret.
fn answer(line: &str) -> String {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    let value = value.trim_start();
    let scheme = value.split_whitespace().next().unwrap_or_default();
    if scheme.eq_ignore_ascii_case("Digest") { quoted(line, "response=") } else { format!("{name}: {scheme} {VEIL}") }
}

/// A line with the value of a parameter veiled, in quotation marks or without.
fn quoted(line: &str, parameter: &str) -> String {
    let Some(at) = line.to_ascii_lowercase().find(parameter) else { return line.to_string() };
    let (before, rest) = line.split_at(at + parameter.len());
    match rest.strip_prefix('"') {
        Some(inner) => format!("{before}\"{VEIL}{}", inner.find('"').map_or("\"", |end| &inner[end..])),
        None => format!("{before}{VEIL}{}", rest.find([',', ' ']).map_or("", |end| &rest[end..])),
    }
}

/// `a=crypto:` with its key veiled.
fn crypto(line: &str) -> Option<String> {
    if !line.starts_with("a=crypto:") {
        return None;
    }
    let mut shown = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("inline:") {
        let (before, key) = rest.split_at(at + "inline:".len());
        shown.push_str(before);
        shown.push_str(VEIL);
        rest = &key[key.find(['|', ' ', ';']).unwrap_or(key.len())..];
    }
    Some(shown + rest)
}

/// The body of an INFO that tells keys: its first line, or that of `Signal`.
fn keys(line: &str) -> String {
    match line.split_once('=') {
        Some((name, _)) if name.trim().eq_ignore_ascii_case("Signal") => format!("{name}={VEIL}"),
        Some(_) => line.to_string(),
        None => VEIL.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_veiled_and_nothing_else() {
        for (message, wanted) in [
            (
                "INVITE sip:a SIP/2.0\r\nAuthorization: Digest username=\"u\", nonce=\"n\", response=\"abc\", qop=auth\r\n\r\n",
                "INVITE sip:a SIP/2.0\r\nAuthorization: Digest username=\"u\", nonce=\"n\", response=\"********\", qop=auth\r\n\r\n",
            ),
            ("X y\nproxy-authorization : Bearer t0k.en\n\n", "X y\nproxy-authorization : Bearer ********\n\n"),
            (
                "X y\nAuthorization: Digest response=abc,uri=\"x\"\n\n",
                "X y\nAuthorization: Digest response=********,uri=\"x\"\n\n",
            ),
            ("X y\nAuthorization: Digest response=\"abc\n\n", "X y\nAuthorization: Digest response=\"********\"\n\n"),
            (
                "X y\nAuthentication-Info: qop=auth, rspauth=\"1f\"\n\n",
                "X y\nAuthentication-Info: qop=auth, rspauth=\"********\"\n\n",
            ),
            (
                "X y\r\n\r\nv=0\r\na=crypto:1 AES inline:WVNfX19z|2^20|1:4;inline:b2 FEC\r\na=rtpmap:0 PCMU/8000\r\n",
                "X y\r\n\r\nv=0\r\na=crypto:1 AES inline:********|2^20|1:4;inline:******** FEC\r\na=rtpmap:0 PCMU/8000\r\n",
            ),
            (
                "INFO x\r\nContent-Type: application/dtmf-relay\r\n\r\nSignal= 7\r\nDuration=160\r\n",
                "INFO x\r\nContent-Type: application/dtmf-relay\r\n\r\nSignal=********\r\nDuration=160\r\n",
            ),
            ("INFO x\nc: Application/DTMF\n\n7", "INFO x\nc: Application/DTMF\n\n********"),
            (
                "MESSAGE x\nContent-Type: text/plain\n\nSignal=7 inline:x",
                "MESSAGE x\nContent-Type: text/plain\n\nSignal=7 inline:x",
            ),
            ("", ""),
        ] {
            assert_eq!(veiled(message), wanted, "{message}");
        }
    }
}
