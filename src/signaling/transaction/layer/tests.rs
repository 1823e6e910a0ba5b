//! The machines against a clock turned by hand.

use super::*;
use crate::message::RequestBuilder;
use crate::transport::Transport;

fn hop(transport: Transport) -> Hop {
    Hop { transport, address: "127.0.0.1:5060".parse().unwrap(), name: "h".into() }
}

fn source(transport: Transport) -> Source {
    Source {
        transport,
        remote: "127.0.0.2:5060".parse().unwrap(),
        local: "127.0.0.1:5060".parse().unwrap(),
        connection: None,
        peer: None,
    }
}

fn request(method: Method) -> Message {
    RequestBuilder::new(method, "sip:b@h", "<sip:a@h>;tag=1", "<sip:b@h>", "c@h", 1)
        .header(HeaderName::Via, "SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bKx;rport")
        .build()
}

fn run(layer: &mut TransactionLayer, until: u64) -> Vec<(u64, String)> {
    let mut log = Vec::new();
    let mut take = |layer: &mut TransactionLayer, at: u64| {
        for output in layer.take_outputs() {
            let text = match output {
                Output::Send { bytes, .. } => {
                    format!("send {}", String::from_utf8_lossy(&bytes[..3]))
                }
                Output::Reply { bytes, .. } => {
                    format!("reply {}", String::from_utf8_lossy(&bytes[8..11]))
                }
                Output::Response { message, .. } => format!("up {}", message.status()),
                Output::ClientTimeout { .. } => "timeout".into(),
                Output::NoAck { .. } => "noack".into(),
                Output::Request { message, .. } => format!("up {}", message.method()),
                Output::Cancelled { .. } => "cancelled".into(),
                _ => continue,
            };
            log.push((at, text));
        }
    };
    take(layer, 0);
    while let Some(next) = layer.next_timer().filter(|n| *n <= Duration::from_millis(until)) {
        layer.advance(next);
        take(layer, next.as_millis() as u64);
    }
    log
}

#[test]
fn invite_is_repeated_over_udp_and_times_out() {
    let mut layer = TransactionLayer::new();
    layer.start_client(request(Method::Invite), hop(Transport::Udp), Duration::ZERO).unwrap();
    let log = run(&mut layer, 60_000);
    let times: Vec<u64> = log.iter().filter(|l| l.1 == "send INV").map(|l| l.0).collect();
    assert_eq!(times, [0, 500, 1500, 3500, 7500, 15500, 31500]);
    assert_eq!(log.last().unwrap(), &(32_000, "timeout".to_string()));
    assert!(layer.is_empty());
}

#[test]
fn other_requests_are_repeated_up_to_t2() {
    let mut layer = TransactionLayer::new();
    layer.start_client(request(Method::Options), hop(Transport::Udp), Duration::ZERO).unwrap();
    let times: Vec<u64> = run(&mut layer, 12_000).iter().map(|l| l.0).collect();
    assert_eq!(times, [0, 500, 1500, 3500, 7500, 11500]);
    let mut layer = TransactionLayer::new();
    layer.start_client(request(Method::Options), hop(Transport::Tls), Duration::ZERO).unwrap();
    assert_eq!(run(&mut layer, 60_000), [(0, "send OPT".to_string()), (32_000, "timeout".to_string())]);
}

#[test]
fn failure_is_acknowledged_and_its_repetition_too() {
    let mut layer = TransactionLayer::new();
    let invite = request(Method::Invite);
    layer.start_client(invite.clone(), hop(Transport::Udp), Duration::ZERO).unwrap();
    for _ in 0..2 {
        let mut busy = Message::response_to(&invite, 486, "");
        busy.ensure_to_tag("z");
        layer.receive(busy, source(Transport::Udp), Duration::from_millis(1));
    }
    let texts: Vec<String> = run(&mut layer, 40_000).into_iter().map(|l| l.1).collect();
    assert_eq!(texts, ["send INV", "send ACK", "up 486", "send ACK"]);
    assert!(layer.is_empty());
}

#[test]
fn server_answers_trying_then_repeats_2xx_until_ack() {
    let mut layer = TransactionLayer::new();
    layer.receive(request(Method::Invite), source(Transport::Udp), Duration::ZERO);
    assert_eq!(run(&mut layer, 300), [(0, "up INVITE".to_string()), (200, "reply 100".to_string())]);
    let key = ServerKey::of(&request(Method::Invite)).unwrap();
    let mut ok = Message::response_to(&request(Method::Invite), 200, "");
    ok.ensure_to_tag("t");
    layer.respond(&key, ok, Duration::from_millis(300));
    let times: Vec<u64> = run(&mut layer, 4000).iter().map(|l| l.0).collect();
    assert_eq!(times, [0, 800, 1800, 3800]);
    let mut ack = request(Method::Ack);
    ack.pop_front(HeaderName::Via);
    ack.push_front(HeaderName::Via, "SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bKother");
    layer.receive(ack, source(Transport::Udp), Duration::from_millis(4000));
    let texts: Vec<String> = run(&mut layer, 90_000).into_iter().map(|l| l.1).collect();
    assert_eq!(texts, ["up ACK"]);
    assert!(layer.is_empty());
}

#[test]
fn two_hundred_without_ack_is_reported() {
    let mut layer = TransactionLayer::new();
    layer.receive(request(Method::Invite), source(Transport::Tcp), Duration::ZERO);
    let key = ServerKey::of(&request(Method::Invite)).unwrap();
    layer.respond(&key, Message::response_to(&request(Method::Invite), 200, ""), Duration::ZERO);
    assert_eq!(run(&mut layer, 90_000).last().unwrap(), &(32_000, "noack".to_string()));
    assert!(layer.is_empty());
}

#[test]
fn cancel_reaches_its_invite_once() {
    let mut layer = TransactionLayer::new();
    layer.receive(request(Method::Invite), source(Transport::Udp), Duration::ZERO);
    for _ in 0..2 {
        layer.receive(request(Method::Cancel), source(Transport::Udp), Duration::ZERO);
    }
    let texts: Vec<String> = run(&mut layer, 0).into_iter().map(|l| l.1).collect();
    assert_eq!(texts, ["up INVITE", "cancelled", "reply 200", "reply 200"]);
    let mut layer = TransactionLayer::new();
    layer.receive(request(Method::Cancel), source(Transport::Udp), Duration::ZERO);
    assert_eq!(run(&mut layer, 0)[0].1, "reply 481");
}

#[test]
fn wrong_requests_are_refused_without_a_transaction() {
    let mut bad = request(Method::Options);
    bad.set(HeaderName::CSeq, "1 INVITE");
    let mut layer = TransactionLayer::new();
    layer.receive(bad, source(Transport::Udp), Duration::ZERO);
    assert_eq!(run(&mut layer, 0)[0].1, "reply 400");
    assert!(layer.is_empty());
}
