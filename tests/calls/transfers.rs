//! Attended transfers: a telephone connects two of its calls (REFER with Replaces), whatever the second one leads to.

use super::handset::{Behaviour, Handset};
use super::lab::{Lab, contoso};
use signaling::agent::{Call, CallEvent, InviteOptions, Progress};
use signaling::auth::Credentials;
use signaling::sdp::{Direction, MediaSecurity};
use signaling::transport::Transport;
use signaling::{HeaderName, Method};
use std::time::Duration;
use voice::audio::{AudioPort, MEDIATION_PORTS};
use voice::config::{AutoAttendant, EncryptionLevel, VoipSecurity};

const ANSWER: Behaviour = Behaviour::Answer { after: 0, keys: "", listen: 0 };

async fn phone(lab: &Lab, server: &str, account: &str, port: u16, behaviour: Behaviour) -> Handset {
    let phone = Handset::open(lab, "127.0.0.9", Transport::Udp, port, behaviour).await;
    assert_eq!(phone.register(lab, server, account, "secret").await, 200, "{account}");
    phone
}

/// A call of Ken's telephone.
pub(super) async fn call(lab: &Lab, ken: &Handset, to: &str) -> Box<Call> {
    let proxy = lab.runtime.address_of("fe1.contoso.com");
    let port = AudioPort::open(&lab.runtime.network, "127.0.0.9".parse().unwrap(), MEDIATION_PORTS).await.unwrap();
    let sdp = signaling::sdp::offer(&port.options(MediaSecurity::Plain, Direction::SendRecv)).to_string();
    let mut invite = ken.agent.invite(InviteOptions {
        uri: format!("sip:{to}"),
        from: "<sip:ken@contoso.com>".into(),
        to: format!("<sip:{to}>"),
        routes: vec![format!("<sip:{proxy}:5060;lr>")],
        sdp: Some(sdp),
        credentials: Some(Credentials { user: "ken@contoso.com".into(), password: "secret".into() }),
        ..InviteOptions::default()
    });
    loop {
        match invite.next().await.expect("a final response") {
            Progress::Provisional(_) => {}
            Progress::Answered { call, .. } => return call,
            Progress::Failed { response, .. } => panic!("{to}: {}", response.status()),
        }
    }
}

/// Transfers the other side of `first` to that of `second`; what the transferor is told at last, and whether `second` was hung up.
async fn transfer(first: &mut Call, mut second: Box<Call>, target: &str, from_tag: Option<&str>) -> (u16, bool) {
    let dialog = second.dialog();
    let from_tag = from_tag.unwrap_or(&dialog.local_tag);
    let replaces =
        format!("{}%3Bto-tag%3D{}%3Bfrom-tag%3D{from_tag}", dialog.call_id.replace('@', "%40"), dialog.remote_tag);
    let headers = [
        (HeaderName::ReferTo, format!("<sip:{target}?Replaces={replaces}>")),
        // Not believed: the call itself says who transfers.
        (HeaderName::ReferredBy, "<sip:pilar@contoso.com>".into()),
    ];
    let accepted = first.request(Method::Refer, &headers, None).await.unwrap();
    assert_eq!(accepted.status(), 202);
    let mut last = 0;
    let reports = async {
        while last < 200 {
            if let CallEvent::Notify(request) = first.next().await {
                last = String::from_utf8_lossy(&request.body).split_whitespace().nth(1).unwrap().parse().unwrap();
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), reports).await.expect("a report");
    let gone = tokio::time::timeout(Duration::from_secs(2), second.next()).await;
    if last < 300 {
        first.bye(&[]).await;
    }
    second.bye(&[]).await;
    (last, matches!(gone, Ok(CallEvent::Bye(_))))
}

#[tokio::test(start_paused = true)]
async fn two_calls_become_one() {
    // Telephones here have no SRTP.
    let mut snapshot = contoso(VoipSecurity::SipSecured, EncryptionLevel::SupportEncryption);
    snapshot.auto_attendants.push(AutoAttendant {
        name: "Main".into(),
        dial_plan: "Plan".into(),
        pilots: vec!["+14255559100".into()],
        enabled: true,
        business_keys: vec!["1,Ken,,,,ken".into()],
        ..AutoAttendant::default()
    });
    let lab = Lab::start(snapshot).await;
    let ken = phone(&lab, "fe1.contoso.com", "ken@contoso.com", 6001, Behaviour::Ring).await;
    let pilar = phone(&lab, "fe1.contoso.com", "pilar@contoso.com", 6002, ANSWER).await;
    let _far = phone(&lab, "gw1.contoso.com", "+14255550100@gw1.contoso.com", 6003, ANSWER).await;
    let near = phone(&lab, "gw1.contoso.com", "+14255550101@gw1.contoso.com", 6004, ANSWER).await;
    // To another telephone, to the PSTN by the same mediation server, to an attendant that has answered.
    for (number, target) in [
        ("pilar@contoso.com", "pilar@contoso.com"),
        ("+14255550101@contoso.com", "+14255550101@contoso.com;user=phone"),
        ("+14255559100@contoso.com", "+14255559100@contoso.com;user=phone"),
    ] {
        let mut first = call(&lab, &ken, "+14255550100@contoso.com").await;
        let second = call(&lab, &ken, number).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let before = lab.runtime.active.list().len();
        assert_eq!(transfer(&mut first, second, target, None).await, (200, true), "{number}");
        tokio::time::sleep(Duration::from_secs(1)).await;
        // Whoever stayed goes on without Ken: no call of a server ended but those that were joined.
        let left = lab.runtime.active.list();
        assert!(!left.is_empty() && left.len() >= before.saturating_sub(1), "{number}: {before} calls, then {left:#?}");
        for call in left {
            lab.runtime.active.cut(&call.call_id);
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        let left = lab.runtime.active.list();
        let ladder: Vec<_> = left
            .iter()
            .flat_map(|c| lab.runtime.ladder.of(&c.call_id))
            .map(|a| format!("{} {} {} {} {}", a.offset, a.from, a.to, a.text, a.call_id))
            .collect();
        assert!(left.is_empty(), "{number}: {left:#?} {ladder:#?}");
    }
    assert!(pilar.got("INVITE", "") && near.got("INVITE", ""));
    // A tag of another dialog: the call that stays is told, and nothing changes.
    let mut first = call(&lab, &ken, "+14255550100@contoso.com").await;
    let second = call(&lab, &ken, "+14255550101@contoso.com").await;
    let wrong = transfer(&mut first, second, "+14255550101@contoso.com;user=phone", Some("nobody")).await;
    assert_eq!(wrong, (481, false));
    first.bye(&[]).await;
    lab.supervisor.shut_down(false).await;
    assert!(lab.runtime.active.list().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_nobody_holds_cannot_be_replaced() {
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::SupportEncryption)).await;
    let ken = phone(&lab, "fe1.contoso.com", "ken@contoso.com", 6001, Behaviour::Ring).await;
    let proxy = lab.runtime.address_of("fe1.contoso.com");
    for (to, status) in [("+14255550100@contoso.com", 481), ("+14255559000@contoso.com", 481)] {
        let mut invite = ken.agent.invite(InviteOptions {
            uri: format!("sip:{to}"),
            from: "<sip:ken@contoso.com>".into(),
            to: format!("<sip:{to}>"),
            routes: vec![format!("<sip:{proxy}:5060;lr>")],
            headers: vec![(HeaderName::Replaces, "nothing;to-tag=1;from-tag=2".into())],
            credentials: Some(Credentials { user: "ken@contoso.com".into(), password: "secret".into() }),
            ..InviteOptions::default()
        });
        let refused = loop {
            match invite.next().await.expect("a final response") {
                Progress::Provisional(_) => {}
                Progress::Failed { response, .. } => break response.status(),
                Progress::Answered { .. } => panic!("{to} answered"),
            }
        };
        assert_eq!(refused, status, "{to}");
    }
}
