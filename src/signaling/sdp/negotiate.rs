//! Offer and answer for one audio stream (RFC 3264); other streams are refused with port 0.

use super::{Crypto, Media, Sdp};
use std::net::{IpAddr, SocketAddr};

/// Codecs that a local end may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    Pcmu,
    Pcma,
    G722,
}

impl Codec {
    /// Static payload type.
    pub fn payload_type(self) -> u8 {
        match self {
            Codec::Pcmu => 0,
            Codec::Pcma => 8,
            Codec::G722 => 9,
        }
    }

    /// Encoding name.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Pcmu => "PCMU",
            Codec::Pcma => "PCMA",
            Codec::G722 => "G722",
        }
    }

    fn of(name: &str) -> Option<Codec> {
        match name.to_ascii_uppercase().as_str() {
            "PCMU" => Some(Codec::Pcmu),
            "PCMA" => Some(Codec::Pcma),
            "G722" => Some(Codec::G722),
            _ => None,
        }
    }
}

/// Direction of a stream, as seen by who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

impl Direction {
    fn name(self) -> &'static str {
        match self {
            Direction::SendRecv => "sendrecv",
            Direction::SendOnly => "sendonly",
            Direction::RecvOnly => "recvonly",
            Direction::Inactive => "inactive",
        }
    }

    /// The same stream as the other side sees it.
    pub fn reversed(self) -> Direction {
        match self {
            Direction::SendOnly => Direction::RecvOnly,
            Direction::RecvOnly => Direction::SendOnly,
            other => other,
        }
    }

    fn of(sdp: &Sdp, media: &Media) -> Direction {
        for (name, _) in media.attributes.iter().chain(&sdp.attributes) {
            match name.as_str() {
                "sendrecv" => return Direction::SendRecv,
                "sendonly" => return Direction::SendOnly,
                "recvonly" => return Direction::RecvOnly,
                "inactive" => return Direction::Inactive,
                _ => {}
            }
        }
        Direction::SendRecv
    }
}

/// What the local side demands of the media path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaSecurity {
    /// RTP only.
    Plain,
    /// SRTP when the other side has it.
    Optional,
    /// SRTP only.
    Required,
}

/// The key that the local side sends with: suite and base64 of key and salt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalKey {
    pub suite: String,
    pub key: String,
}

/// The local side of an audio stream.
#[derive(Debug, Clone)]
pub struct AudioOptions {
    /// Where media is received.
    pub address: SocketAddr,
    /// Codecs in order of preference.
    pub codecs: Vec<Codec>,
    pub security: MediaSecurity,
    /// Key for SRTP; must be present unless `security` is `Plain`.
    pub key: Option<LocalKey>,
    pub direction: Direction,
    /// `o=` identifiers.
    pub session_id: u64,
    pub version: u64,
}

/// What both sides agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Negotiated {
    /// Where to send to.
    pub remote: SocketAddr,
    pub codec: Codec,
    /// Payload type of the codec in the remote's numbering.
    pub payload_type: u8,
    /// Payload type of telephone-event, when agreed.
    pub telephone_event: Option<u8>,
    /// Payload type of comfort noise, when agreed.
    pub comfort_noise: Option<u8>,
    /// What we may do: `SendOnly` means that the other side only listens.
    pub direction: Direction,
    /// Keys of SRTP: ours to send with, theirs to receive with.
    pub crypto: Option<(LocalKey, Crypto)>,
    pub rtcp_mux: bool,
    pub ptime: u32,
}

/// Why an offer cannot be answered: the answer is 488.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OfferRefused {
    #[error("session description is malformed")]
    Malformed,
    #[error("no audio stream")]
    NoAudio,
    #[error("media security does not agree")]
    Security,
    #[error("no common codec")]
    Codec,
}

impl OfferRefused {
    /// Warning code of RFC 3261 20.43.
    pub fn warning(self) -> u16 {
        match self {
            OfferRefused::Codec | OfferRefused::NoAudio => 304,
            OfferRefused::Security => 302,
            OfferRefused::Malformed => 399,
        }
    }
}

/// An answer with what it settles.
#[derive(Debug, Clone)]
pub struct AudioAnswer {
    pub sdp: Sdp,
    pub negotiated: Negotiated,
}

fn shell(options: &AudioOptions) -> Sdp {
    Sdp {
        user: "-".into(),
        session_id: options.session_id,
        version: options.version,
        origin_address: options.address.ip().to_string(),
        name: "session".into(),
        connection: Some(options.address.ip()),
        attributes: Vec::new(),
        media: Vec::new(),
    }
}

fn attribute(name: &str, value: impl Into<String>) -> super::Attribute {
    (name.to_string(), Some(value.into()))
}

fn local_crypto(key: &LocalKey, tag: u32) -> super::Attribute {
    let crypto = Crypto {
        tag,
        suite: key.suite.clone(),
        key: key.key.clone(),
        key_params: vec!["2^31".into()],
        session_params: Vec::new(),
    };
    attribute("crypto", crypto.to_string())
}

/// Builds an offer.
pub fn offer(options: &AudioOptions) -> Sdp {
    let mut formats: Vec<String> = options.codecs.iter().map(|c| c.payload_type().to_string()).collect();
    let mut attributes: Vec<_> =
        options.codecs.iter().map(|c| attribute("rtpmap", format!("{} {}/8000", c.payload_type(), c.name()))).collect();
    formats.push("13".into());
    attributes.push(attribute("rtpmap", "13 CN/8000"));
    formats.push("101".into());
    attributes.push(attribute("rtpmap", "101 telephone-event/8000"));
    attributes.push(attribute("fmtp", "101 0-16"));
    if options.security != MediaSecurity::Plain
        && let Some(key) = &options.key
    {
        attributes.push(local_crypto(key, 1));
    }
    attributes.push(attribute("ptime", "20"));
    attributes.push(attribute("rtcp", options.address.port().saturating_add(1).to_string()));
    attributes.push((options.direction.name().to_string(), None));
    let mut sdp = shell(options);
    sdp.media.push(Media {
        kind: "audio".into(),
        port: options.address.port(),
        protocol: if options.security == MediaSecurity::Required { "RTP/SAVP" } else { "RTP/AVP" }.into(),
        formats,
        connection: None,
        attributes,
    });
    sdp
}

struct Match {
    codec: Codec,
    payload_type: u8,
    telephone_event: Option<u8>,
    comfort_noise: Option<u8>,
    remote: SocketAddr,
    crypto: Option<Crypto>,
}

fn usable_crypto(media: &Media) -> Option<Crypto> {
    media.all("crypto").filter_map(Crypto::parse).find(Crypto::is_usable)
}

fn match_remote(sdp: &Sdp, codecs: &[Codec], security: MediaSecurity) -> Result<Match, OfferRefused> {
    let media = sdp.audio().ok_or(OfferRefused::NoAudio)?;
    let savp = media.protocol.eq_ignore_ascii_case("RTP/SAVP") || media.protocol.eq_ignore_ascii_case("RTP/SAVPF");
    if !savp && !media.protocol.eq_ignore_ascii_case("RTP/AVP") && !media.protocol.eq_ignore_ascii_case("RTP/AVPF") {
        return Err(OfferRefused::NoAudio);
    }
    let offered = usable_crypto(media);
    let crypto = match security {
        MediaSecurity::Plain if savp => return Err(OfferRefused::Security),
        MediaSecurity::Plain => None,
        MediaSecurity::Optional if savp => Some(offered.ok_or(OfferRefused::Security)?),
        MediaSecurity::Optional => offered,
        MediaSecurity::Required => Some(offered.ok_or(OfferRefused::Security)?),
    };
    let address: IpAddr = sdp.address_of(media).ok_or(OfferRefused::Malformed)?;
    let mut found = None;
    let (mut telephone_event, mut comfort_noise) = (None, None);
    for format in &media.formats {
        let Ok(number) = format.parse::<u8>() else {
            continue;
        };
        let Some((name, rate)) = media.encoding(format) else {
            continue;
        };
        if rate != 8000 {
            continue;
        }
        if name.eq_ignore_ascii_case("telephone-event") {
            telephone_event.get_or_insert(number);
        } else if name.eq_ignore_ascii_case("CN") {
            comfort_noise.get_or_insert(number);
        } else if let Some(codec) = Codec::of(&name) {
            // The offerer's order decides (RFC 3264 6.1).
            if found.is_none() && codecs.contains(&codec) {
                found = Some((codec, number));
            }
        }
    }
    let (codec, payload_type) = found.ok_or(OfferRefused::Codec)?;
    Ok(Match {
        codec,
        payload_type,
        telephone_event,
        comfort_noise,
        remote: SocketAddr::new(address, media.port),
        crypto,
    })
}

/// Direction that remains for us when the remote says `theirs`; a null address means hold (RFC 2543).
fn our_direction(theirs: Direction, remote: &SocketAddr, ours: Direction) -> Direction {
    let theirs = if remote.ip().is_unspecified() { Direction::SendOnly } else { theirs };
    let allowed = theirs.reversed();
    let sends = |d: Direction| matches!(d, Direction::SendRecv | Direction::SendOnly);
    let receives = |d: Direction| matches!(d, Direction::SendRecv | Direction::RecvOnly);
    match (sends(allowed) && sends(ours), receives(allowed) && receives(ours)) {
        (true, true) => Direction::SendRecv,
        (true, false) => Direction::SendOnly,
        (false, true) => Direction::RecvOnly,
        (false, false) => Direction::Inactive,
    }
}

/// Answers an offer.
pub fn answer(remote: &Sdp, options: &AudioOptions) -> Result<AudioAnswer, OfferRefused> {
    let found = match_remote(remote, &options.codecs, options.security)?;
    let audio = remote.audio().ok_or(OfferRefused::NoAudio)?;
    let direction = our_direction(Direction::of(remote, audio), &found.remote, options.direction);
    let rtcp_mux = audio.attribute("rtcp-mux").is_some();
    let mut sdp = shell(options);
    let mut used = false;
    let mut crypto = None;
    for media in &remote.media {
        if used || !std::ptr::eq(media, audio) {
            sdp.media.push(Media { port: 0, connection: None, attributes: Vec::new(), ..media.clone() });
            continue;
        }
        used = true;
        let mut formats = vec![found.payload_type.to_string()];
        let mut attributes = vec![attribute("rtpmap", format!("{} {}/8000", found.payload_type, found.codec.name()))];
        if let Some(number) = found.comfort_noise {
            formats.push(number.to_string());
            attributes.push(attribute("rtpmap", format!("{number} CN/8000")));
        }
        if let Some(number) = found.telephone_event {
            formats.push(number.to_string());
            attributes.push(attribute("rtpmap", format!("{number} telephone-event/8000")));
            attributes.push(attribute("fmtp", format!("{number} 0-16")));
        }
        if let Some(theirs) = &found.crypto {
            let key = options.key.as_ref().ok_or(OfferRefused::Security)?;
            // The answer must name the suite that was chosen (RFC 4568 5.1.2).
            let key = LocalKey { suite: theirs.suite.clone(), key: key.key.clone() };
            attributes.push(local_crypto(&key, theirs.tag));
            crypto = Some((key, theirs.clone()));
        }
        attributes.push(attribute("ptime", "20"));
        if rtcp_mux {
            attributes.push(("rtcp-mux".into(), None));
        } else {
            attributes.push(attribute("rtcp", options.address.port().saturating_add(1).to_string()));
        }
        attributes.push((direction.name().to_string(), None));
        sdp.media.push(Media {
            kind: "audio".into(),
            port: options.address.port(),
            protocol: media.protocol.clone(),
            formats,
            connection: None,
            attributes,
        });
    }
    let negotiated = Negotiated {
        remote: found.remote,
        codec: found.codec,
        payload_type: found.payload_type,
        telephone_event: found.telephone_event,
        comfort_noise: found.comfort_noise,
        direction,
        crypto,
        rtcp_mux,
        ptime: packet_time(audio),
    };
    Ok(AudioAnswer { sdp, negotiated })
}

/// Reads the answer to an offer made with `options`.
pub fn accept_answer(remote: &Sdp, options: &AudioOptions) -> Result<Negotiated, OfferRefused> {
    let found = match_remote(remote, &options.codecs, options.security)?;
    let audio = remote.audio().ok_or(OfferRefused::NoAudio)?;
    let crypto = match found.crypto {
        Some(theirs) => {
            let key = options.key.clone().ok_or(OfferRefused::Security)?;
            if key.suite != theirs.suite {
                return Err(OfferRefused::Security);
            }
            Some((key, theirs))
        }
        None => None,
    };
    Ok(Negotiated {
        remote: found.remote,
        codec: found.codec,
        payload_type: found.payload_type,
        telephone_event: found.telephone_event,
        comfort_noise: found.comfort_noise,
        direction: our_direction(Direction::of(remote, audio), &found.remote, options.direction),
        crypto,
        rtcp_mux: audio.attribute("rtcp-mux").is_some(),
        ptime: packet_time(audio),
    })
}

fn packet_time(media: &Media) -> u32 {
    let wanted: u32 = media.attribute("ptime").and_then(|p| p.trim().parse().ok()).unwrap_or(20);
    wanted.clamp(10, 60) / 10 * 10
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(security: MediaSecurity) -> AudioOptions {
        AudioOptions {
            address: "127.0.0.1:4000".parse().unwrap(),
            codecs: vec![Codec::Pcmu, Codec::Pcma],
            security,
            key: Some(LocalKey { suite: "AES_CM_128_HMAC_SHA1_80".into(), key: "QUJD".into() }),
            direction: Direction::SendRecv,
            session_id: 1,
            version: 1,
        }
    }

    #[test]
    fn security_agrees_or_is_refused() {
        use MediaSecurity::{Optional, Plain, Required};
        for (caller, callee, expected) in [
            (Plain, Plain, Ok(false)),
            (Required, Required, Ok(true)),
            (Required, Plain, Err(OfferRefused::Security)),
            (Plain, Required, Err(OfferRefused::Security)),
            (Optional, Plain, Ok(false)),
            (Optional, Required, Ok(true)),
            (Optional, Optional, Ok(true)),
            (Plain, Optional, Ok(false)),
            (Required, Optional, Ok(true)),
        ] {
            let text = offer(&options(caller)).to_string();
            let got = answer(&Sdp::parse(&text).unwrap(), &options(callee));
            assert_eq!(
                got.as_ref().map(|a| a.negotiated.crypto.is_some()).map_err(|e| *e),
                expected,
                "{caller:?} {callee:?}"
            );
            if let Ok(got) = got {
                let back = accept_answer(&Sdp::parse(&got.sdp.to_string()).unwrap(), &options(caller)).unwrap();
                assert_eq!(back.crypto.is_some(), got.negotiated.crypto.is_some());
                assert_eq!(back.telephone_event, Some(101));
            }
        }
    }

    #[test]
    fn refuses_other_streams_and_foreign_codecs() {
        let text = "v=0\r\no=- 1 1 IN IP4 1.1.1.1\r\ns=-\r\nc=IN IP4 1.1.1.1\r\nt=0 0\r\nm=image 5 udptl t38\r\nm=audio 6 RTP/AVP 8 0\r\na=sendonly\r\n";
        let got = answer(&Sdp::parse(text).unwrap(), &options(MediaSecurity::Plain)).unwrap();
        assert_eq!(
            (got.sdp.media[0].port, got.negotiated.codec, got.negotiated.direction),
            (0, Codec::Pcma, Direction::RecvOnly)
        );
        let text = text.replace("RTP/AVP 8 0", "RTP/AVP 4");
        assert_eq!(
            answer(&Sdp::parse(&text).unwrap(), &options(MediaSecurity::Plain)).unwrap_err(),
            OfferRefused::Codec
        );
    }
}
