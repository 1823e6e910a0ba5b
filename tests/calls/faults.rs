//! Faults: a bad network, peers that die at any moment, TLS that stalls, DNS that lies, a mailbox that cannot be written. Nothing
//! hangs, nothing stays behind, and what was recorded is there.

use super::handset::{Behaviour, Handset};
use super::lab::{Lab, contoso, speech_samples};
use super::peer::{Peer, sdp};
use control::TestCall;
use media::FRAME;
use signaling::HeaderName;
use signaling::agent::InviteOptions;
use signaling::transport::{Faults, Network, SimulatedNetwork, Transport};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use voice::config::{
    DnsRecord, EncryptionLevel, PstnGateway, Snapshot, SrtpMode, Trunk, TrunkConfiguration, VoiceRoute, VoipSecurity,
};

fn network(lab: &Lab) -> Arc<SimulatedNetwork> {
    match &lab.runtime.network {
        Network::Simulated(network) => network.clone(),
        Network::Real => panic!("the lab is simulated"),
    }
}

/// Waits until all calls and transactions are over, ten minutes at most.
async fn settle(lab: &Lab, what: &str) {
    for _ in 0..60 {
        tokio::time::sleep(Duration::from_secs(10)).await;
        if lab.supervisor.transactions() == 0 && lab.runtime.active.list().is_empty() {
            return;
        }
    }
    panic!("{what}: {} transactions, {:#?}", lab.supervisor.transactions(), lab.runtime.active.list());
}

fn deposit(lab: &Lab) -> (TestCall, Vec<i16>) {
    let (file, said) = lab.speech(5.0);
    let call = TestCall {
        from: "+12065550100".into(),
        to: "+14255551234".into(),
        play: Some(file),
        wait_for_beep: true,
        hang_up_after: 1.0,
        ..TestCall::default()
    };
    (call, said)
}

/// 5 % lost, some twice, some overtaken, some too late, on each of the three hops and in the signalling over UDP as well.
#[tokio::test(start_paused = true)]
async fn a_message_survives_a_bad_network() {
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption)).await;
    for faults in
        [Faults { lost: 50, ..Faults::default() }, Faults { lost: 50, duplicated: 20, reordered: 20, late: 10 }]
    {
        network(&lab).set_faults(faults);
        let (call, said) = deposit(&lab);
        let result = lab.call(call).await;
        assert!(result.answered, "{faults:?}");
        settle(&lab, &format!("{faults:?}")).await;
        let message = lab.runtime.store.messages("ken").unwrap().remove(0);
        assert!((4..=9).contains(&message.duration), "{faults:?}: {} seconds", message.duration);
        let heard = media::file::read_wav(std::path::Path::new(&message.audio_file)).unwrap().samples;
        let mut scores: Vec<f64> = said.chunks_exact(4000).map(|p| media::compare::correlate(p, &heard).0).collect();
        scores.sort_by(f64::total_cmp);
        assert!(scores[scores.len() / 2] > 0.7, "{faults:?}: {scores:?}");
    }
}

/// The state in which the other side dies: its sockets are closed, nothing more is said.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Dies {
    BeforeTheAnswer,
    WithoutAck,
    InTheGreeting,
    WhileRecording,
    InTheOptions,
    AtThePin,
}

#[tokio::test(start_paused = true)]
async fn peers_may_die_in_each_state() {
    let mut snapshot = contoso(VoipSecurity::Unsecured, EncryptionLevel::SupportEncryption);
    Peer::add_to(&mut snapshot);
    let lab = Lab::start(snapshot).await;
    let before = network(&lab).open_sockets();
    let diversion = [(HeaderName::Diversion, "<sip:51234@pbx>;reason=no-answer")];
    let from = "<sip:+12065550100@pbx>";
    let mut messages = 0;
    for state in [
        Dies::BeforeTheAnswer,
        Dies::WithoutAck,
        Dies::InTheGreeting,
        Dies::WhileRecording,
        Dies::InTheOptions,
        Dies::AtThePin,
    ] {
        let peer = Peer::open(&lab).await;
        let offer = sdp("RTP/AVP", "0 101", "a=rtpmap:101 telephone-event/8000\r\n");
        match state {
            Dies::BeforeTheAnswer => {
                let uri = format!("sip:5000@{}:5060;transport=tcp", lab.runtime.address_of("mbx1.contoso.com"));
                let mut invite = peer.agent.invite(InviteOptions {
                    to: format!("<{uri}>"),
                    uri,
                    from: from.into(),
                    sdp: Some(offer),
                    follow_redirects: true,
                    ..InviteOptions::default()
                });
                // The INVITE leaves with the first look at it.
                let _ = tokio::time::timeout(Duration::ZERO, invite.next()).await;
            }
            Dies::WithoutAck => {
                let uri = format!("sip:5000@{}:5065;transport=tcp", lab.runtime.address_of("mbx1.contoso.com"));
                let mut invite = peer.agent.invite(InviteOptions {
                    to: format!("<{uri}>"),
                    uri,
                    from: from.into(),
                    headers: diversion.iter().map(|(n, v)| (n.clone(), v.to_string())).collect(),
                    ..InviteOptions::default()
                });
                // Without an offer the answer would be in the ACK, which never comes.
                while let Some(progress) = invite.next().await {
                    if matches!(progress, signaling::agent::Progress::Answered { .. }) {
                        break;
                    }
                }
            }
            _ => {
                let diverted = if state == Dies::AtThePin { &[][..] } else { &diversion[..] };
                let placed = peer.call(&lab, "5000", 5060, Some(&offer), from, diverted).await;
                let mut leg = placed.leg.unwrap();
                let seconds = match state {
                    Dies::InTheGreeting | Dies::AtThePin => 1,
                    _ => 14,
                };
                // The greeting is skipped, then two seconds are said.
                let said = speech_samples(2.0);
                let mut frame = [0; FRAME];
                let mut at = 0;
                for tick in 0..seconds * 50 {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    leg.receive(|_| {});
                    leg.pull(&mut frame, |_| {});
                    if tick == 50 && seconds > 1 {
                        leg.press("#");
                    }
                    if tick == 400 && state == Dies::InTheOptions {
                        leg.press("#");
                    }
                    let out = voice::audio::AudioLeg::frame_of(&said, at).filter(|_| tick > 150 && tick < 400);
                    at += usize::from(out.is_some());
                    leg.send(Some(out.as_ref().unwrap_or(&[0; FRAME])));
                    if tick == 320 && state == Dies::WhileRecording {
                        break;
                    }
                }
                if seconds > 1 {
                    messages += 1;
                }
                std::mem::forget(placed.call);
            }
        }
        peer.agent.close();
        drop(peer);
        settle(&lab, &format!("{state:?}")).await;
        let voice = |m: &voice::mailbox::VoiceMessage| m.class == voice::mailbox::MessageClass::CallAnswering;
        let kept = lab.runtime.store.messages("ken").unwrap().iter().filter(|m| voice(m)).count();
        assert_eq!(kept, messages, "{state:?}");
        // The media ports are free again; TCP leaves no datagram socket.
        assert_eq!(network(&lab).open_sockets(), before, "{state:?}");
    }
    let leftover = std::fs::read_dir(lab.runtime.store.folder("ken")).unwrap().flatten();
    let leftover: Vec<_> =
        leftover.map(|e| e.file_name().into_string().unwrap()).filter(|n| n.contains(".recording.")).collect();
    assert!(leftover.is_empty(), "{leftover:?}");
}

/// The called telephone dies while it rings and while it talks; then both do: the media watchdog ends what nobody else can.
#[tokio::test(start_paused = true)]
async fn telephones_may_die_in_a_call_to_the_pstn() {
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::SupportEncryption)).await;
    let answer = Behaviour::Answer { after: 0, keys: "", listen: 600 };
    for (number, behaviour, answered) in [(6001, Behaviour::Ring, false), (6002, answer.clone(), true)] {
        let phone = Handset::open(&lab, "127.0.0.9", Transport::Udp, number, behaviour.clone()).await;
        assert_eq!(phone.register(&lab, "gw1.contoso.com", "+14255550100@gw1.contoso.com", "").await, 200);
        let dies = async {
            while !phone.got("INVITE", "") {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            tokio::time::sleep(Duration::from_secs(5)).await;
            phone.agent.close();
        };
        let call = TestCall { answer_timeout: 20.0, hang_up_after: 30.0, ..dial() };
        let (result, ()) = tokio::join!(lab.call(call), dies);
        assert_eq!(result.answered, answered, "{behaviour:?}: {}", result.status);
        settle(&lab, &format!("{behaviour:?}")).await;
    }
    for (number, watched) in [(6003, true), (6005, false)] {
        lab.change(|s| {
            s.trunk_configurations[0].rtcp_active = watched;
            s.trunk_configurations[0].rtcp_hold = watched;
        })
        .await;
        let phone = Handset::open(&lab, "127.0.0.9", Transport::Udp, number, answer.clone()).await;
        assert_eq!(phone.register(&lab, "gw1.contoso.com", "+14255550100@gw1.contoso.com", "").await, 200);
        let ken = Handset::open(&lab, "127.0.0.9", Transport::Udp, number + 1, answer.clone()).await;
        assert_eq!(ken.register(&lab, "fe1.contoso.com", "ken@contoso.com", "secret").await, 200);
        let call = super::transfers::call(&lab, &ken, "14255550100@contoso.com").await;
        assert!(!lab.runtime.active.list().is_empty());
        ken.agent.close();
        phone.agent.close();
        std::mem::forget(call);
        if !watched {
            // A trunk whose calls need no reports: only an administrator ends it.
            tokio::time::sleep(Duration::from_secs(600)).await;
            assert!(!lab.runtime.active.list().is_empty());
            lab.runtime.active.cut("");
        }
        settle(&lab, "both").await;
        let records = lab.runtime.store.calls("", 2).unwrap();
        let reason = if watched { "MediaTimeout" } else { "Administrator" };
        assert!(records.iter().any(|r| r.drop_call_reason == reason), "{records:#?}");
    }
}

/// A second gateway over TLS, tried first.
fn with_first_trunk(snapshot: &mut Snapshot, address: &str) {
    snapshot.pstn_gateways.push(PstnGateway { address: "gw2.contoso.com".into(), simulator: false });
    snapshot.dns.push(DnsRecord {
        name: "gw2.contoso.com".into(),
        kind: "A".into(),
        data: address.into(),
        ..DnsRecord::default()
    });
    snapshot.trunks.push(Trunk {
        name: "gw2.contoso.com".into(),
        gateway: "gw2.contoso.com".into(),
        mediation: "fe1.contoso.com".into(),
        tls: true,
        gateway_port: 5067,
        mediation_port: 5067,
        ..Trunk::default()
    });
    snapshot.trunk_configurations =
        vec![TrunkConfiguration { srtp_mode: SrtpMode::Optional, ..TrunkConfiguration::default() }];
    snapshot.voice_routes.insert(
        0,
        VoiceRoute {
            name: "First".into(),
            priority: 1,
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

/// TLS that stalls: nobody speaks on connections that were opened to us, or to whom we open one. And names that lead nowhere, or to
/// somebody else's certificate.
#[tokio::test(start_paused = true)]
async fn stalled_tls_and_lying_names_hold_up_nobody() {
    for (what, address) in [("stalls", "127.0.0.50"), ("nobody there", "127.0.0.51"), ("another's certificate", "")] {
        let mut snapshot = contoso(VoipSecurity::Secured, EncryptionLevel::SupportEncryption);
        with_first_trunk(&mut snapshot, if address.is_empty() { "127.0.0.52" } else { address });
        let lab = Lab::start(snapshot).await;
        let silent: SocketAddr = "127.0.0.50:5067".parse().unwrap();
        let _listener = network(&lab).listen_silently(silent).unwrap();
        if address.is_empty() {
            // The name leads to a server whose certificate says something else: the mediation server's own TLS port.
            let to = lab.runtime.address_of("fe1.contoso.com").to_string();
            lab.change(|s| s.dns.last_mut().unwrap().data = to).await;
        }
        let answer = Behaviour::Answer { after: 0, keys: "", listen: 0 };
        let phone = Handset::open(&lab, "127.0.0.9", Transport::Udp, 6001, answer).await;
        assert_eq!(phone.register(&lab, "gw1.contoso.com", "+14255550100@gw1.contoso.com", "").await, 200);
        let mut open = Vec::new();
        for (name, port) in [
            ("fe1.contoso.com", 5061),
            ("fe1.contoso.com", 5070),
            ("mbx1.contoso.com", 5061),
            ("mbx1.contoso.com", 5066),
        ] {
            let at = SocketAddr::new(lab.runtime.address_of(name), port);
            for _ in 0..50 {
                open.push(network(&lab).connect_silently("127.0.0.60".parse().unwrap(), at).unwrap());
            }
            // Let the server take them from its queue.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let result = lab.call(dial()).await;
        assert!(result.answered, "{what}: {} {}", result.status, result.diagnostics);
        assert!(result.setup_milliseconds < 20_000, "{what}: {}", result.setup_milliseconds);
        let (call, _) = deposit(&lab);
        assert_eq!(lab.call(call).await.messages.len(), 1, "{what}");
        drop(open);
        settle(&lab, what).await;
    }
}

/// A disk that takes nothing more: the caller hears that no message can be taken, the log says why.
#[tokio::test(start_paused = true)]
async fn a_mailbox_that_cannot_be_written_ends_the_call_in_order() {
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption)).await;
    let folder = lab.runtime.store.folder("ken");
    let _ = std::fs::remove_dir_all(&folder);
    // Where the folder should be lies a file: whoever runs the tests, nothing can be made in it.
    std::fs::write(&folder, "x").unwrap();
    let (call, _) = deposit(&lab);
    let result = lab.call(call).await;
    assert!(result.answered && result.messages.is_empty());
    assert!(lab.has_event(1030), "{:#?}", lab.runtime.store.events(5));
    settle(&lab, "no disk").await;
    std::fs::remove_file(&folder).unwrap();
    let (call, _) = deposit(&lab);
    assert_eq!(lab.call(call).await.messages.len(), 1);
}

/// A disk that fills in the middle of a message: the call ends in order, and what was recorded so far is there and marked when the
/// service starts anew. The test runs itself once more where files may not grow beyond a megabyte.
#[tokio::test(start_paused = true)]
async fn a_disk_that_fills_while_a_message_is_recorded() {
    const SPEECH: &str = "DIALTONE_SPEECH_FOR_A_FULL_DISK";
    let Some(speech) = std::env::var_os(SPEECH) else {
        let file = std::env::temp_dir().join(format!("dialtone-full-disk-{}.wav", std::process::id()));
        let said = media::file::encode_wav(&speech_samples(240.0), 8000, media::file::WavFormat::Pcm16);
        std::fs::write(&file, said).unwrap();
        let ended = std::process::Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -S -f 2048; exec \"$0\" \"$@\""])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "calls::faults::a_disk_that_fills_while_a_message_is_recorded", "--nocapture"])
            .env(SPEECH, &file)
            .output()
            .unwrap();
        let _ = std::fs::remove_file(&file);
        let said = String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success() && said.contains("1 passed"), "{said}");
        return;
    };
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption)).await;
    let before = network(&lab).open_sockets();
    let call = TestCall {
        from: "+12065550100".into(),
        to: "+14255551234".into(),
        play: Some(speech.into_string().unwrap()),
        wait_for_beep: true,
        hang_up_after: 1.0,
        ..TestCall::default()
    };
    let result = lab.call(call).await;
    assert!(result.answered && result.messages.is_empty(), "{}", result.status);
    assert!(lab.has_event(1030), "{:#?}", lab.runtime.store.events(5));
    settle(&lab, "full disk").await;
    assert_eq!(network(&lab).open_sockets(), before);
    // As long as there is no room it stays where it is.
    assert_eq!(voice::um::recover(&lab.runtime), 0);
    let limit = rustix::process::getrlimit(rustix::process::Resource::Fsize);
    let room = rustix::process::Rlimit { current: limit.maximum, ..limit };
    rustix::process::setrlimit(rustix::process::Resource::Fsize, room).unwrap();
    assert_eq!(voice::um::recover(&lab.runtime), 1);
    let message = lab.runtime.store.messages("ken").unwrap().remove(0);
    assert!(message.interrupted && message.duration > 25, "{message:?}");
    let left = std::fs::read_dir(lab.runtime.store.folder("ken")).unwrap().flatten();
    let left: Vec<_> = left.map(|e| e.file_name()).filter(|n| n.to_string_lossy().contains(".recording.")).collect();
    assert!(left.is_empty(), "{left:?}");
}
