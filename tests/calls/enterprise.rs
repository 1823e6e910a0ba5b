//! Enterprise Voice: forwarding, simultaneous ring, park, unassigned numbers, emergency, hosted and hybrid voice.

use super::handset::{Behaviour, Handset};
use super::lab::{Authority, Lab, contoso, contoso_of};
use control::TestCall;
use signaling::transport::Transport;
use voice::config::{
    EncryptionLevel, HostedPolicy, HybridSite, LocationPolicy, ParkOrbit, Rerouting, RoleKind, Server, UnassignedRange,
    VoiceRoute, VoipSecurity,
};

fn call(from: &str, to: &str) -> TestCall {
    TestCall {
        from: from.into(),
        to: to.into(),
        gateway: if from.contains('@') { "user".into() } else { String::new() },
        hang_up_after: 1.0,
        ..TestCall::default()
    }
}

const ANSWER: Behaviour = Behaviour::Answer { after: 1, keys: "", listen: 0 };

async fn lab() -> Lab {
    Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::SupportEncryption)).await
}

async fn pstn(lab: &Lab, number: &str, port: u16, behaviour: Behaviour) -> Handset {
    let phone = Handset::open(lab, "127.0.0.9", Transport::Udp, port, behaviour).await;
    assert_eq!(phone.register(lab, "gw1.contoso.com", &format!("{number}@gw1.contoso.com"), "").await, 200);
    phone
}

async fn user(lab: &Lab, name: &str, port: u16, behaviour: Behaviour) -> Handset {
    let phone = Handset::open(lab, "127.0.0.9", Transport::Udp, port, behaviour).await;
    assert_eq!(phone.register(lab, "fe1.contoso.com", &format!("{name}@contoso.com"), "secret").await, 200);
    phone
}

#[tokio::test(start_paused = true)]
async fn calls_are_forwarded() {
    let lab = lab().await;
    let pilar = user(&lab, "pilar", 6001, ANSWER).await;
    lab.change(|s| s.users[0].forward_to = "sip:pilar@contoso.com".into()).await;
    assert!(lab.call(call("+12065550100", "+14255551234")).await.answered);
    assert!(pilar.got("INVITE", ""));
    // The policy may forbid it: then voice mail answers.
    lab.change(|s| s.voice_policies[0].allow_forwarding = false).await;
    let result = lab.call(call("+12065550100", "+14255551234")).await;
    assert!(result.answered && result.ladder.iter().any(|a| a.text.starts_with("302")));
    // A telephone that forwards by itself.
    let ken = user(&lab, "ken", 6002, Behaviour::Redirect("<sip:pilar@contoso.com>".into())).await;
    lab.change(|s| s.users[0].forward_to.clear()).await;
    pilar.requests.lock().unwrap().clear();
    assert!(lab.call(call("+12065550100", "+14255551234")).await.answered);
    assert!(ken.got("INVITE", "") && pilar.got("INVITE", ""));
}

#[tokio::test(start_paused = true)]
async fn another_number_rings_as_well() {
    let lab = lab().await;
    let mobile = pstn(&lab, "+14255550100", 6001, ANSWER).await;
    let desk = user(&lab, "ken", 6002, Behaviour::Ring).await;
    lab.change(|s| s.users[0].simultaneous_ring = "+14255550100".into()).await;
    let result = lab.call(call("+12065550100", "+14255551234")).await;
    assert!(result.answered, "{result:#?}");
    assert!(mobile.got("INVITE", "") && desk.got("INVITE", ""));
    lab.change(|s| s.voice_policies[0].allow_simultaneous_ring = false).await;
    mobile.requests.lock().unwrap().clear();
    lab.call(call("+12065550100", "+14255551234")).await;
    assert!(!mobile.got("INVITE", ""));
}

/// A mobile telephone that is off: its own voice mail answers at once, and must not take the call.
#[tokio::test(start_paused = true)]
async fn voice_mail_escapes_the_mobile_telephones_own() {
    for (escape, milliseconds, after, by_mobile) in
        [(false, 1500, 0, true), (true, 1500, 0, false), (true, 1500, 3, true), (true, 0, 0, true)]
    {
        let lab = lab().await;
        let mobile = pstn(&lab, "+14255550100", 6001, Behaviour::Answer { after, keys: "", listen: 0 }).await;
        user(&lab, "ken", 6002, Behaviour::Ring).await;
        lab.change(|s| {
            s.users[0].simultaneous_ring = "+14255550100".into();
            s.voice_policies[0].voicemail_escape = escape;
            s.voice_policies[0].voicemail_escape_timer = milliseconds;
        })
        .await;
        let result = lab.call(call("+12065550100", "+14255551234")).await;
        assert!(result.answered && mobile.got("INVITE", ""), "{escape} {after}");
        // Two redirects lead to Exchange's voice mail.
        let redirects = result.ladder.iter().filter(|a| a.text.starts_with("302")).count();
        assert_eq!(redirects == 0, by_mobile, "{escape} {milliseconds} {after}");
        lab.supervisor.shut_down(false).await;
        assert!(lab.runtime.active.list().is_empty(), "{:?}", lab.runtime.active.list());
    }
}

#[tokio::test(start_paused = true)]
async fn sound_before_the_answer_passes() {
    let lab = lab().await;
    pstn(&lab, "+14255550100", 6001, Behaviour::Early).await;
    let result = lab.call(call("ken@contoso.com", "14255550100")).await;
    assert!(result.answered, "{result:#?}");
    let progress: Vec<_> = result.ladder.iter().filter(|a| a.text.starts_with("183")).collect();
    // Gateway to mediation server to front end to telephone, each with a description.
    assert!(progress.len() >= 3 && progress.iter().all(|a| a.message.contains("m=audio")), "{progress:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_is_parked_and_taken() {
    let lab = lab().await;
    lab.change(|s| s.services.orbits.push(ParkOrbit { start: "700".into(), end: "709".into() })).await;
    user(&lab, "ken", 6001, Behaviour::Transfer("sip:701@contoso.com;user=phone".into())).await;
    assert_eq!(lab.call(call("pilar@contoso.com", "sip:701@contoso.com")).await.status, 404);
    let runtime = lab.runtime.clone();
    let waiting = tokio::spawn(async move {
        let first = TestCall { hang_up_after: 60.0, ..call("+12065550100", "+14255551234") };
        voice::service::place_test_call(&runtime, &first).await.unwrap()
    });
    tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    assert!(lab.runtime.parked.is_taken("701"), "{:#?}", lab.runtime.store.events(9));
    let (file, said) = lab.speech(3.0);
    let taken = lab.call(TestCall { play: Some(file), ..call("pilar@contoso.com", "sip:701@contoso.com") }).await;
    assert!(taken.answered && taken.duration > 3.0, "{taken:#?}");
    let waited = waiting.await.unwrap();
    assert!(waited.answered && waited.hung_up_by == "callee", "{waited:#?}");
    assert!(lab.has_event(1051) && !lab.runtime.parked.is_taken("701"));
    drop(said);
}

#[tokio::test(start_paused = true)]
async fn unassigned_numbers_are_announced() {
    let lab = lab().await;
    let result = lab.call(call("+12065550100", "+14255557777")).await;
    assert!(!result.answered);
    lab.change(|s| {
        s.services.unassigned.push(UnassignedRange {
            name: "Free".into(),
            start: "+14255557000".into(),
            end: "+14255557999".into(),
            ..UnassignedRange::default()
        });
    })
    .await;
    let result = lab.call(TestCall { hang_up_after: 0.0, ..call("+12065550100", "+14255557777") }).await;
    assert!(result.answered && result.hung_up_by == "callee" && result.heard > 1.0, "{result:#?}");
    lab.change(|s| {
        s.services.unassigned[0].attendant = "+14255559100".into();
        s.auto_attendants.push(voice::config::AutoAttendant {
            name: "Main".into(),
            dial_plan: "Plan".into(),
            pilots: vec!["+14255559100".into()],
            enabled: true,
            ..voice::config::AutoAttendant::default()
        });
    })
    .await;
    assert!(lab.call(call("+12065550100", "+14255557777")).await.answered);
    assert_eq!(lab.call_types()[0], "Auto Attendant");
}

#[tokio::test(start_paused = true)]
async fn an_emergency_goes_ahead_of_everything() {
    let lab = lab().await;
    pstn(&lab, "+911", 6001, ANSWER).await;
    let refused = lab.call(call("ken@contoso.com", "911")).await;
    assert!(!refused.answered);
    lab.change(|s| {
        s.voice_policies[0].usages.clear();
        s.voice_routes.push(VoiceRoute {
            name: "Emergency".into(),
            pattern: r"^\+911$".into(),
            usages: vec!["Emergency".into()],
            trunks: vec!["gw1.contoso.com".into()],
            ..VoiceRoute::default()
        });
        s.services.locations.push(LocationPolicy {
            scope: "Global".into(),
            dial_string: "911".into(),
            masks: vec!["112".into()],
            usage: "Emergency".into(),
        });
    })
    .await;
    for dialed in ["911", "112"] {
        assert!(lab.call(call("ken@contoso.com", dialed)).await.answered, "{dialed}");
    }
    assert!(lab.has_event(1060));
}

#[tokio::test(start_paused = true)]
async fn voice_mail_in_the_cloud_and_over_the_pstn() {
    let lab = lab().await;
    let (file, _) = lab.speech(3.0);
    let deposit = TestCall { play: Some(file), wait_for_beep: true, ..call("+12065550100", "+14255551234") };
    lab.change(|s| s.users[0].hosted_voice_mail = true).await;
    let refused = lab.call(deposit.clone()).await;
    assert!(!refused.answered && refused.diagnostics.starts_with("15031"), "{}", refused.diagnostics);
    lab.change(|s| {
        s.services.hosted.push(HostedPolicy {
            scope: "Global".into(),
            destination: "exap.um.outlook.com".into(),
            organization: "contoso.onmicrosoft.com".into(),
        });
    })
    .await;
    let result = lab.call(deposit.clone()).await;
    assert_eq!(result.messages.len(), 1, "{result:#?}");
    assert_eq!(
        lab.runtime.store.calls("", 9).unwrap().iter().filter(|r| r.um_server_name == "cloud voicemail").count(),
        1
    );
    // Unified messaging is down: its number of the PSTN takes the call.
    let far = pstn(&lab, "+14255550190", 6001, ANSWER).await;
    lab.change(|s| {
        s.users[0].hosted_voice_mail = false;
        s.servers[1].inactive = vec![RoleKind::UmCallRouter];
        s.services.rerouting.push(Rerouting {
            scope: "Global".into(),
            enabled: true,
            attendant_number: "+14255550190".into(),
            ..Rerouting::default()
        });
    })
    .await;
    assert!(lab.call(call("+12065550100", "+14255551234")).await.answered);
    assert!(far.got("INVITE", ""));
}

#[tokio::test(start_paused = true)]
async fn online_users_leave_by_the_edge() {
    let authority = Authority::new();
    let mut snapshot = contoso_of(&authority, VoipSecurity::Secured, EncryptionLevel::SupportEncryption);
    let mut edge = Server {
        fqdn: "edge1.contoso.com".into(),
        pool: "edge1.contoso.com".into(),
        site: "Redmond".into(),
        roles: vec![RoleKind::Edge],
        ..Server::default()
    };
    edge.certificates.insert("Default".into(), authority.issue(&["edge1.contoso.com"]));
    snapshot.servers.push(edge);
    snapshot.users[0].online = true;
    snapshot.voice_policies[0].usages.clear();
    let lab = Lab::start(snapshot).await;
    pstn(&lab, "+14255550100", 6001, ANSWER).await;
    let dial = || call("ken@contoso.com", "14255550100");
    // Neither a site nor a peer destination.
    let refused = lab.call(dial()).await;
    assert_eq!((refused.status, lab.has_event(1061)), (404, true), "{}", refused.diagnostics);
    lab.change(|s| s.services.peer_destination = "edge1.contoso.com".into()).await;
    let result = lab.call(dial()).await;
    assert!(result.answered, "{} {}", result.status, result.diagnostics);
    assert!(result.ladder.iter().any(|a| a.to == "edge1.contoso.com"));
    // A site that does not exist is no way out, whatever the tenant has.
    lab.change(|s| s.users[0].hybrid_site = "Nowhere".into()).await;
    assert_eq!(lab.call(dial()).await.status, 404);
    lab.change(|s| {
        s.services.hybrid_sites.push(HybridSite { name: "Nowhere".into(), edge: "edge1.contoso.com".into() });
    })
    .await;
    assert!(lab.call(dial()).await.answered);
    lab.change(|s| s.users[0].voice_policy = "InternationalCallsDisallowed".into()).await;
    assert!(lab.call(dial()).await.answered);
    let refused = lab.call(call("ken@contoso.com", "+442071234567")).await;
    assert_eq!(refused.status, 403, "{}", refused.diagnostics);
}

/// What Test-CsP2PAV and Test-CsPstnPeerToPeerCall do: the service's own telephone answers for the receiver, keys go both ways.
#[tokio::test(start_paused = true)]
async fn two_users_call_each_other_within_the_pool_and_over_the_pstn() {
    let lab = lab().await;
    let keys = "0123456789*#";
    for (over_pstn, to) in [(false, "pilar@contoso.com"), (true, "+14255551999")] {
        let placed = lab.call(TestCall {
            answer: "pilar@contoso.com".into(),
            over_pstn,
            keys: keys.into(),
            ..call("ken@contoso.com", to)
        });
        let result = placed.await;
        assert!(result.answered, "{over_pstn}: {} {} {}", result.status, result.reason, result.diagnostics);
        assert_eq!((result.keys.as_str(), result.answered_keys.as_str()), (keys, keys), "{over_pstn}");
        let by_gateway = result.ladder.iter().any(|a| a.to.contains("gw1.contoso.com"));
        assert_eq!(by_gateway, over_pstn, "{:#?}", result.ladder.iter().map(|a| (&a.to, &a.text)).collect::<Vec<_>>());
    }
    // Without a route it fails as it would for the user: the number is not taken for the user's own.
    lab.change(|s| s.voice_policies[0].usages.clear()).await;
    let test =
        TestCall { answer: "pilar@contoso.com".into(), over_pstn: true, ..call("ken@contoso.com", "+14255551999") };
    let result = lab.call(test).await;
    assert!(!result.answered && result.diagnostics.starts_with("12001"), "{} {}", result.status, result.diagnostics);
    // Nobody stays registered.
    let result = lab.call(TestCall { answer_timeout: 2.0, ..call("ken@contoso.com", "pilar@contoso.com") }).await;
    assert!(result.ladder.iter().all(|a| !a.to.contains("test phone") || !a.text.starts_with("INVITE")));
}
