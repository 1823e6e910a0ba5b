//! Message waiting: on, off, refreshed, subscribed, forbidden.

use super::handset::{Behaviour, Handset};
use super::lab::{Lab, contoso};
use control::TestCall;
use signaling::transport::Transport;
use std::time::Duration;
use voice::config::{EncryptionLevel, VoipSecurity};

async fn lab_and_phone() -> (Lab, Handset) {
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption)).await;
    let phone = Handset::open(&lab, "127.0.0.9", Transport::Udp, 6000, Behaviour::Refuse(486)).await;
    assert_eq!(phone.register(&lab, "fe1.contoso.com", "ken@contoso.com", "secret").await, 200);
    (lab, phone)
}

fn deposit(lab: &Lab) -> TestCall {
    TestCall {
        from: "+12065550100".into(),
        to: "+14255551234".into(),
        play: Some(lab.speech(2.0).0),
        wait_for_beep: true,
        hang_up_after: 1.0,
        ..TestCall::default()
    }
}

fn last(phone: &Handset) -> String {
    phone.requests.lock().unwrap().iter().rev().find(|r| r.starts_with("NOTIFY")).cloned().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn the_lamp_goes_on_and_off_and_is_refreshed() {
    let (lab, phone) = lab_and_phone().await;
    let result = lab.call(deposit(&lab)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let text = last(&phone);
    for part in [
        "Event: message-summary",
        "Subscription-State: terminated",
        "Content-Type: application/simple-message-summary",
        "Messages-Waiting: yes",
        "Message-Account: sip:ken@contoso.com",
        "Voice-Message: 1/0 (0/0)",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // Unified messaging told the pool over TLS, as the plan wants.
    let id = result.messages.first().unwrap();
    lab.runtime.store.set_read(id, true).unwrap();
    voice::um::notify_waiting(&lab.runtime, "ken");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(last(&phone).contains("Messages-Waiting: no") && last(&phone).contains("Voice-Message: 0/1"));
    // Registered anew before its time is over, the telephone still hears twice a day.
    phone.requests.lock().unwrap().clear();
    for _ in 0..14 {
        tokio::time::sleep(Duration::from_secs(3000)).await;
        phone.register(&lab, "fe1.contoso.com", "ken@contoso.com", "secret").await;
        phone.requests.lock().unwrap().clear();
    }
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_secs(1500)).await;
    }
    assert!(last(&phone).contains("Voice-Message: 0/1"), "not refreshed");
}

#[tokio::test(start_paused = true)]
async fn a_subscription_hears_each_change() {
    let (lab, phone) = lab_and_phone().await;
    assert_eq!(phone.subscribe(&lab, "fe1.contoso.com", "ken@contoso.com", "secret").await, 200);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(last(&phone).contains("Subscription-State: active;expires=") && last(&phone).contains("0/0 (0/0)"));
    lab.call(deposit(&lab)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let text = last(&phone);
    assert!(text.contains("Subscription-State: active") && text.contains("Voice-Message: 1/0"), "{text}");
    assert!(text.contains("CSeq: 2 NOTIFY"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn gateway_and_policy_may_forbid_it() {
    let (lab, phone) = lab_and_phone().await;
    lab.change(|s| s.gateways[0].message_waiting = false).await;
    lab.call(deposit(&lab)).await;
    lab.change(|s| {
        s.gateways[0].message_waiting = true;
        s.mailbox_policies[0].allow_message_waiting = false;
    })
    .await;
    lab.call(deposit(&lab)).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(last(&phone), "");
    lab.change(|s| s.mailbox_policies[0].allow_message_waiting = true).await;
    lab.call(deposit(&lab)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(last(&phone).contains("Voice-Message: 3/0"));
}
