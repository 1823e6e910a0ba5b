//! FETCH: flags, sizes, envelopes, structure and contents of a mail.

use super::folder::Entry;
use super::text::quoted;
use mail_parser::{Address, Message, MessageParser, MimeHeaders, PartType};

/// Expands macros and splits a list of items.
pub(super) fn items(text: &str) -> Vec<String> {
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(text);
    match inner.to_ascii_uppercase().as_str() {
        "FAST" => return ["FLAGS", "INTERNALDATE", "RFC822.SIZE"].map(str::to_string).to_vec(),
        "ALL" => return ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"].map(str::to_string).to_vec(),
        "FULL" => return ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"].map(str::to_string).to_vec(),
        _ => {}
    }
    super::text::arguments(inner)
}

fn addresses(list: Option<&Address<'_>>) -> String {
    let Some(list) = list else { return "NIL".into() };
    let one = |a: &mail_parser::Addr<'_>| {
        let (user, host) = a.address().unwrap_or("").rsplit_once('@').unwrap_or((a.address().unwrap_or(""), ""));
        format!("({} NIL {} {})", quoted(a.name()), quoted(Some(user)), quoted(Some(host)))
    };
    let all: String = list.iter().map(one).collect();
    if all.is_empty() { "NIL".into() } else { format!("({all})") }
}

fn envelope(message: &Message<'_>) -> String {
    let raw = |name: &str| message.header_raw(name).map(|v| v.split_whitespace().collect::<Vec<_>>().join(" "));
    let or_from = |list: Option<&Address<'_>>| addresses(list.or(message.from()));
    format!(
        "({} {} {} {} {} {} {} {} {} {})",
        quoted(raw("Date").as_deref()),
        quoted(raw("Subject").as_deref()),
        addresses(message.from()),
        or_from(message.sender()),
        or_from(message.reply_to()),
        addresses(message.to()),
        addresses(message.cc()),
        addresses(message.bcc()),
        quoted(raw("In-Reply-To").as_deref()),
        quoted(raw("Message-ID").as_deref()),
    )
}

fn structure(message: &Message<'_>, bytes: &[u8], part: u32) -> String {
    let Some(part) = message.parts.get(part as usize) else { return "NIL".into() };
    if let PartType::Multipart(children) = &part.body {
        let inner: String = children.iter().map(|c| structure(message, bytes, *c)).collect();
        let kind = part.content_type().and_then(|t| t.subtype()).unwrap_or("mixed");
        return format!("({inner} {})", quoted(Some(&kind.to_ascii_uppercase())));
    }
    let kind = part.content_type();
    let (main, sub) = (kind.map_or("text", |t| t.ctype()), kind.and_then(|t| t.subtype()).unwrap_or("plain"));
    let parameters: String = kind
        .and_then(|t| t.attributes())
        .map(|list| list.iter().map(|a| format!("{} {} ", quoted(Some(&a.name)), quoted(Some(&a.value)))).collect())
        .unwrap_or_default();
    let parameters = if parameters.is_empty() { "NIL".to_string() } else { format!("({})", parameters.trim_end()) };
    let body = bytes.get(part.raw_body_offset() as usize..part.raw_end_offset() as usize).unwrap_or_default();
    let lines = if main.eq_ignore_ascii_case("text") {
        format!(" {}", body.iter().filter(|b| **b == b'\n').count())
    } else {
        String::new()
    };
    format!(
        "({} {} {parameters} NIL NIL {} {}{lines})",
        quoted(Some(&main.to_ascii_uppercase())),
        quoted(Some(&sub.to_ascii_uppercase())),
        quoted(Some(part.content_transfer_encoding().unwrap_or("7bit"))),
        body.len()
    )
}

/// The part of a number such as `2.1`.
fn part_of(message: &Message<'_>, path: &str) -> Option<usize> {
    let mut at = 0usize;
    for step in path.split('.') {
        let number: usize = step.parse().ok()?;
        match &message.parts.get(at)?.body {
            PartType::Multipart(children) => at = *children.get(number.checked_sub(1)?)? as usize,
            // The only part of a mail that is not made of parts.
            _ if number == 1 => {}
            _ => return None,
        }
    }
    Some(at)
}

/// Header fields of a mail, or those named.
fn header(bytes: &[u8], fields: Option<(&[String], bool)>) -> Vec<u8> {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").map_or(bytes.len(), |p| p + 2);
    let Some((names, without)) = fields else { return [&bytes[..end], b"\r\n"].concat() };
    let mut out = Vec::new();
    let mut kept = false;
    for line in bytes[..end].split_inclusive(|b| *b == b'\n') {
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|b| *b == b':').next().unwrap_or_default();
            let named = names.iter().any(|n| n.as_bytes().eq_ignore_ascii_case(name));
            kept = named != without;
        }
        if kept {
            out.extend_from_slice(line);
        }
    }
    out.extend_from_slice(b"\r\n");
    out
}

/// The bytes that a section names; `None` when the mail has no such part.
fn section(bytes: &[u8], message: &Message<'_>, name: &str) -> Option<Vec<u8>> {
    let upper = name.to_ascii_uppercase();
    let body_start = bytes.windows(4).position(|w| w == b"\r\n\r\n").map_or(bytes.len(), |p| p + 4);
    if upper.is_empty() {
        return Some(bytes.to_vec());
    }
    if upper == "HEADER" {
        return Some(header(bytes, None));
    }
    if upper == "TEXT" {
        return Some(bytes[body_start..].to_vec());
    }
    if let Some(rest) = upper.strip_prefix("HEADER.FIELDS") {
        let (without, rest) = match rest.strip_prefix(".NOT") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let names: Vec<String> =
            rest.trim().trim_matches(['(', ')']).split_whitespace().map(|n| n.trim_matches('"').to_string()).collect();
        return Some(header(bytes, Some((&names, without))));
    }
    let (path, mime) = match upper.strip_suffix(".MIME") {
        Some(path) => (path, true),
        None => (upper.as_str(), false),
    };
    let part = message.parts.get(part_of(message, path)?)?;
    let (from, to) = if mime {
        (part.raw_header_offset(), part.raw_body_offset())
    } else {
        (part.raw_body_offset(), part.raw_end_offset())
    };
    bytes.get(from as usize..to as usize).map(<[u8]>::to_vec)
}

fn literal(out: &mut Vec<u8>, name: &str, data: &[u8]) {
    out.extend_from_slice(format!("{name} {{{}}}\r\n", data.len()).as_bytes());
    out.extend_from_slice(data);
}

/// The items of a mail as they stand between the parentheses; the error says which item is not known.
pub(super) fn fetch(entry: &Entry, items: &[String], with_uid: bool) -> Result<Vec<u8>, String> {
    let mut out: Vec<u8> = Vec::new();
    let only_flags = items.iter().all(|i| matches!(i.to_ascii_uppercase().as_str(), "FLAGS" | "UID" | "RFC822.SIZE"));
    let bytes = if only_flags { Vec::new() } else { std::fs::read(&entry.path).map_err(|e| e.to_string())? };
    let message = MessageParser::default().parse(&bytes).unwrap_or_default();
    if with_uid && !items.iter().any(|i| i.eq_ignore_ascii_case("UID")) {
        out.extend_from_slice(format!("UID {}", entry.uid).as_bytes());
    }
    for item in items {
        if !out.is_empty() {
            out.push(b' ');
        }
        let upper = item.to_ascii_uppercase();
        match upper.as_str() {
            "UID" => out.extend_from_slice(format!("UID {}", entry.uid).as_bytes()),
            "FLAGS" => {
                let flags = [(entry.seen, "\\Seen"), (entry.flagged, "\\Flagged")];
                let set: Vec<&str> = flags.iter().filter(|f| f.0).map(|f| f.1).collect();
                out.extend_from_slice(format!("FLAGS ({})", set.join(" ")).as_bytes());
            }
            "RFC822.SIZE" => out.extend_from_slice(format!("RFC822.SIZE {}", entry.size).as_bytes()),
            "INTERNALDATE" => {
                let moment = voice::mailbox::parse_mail(&bytes).map(|m| m.received).unwrap_or_default();
                out.extend_from_slice(
                    format!("INTERNALDATE \"{}\"", moment.format("%d-%b-%Y %H:%M:%S +0000")).as_bytes(),
                );
            }
            "ENVELOPE" => out.extend_from_slice(format!("ENVELOPE {}", envelope(&message)).as_bytes()),
            "BODY" | "BODYSTRUCTURE" => {
                out.extend_from_slice(format!("{upper} {}", structure(&message, &bytes, 0)).as_bytes())
            }
            "RFC822" => literal(&mut out, "RFC822", &bytes),
            "RFC822.HEADER" => literal(&mut out, "RFC822.HEADER", &header(&bytes, None)),
            "RFC822.TEXT" => literal(&mut out, "RFC822.TEXT", &section(&bytes, &message, "TEXT").unwrap_or_default()),
            _ => {
                let rest = upper.strip_prefix("BODY.PEEK[").or_else(|| upper.strip_prefix("BODY["));
                let (name, partial) = rest
                    .and_then(|r| r.rsplit_once(']'))
                    .ok_or_else(|| format!("the item {upper} is not supported"))?;
                let mut shown = format!("BODY[{name}]");
                match section(&bytes, &message, name) {
                    Some(mut data) => {
                        if let Some((from, length)) = partial.trim_matches(['<', '>']).split_once('.') {
                            let from: usize = from.parse().map_err(|_| format!("{partial} is no range"))?;
                            let length: usize = length.parse().map_err(|_| format!("{partial} is no range"))?;
                            let from = from.min(data.len());
                            data = data[from..from.saturating_add(length).min(data.len())].to_vec();
                            shown.push_str(&format!("<{from}>"));
                        }
                        literal(&mut out, &shown, &data);
                    }
                    None => out.extend_from_slice(format!("{shown} NIL").as_bytes()),
                }
            }
        }
    }
    Ok(out)
}
