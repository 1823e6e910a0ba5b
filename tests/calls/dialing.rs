//! Who may call what from unified messaging; attendants by the clock.

use super::handset::{Behaviour, Handset};
use super::lab::{Lab, WallClock, contoso};
use control::TestCall;
use signaling::transport::Transport;
use voice::config::{AutoAttendant, EncryptionLevel, Snapshot, VoipSecurity};

fn organisation() -> Snapshot {
    let mut snapshot = contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption);
    let plan = &mut snapshot.dial_plans[0];
    plan.country_code = "1".into();
    plan.outside_line_access_code = "9".into();
    plan.national_number_prefix = "1".into();
    plan.in_country_rules = vec!["National,91xxxxxxxxxx,+1xxxxxxxxxx,".into()];
    snapshot.auto_attendants.push(AutoAttendant {
        name: "Main".into(),
        dial_plan: "Plan".into(),
        pilots: vec!["+14255559100".into()],
        enabled: true,
        business_hours: vec!["Mon.8:00 AM-Mon.5:00 PM,Tue.8:00 AM-Tue.5:00 PM".into()],
        holidays: vec!["Christmas,christmas.wav,12/24/2026,12/26/2026".into()],
        time_zone: "Pacific Standard Time".into(),
        business_keys: vec!["1,Sales,51234".into(), "-,Timeout,51999".into()],
        after_hours_keys: vec!["1,Ken,,,,ken".into()],
        ..AutoAttendant::default()
    });
    snapshot
}

fn press(keys: &str) -> TestCall {
    TestCall {
        from: "+12065550100".into(),
        to: "+14255559100".into(),
        keys: keys.into(),
        hang_up_after: 1.0,
        ..TestCall::default()
    }
}

fn referred(result: &control::CallResult) -> Option<String> {
    let refer = result.ladder.iter().find(|a| a.text.starts_with("REFER"))?;
    refer.message.lines().find_map(|l| l.strip_prefix("Refer-To: ")).map(str::to_string)
}

const PAUSE: &str = ",,,,,,,,,,,,";

#[tokio::test(start_paused = true)]
async fn an_attendant_dials_what_its_rules_allow() {
    // A Monday at noon in Seattle.
    let lab = Lab::start_at(organisation(), || "2026-11-23T20:00:00Z".parse().unwrap()).await;
    let number = format!(",,w914255550100#{PAUSE}");
    assert_eq!(referred(&lab.call(press(&number)).await), None);
    assert!(lab.has_event(1038));
    lab.change(|s| s.auto_attendants[0].allowed_in_country = vec!["National".into()]).await;
    let target = referred(&lab.call(press(&number)).await).unwrap();
    assert!(target.contains("sip:+14255550100@contoso.com"), "{target}");
    // The mask wants eleven digits after the nine.
    assert_eq!(referred(&lab.call(press(&format!(",,w91425555010#{PAUSE}"))).await), None);
    let target = referred(&lab.call(press(&format!(",,w51999{PAUSE}"))).await).unwrap();
    assert!(target.contains("pilar@contoso.com"), "{target}");
    lab.change(|s| s.auto_attendants[0].allow_dial_plan_subscribers = false).await;
    assert_eq!(referred(&lab.call(press(&format!(",,w51999{PAUSE}"))).await), None);
}

#[tokio::test(start_paused = true)]
async fn an_attendant_goes_by_the_clock() {
    let at: [(fn() -> WallClock, &str); 4] = [
        (|| "2026-11-23T20:00:00Z".parse().unwrap(), "business"),
        // Summer time ends on the first of November: eight in Seattle is sixteen in London.
        (|| "2026-11-23T15:59:00Z".parse().unwrap(), "after"),
        (|| "2026-11-25T20:00:00Z".parse().unwrap(), "after"),
        (|| "2026-12-25T20:00:00Z".parse().unwrap(), "after"),
    ];
    for (clock, menu) in at {
        let lab = Lab::start_at(organisation(), clock).await;
        let result = lab.call(press(&format!(",,w1{PAUSE}"))).await;
        let found = if referred(&result).is_some_and(|t| t.contains("51234")) { "business" } else { "after" };
        assert_eq!(found, menu, "{}", clock());
        // After hours the key leads to the mailbox within the same call.
        assert!(lab.call_types().iter().any(|t| t.starts_with("Call Answering")), "{:?}", lab.call_types());
        // Nothing pressed for five seconds takes the timeout entry.
        let waited = referred(&lab.call(press(",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,")).await);
        assert_eq!(waited.is_some_and(|t| t.contains("51999")), menu == "business");
    }
}

#[tokio::test(start_paused = true)]
async fn play_on_phone_obeys_the_policy() {
    let lab = Lab::start(organisation()).await;
    let (file, said) = lab.speech(3.0);
    let deposit = TestCall { to: "+14255551234".into(), play: Some(file), wait_for_beep: true, ..press("") };
    let message = lab.call(deposit).await.messages.remove(0);
    let phone =
        Handset::open(&lab, "127.0.0.9", Transport::Udp, 6001, Behaviour::Answer { after: 1, keys: "", listen: 0 })
            .await;
    assert_eq!(phone.register(&lab, "gw1.contoso.com", "+14255550100@gw1.contoso.com", "").await, 200);
    let play = async || voice::um::play_on_phone(&lab.runtime, "ken", &message, "+14255550100").await;
    let refused = play().await.unwrap_err();
    assert!(refused.contains("no dialing rule"), "{refused}");
    lab.change(|s| s.mailbox_policies[0].allowed_in_country = vec!["National".into()]).await;
    let result = play().await.unwrap();
    assert!(result.answered, "{result:?}");
    assert_eq!(lab.call_types()[0], "Play On Phone".replace(' ', ""), "{:?}", lab.call_types());
    let heard = phone.heard.lock().unwrap().clone();
    let (score, _) = media::compare::correlate(&said[..16_000], &heard);
    assert!(score > 0.9, "{score}");
    assert!(lab.runtime.store.messages("ken").unwrap()[0].read);
    lab.change(|s| s.gateways[0].outcalls = false).await;
    assert!(play().await.unwrap_err().contains("allows calls out"));
}
