//! Malformed messages against running roles: none stops, nothing stays behind. `scripts/fuzz` runs the same with a million messages.

use super::lab::{Lab, contoso};
use control::TestCall;
use signaling::transport::DatagramSocket;
use std::net::SocketAddr;
use std::time::Duration;
use voice::config::{EncryptionLevel, UmHuntGroup, UmIpGateway, VoipSecurity};

/// Messages when nothing else is asked for.
const MUTATIONS: u64 = 6_000;

/// A generator whose numbers depend on its seed alone.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.77\r\ns=-\r\nc=IN IP4 127.0.0.77\r\nt=0 0\r\nm=audio 9000 RTP/AVP 0 101\r\n\
    a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\n";

fn invite(uri: &str, extra: &str, body: &str) -> String {
    format!(
        "INVITE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.77:5060;branch=z9hG4bKBRANCH;rport\r\nFrom: <sip:+12065550100@x>;tag=TAG\r\n\
         To: <{uri}>\r\nCall-ID: CALL\r\nCSeq: 1 INVITE\r\nContact: <sip:x@127.0.0.77:5060>\r\nMax-Forwards: 70\r\n{extra}\
         Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn seeds() -> Vec<String> {
    let other = |method: &str, extra: &str| {
        format!(
            "{method} sip:+14255551234@contoso.com SIP/2.0\r\nVia: SIP/2.0/UDP [::1]:5060;branch=z9hG4bKBRANCH\r\nFrom: \"A\" <sip:ken@contoso.com>;tag=TAG\r\n\
             To: <sip:ken@contoso.com>\r\nCall-ID: CALL\r\nCSeq: 2 {method}\r\nContact: <sip:ken@127.0.0.77;gr=urn:uuid:1>;q=0.5\r\n{extra}Content-Length: 0\r\n\r\n"
        )
    };
    vec![
        invite("sip:+14255551234@contoso.com;user=phone", "", SDP),
        invite("sip:5000@um;phone-context=Plan.contoso.com", "Diversion: <sip:51234@pbx>;reason=no-answer\r\n", SDP),
        invite("tel:+1-425-555-1234;ext=7", "History-Info: <sip:51234@pbx?Reason=SIP%3Bcause%3D486>;index=1, <sip:a@b;cause=408>;index=1.1\r\n", SDP),
        invite("sip:ken@contoso.com;opaque=app:voicemail", "Require: 100rel\r\nSession-Expires: 90;refresher=uac\r\nSupported: timer\r\n", ""),
        invite("sip:ken@contoso.com", "Replaces: a;to-tag=b;from-tag=c\r\nReferred-By: <sip:x@y>\r\n", SDP),
        other("REGISTER", "Expires: 600\r\nAuthorization: Digest username=\"ken\", realm=\"contoso.com\", nonce=\"1-2\", uri=\"sip:c\", response=\"0\"\r\n"),
        other("SUBSCRIBE", "Event: message-summary\r\nExpires: 60\r\n"),
        other("OPTIONS", "Accept: application/sdp\r\n"),
        other("NOTIFY", "Event: message-summary\r\nSubscription-State: terminated\r\n"),
        other("MESSAGE", ""),
        other("CANCEL", ""),
        other("BYE", ""),
        other("PRACK", "RAck: 1 1 INVITE\r\n"),
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.31.100.1;branch=z9hG4bKBRANCH\r\nFrom: <sip:a@b>;tag=TAG\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: CALL\r\n\
         CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
            .to_string(),
    ]
}

/// Changes a message in a few places, where it hurts most.
fn mutate(seed: &str, number: u64, random: &mut Random) -> Vec<u8> {
    let text = seed.replace("BRANCH", &number.to_string()).replace("TAG", &format!("t{number}"));
    let mut bytes = text.replace("CALL", &format!("c{number}@x")).into_bytes();
    for _ in 0..random.below(5) {
        let at = random.below(bytes.len());
        match random.below(7) {
            0 => bytes[at] = random.next() as u8,
            1 => bytes.insert(at, b"<>\";:,= \r\n%[]@\0\xff"[random.below(16)]),
            2 => {
                bytes.remove(at);
            }
            3 => bytes.truncate(at.max(1)),
            4 => {
                // A piece twice.
                let end = (at + random.below(60)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            5 => {
                let number =
                    [&b"-1"[..], b"0", b"65536", b"4294967296", b"99999999999999999999", b"1e9"][random.below(6)];
                if let Some(digit) = bytes[at..].iter().position(u8::is_ascii_digit) {
                    bytes.splice(at + digit..at + digit + 1, number.iter().copied());
                }
            }
            _ => {
                let end = (at + 1 + random.below(20)).min(bytes.len());
                bytes[at..end].reverse();
            }
        }
        if bytes.is_empty() {
            bytes.push(b'x');
        }
    }
    bytes
}

pub(super) async fn lab() -> Lab {
    let mut snapshot = contoso(VoipSecurity::Unsecured, EncryptionLevel::SupportEncryption);
    snapshot.servers[1].allow_udp = true;
    snapshot.trunks[0].allow_udp = true;
    // The sender is a gateway that everyone trusts.
    snapshot.gateways.push(UmIpGateway { name: "odd".into(), address: "127.0.0.77".into(), ..UmIpGateway::default() });
    snapshot.hunt_groups.push(UmHuntGroup {
        name: "odd".into(),
        gateway: "odd".into(),
        dial_plan: "Plan".into(),
        pilot: String::new(),
    });
    Lab::start(snapshot).await
}

fn targets(lab: &Lab) -> Vec<SocketAddr> {
    [
        ("fe1.contoso.com", 5060),
        ("gw1.contoso.com", 5060),
        ("mbx1.contoso.com", 5060),
        ("mbx1.contoso.com", 5062),
        ("mbx1.contoso.com", 5065),
    ]
    .iter()
    .map(|(name, port)| SocketAddr::new(lab.runtime.address_of(name), *port))
    .collect()
}

pub(super) async fn socket(lab: &Lab) -> DatagramSocket {
    lab.runtime.network.bind_udp("127.0.0.77:5060".parse().unwrap()).await.unwrap()
}

/// All roles still answer, all transactions end.
pub(super) async fn settle(lab: &Lab) {
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        if lab.supervisor.transactions() == 0 && lab.runtime.active.list().is_empty() {
            break;
        }
    }
    assert_eq!(lab.supervisor.transactions(), 0);
    assert!(lab.runtime.active.list().is_empty(), "{:#?}", lab.runtime.active.list());
    for role in lab.supervisor.status().roles {
        assert_eq!(role.state, control::RoleState::Running, "{role:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn mutated_messages_stop_nothing_and_leave_nothing() {
    let lab = lab().await;
    let count = std::env::var("DIALTONE_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(MUTATIONS);
    let seed = std::env::var("DIALTONE_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(0x2545_F491_4F6C_DD1D);
    let (socket, targets, seeds) = (socket(&lab).await, targets(&lab), seeds());
    let mut random = Random(seed);
    let mut buffer = vec![0; 65_536];
    let mut answers = 0u64;
    for number in 0..count {
        let message = mutate(&seeds[random.below(seeds.len())], number, &mut random);
        socket.send_to(&message, targets[random.below(targets.len())]).unwrap();
        if number % 50 == 0 {
            // Time passes: timers run, calls ring and end.
            tokio::time::sleep(Duration::from_millis(500)).await;
            while let Some((length, _)) = socket.try_recv_from(&mut buffer) {
                answers += 1;
                let answer = bytes_of(&buffer[..length]);
                let read = signaling::message::parse(&answer);
                assert!(read.is_ok(), "our own answer cannot be read: {:?}", String::from_utf8_lossy(&answer));
            }
        }
    }
    assert!(answers > count / 10, "{answers} answers");
    settle(&lab).await;
    // A call goes through as if nothing had been.
    lab.change(|s| s.dial_plans[0].security = VoipSecurity::SipSecured).await;
    let call =
        TestCall { from: "+12065550100".into(), to: "+14255551234".into(), hang_up_after: 1.0, ..TestCall::default() };
    assert!(lab.call(call).await.answered);
}

fn bytes_of(data: &[u8]) -> bytes::Bytes {
    bytes::Bytes::copy_from_slice(data)
}

/// Sends a message and gives the status of the answers that come within seconds.
async fn answers(socket: &DatagramSocket, to: SocketAddr, message: &str) -> Vec<u16> {
    let id = message.lines().find_map(|l| l.strip_prefix("Call-ID: ")).unwrap_or("").trim();
    let mut buffer = vec![0; 65_536];
    while socket.try_recv_from(&mut buffer).is_some() {}
    socket.send_to(message.as_bytes(), to).unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut found = Vec::new();
    while let Some((length, _)) = socket.try_recv_from(&mut buffer) {
        if let Ok(message) = signaling::message::parse(&bytes_of(&buffer[..length])) {
            // Earlier messages may still be answered again.
            if message.call_id() == id {
                found.push(message.status());
            }
        }
    }
    found
}

/// RFC 4475 and RFC 5118: what a server answers to messages that are valid but odd, and to those that are not.
#[tokio::test(start_paused = true)]
async fn torture_is_accepted_or_refused_as_the_rfcs_say() {
    let lab = lab().await;
    let socket = socket(&lab).await;
    let to = SocketAddr::new(lab.runtime.address_of("mbx1.contoso.com"), 5060);
    let head = |start: &str, name: &str, cseq: &str, extra: &str| {
        format!(
            "{start}\r\nVia: SIP/2.0/UDP 127.0.0.77:5060;branch=z9hG4bK{name}\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: {name}\r\n\
             CSeq: {cseq}\r\nMax-Forwards: 70\r\n{extra}Content-Length: 0\r\n\r\n"
        )
    };
    let mut wrong = Vec::new();
    for (name, message, wanted) in [
        ("ordinary", head("OPTIONS sip:b@x SIP/2.0", "o", "1 OPTIONS", ""), vec![200]),
        // 4475 3.1.1.1: folding, odd case, blanks before colons.
        (
            "tortuous",
            "OPTIONS sip:b@x SIP/2.0\r\nTO :\r\n sip:b@x ;   x    = 1\r\nfrom   : \"J \\\\\\\"\"  <sip:a@x>\r\n  ;\r\n  tag = 98\r\nMaX-fOrWaRdS: 0068\r\n\
             Call-ID: tort\r\nl   : 0\r\ncseq: 0009\r\n  OPTIONS\r\nv  : SIP  /   2.0\r\n /UDP\r\n    127.0.0.77:5060;branch=z9hG4bKtort\r\n\r\n"
                .to_string(),
            vec![200],
        ),
        // 3.1.1.6: no LWS between display name and <.
        ("no blank", head("OPTIONS sip:b@x SIP/2.0", "n", "1 OPTIONS", "Contact: caller<sip:caller@example.com>;expires=3600\r\n"), vec![200]),
        // 3.1.1.7: long values in header fields.
        ("long", head("OPTIONS sip:b@x SIP/2.0", "l", "1 OPTIONS", &format!("X-Long: {}\r\n", "a".repeat(20_000))), vec![200]),
        // 3.1.2.13: an unknown method whose CSeq names another one.
        ("mismatch", head("NEWMETHOD sip:b@x SIP/2.0", "m", "1 INVITE", ""), vec![400]),
        // 3.1.2.14 and RFC 3261 8.2.1: an unknown method alone.
        ("unknown method", head("NEWMETHOD sip:b@x SIP/2.0", "u", "1 NEWMETHOD", ""), vec![405]),
        // 3.1.2.18: a scalar out of range.
        ("big cseq", head("OPTIONS sip:b@x SIP/2.0", "c", "36893488147419103232 OPTIONS", ""), vec![400]),
        // 3.2.1: no branch cookie, RFC 2543's way.
        (
            "old",
            "OPTIONS sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.77:5060\r\nFrom: <sip:a@x>\r\nTo: <sip:b@x>\r\nCall-ID: old\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
                .to_string(),
            vec![200],
        ),
        // 3.3.1: required fields missing.
        ("no fields", "INVITE sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.77:5060;branch=z9hG4bKmf\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n".to_string(), vec![400]),
        // 3.3.2, 3.3.3: schemes that nobody knows.
        ("unknown scheme", head("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0", "s", "1 OPTIONS", ""), vec![416]),
        // 3.3.4: REGISTER with Proxy-Require and Require of extensions that do not exist.
        ("require", head("INVITE sip:5000@x SIP/2.0", "q", "1 INVITE", "Contact: <sip:a@127.0.0.77>\r\nRequire: nothingSupportsThis\r\n"), vec![420]),
        // 3.3.8: several values in a field that has one.
        ("two values", head("OPTIONS sip:b@x SIP/2.0", "v", "1 OPTIONS", "CSeq: 5 OPTIONS\r\nCall-ID: other\r\nFrom: <sip:c@d>;tag=9\r\n"), vec![400]),
        // 5118 4.1 to 4.10: IPv6 references.
        ("v6 uri", head("OPTIONS sip:[2001:db8::10] SIP/2.0", "6a", "1 OPTIONS", "Contact: <sip:user@[2001:db8::1]:5070>\r\n"), vec![200]),
        ("v6 without brackets", head("OPTIONS sip:2001:db8::10 SIP/2.0", "6b", "1 OPTIONS", ""), vec![400]),
        ("v6 port", head("OPTIONS sip:[2001:db8::10]:5070 SIP/2.0", "6c", "1 OPTIONS", ""), vec![200]),
        ("v4 mapped", head("OPTIONS sip:user@[::ffff:192.0.2.10] SIP/2.0", "6d", "1 OPTIONS", ""), vec![200]),
        // 3.1.1.2: every character that a method may hold.
        ("odd method", head("!interesting-Method0123456789_*+`.%indeed'~ sip:b@x SIP/2.0", "om", "1 !interesting-Method0123456789_*+`.%indeed'~", ""), vec![405]),
        // 3.1.1.3: escapes in the user part.
        ("escapes", head("OPTIONS sip:sips%3Auser%40example.com@example.net SIP/2.0", "es", "1 OPTIONS", ""), vec![200]),
        // 3.1.1.4: an escaped NUL is a character like any other.
        ("escaped nul", head("OPTIONS sip:null-%00-null@x SIP/2.0", "en", "1 OPTIONS", ""), vec![200]),
        // 3.1.1.5: methods are not escaped: this one is unknown.
        ("escaped method", head("RE%47IST%45R sip:b@x SIP/2.0", "em", "1 RE%47IST%45R", ""), vec![405]),
        // 3.1.1.8: what follows the end of a datagram's message is ignored.
        ("trailing octets", head("OPTIONS sip:b@x SIP/2.0", "to", "1 OPTIONS", "") + "INVITE sip:c@x SIP/2.0\r\n\r\n", vec![200]),
        // 3.1.1.9: semicolons in the user part.
        ("semicolons", head("OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0", "se", "1 OPTIONS", ""), vec![200]),
        // 3.1.1.10: transports that nobody knows, further down.
        ("transports", head("OPTIONS sip:b@x SIP/2.0", "tr", "1 OPTIONS", "Via: SIP/2.0/UNKNOWN t5.example.com;branch=z9hG4bK5\r\nVia: SIP/2.0/SCTP t2.example.com;branch=z9hG4bK2\r\n"), vec![200]),
        // 3.1.2.2, 3.1.2.3: lengths that cannot be.
        ("long length", head("OPTIONS sip:b@x SIP/2.0", "ll", "1 OPTIONS", "").replace("Content-Length: 0", "Content-Length: 9999"), vec![400]),
        ("negative length", head("OPTIONS sip:b@x SIP/2.0", "nl", "1 OPTIONS", "").replace("Content-Length: 0", "Content-Length: -999"), vec![400]),
        // 3.1.2.4: scalars beyond their range.
        ("max-forwards", head("OPTIONS sip:b@x SIP/2.0", "mf", "1 OPTIONS", "").replace("Max-Forwards: 70", "Max-Forwards: 300"), vec![400]),
        // 3.1.2.6: a quote that never ends.
        ("open quote", head("OPTIONS sip:b@x SIP/2.0", "oq", "1 OPTIONS", "").replace("To: <sip:b@x>", "To: \"Mr. J. User <sip:b@x>"), vec![400]),
        // 3.1.2.7 to 3.1.2.10: request lines that are none.
        ("brackets", head("OPTIONS <sip:b@x> SIP/2.0", "br", "1 OPTIONS", ""), vec![400]),
        ("blank in uri", head("OPTIONS sip:b@x; lr SIP/2.0", "bu", "1 OPTIONS", ""), vec![400]),
        ("two blanks", head("OPTIONS  sip:b@x  SIP/2.0", "tb", "1 OPTIONS", ""), vec![400]),
        ("blank at the end", head("OPTIONS sip:b@x SIP/2.0 ", "be", "1 OPTIONS", ""), vec![400]),
        // 3.1.2.12: a date of no zone known means nothing to us.
        ("bad date", head("OPTIONS sip:b@x SIP/2.0", "bd", "1 OPTIONS", "Date: Fri, 01 Jan 2010 16:00:00 EST\r\n"), vec![200]),
        // 3.1.2.16: another version of the protocol.
        ("version", head("OPTIONS sip:b@x SIP/7.0", "ve", "1 OPTIONS", ""), vec![505]),
        // 3.2.1: nothing after the magic cookie.
        ("empty branch", head("OPTIONS sip:b@x SIP/2.0", "", "1 OPTIONS", "").replace("Call-ID: ", "Call-ID: eb"), vec![200]),
        // 3.3.6: a body that nobody understands.
        (
            "unknown body",
            head("INVITE sip:5000@x SIP/2.0", "ub", "1 INVITE", "Contact: <sip:a@127.0.0.77>\r\nContent-Type: application/unknownformat\r\n").replace("Content-Length: 0\r\n\r\n", "Content-Length: 4\r\n\r\nabcd"),
            vec![302],
        ),
        // 3.3.9: two lengths that differ.
        ("two lengths", head("OPTIONS sip:b@x SIP/2.0", "tl", "1 OPTIONS", "Content-Length: 5\r\n"), vec![400]),
        // 3.3.11: the last hop is the one that is asked.
        ("no more hops", head("OPTIONS sip:b@x SIP/2.0", "nh", "1 OPTIONS", "").replace("Max-Forwards: 70", "Max-Forwards: 0"), vec![200]),
        // 3.4.1: an INVITE of RFC 2543.
        (
            "old invite",
            "INVITE sip:5000@x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.77:5060\r\nFrom: <sip:a@x>\r\nTo: <sip:5000@x>\r\nCall-ID: oldinvite\r\nCSeq: 1 INVITE\r\n\
             Contact: <sip:a@127.0.0.77>\r\nContent-Length: 0\r\n\r\n"
                .to_string(),
            vec![302],
        ),
        // 5118 4.3, 4.5, 4.10: ports inside brackets, brackets around received, three colons.
        ("v6 with its port inside", head("OPTIONS sip:[2001:db8::10:5070] SIP/2.0", "6e", "1 OPTIONS", ""), vec![200]),
        ("v6 received", head("OPTIONS sip:b@x SIP/2.0", "6f", "1 OPTIONS", "Via: SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3\r\n"), vec![200]),
        ("v6 received bare", head("OPTIONS sip:b@x SIP/2.0", "6g", "1 OPTIONS", "Via: SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3\r\n"), vec![200]),
        ("v6 three colons", head("OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0", "6h", "1 OPTIONS", ""), vec![400]),
    ] {
        let mut got = answers(&socket, to, &message).await;
        got.retain(|s| *s != 100 || wanted.contains(&100));
        got.dedup();
        if got != wanted {
            wrong.push(format!("{name}: {got:?}, wanted {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    settle(&lab).await;
}
