//! Messages in the manner of RFC 4475: valid ones that are hard to read, and ones that must be refused.

use super::parse;
use crate::headers::{CSeq, Contact, From, To, Via};
use crate::message::HeaderName;
use bytes::Bytes;

fn read(text: &str) -> Result<super::Message, super::ParseError> {
    parse(&Bytes::copy_from_slice(text.replace('\n', "\r\n").as_bytes()))
}

#[test]
fn a_short_tortuous_invite() {
    // RFC 4475 3.1.1.1: odd case, blanks before colons, folded lines, unknown parameters and headers.
    let message = read(
        "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\nTO :\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\n\
         from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\n  ;\n  tag = 98asjd8\nMaX-fOrWaRdS: 0068\nCall-ID: wsinv.ndaksdj@192.0.2.1\n\
         Content-Length   : 150\ncseq: 0009\n  INVITE\nVia  : SIP  /   2.0\n /UDP\n    192.0.2.2;branch=390skdjuw\ns :\nNewFangledHeader:   newfangled value\n continued newfangled value\n\
         UnknownHeaderWithUnusualValue: ;;,,;;,;\nContent-Type: application/sdp\nRoute:\n <sip:services.example.com;lr;unknownwith=value;unknown-no-value>\n\
         v:  SIP  / 2.0  / TCP     spindle.example.com   ;\n  branch  =   z9hG4bK9ikj8  ,\n SIP  /    2.0   / UDP  192.168.255.111   ; branch=\n z9hG4bK30239\n\
         m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =\n      newvalue ;\n  secondparam ; q = 0.33\n\n\
         v=0\no=mhandley 29739 7272939 IN IP4 192.0.2.3\ns=-\nc=IN IP4 192.0.2.4\nt=0 0\nm=audio 49217 RTP/AVP 0 12\nm=video 3227 RTP/AVP 31\na=rtpmap:31 LPC\n",
    )
    .unwrap();
    assert_eq!(message.to_tag().as_deref(), Some("1918181833n"));
    assert_eq!(message.from_tag().as_deref(), Some("98asjd8"));
    assert_eq!(message.typed::<CSeq>().unwrap().number, 9);
    let vias = message.all::<Via>();
    assert_eq!((vias.len(), vias[1].branch(), vias[2].branch()), (3, "z9hG4bK9ikj8", "z9hG4bK30239"));
    assert_eq!(message.typed::<From>().unwrap().0.display.as_deref(), Some("J Rosenberg \\\""));
    assert!(message.typed::<Contact>().is_some() && message.typed::<To>().is_some());
    assert_eq!(message.body.len(), 150);
}

#[test]
fn valid_but_unusual() {
    for (text, uri) in [
        // 3.1.1.2: every token character in a method.
        (
            "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0\n\n",
            "sip:1_unusual",
        ),
        // 3.1.1.9: semicolons in the user part.
        ("OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0\n\n", "sip:user;par=u%40example.net@example.com"),
        // 3.1.1.13: an empty reason phrase.
        ("SIP/2.0 100 \n\n", ""),
        ("SIP/2.0 200\n\n", ""),
    ] {
        let message = read(text).unwrap();
        assert!(message.request_uri().starts_with(uri), "{text}");
    }
}

#[test]
fn invalid() {
    for text in [
        // 3.1.2.1 extraneous separators are a matter of the header; 3.1.2.2 Content-Length too large.
        "INVITE sip:u@h SIP/2.0\nContent-Length: 9999\n\nv=0\n",
        // 3.1.2.3 negative.
        "INVITE sip:u@h SIP/2.0\nContent-Length: -999\n\n",
        // 3.1.2.7 request-URI in angle brackets, 3.1.2.8 with white space, 3.1.2.9 several blanks, 3.1.2.10 trailing blanks.
        "INVITE <sip:user@example.com> SIP/2.0\n\n",
        "INVITE sip:user@example.com; lr SIP/2.0\n\n",
        // 3.1.2.16 unknown protocol version, 3.1.2.19 response code of four digits.
        "OPTIONS sip:t@h SIP/7.0\n\n",
        "SIP/2.0 4294967301 better not break the receiver\n\n",
        // No header end at all.
        "OPTIONS sip:t@h SIP/2.0\nVia: x",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    // 3.1.2.4 scalar fields with overlarge values, 3.1.2.5, 3.1.2.12: the message is read, the header is not.
    let message = read("REGISTER sip:h SIP/2.0\nCSeq: 36893488147419103232 REGISTER\nTo: \"Mr. J. User <sip:j.user@example.com>\nVia: SIP/2.0/UDP\nContact: <sip:u@h\n\n").unwrap();
    assert!(
        message.typed::<CSeq>().is_none()
            && message.typed::<To>().is_none()
            && message.typed::<Via>().is_none()
            && message.typed::<Contact>().is_none()
    );
    assert_eq!(message.text(HeaderName::Contact), Some("<sip:u@h"));
}

#[test]
fn a_hundred_thousand_mutations() {
    let seed = "INVITE sip:jane@contoso.com;opaque=user:epid:abc;gruu SIP/2.0\r\nVia: SIP/2.0/TLS [::1]:5061;branch=z9hG4bK1;rport\r\nFrom: \"A\" <sip:a@b>;tag=1\r\n\
        To: <tel:+1425;ext=1>\r\nCall-ID: 7@x\r\nCSeq: 1 INVITE\r\nDiversion: <sip:k@c>;reason=\"no-answer\"\r\nms-diagnostics: 1;reason=\"x\"\r\n\
        Authorization: Digest username=\"a\", realm=\"b\"\r\nContent-Length: 4\r\n\r\nbody";
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut read_well = 0u32;
    for _ in 0..100_000 {
        let mut bytes = seed.as_bytes().to_vec();
        for _ in 0..next() % 4 + 1 {
            let at = next() as usize % bytes.len();
            match next() % 3 {
                0 => bytes[at] = next() as u8,
                1 => bytes.insert(at, b"<>\";:,= \r\n%[]"[next() as usize % 13]),
                _ => {
                    bytes.remove(at);
                }
            }
        }
        if let Ok(message) = parse(&Bytes::from(bytes)) {
            read_well += 1;
            let _ = (message.all::<Via>(), message.typed::<To>(), message.typed::<From>(), message.typed::<CSeq>());
            let _ = (message.all::<crate::headers::Diversion>(), message.typed::<crate::headers::MsDiagnostics>());
            let _ = (message.typed::<crate::headers::Authorization>(), crate::uri::Uri::parse(message.request_uri()));
            assert!(parse(&message.to_bytes()).is_ok());
        }
    }
    assert!(read_well > 10_000);
}
