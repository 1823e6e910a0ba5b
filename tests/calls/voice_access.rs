//! Outlook Voice Access beyond voice mail: mail and calendar from the small mailbox store, two-key commands.

use super::lab::{Lab, WallClock, contoso};
use control::TestCall;
use voice::config::{EncryptionLevel, Snapshot, VoipSecurity};
use voice::mailbox::{Appointment, Mail, Party, VoiceStore};

const SIGN_IN: &str = ",,,,w51234w918273#ww";

fn noon() -> WallClock {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn party(name: &str) -> Party {
    Party { name: name.into(), address: format!("{name}@contoso.com") }
}

fn meeting(uid: &str, day: u32, hour: u32) -> Appointment {
    let start: WallClock = format!("2026-11-{day}T{hour}:00:00Z").parse().unwrap();
    Appointment {
        uid: uid.into(),
        subject: format!("Review {uid}"),
        location: "Room 1".into(),
        start,
        end: start + std::time::Duration::from_secs(1800),
        organizer: party("pilar"),
        attendees: vec![party("ken")],
        ..Appointment::default()
    }
}

/// Two mails of one conversation, an invitation on top of them; two appointments today and one in three days.
fn fill(store: &VoiceStore) {
    for (name, date, subject) in
        [("1", "08:00:00", "Plan"), ("2", "09:00:00", "Re: Plan"), ("3", "10:00:00", "Invitation")]
    {
        let invitation = "\r\n--b\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:new\r\nDTSTART:20261124T100000Z\r\n\
            SUMMARY:Kickoff\r\nORGANIZER:mailto:pilar@contoso.com\r\nEND:VEVENT\r\nEND:VCALENDAR";
        let mail = format!(
            "From: pilar <pilar@contoso.com>\r\nTo: ken@contoso.com\r\nSubject: {subject}\r\nDate: Mon, 23 Nov 2026 {date} +0000\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello{}\r\n--b--\r\n",
            if name == "3" { invitation } else { "" }
        );
        let folder = store.folder("ken").join("Inbox");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.eml")), mail).unwrap();
    }
    for appointment in [meeting("a", 23, 14), meeting("b", 23, 16), meeting("c", 26, 10)] {
        store.add_appointment("ken", &appointment).unwrap();
    }
}

/// What a run of keys leaves behind.
struct After {
    mails: Vec<Mail>,
    appointments: Vec<Appointment>,
    /// Subjects of mails to Pilar.
    told: Vec<String>,
}

async fn press(keys: &str, change: fn(&mut Snapshot)) -> After {
    let mut snapshot = contoso(VoipSecurity::Secured, EncryptionLevel::SupportEncryption);
    change(&mut snapshot);
    let lab = Lab::start_at(snapshot, noon).await;
    fill(&lab.runtime.store);
    let call = TestCall {
        from: "+12065550100".into(),
        to: "+14255559000".into(),
        keys: format!("{SIGN_IN}{keys}"),
        hang_up_after: 1.0,
        ..TestCall::default()
    };
    assert!(lab.call(call).await.answered, "{keys}");
    let store = &lab.runtime.store;
    let told = store.mails("pilar").unwrap().into_iter().map(|m| m.subject).collect();
    After { mails: store.mails("ken").unwrap(), appointments: store.appointments("ken").unwrap(), told }
}

/// Files of the mails that are left, a mark for what was read (`.`) or flagged (`!`).
fn mails(after: &After) -> String {
    let mark = |m: &Mail| {
        let name = m.file.trim_start_matches("Inbox/").trim_end_matches(".eml").to_string();
        format!("{name}{}{}", if m.state.read { "." } else { "" }, if m.state.flagged { "!" } else { "" })
    };
    after.mails.iter().map(mark).collect::<Vec<_>>().join(" ")
}

fn appointments(after: &After) -> String {
    after.appointments.iter().map(|a| format!("{}{}", a.uid, a.state.response)).collect::<Vec<_>>().join(" ")
}

#[tokio::test(start_paused = true)]
async fn each_key_of_the_mail_menu() {
    for (keys, wanted) in [
        ("2w", "3. 2 1"),
        ("2w#,,,,w", "3. 2. 1"),
        ("2w7w", "2. 1"),
        ("2w9,,,,w", "3 2. 1"),
        ("2w00w44w", "3.! 2 1"),
        // The second and third belong together.
        ("2w#,,,,w00w77ww", "3."),
        ("2w#,,,,w99ww", "3. 2. 1"),
        ("2w#,,,,w11,,,,w7w", "2. 1"),
        ("2w*w1", "3. 2 1"),
    ] {
        assert_eq!(mails(&press(keys, |_| {}).await), wanted, "{keys}");
    }
    // The policy may hide mail: then 2 means nothing.
    assert_eq!(mails(&press("2ww", |s| s.mailbox_policies[0].allow_email = false).await), "3 2 1");
}

#[tokio::test(start_paused = true)]
async fn invitations_and_appointments() {
    let after = press("2w4ww", |_| {}).await;
    assert_eq!(
        (appointments(&after).as_str(), after.told.as_slice()),
        ("a b new c", &["Accepted: Kickoff".to_string()][..])
    );
    for (keys, left, told) in [
        ("3w4w", "aAccepted b c", "Accepted: Review a"),
        ("3w#w7w", "a c", "Declined: Review b"),
        ("3w3w15#w", "a b c", "Ken Myer will be 15 minutes late: Review a"),
        ("3w##w4w", "a b cAccepted", "Accepted: Review c"),
        ("3w00w77w1#w", "c", "Declined: Review a|Declined: Review b"),
        ("3w5w", "a b c", ""),
        ("3w*w6w6ww", "a b c", ""),
    ] {
        let after = press(keys, |_| {}).await;
        let mut said = after.told.clone();
        said.sort();
        assert_eq!((appointments(&after).as_str(), said.join("|")), (left, told.to_string()), "{keys}");
    }
    let hidden = press("3w7ww", |s| s.mailbox_policies[0].allow_calendar = false).await;
    assert_eq!(appointments(&hidden), "a b c");
}
