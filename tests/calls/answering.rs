//! Call answering rules, find-me, fax, and missed calls that never reached unified messaging.

use super::handset::{Behaviour, Handset};
use super::lab::{Lab, contoso};
use control::TestCall;
use signaling::transport::Transport;
use voice::config::{CallAnsweringRule, EncryptionLevel, StartupMode, UmHuntGroup, UmIpGateway, UriType, VoipSecurity};
use voice::mailbox::MessageClass;

fn to_ken(keys: &str) -> TestCall {
    TestCall {
        from: "+12065550100".into(),
        to: "+14255551234".into(),
        keys: keys.into(),
        hang_up_after: 1.0,
        ..TestCall::default()
    }
}

async fn lab_with(rules: Vec<CallAnsweringRule>) -> Lab {
    let mut snapshot = contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption);
    snapshot.mailboxes[0].rules = rules;
    Lab::start(snapshot).await
}

fn rule(keys: &[&str]) -> CallAnsweringRule {
    CallAnsweringRule {
        name: "Menu".into(),
        priority: 1,
        interruptible: true,
        key_mappings: keys.iter().map(|k| k.to_string()).collect(),
        ..CallAnsweringRule::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_rule_replaces_the_greeting_and_transfers() {
    let lab =
        lab_with(vec![rule(&["1,1,Receptionist,,,,,51999,", "1,2,Outside,,,,,+14255550199,", "4,3,,,,,,,"])]).await;
    let result = lab.call(to_ken(",,w1,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,")).await;
    let texts: Vec<String> = result.ladder.iter().map(|a| a.text.clone()).collect();
    assert!(texts.iter().any(|t| t.starts_with("REFER")), "{texts:#?}");
    assert!(result.ladder.iter().any(|a| a.message.contains("sip:51999@contoso.com")), "{texts:#?}");
    // Nothing external is allowed: the number cannot be dialled, then a message is taken.
    let result = lab.call(to_ken(",,w2,,,,")).await;
    assert!(!result.ladder.iter().any(|a| a.text.starts_with("REFER")));
    let (file, _) = lab.speech(2.0);
    let result = lab.call(TestCall { play: Some(file), wait_for_beep: false, ..to_ken(",,w3") }).await;
    assert!(result.answered);
    // A rule for another caller leaves the normal greeting.
    lab.change(|s| s.mailboxes[0].rules[0].caller_ids = vec!["1,+14255550000,,".into()]).await;
    let result = lab.call(to_ken(",,w1,,,,")).await;
    assert!(!result.ladder.iter().any(|a| a.text.starts_with("REFER")));
    // Switched off by the policy, no rule counts.
    lab.change(|s| {
        s.mailboxes[0].rules[0].caller_ids.clear();
        s.mailbox_policies[0].allow_call_answering_rules = false;
    })
    .await;
    let result = lab.call(to_ken(",,w1,,,,")).await;
    assert!(!result.ladder.iter().any(|a| a.text.starts_with("REFER")));
}

#[tokio::test(start_paused = true)]
async fn find_me_joins_whom_it_finds() {
    let lab = lab_with(vec![rule(&["5,1,Urgent,+14255550000,5,51999,20,,"])]).await;
    let pilar =
        Handset::open(&lab, "127.0.0.9", Transport::Udp, 6000, Behaviour::Answer { after: 1, keys: "1", listen: 8 })
            .await;
    assert_eq!(pilar.register(&lab, "fe1.contoso.com", "pilar@contoso.com", "secret").await, 200);
    lab.change(|s| {
        s.encryption.insert("Global".into(), EncryptionLevel::SupportEncryption);
    })
    .await;
    let (file, said) = lab.speech(4.0);
    // The sound starts after the keys' pauses: by then both are joined.
    let keys = ",,w1,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,";
    let call = TestCall { keys: keys.into(), ..to_ken("") };
    lab.call(call).await;
    let records = lab.runtime.store.calls("", 20).unwrap();
    let found: Vec<_> = records.iter().filter(|r| r.call_type == "Find Me").collect();
    assert_eq!(found.len(), 1, "{records:#?}");
    assert!(!found[0].parent_call_identity.is_empty());
    assert!(records.iter().any(|r| r.call_identity == found[0].parent_call_identity));
    assert!(found[0].call_duration > 8, "{found:?}");
    assert!(lab.has_event(1036), "the first number has no rule");
    drop((file, said));
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_gives_up_before_voice_mail_is_a_missed_call() {
    let lab = lab_with(Vec::new()).await;
    let phone = Handset::open(&lab, "127.0.0.9", Transport::Udp, 6000, Behaviour::Ring).await;
    assert_eq!(phone.register(&lab, "fe1.contoso.com", "ken@contoso.com", "secret").await, 200);
    let result = lab.call(TestCall { answer_timeout: 5.0, ..to_ken("") }).await;
    assert!(!result.answered);
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let messages = lab.runtime.store.messages("ken").unwrap();
    assert_eq!(messages.len(), 1);
    assert_eq!((messages[0].class, messages[0].caller.as_str()), (MessageClass::MissedCall, "+12065550100"));
    // Told again when unified messaging comes back.
    lab.supervisor.stop("mbx1.contoso.com", "UMService", false).await.unwrap();
    lab.call(TestCall { answer_timeout: 5.0, ..to_ken("") }).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(lab.runtime.store.messages("ken").unwrap().len(), 1);
    lab.supervisor.start("mbx1.contoso.com", "UMService").await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    assert_eq!(lab.runtime.store.messages("ken").unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_fax_goes_to_the_partner() {
    let mut snapshot = contoso(VoipSecurity::Unsecured, EncryptionLevel::RequireEncryption);
    snapshot.dial_plans[0].uri_type = UriType::TelExtn;
    snapshot.servers[1].allow_udp = true;
    snapshot.servers[1].um_startup_mode = StartupMode::Dual;
    // The test phone is an exchange that calls unified messaging directly.
    snapshot.gateways.push(UmIpGateway { name: "pbx".into(), address: "127.31.0.1".into(), ..UmIpGateway::default() });
    snapshot.hunt_groups.push(UmHuntGroup {
        name: "pbx".into(),
        gateway: "pbx".into(),
        dial_plan: "Plan".into(),
        pilot: "5000".into(),
    });
    snapshot.mailbox_policies[0].fax_server = "sip:fax.contoso.com:5060;transport=tcp".into();
    let lab = Lab::start(snapshot).await;
    let mut sound = media::tone::silence(1000);
    for _ in 0..3 {
        sound.extend(media::tone::generate(&[1100.0], 500, -12.0));
        sound.extend(media::tone::silence(3000));
    }
    let file = lab.home.join("fax.wav");
    std::fs::write(&file, media::file::encode_wav(&sound, 8000, media::file::WavFormat::Pcm16)).unwrap();
    let call = TestCall {
        from: "51999".into(),
        to: "5000".into(),
        gateway: format!("{}:5060", lab.runtime.address_of("mbx1.contoso.com")),
        diversion: Some("sip:51234@pbx.contoso.com".into()),
        play: Some(file.to_string_lossy().into_owned()),
        hang_up_after: 1.0,
        ..TestCall::default()
    };
    let result = lab.call(call.clone()).await;
    assert!(result.answered, "{result:#?}");
    let refer = result.ladder.iter().find(|a| a.text.starts_with("REFER")).map(|a| a.message.clone());
    assert!(refer.is_some_and(|r| r.contains("sip:fax.contoso.com:5060;transport=tcp")), "{:#?}", lab.call_types());
    assert_eq!(lab.call_types()[0], "Fax");
    // Any switch off, and the fax is dropped.
    lab.change(|s| s.mailboxes[0].fax = false).await;
    let result = lab.call(call).await;
    assert!(!result.ladder.iter().any(|a| a.text.starts_with("REFER")));
    assert!(lab.has_event(1037));
}
