//! Outlook Voice Access and auto attendants, by keys.

use super::lab::{Lab, contoso};
use control::TestCall;
use voice::config::{AutoAttendant, EncryptionLevel, VoipSecurity};
use voice::mailbox::MessageClass;

async fn lab() -> Lab {
    let mut snapshot = contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption);
    snapshot.auto_attendants.push(AutoAttendant {
        name: "Main".into(),
        dial_plan: "Plan".into(),
        pilots: vec!["+14255559100".into()],
        enabled: true,
        business_keys: vec!["1,Ken,,,,ken".into(), "2,Pilar,+14255551999".into()],
        ..AutoAttendant::default()
    });
    Lab::start(snapshot).await
}

fn press(to: &str, keys: &str) -> TestCall {
    TestCall {
        from: "+12065550100".into(),
        to: to.into(),
        keys: keys.into(),
        hang_up_after: 1.0,
        ..TestCall::default()
    }
}

fn last_type(lab: &Lab) -> String {
    let records = lab.runtime.store.calls("", 20).unwrap();
    records.into_iter().find(|r| r.call_type != "Enterprise Voice").map(|r| r.call_type).unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn a_user_hears_and_deletes_a_message() {
    let lab = lab().await;
    let (file, _) = lab.speech(2.0);
    let deposit = TestCall { play: Some(file), wait_for_beep: true, ..press("+14255551234", "") };
    assert_eq!(lab.call(deposit).await.messages.len(), 1);
    // Extension, PIN, voice mail, delete.
    let result = lab.call(press("+14255559000", ",,,,w51234w918273#ww1,,,,7ww")).await;
    assert!(result.answered);
    assert_eq!(last_type(&lab), "Subscriber Access");
    assert!(lab.runtime.store.messages("ken").unwrap().is_empty());
}

/// Who dials the own number reaches Outlook Voice Access and is asked for the PIN alone.
#[tokio::test(start_paused = true)]
async fn the_own_number_leads_to_the_own_mailbox() {
    let mut snapshot = contoso(VoipSecurity::Secured, EncryptionLevel::SupportEncryption);
    snapshot.mailbox_policies[0].allow_pinless = false;
    let lab = Lab::start(snapshot).await;
    let (file, _) = lab.speech(2.0);
    lab.call(TestCall { play: Some(file), wait_for_beep: true, ..press("+14255551234", "") }).await;
    for to in ["51234", "+14255551234", "ken@contoso.com"] {
        let own = TestCall {
            from: "ken@contoso.com".into(),
            gateway: "user".into(),
            secure: true,
            ..press(to, ",,,,w918273#ww1,,ww")
        };
        let result = lab.call(own).await;
        assert!(result.answered, "{to}: {} {}", result.status, result.diagnostics);
        let record = lab.runtime.store.calls("", 1).unwrap().remove(0);
        assert_eq!(
            (record.call_type.as_str(), record.caller_mailbox_alias.as_str()),
            ("Subscriber Access", "ken"),
            "{to}"
        );
        assert!(lab.runtime.store.messages("ken").unwrap()[0].read, "{to}: the PIN was not taken");
        let id = lab.runtime.store.messages("ken").unwrap()[0].id.clone();
        lab.runtime.store.set_read(&id, false).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn wrong_pins_reset_at_five_and_lock_at_fifteen() {
    let lab = lab().await;
    for _ in 0..6 {
        lab.call(press("+14255559000", ",,,,w51234w111112#ww111112#ww111112#ww")).await;
    }
    let state = lab.runtime.store.pin_state("ken").unwrap();
    assert!(state.locked, "{state:?}");
    assert_eq!(state.failures, 15);
    let resets =
        lab.runtime.store.messages("ken").unwrap().into_iter().filter(|m| m.class == MessageClass::PinReset).count();
    assert_eq!(resets, 2);
}

#[tokio::test(start_paused = true)]
async fn an_attendant_takes_messages_and_transfers() {
    let lab = lab().await;
    let (file, _) = lab.speech(2.0);
    // Key 1 leads to Ken's call answering: greeting, tone, message.
    let result = lab.call(TestCall { keys: ",,,,w1w".into(), ..press("+14255559100", "") }).await;
    assert!(result.answered);
    assert!(last_type(&lab).starts_with("Call Answering"), "{}", last_type(&lab));
    // Key 2 transfers to Pilar, who does not answer: her voice mail takes the message.
    let result = lab
        .call(TestCall { play: Some(file), wait_for_beep: false, keys: String::new(), ..press("+14255559100", "") })
        .await;
    assert!(result.answered);
    let result = lab.call(press("+14255559100", ",,,,w2,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,")).await;
    let texts: Vec<&String> = result.ladder.iter().map(|a| &a.text).collect();
    assert!(texts.iter().any(|t| t.starts_with("REFER")), "{texts:#?}");
    assert!(texts.iter().any(|t| t.starts_with("202")), "{texts:#?}");
    let types: Vec<String> = lab
        .runtime
        .store
        .calls("", 20)
        .unwrap()
        .into_iter()
        .map(|r| format!("{} {}", r.call_type, r.drop_call_reason))
        .collect();
    assert!(types.iter().any(|t| t == "Auto Attendant Transferred"), "{types:#?}");
}
