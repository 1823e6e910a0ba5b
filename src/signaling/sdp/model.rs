//! Lines of a session description.

use std::fmt;
use std::net::IpAddr;

/// `a=name[:value]`.
pub type Attribute = (String, Option<String>);

/// A session description; lines that nobody here uses are dropped, attributes are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sdp {
    /// User of `o=`.
    pub user: String,
    pub session_id: u64,
    pub version: u64,
    /// Address of `o=`, as written.
    pub origin_address: String,
    /// `s=`.
    pub name: String,
    /// Session level `c=`.
    pub connection: Option<IpAddr>,
    pub attributes: Vec<Attribute>,
    pub media: Vec<Media>,
}

/// One `m=` section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// `audio`, `video`, `image`, `application`.
    pub kind: String,
    pub port: u16,
    /// `RTP/AVP`, `RTP/SAVP`, ...
    pub protocol: String,
    pub formats: Vec<String>,
    pub connection: Option<IpAddr>,
    pub attributes: Vec<Attribute>,
}

impl Media {
    /// First attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_deref().unwrap_or(""))
    }

    /// All attributes of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_deref().unwrap_or(""))
    }

    /// Encoding name and clock rate of a payload type: from `rtpmap`, else the static table of RFC 3551.
    pub fn encoding(&self, format: &str) -> Option<(String, u32)> {
        for map in self.all("rtpmap") {
            if let Some((number, rest)) = map.split_once(' ')
                && number == format
            {
                let mut parts = rest.trim().split('/');
                return Some((parts.next()?.to_string(), parts.next()?.trim().parse().ok()?));
            }
        }
        let known = match format {
            "0" => ("PCMU", 8000),
            "3" => ("GSM", 8000),
            "4" => ("G723", 8000),
            "8" => ("PCMA", 8000),
            "9" => ("G722", 8000),
            "13" => ("CN", 8000),
            "18" => ("G729", 8000),
            _ => return None,
        };
        Some((known.0.to_string(), known.1))
    }
}

fn parse_connection(text: &str) -> Option<IpAddr> {
    let mut parts = text.split_whitespace();
    (parts.next()? == "IN").then_some(())?;
    parts.next()?;
    parts.next()?.split('/').next()?.parse().ok()
}

fn parse_attribute(text: &str) -> Attribute {
    match text.split_once(':') {
        Some((name, value)) => (name.to_string(), Some(value.to_string())),
        None => (text.to_string(), None),
    }
}

impl Sdp {
    /// Reads a description; `None` when a line that matters is malformed.
    pub fn parse(text: &str) -> Option<Sdp> {
        let mut sdp = Sdp {
            user: "-".into(),
            session_id: 0,
            version: 0,
            origin_address: String::new(),
            name: "-".into(),
            connection: None,
            attributes: Vec::new(),
            media: Vec::new(),
        };
        let mut seen_version = false;
        for line in text.lines() {
            let line = line.trim_end();
            if line.is_empty() {
                continue;
            }
            // RFC 8866 9: a byte-string holds neither NUL nor CR.
            if line.contains(['\0', '\r']) {
                return None;
            }
            let (kind, value) = line.split_once('=')?;
            match kind {
                "v" => seen_version = value.trim() == "0",
                "o" => {
                    let parts: Vec<&str> = value.split_whitespace().collect();
                    if parts.len() != 6 {
                        return None;
                    }
                    sdp.user = parts[0].to_string();
                    sdp.session_id = parts[1].parse().unwrap_or(0);
                    sdp.version = parts[2].parse().unwrap_or(0);
                    sdp.origin_address = parts[5].to_string();
                }
                "s" => sdp.name = value.to_string(),
                "c" => {
                    let address = parse_connection(value);
                    match sdp.media.last_mut() {
                        Some(media) => media.connection = address,
                        None => sdp.connection = address,
                    }
                }
                "a" => match sdp.media.last_mut() {
                    Some(media) => media.attributes.push(parse_attribute(value)),
                    None => sdp.attributes.push(parse_attribute(value)),
                },
                "m" => {
                    let mut parts = value.split_whitespace();
                    let kind = parts.next()?.to_string();
                    let port = parts.next()?.split('/').next()?.parse().ok()?;
                    let protocol = parts.next()?.to_string();
                    sdp.media.push(Media {
                        kind,
                        port,
                        protocol,
                        formats: parts.map(str::to_string).collect(),
                        connection: None,
                        attributes: Vec::new(),
                    });
                }
                _ if kind.len() == 1 => {}
                _ => return None,
            }
        }
        // RFC 8866 5: both lines are mandatory.
        (seen_version && !sdp.origin_address.is_empty()).then_some(sdp)
    }

    /// First audio section that is not refused.
    pub fn audio(&self) -> Option<&Media> {
        self.media.iter().find(|m| m.kind == "audio" && m.port != 0)
    }

    /// Where media of a section goes to.
    pub fn address_of(&self, media: &Media) -> Option<IpAddr> {
        media.connection.or(self.connection)
    }
}

fn write_connection(f: &mut fmt::Formatter<'_>, address: &IpAddr) -> fmt::Result {
    write!(f, "c=IN {} {address}\r\n", if address.is_ipv4() { "IP4" } else { "IP6" })
}

fn write_attributes(f: &mut fmt::Formatter<'_>, attributes: &[Attribute]) -> fmt::Result {
    for (name, value) in attributes {
        match value {
            Some(value) => write!(f, "a={name}:{value}\r\n")?,
            None => write!(f, "a={name}\r\n")?,
        }
    }
    Ok(())
}

impl fmt::Display for Sdp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = if self.origin_address.contains(':') { "IP6" } else { "IP4" };
        write!(
            f,
            "v=0\r\no={} {} {} IN {family} {}\r\n",
            self.user, self.session_id, self.version, self.origin_address
        )?;
        write!(f, "s={}\r\n", self.name)?;
        if let Some(connection) = &self.connection {
            write_connection(f, connection)?;
        }
        f.write_str("t=0 0\r\n")?;
        write_attributes(f, &self.attributes)?;
        for media in &self.media {
            write!(f, "m={} {} {} {}\r\n", media.kind, media.port, media.protocol, media.formats.join(" "))?;
            if let Some(connection) = &media.connection {
                write_connection(f, connection)?;
            }
            write_attributes(f, &media.attributes)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 10.0.0.1\r\ns=x\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/SAVP 0 8 101\r\n\
        a=rtpmap:101 telephone-event/8000\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc|2^31\r\na=sendrecv\r\n";

    #[test]
    fn round_trips() {
        let sdp = Sdp::parse(OFFER).unwrap();
        assert_eq!(sdp.to_string(), OFFER);
        let audio = sdp.audio().unwrap();
        assert_eq!(audio.encoding("101"), Some(("telephone-event".into(), 8000)));
        assert_eq!(audio.encoding("8").unwrap().0, "PCMA");
        assert!(Sdp::parse("hello").is_none());
    }

    proptest! {
        #[test]
        fn never_panics(at in 0usize..200, byte in any::<u8>()) {
            let mut bytes = OFFER.as_bytes().to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(text) = std::str::from_utf8(&bytes)
                && let Some(sdp) = Sdp::parse(text) {
                    prop_assert!(Sdp::parse(&sdp.to_string()).is_some());
                }
        }
    }
}
