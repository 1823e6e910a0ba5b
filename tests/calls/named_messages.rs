//! Each message of RFC 4475 and of RFC 5118, as the RFCs print them, sent to a role that answers by itself (the call router) and to one
//! that is registrar and proxy (the front end). `docs/telephony-tests.md` names this file.

use super::torture::{lab, settle};
use signaling::transport::DatagramSocket;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

/// Ports at which the answers arrive: that of the sender, and those that topmost Via fields name.
const PORTS: &[u16] = &[5060, 5050, 5070, 6050, 19823];

/// A message: what the call router and the front end may answer; none where nobody may answer at all.
type Row = (&'static str, &'static [u16], &'static [u16]);

/// A redirect of the call router, and a call that the front end cannot place.
const TAKEN: &[u16] = &[302];
/// Who registers or calls is asked for a password first.
const CHALLENGED: &[u16] = &[401, 407, 403, 404];
const MALFORMED: &[u16] = &[400];
const SILENCE: &[u16] = &[];

const RFC_4475: &[Row] = &[
    ("wsinv", &[481, 302], &[481, 404, 403]),
    ("intmeth", &[405], &[405]),
    ("esc01", TAKEN, CHALLENGED),
    ("escnull", &[405], &[404, 403, 401]),
    ("esc02", &[405], &[405]),
    ("lwsdisp", &[200], &[200, 404]),
    ("longreq", TAKEN, CHALLENGED),
    ("dblreq", &[405], &[404, 403, 401]),
    ("semiuri", &[200], &[200, 404]),
    ("transports", &[200], &[200, 404]),
    // The router takes messages of pools on to the service; the telephone asked for is not there.
    ("mpart01", TAKEN, &[480]),
    ("unreason", SILENCE, SILENCE),
    ("noreason", SILENCE, SILENCE),
    ("badinv01", MALFORMED, MALFORMED),
    ("clerr", MALFORMED, MALFORMED),
    ("ncl", MALFORMED, MALFORMED),
    ("scalar02", MALFORMED, MALFORMED),
    ("scalarlg", SILENCE, SILENCE),
    ("quotbal", MALFORMED, MALFORMED),
    ("ltgtruri", MALFORMED, MALFORMED),
    ("lwsruri", MALFORMED, MALFORMED),
    ("lwsstart", MALFORMED, MALFORMED),
    ("trws", MALFORMED, MALFORMED),
    // To ignore what the Request-URI may not have, or to refuse it.
    ("escruri", &[302, 400], &[400, 407]),
    ("baddate", TAKEN, CHALLENGED),
    ("regbadct", &[405], &[400, 404, 403, 401]),
    ("badaspec", &[200, 400], &[200, 400, 404]),
    ("baddn", MALFORMED, MALFORMED),
    ("badvers", &[505], &[505]),
    ("mismatch01", MALFORMED, MALFORMED),
    ("mismatch02", MALFORMED, MALFORMED),
    ("bigcode", SILENCE, SILENCE),
    ("badbranch", &[200], &[200, 404]),
    ("insuf", MALFORMED, MALFORMED),
    ("unkscm", &[416], &[416]),
    ("novelsc", &[416], &[416]),
    ("unksm2", &[405], CHALLENGED),
    ("bext01", &[420], &[420]),
    // Who redirects needs no description; whoever answers refuses it with 415.
    ("invut", TAKEN, CHALLENGED),
    ("regaut01", &[405], &[401, 403, 404]),
    ("multi01", MALFORMED, MALFORMED),
    ("mcl01", MALFORMED, MALFORMED),
    ("bcast", SILENCE, SILENCE),
    // Who is asked itself may answer; who would have to pass it on may not.
    ("zeromf", &[200, 483], &[200, 483]),
    ("cparam01", &[405], &[401, 403, 404]),
    ("cparam02", &[405], &[401, 403, 404]),
    ("regescrt", &[405], &[401, 403, 404]),
    ("sdp01", TAKEN, CHALLENGED),
    ("inv2543", TAKEN, CHALLENGED),
];

const RFC_5118: &[Row] = &[
    ("ipv6-good", &[405], &[401, 403, 404]),
    ("ipv6-bad", MALFORMED, MALFORMED),
    // The port inside the brackets is a part of the address.
    ("port-ambiguous", &[405], &[401, 403, 404]),
    ("port-unambiguous", &[405], &[401, 403, 404]),
    // The front end passes it on, to where nobody answers.
    ("via-received-param-with-delim", &[481], SILENCE),
    ("via-received-param-no-delim", &[200], &[200, 404]),
    ("ipv6-in-sdp", TAKEN, CHALLENGED),
    ("mult-ip-in-header", &[481], &[481, 404]),
    ("mult-ip-in-sdp", TAKEN, CHALLENGED),
    ("ipv4-mapped-ipv6", TAKEN, CHALLENGED),
    ("ipv6-bug-abnf-3-colons", &[200, 400], &[200, 400, 404]),
];

/// The messages of a file by their names.
fn messages(text: &str) -> Vec<(&str, Vec<u8>)> {
    let mut found = Vec::new();
    for part in text.split("\n=== ").skip(1) {
        let (head, body) = part.split_once('\n').unwrap();
        // The last message ends where the file does.
        let body = if text.ends_with(part) { body.strip_suffix('\n').unwrap() } else { body };
        let mut bytes = Vec::new();
        let mut rest = body.bytes();
        while let Some(byte) = rest.next() {
            match byte {
                b'\n' => bytes.extend_from_slice(b"\r\n"),
                b'\\' => match rest.next() {
                    Some(b'x') => {
                        let mut digit = || char::from(rest.next().unwrap()).to_digit(16).unwrap() as u8;
                        bytes.push(digit() << 4 | digit());
                    }
                    other => bytes.push(other.unwrap()),
                },
                other => bytes.push(other),
            }
        }
        found.push((head.split(' ').next().unwrap(), bytes));
    }
    found
}

/// Final answers that come within seconds.
async fn answers(sockets: &[DatagramSocket], to: SocketAddr, message: &[u8]) -> BTreeSet<u16> {
    let mut buffer = vec![0; 65_536];
    sockets.iter().for_each(|socket| while socket.try_recv_from(&mut buffer).is_some() {});
    sockets[0].send_to(message, to).unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let mut found = BTreeSet::new();
    for socket in sockets {
        while let Some((length, _)) = socket.try_recv_from(&mut buffer) {
            let answer = signaling::message::parse(&bytes::Bytes::copy_from_slice(&buffer[..length])).unwrap();
            // Health checks of the lab call here as well.
            found.extend(Some(answer.status()).filter(|s| *s >= 200));
        }
    }
    // The transaction ends: the next message may have the same branch.
    tokio::time::sleep(Duration::from_secs(60)).await;
    found
}

#[tokio::test(start_paused = true)]
async fn each_message_of_rfc_4475_and_5118() {
    let lab = lab().await;
    let mut sockets = Vec::new();
    for port in PORTS {
        sockets
            .push(lab.runtime.network.bind_udp(SocketAddr::new("127.0.0.77".parse().unwrap(), *port)).await.unwrap());
    }
    let at = |name: &str| SocketAddr::new(lab.runtime.address_of(name), 5060);
    let mut wrong = Vec::new();
    for (text, rows) in
        [(include_str!("messages/rfc4475.txt"), RFC_4475), (include_str!("messages/rfc5118.txt"), RFC_5118)]
    {
        let messages = messages(text);
        let names: Vec<&str> = messages.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, rows.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
        for ((name, message), (_, router, front_end)) in messages.iter().zip(rows) {
            for (role, wanted) in [("mbx1.contoso.com", router), ("fe1.contoso.com", front_end)] {
                let got = answers(&sockets, at(role), message).await;
                let fits = match wanted.is_empty() {
                    true => got.is_empty(),
                    false => got.len() == 1 && got.iter().all(|status| wanted.contains(status)),
                };
                if !fits {
                    wrong.push(format!("{name} at {role}: {got:?}, wanted {wanted:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    settle(&lab).await;
}
