//! The ladder of a call as a file: a page with the arrows, or a capture that Wireshark reads.

use control::Arrow;
use std::fmt::Write;
use std::net::Ipv4Addr;

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Who takes part, in order of appearance.
fn parties(arrows: &[Arrow]) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for name in arrows.iter().flat_map(|a| [a.from.as_str(), a.to.as_str()]) {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// Colour of an arrow: requests, progress, success, redirection, failure.
fn colour(text: &str) -> &'static str {
    match text.as_bytes().first() {
        Some(b'1') => "#888",
        Some(b'2') => "#080",
        Some(b'3') => "#a60",
        Some(b'4'..=b'6') => "#b00",
        _ => "#04a",
    }
}

/// A page of its own: the arrows drawn, each message below.
pub(super) fn html(title: &str, arrows: &[Arrow]) -> String {
    let names = parties(arrows);
    let column = |name: &str| 120 + names.iter().position(|n| *n == name).unwrap_or(0) * 220;
    let (width, height) = (names.len() * 220 + 40, arrows.len() * 34 + 80);
    let mut lines = String::new();
    for name in &names {
        let x = column(name);
        let _ = write!(
            lines,
            "<text x=\"{x}\" y=\"24\" text-anchor=\"middle\" font-weight=\"bold\">{}</text><line x1=\"{x}\" y1=\"34\" x2=\"{x}\" y2=\"{height}\" stroke=\"#ccc\"/>",
            escape(name)
        );
    }
    let mut messages = String::new();
    for (index, arrow) in arrows.iter().enumerate() {
        let (from, to, y) = (column(&arrow.from), column(&arrow.to), 64 + index * 34);
        let (colour, tip) = (colour(&arrow.text), if to > from { to.saturating_sub(8) } else { to + 8 });
        let _ = write!(
            lines,
            "<a href=\"#m{index}\"><line x1=\"{from}\" y1=\"{y}\" x2=\"{to}\" y2=\"{y}\" stroke=\"{colour}\"/>\
             <path d=\"M{to} {y} L{tip} {} L{tip} {} Z\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{colour}\">{} ({})</text></a><text x=\"8\" y=\"{y}\" fill=\"#888\">{} ms</text>",
            y - 4,
            y + 4,
            (from + to) / 2,
            y - 6,
            escape(&arrow.text),
            escape(&arrow.transport),
            arrow.offset
        );
        let _ = write!(
            messages,
            "<h3 id=\"m{index}\">{} {} &rarr; {} ({})</h3><pre>{}</pre>",
            escape(&arrow.time),
            escape(&arrow.from),
            escape(&arrow.to),
            escape(&arrow.transport),
            escape(&arrow.message)
        );
    }
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title><style>body{{font-family:sans-serif;margin:2em}}\
         text{{font-size:12px}}pre{{background:#f4f4f4;padding:1em;overflow:auto}}</style></head><body><h1>{0}</h1>\
         <svg width=\"{width}\" height=\"{height}\">{lines}</svg>{messages}</body></html>\n",
        escape(title)
    )
}

/// Address of a party: its own where it has one, else one made of its place in the ladder.
fn address(names: &[&str], name: &str) -> (Ipv4Addr, u16) {
    let (host, port) = name.rsplit_once(':').unwrap_or((name, ""));
    let port = port.parse().unwrap_or(5060);
    host.parse().map_or_else(
        |_| {
            let at = names.iter().position(|n| *n == name).unwrap_or(0);
            (Ipv4Addr::new(10, 0, 0, u8::try_from(at + 1).unwrap_or(u8::MAX)), port)
        },
        |ip| (ip, port),
    )
}

/// Seconds and microseconds since 1970 of `2026-11-21T17:46:32.089Z`.
fn moment(text: &str) -> Option<(u32, u32)> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    // Days from civil, after Hinnant.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let seconds = days * 86_400 + number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    Some((u32::try_from(seconds).ok()?, u32::try_from(number(20, 23).unwrap_or(0) * 1000).ok()?))
}

/// A capture of raw IPv4: each message as one UDP datagram, also those that went over TLS and can be read here.
pub(super) fn pcap(arrows: &[Arrow]) -> Vec<u8> {
    let names = parties(arrows);
    let mut out = Vec::new();
    for field in [0xa1b2_c3d4u32, 0x0004_0002, 0, 0, 65_535, 228] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    for arrow in arrows {
        let payload = &arrow.message.as_bytes()[..arrow.message.len().min(65_000)];
        let ((source, source_port), (target, target_port)) = (address(&names, &arrow.from), address(&names, &arrow.to));
        let (length, datagram) = ((payload.len() + 28) as u16, (payload.len() + 8) as u16);
        let mut header = vec![0x45, 0];
        header.extend_from_slice(&length.to_be_bytes());
        header.extend_from_slice(&[0, 0, 0x40, 0, 64, 17, 0, 0]);
        header.extend_from_slice(&source.octets());
        header.extend_from_slice(&target.octets());
        let sum: u32 = header.chunks_exact(2).map(|p| u32::from(u16::from_be_bytes([p[0], p[1]]))).sum();
        let folded = (sum & 0xffff) + (sum >> 16);
        let check = !((folded & 0xffff) + (folded >> 16)) as u16;
        header[10..12].copy_from_slice(&check.to_be_bytes());
        let (seconds, micros) = moment(&arrow.time).unwrap_or((0, arrow.offset as u32 * 1000));
        for field in [seconds, micros, u32::from(length), u32::from(length)] {
            out.extend_from_slice(&field.to_le_bytes());
        }
        out.extend_from_slice(&header);
        for field in [source_port, target_port, datagram, 0] {
            out.extend_from_slice(&field.to_be_bytes());
        }
        out.extend_from_slice(payload);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_and_a_capture() {
        let arrow = |from: &str, to: &str, text: &str| Arrow {
            time: "2026-11-21T17:46:32.089Z".into(),
            from: from.into(),
            to: to.into(),
            transport: "TLS".into(),
            text: text.into(),
            message: "INVITE sip:<x> SIP/2.0\r\n\r\n".into(),
            ..Arrow::default()
        };
        let arrows =
            [arrow("127.0.0.1:5062", "mbx1", "INVITE sip:<x>"), arrow("mbx1", "127.0.0.1:5062", "486 Busy Here")];
        let page = html("Call", &arrows);
        assert!(page.contains("INVITE sip:&lt;x&gt;") && page.contains("#b00") && !page.contains("sip:<x>"));
        let capture = pcap(&arrows);
        assert_eq!(capture.len(), 24 + 2 * (16 + 28 + 26));
        assert_eq!(moment("2026-11-21T17:46:32.089Z"), Some((1_795_283_192, 89_000)));
        // The header's checksum is right: summed with it, all bits are set.
        let header = &capture[40..60];
        let sum: u32 = header.chunks_exact(2).map(|p| u32::from(u16::from_be_bytes([p[0], p[1]]))).sum();
        assert_eq!((sum & 0xffff) + (sum >> 16), 0xffff);
    }
}
