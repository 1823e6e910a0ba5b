//! Routes and trunks: order of usages, failover, health.

use super::handset::{Behaviour, Handset};
use super::lab::{Lab, contoso};
use control::TestCall;
use signaling::transport::Transport;
use std::time::Duration;
use voice::config::{
    DnsRecord, EncryptionLevel, PstnGateway, Snapshot, Trunk, UmHuntGroup, UmIpGateway, VoiceRoute, VoipSecurity,
};

/// A second gateway that somebody else runs, over TCP.
fn with_second_trunk(snapshot: &mut Snapshot) {
    snapshot.pstn_gateways.push(PstnGateway { address: "gw2.contoso.com".into(), simulator: false });
    snapshot.dns.push(DnsRecord {
        name: "gw2.contoso.com".into(),
        kind: "A".into(),
        data: "127.0.0.50".into(),
        ..DnsRecord::default()
    });
    snapshot.trunks.push(Trunk {
        name: "gw2.contoso.com".into(),
        gateway: "gw2.contoso.com".into(),
        mediation: "fe1.contoso.com".into(),
        ..Trunk::default()
    });
    snapshot.voice_routes.insert(
        0,
        VoiceRoute {
            name: "Cheap".into(),
            priority: 5,
            pattern: r"^\+1425".into(),
            usages: vec!["Local".into()],
            trunks: vec!["gw2.contoso.com".into()],
            ..VoiceRoute::default()
        },
    );
    snapshot.voice_routes[1].priority = 9;
}

fn dial() -> TestCall {
    TestCall {
        from: "ken@contoso.com".into(),
        to: "14255550100".into(),
        gateway: "user".into(),
        hang_up_after: 1.0,
        ..TestCall::default()
    }
}

async fn lab() -> (Lab, Handset) {
    let mut snapshot = contoso(VoipSecurity::Secured, EncryptionLevel::SupportEncryption);
    with_second_trunk(&mut snapshot);
    let lab = Lab::start(snapshot).await;
    let answer = Behaviour::Answer { after: 0, keys: "", listen: 0 };
    let phone = Handset::open(&lab, "127.0.0.9", Transport::Udp, 6001, answer).await;
    assert_eq!(phone.register(&lab, "gw1.contoso.com", "+14255550100@gw1.contoso.com", "").await, 200);
    (lab, phone)
}

#[tokio::test(start_paused = true)]
async fn a_trunk_that_refuses_or_is_silent_leads_to_the_next() {
    for (behaviour, wanted, slow) in [
        (Behaviour::Refuse(503), true, false),
        (Behaviour::Silent, true, true),
        (Behaviour::Refuse(404), false, false),
        (Behaviour::Refuse(603), false, false),
    ] {
        let (lab, phone) = lab().await;
        let gateway = Handset::open(&lab, "127.0.0.50", Transport::Tcp, 5066, behaviour.clone()).await;
        let result = lab.call(dial()).await;
        assert!(gateway.got("INVITE", "+14255550100"), "{behaviour:?}");
        assert_eq!(
            (result.answered, phone.got("INVITE", "")),
            (wanted, wanted),
            "{behaviour:?} {}",
            result.diagnostics
        );
        if slow {
            assert!((9_000..15_000).contains(&result.setup_milliseconds), "{}", result.setup_milliseconds);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn usages_come_before_priorities() {
    let (lab, phone) = lab().await;
    let gateway = Handset::open(&lab, "127.0.0.50", Transport::Tcp, 5066, Behaviour::Refuse(404)).await;
    lab.change(|s| {
        s.voice_routes[0].usages = vec!["Long Distance".into()];
        s.voice_routes[0].priority = 0;
        s.voice_policies[0].usages = vec!["Local".into(), "Long Distance".into()];
    })
    .await;
    assert!(lab.call(dial()).await.answered);
    assert!(phone.got("INVITE", "") && !gateway.got("INVITE", ""));
    // A code that the trunk's configuration translates to 503 makes the next trunk try.
    lab.change(|s| {
        s.voice_policies[0].usages = vec!["Long Distance".into(), "Local".into()];
        s.trunk_configurations[0].response_rules = vec![(404, 503)];
    })
    .await;
    assert!(lab.call(dial()).await.answered);
    assert!(gateway.got("INVITE", ""));
    lab.change(|s| s.voice_routes.clear()).await;
    let refused = lab.call(dial()).await;
    assert_eq!((refused.status, &refused.diagnostics[..5]), (403, "12004"));
}

#[tokio::test(start_paused = true)]
async fn peers_that_do_not_answer_are_noted_and_come_last() {
    let (lab, phone) = lab().await;
    lab.change(|s| {
        s.gateways.push(UmIpGateway {
            name: "old".into(),
            address: "gw2.contoso.com".into(),
            ..UmIpGateway::default()
        });
        s.gateways.push(UmIpGateway { name: "twin".into(), address: "127.0.0.50".into(), ..UmIpGateway::default() });
        for gateway in ["old", "twin"] {
            s.hunt_groups.push(UmHuntGroup {
                name: gateway.into(),
                gateway: gateway.into(),
                dial_plan: "Plan".into(),
                pilot: String::new(),
            });
        }
    })
    .await;
    tokio::time::sleep(Duration::from_secs(400)).await;
    for (id, what) in [(1400, "gateway down"), (1175, "two gateways at one address"), (25051, "trunk down")] {
        assert!(lab.has_event(id), "{what}: {:#?}", lab.runtime.store.events(20));
    }
    assert!(
        lab.runtime.health.is_trunk_down("gw2.contoso.com") && !lab.runtime.health.is_trunk_down("gw1.contoso.com")
    );
    assert!(lab.call(dial()).await.setup_milliseconds < 2000);
    assert!(phone.got("INVITE", ""));
    let gateway = Handset::open(&lab, "127.0.0.50", Transport::Tcp, 5066, Behaviour::Refuse(404)).await;
    tokio::time::sleep(Duration::from_secs(150)).await;
    assert!(lab.has_event(25052) && gateway.got("OPTIONS", ""), "{:#?}", lab.runtime.store.events(5));
}
