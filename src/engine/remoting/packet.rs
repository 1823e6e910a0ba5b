//! Packets of the framing without WS-Man: one XML element a line, as PowerShell speaks over SSH and to its jobs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

/// What a packet is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Element {
    Data,
    DataAck,
    Command,
    CommandAck,
    Close,
    CloseAck,
    Signal,
    SignalAck,
}

const NAMES: [(Element, &str); 8] = [
    (Element::Data, "Data"),
    (Element::DataAck, "DataAck"),
    (Element::Command, "Command"),
    (Element::CommandAck, "CommandAck"),
    (Element::Close, "Close"),
    (Element::CloseAck, "CloseAck"),
    (Element::Signal, "Signal"),
    (Element::SignalAck, "SignalAck"),
];

/// One packet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packet {
    pub element: Element,
    /// The pipeline; zero for the session itself.
    pub id: Uuid,
    /// Whether the data answers a question of the host.
    pub is_response: bool,
    /// Fragments.
    pub data: Vec<u8>,
    /// The pipeline has ended with this packet; its line does not say so.
    pub is_end: bool,
}

impl Packet {
    /// A packet without data.
    pub fn of(element: Element, id: Uuid) -> Packet {
        Packet { element, id, is_response: false, data: Vec::new(), is_end: false }
    }

    /// A packet of fragments.
    pub fn data(id: Uuid, data: Vec<u8>) -> Packet {
        Packet { element: Element::Data, id, is_response: false, data, is_end: false }
    }

    /// Its line, without the end of line.
    pub fn line(&self) -> String {
        let name = NAMES.iter().find(|(e, _)| *e == self.element).map_or("", |(_, name)| name);
        if self.element == Element::Data {
            let stream = if self.is_response { "PromptResponse" } else { "Default" };
            return format!("<Data Stream='{stream}' PSGuid='{}'>{}</Data>", self.id, STANDARD.encode(&self.data));
        }
        format!("<{name} PSGuid='{}' />", self.id)
    }

    /// The packet of a line; the text says what is wrong with another.
    pub fn parse(line: &str) -> Result<Packet, String> {
        let unknown = || {
            format!(
                "An unknown element \"{}\" was received. This can happen if the remote process closed or ended abnormally.",
                line.chars().take(60).collect::<String>()
            )
        };
        let inner = line.trim().strip_prefix('<').ok_or_else(unknown)?;
        let (head, rest) = inner.split_once('>').ok_or_else(unknown)?;
        let head = head.trim_end_matches('/').trim();
        let (name, attributes) = head.split_once(' ').unwrap_or((head, ""));
        let element = NAMES.iter().find(|(_, n)| *n == name).map(|(e, _)| *e).ok_or_else(unknown)?;
        let attribute = |name: &str| {
            let at = attributes.find(&format!("{name}="))? + name.len() + 1;
            let text = &attributes[at..];
            let quote = text.chars().next()?;
            text[quote.len_utf8()..].split(quote).next()
        };
        let id = attribute("PSGuid").and_then(|t| Uuid::parse_str(t).ok()).ok_or_else(unknown)?;
        let mut packet = Packet::of(element, id);
        if element == Element::Data {
            packet.is_response = attribute("Stream").is_some_and(|s| s == "PromptResponse");
            let body = rest.strip_suffix("</Data>").ok_or_else(unknown)?;
            packet.data = STANDARD.decode(body.trim()).map_err(|e| e.to_string())?;
        }
        Ok(packet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_packets() {
        let id = Uuid::from_u128(7);
        for packet in [
            Packet::data(id, vec![1, 2, 3]),
            Packet::of(Element::CommandAck, id),
            Packet { is_response: true, ..Packet::data(Uuid::nil(), vec![9; 100]) },
        ] {
            assert_eq!(Packet::parse(&packet.line()), Ok(packet));
        }
        for line in [
            "",
            "<",
            "<Data>",
            "<Data Stream=\u{fffd}x' PSGuid=''>",
            "<Nothing PSGuid='00000000-0000-0000-0000-000000000000' />",
            "<Close PSGuid='x' />",
        ] {
            assert!(Packet::parse(line).is_err(), "{line}");
        }
    }
}
