//! telephony.md 4.4, row by row: code, warning, diagnosis and event of each refusal, and the calls that must not be refused.

use super::lab::{Lab, contoso};
use super::peer::{PEER, Peer, sdp};
use signaling::HeaderName;
use std::time::Duration;
use voice::config::{EncryptionLevel, GatewayStatus, RoleKind, Snapshot, UriType, VoipSecurity};

/// What a refusal must show: status, Warning code (0 for none), number of the diagnosis, event, Retry-After.
type Wanted = (u16, u16, u32, u32, &'static str);

struct Row {
    name: &'static str,
    change: fn(&mut Snapshot),
    user: &'static str,
    /// 5060 is the router, 5062 the service, 5065 the worker.
    port: u16,
    offer: (&'static str, &'static str),
    wanted: Wanted,
}

const PLAIN: (&str, &str) = ("RTP/AVP", "0 8");

fn keep(_: &mut Snapshot) {}

const ROWS: &[Row] = &[
    Row {
        name: "unknown peer",
        change: |s| s.gateways.retain(|g| g.address != PEER),
        user: "5000",
        port: 5060,
        offer: PLAIN,
        wanted: (403, 0, 15600, 1020, ""),
    },
    Row {
        name: "pilot without match",
        change: keep,
        user: "5999",
        port: 5060,
        offer: PLAIN,
        wanted: (404, 0, 15601, 1021, ""),
    },
    Row {
        name: "no hunt group",
        change: |s| s.hunt_groups.retain(|h| h.gateway != "pbx"),
        user: "5000",
        port: 5060,
        offer: PLAIN,
        wanted: (404, 0, 15601, 1021, ""),
    },
    Row {
        name: "gateway disabled",
        change: |s| s.gateways[1].status = GatewayStatus::Disabled,
        user: "5000",
        port: 5060,
        offer: PLAIN,
        wanted: (403, 0, 15602, 1022, ""),
    },
    Row {
        name: "gateway takes no new calls",
        change: |s| s.gateways[1].status = GatewayStatus::NoNewCalls,
        user: "5000",
        port: 5060,
        offer: PLAIN,
        wanted: (503, 0, 15602, 1022, ""),
    },
    Row {
        name: "TCP for a SIPSecured plan",
        change: |s| s.dial_plans[0].security = VoipSecurity::SipSecured,
        user: "5000",
        port: 5060,
        offer: PLAIN,
        wanted: (403, 0, 15603, 1023, ""),
    },
    Row {
        name: "TCP for a Secured plan, past the router",
        change: |s| s.dial_plans[0].security = VoipSecurity::Secured,
        user: "5000",
        port: 5065,
        offer: PLAIN,
        wanted: (403, 0, 15603, 1023, ""),
    },
    Row {
        name: "SRTP for an Unsecured plan",
        change: keep,
        user: "5000",
        port: 5060,
        offer: ("RTP/SAVP", "0 8"),
        wanted: (488, 302, 52017, 1028, ""),
    },
    Row {
        name: "no common codec",
        change: keep,
        user: "5000",
        port: 5060,
        offer: ("RTP/AVP", "18 4"),
        wanted: (488, 304, 15608, 1028, ""),
    },
    Row {
        name: "no audio",
        change: keep,
        user: "5000",
        port: 5060,
        offer: ("udptl", "t38"),
        wanted: (488, 304, 15608, 1028, ""),
    },
    Row {
        name: "as many calls as allowed",
        change: |s| s.servers[1].max_calls = 0,
        user: "5000",
        port: 5060,
        offer: PLAIN,
        wanted: (503, 0, 15604, 1024, "10"),
    },
    Row {
        name: "UMCallRouter inactive",
        change: |s| s.servers[1].inactive = vec![RoleKind::UmCallRouter],
        user: "5000",
        port: 5060,
        offer: PLAIN,
        wanted: (503, 0, 15605, 1025, ""),
    },
    Row {
        name: "UnifiedMessaging inactive, past the router",
        change: |s| s.servers[1].inactive = vec![RoleKind::UmService],
        user: "5000",
        port: 5062,
        offer: PLAIN,
        wanted: (503, 0, 15605, 1025, ""),
    },
    Row {
        name: "no healthy server",
        change: |s| s.servers[1].inactive = vec![RoleKind::UmService],
        user: "5000",
        port: 5060,
        offer: PLAIN,
        wanted: (504, 0, 15606, 1026, ""),
    },
    Row {
        name: "server not in the SIP plan",
        change: |s| {
            s.dial_plans[0].uri_type = UriType::SipName;
            s.servers[1].um_dial_plans.clear();
        },
        user: "5000",
        port: 5062,
        offer: PLAIN,
        wanted: (403, 0, 15607, 1027, ""),
    },
];

fn base() -> Snapshot {
    let mut snapshot = contoso(VoipSecurity::Unsecured, EncryptionLevel::SupportEncryption);
    Peer::add_to(&mut snapshot);
    snapshot
}

#[tokio::test(start_paused = true)]
async fn each_row_of_refusals() {
    let base = base();
    let lab = Lab::start(base.clone()).await;
    let peer = Peer::open(&lab).await;
    let mut wrong = Vec::new();
    for row in ROWS {
        lab.change(|s| {
            let version = s.version;
            *s = base.clone();
            s.version = version;
            (row.change)(s);
        })
        .await;
        let before = lab.runtime.store.events(1000).unwrap().len();
        let offer = sdp(row.offer.0, row.offer.1, "");
        let placed = peer.call(&lab, row.user, row.port, Some(&offer), "<sip:+12065550100@pbx>", &[]).await;
        let text = |name| placed.response.text(name).unwrap_or("").to_string();
        let (mut diagnosis, mut client) = (text(HeaderName::MsDiagnostics), text(HeaderName::MsClientDiagnostics));
        if diagnosis.is_empty() {
            std::mem::swap(&mut diagnosis, &mut client);
        }
        let events = lab.runtime.store.events(1000).unwrap();
        let fresh = &events[..events.len() - before];
        let number =
            |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0u32);
        let event = fresh.first().map_or(0, |e| e.id);
        let got = (
            placed.response.status(),
            number(&text(HeaderName::Warning)) as u16,
            number(&diagnosis),
            event,
            text(HeaderName::RetryAfter),
        );
        let (status, warning, id, number, retry) = row.wanted;
        if got != (status, warning, id, number, retry.to_string())
            || !diagnosis.contains(";reason=\"")
            || !diagnosis.contains(";source=\"mbx1.contoso.com\"")
        {
            wrong.push(format!("{}: {got:?}, wanted {:?}\n{diagnosis}", row.name, row.wanted));
        }
        if row.wanted.2 == 15603 && !(diagnosis.contains("ecured") && diagnosis.contains("TCP")) {
            wrong.push(format!("{}: not both modes: {diagnosis}", row.name));
        }
        if row.wanted.0 == 488 {
            let rejected = lab
                .runtime
                .store
                .calls("", 1)
                .unwrap()
                .first()
                .is_some_and(|r| r.offer_result == voice::record::OfferResult::Rejected);
            assert!(rejected, "{}: no record of it", row.name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    lab.change(|s| *s = base.clone()).await;
    lab.supervisor.shut_down(false).await;
    assert!(lab.runtime.active.list().is_empty());
}

/// The row of the INVITE without a description: the worker offers in its 200 and takes the answer of the ACK.
#[tokio::test(start_paused = true)]
async fn a_call_without_offer_is_offered_one() {
    let lab = Lab::start(base()).await;
    let peer = Peer::open(&lab).await;
    let diversion = [(HeaderName::Diversion, "<sip:51234@pbx>;reason=no-answer")];
    let placed = peer.call(&lab, "5000", 5060, None, "<sip:+12065550100@pbx>", &diversion).await;
    assert_eq!(placed.response.status(), 200);
    let (mut call, mut leg) = (placed.call.unwrap(), placed.leg.unwrap());
    // The greeting is heard: media flows by what the ACK said.
    let mut frame = [0; media::FRAME];
    let mut heard = 0;
    for _ in 0..150 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        leg.receive(|_| {});
        leg.pull(&mut frame, |_| {});
        heard += usize::from(media::codec::level(&frame) > -40.0);
        leg.send(Some(&[0; media::FRAME]));
    }
    assert!(heard > 20, "{heard} frames of sound");
    call.bye(&[]).await;
    lab.supervisor.shut_down(false).await;
    assert_eq!(lab.call_types(), ["Call Answering Missed Call"]);
}

/// The row of DelayedSourcePartyInfoEnabled: who calls and who diverted comes within two seconds, or it is a stranger's call.
#[tokio::test(start_paused = true)]
async fn parties_may_come_late_where_the_gateway_says_so() {
    let anonymous = "<sip:anonymous@anonymous.invalid>";
    let parties = [
        (HeaderName::PAssertedIdentity, "<sip:+12065550100@pbx>".to_string()),
        (HeaderName::Diversion, "<sip:51234@pbx>;reason=user-busy".to_string()),
    ];
    for (enabled, after, method, answered) in [
        (true, 1000, signaling::Method::Update, true),
        (true, 1500, signaling::Method::Info, true),
        (true, 2600, signaling::Method::Update, false),
        (false, 500, signaling::Method::Update, false),
    ] {
        let mut snapshot = base();
        snapshot.gateways[1].delayed_source_party = enabled;
        let lab = Lab::start(snapshot).await;
        let peer = Peer::open(&lab).await;
        let offer = sdp("RTP/AVP", "0", "");
        let placed = peer.call(&lab, "5000", 5060, Some(&offer), anonymous, &[]).await;
        let mut call = placed.call.expect("answered");
        tokio::time::sleep(Duration::from_millis(after)).await;
        let reply = call.request(method.clone(), &parties, None).await.unwrap();
        assert_eq!(reply.status(), 200, "{method}");
        tokio::time::sleep(Duration::from_secs(3)).await;
        call.bye(&[]).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let record = lab.runtime.store.calls("", 1).unwrap().remove(0);
        let got =
            (record.call_type.as_str(), record.caller_phone_number.as_str(), record.callee_mailbox_alias.as_str());
        let wanted = if answered {
            ("Call Answering Missed Call", "+12065550100", "ken")
        } else {
            ("Subscriber Access", "", "")
        };
        assert_eq!(got, wanted, "{enabled} {after} {method}");
        if answered {
            assert_eq!(record.reason_for_call, voice::record::ReasonForCall::DivertBusy);
        }
    }
}

/// LabProxyRedirects: the router carries the calls of a peer that takes no 302, to their end.
#[tokio::test(start_paused = true)]
async fn a_peer_that_follows_no_redirects_is_carried() {
    let lab = Lab::start(base()).await;
    let mut peer = Peer::open(&lab).await;
    peer.follows = false;
    let offer = sdp("RTP/AVP", "0", "");
    let placed = peer.call(&lab, "5000", 5060, Some(&offer), "<sip:+12065550100@pbx>", &[]).await;
    assert_eq!(placed.response.status(), 302);
    lab.change(|s| s.gateways[1].proxy_redirects = true).await;
    let placed = peer.call(&lab, "5000", 5060, Some(&offer), "<sip:+12065550100@pbx>", &[]).await;
    assert_eq!(placed.response.status(), 200, "{:?}", placed.response);
    assert!(placed.response.text(HeaderName::RecordRoute).is_some());
    let active = lab.runtime.active.list();
    assert_eq!(active.len(), 1);
    assert_eq!(active[0].gateway, PEER);
    placed.call.unwrap().bye(&[]).await;
    tokio::time::timeout(Duration::from_secs(30), lab.runtime.active.drained()).await.unwrap();
    // What the service refuses comes back as it is.
    lab.change(|s| s.servers[1].max_calls = 0).await;
    let placed = peer.call(&lab, "5000", 5060, Some(&offer), "<sip:+12065550100@pbx>", &[]).await;
    assert_eq!((placed.response.status(), placed.response.text(HeaderName::RetryAfter)), (503, Some("10")));
    // Nobody else may say whose call it is.
    let field = (HeaderName::other("X-UM-IP-Gateway"), "pbx");
    lab.change(|s| s.gateways[1].address = "127.0.0.78".into()).await;
    let placed = peer.call(&lab, "5000", 5060, Some(&offer), "<sip:+12065550100@pbx>", &[field]).await;
    assert_eq!(placed.response.status(), 403);
    lab.supervisor.shut_down(false).await;
}

/// 4.3: what the router says to other methods, and to extensions that it has not.
#[tokio::test(start_paused = true)]
async fn other_methods_than_invite() {
    let lab = super::torture::lab().await;
    let socket = lab.runtime.network.bind_udp("127.0.0.77:5060".parse().unwrap()).await.unwrap();
    let router = std::net::SocketAddr::new(lab.runtime.address_of("mbx1.contoso.com"), 5060);
    for (method, extra, status, fields) in [
        ("OPTIONS", "", 200, &[HeaderName::Allow, HeaderName::Accept, HeaderName::Supported][..]),
        ("REGISTER", "", 405, &[HeaderName::Allow]),
        ("PUBLISH", "", 405, &[HeaderName::Allow]),
        ("INVITE", "Require: nobody-has-this\r\n", 420, &[HeaderName::Unsupported]),
    ] {
        let request = format!(
            "{method} sip:5000@x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.77:5060;branch=z9hG4bK{method}\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:5000@x>\r\n\
             Call-ID: {method}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\nContact: <sip:a@127.0.0.77>\r\n{extra}Content-Length: 0\r\n\r\n"
        );
        socket.send_to(request.as_bytes(), router).unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (mut buffer, mut final_answer) = (vec![0; 65_536], None);
        while let Some((length, _)) = socket.try_recv_from(&mut buffer) {
            let answer = signaling::message::parse(&bytes::Bytes::copy_from_slice(&buffer[..length])).unwrap();
            if answer.call_id() == method && answer.status() >= 200 {
                final_answer = Some(answer);
            }
        }
        let answer = final_answer.unwrap_or_else(|| panic!("{method}: no answer"));
        assert_eq!(answer.status(), status, "{method}");
        for field in fields {
            assert!(answer.text(field.clone()).is_some_and(|text| !text.is_empty()), "{method}: no {field:?}");
        }
    }
}
