//! From a PSTN number to a user who does not answer: the whole way to a voice mail.

use super::lab::{Lab, contoso};
use control::TestCall;
use voice::config::{EncryptionLevel, VoipSecurity};

fn ladder_text(result: &control::CallResult) -> String {
    result
        .ladder
        .iter()
        .map(|a| format!("{:>6} {} -> {} {} {}\n", a.offset, a.from, a.to, a.transport, a.text))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_caller_leaves_a_voice_mail() {
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption)).await;
    let (file, said) = lab.speech(4.0);
    for keys in ["", "#1"] {
        let call = TestCall {
            from: "+12065550100".into(),
            to: "+14255551234".into(),
            play: Some(file.clone()),
            wait_for_beep: true,
            keys: keys.into(),
            hang_up_after: if keys.is_empty() { 0.5 } else { 0.0 },
            ..TestCall::default()
        };
        let result = lab.call(call).await;
        assert!(result.answered, "{result:#?}\n{}", ladder_text(&result));
        let messages = lab.runtime.store.messages("ken").unwrap();
        assert_eq!(result.messages.len(), 1, "{}", ladder_text(&result));
        let message = messages.iter().find(|m| m.id == result.messages[0]).unwrap();
        assert_eq!(message.caller, "+12065550100");
        assert!((4..=6).contains(&message.duration), "{}", message.duration);
        let recorded = media::file::read_wav(std::path::Path::new(&message.audio_file)).unwrap();
        let (score, shift) = media::compare::correlate(&said[..30_000], &recorded.samples);
        assert!(score > 0.95, "correlation {score} at {shift} of {}, said {}", recorded.samples.len(), said.len());
        let text = ladder_text(&result);
        assert_eq!(result.ladder.iter().filter(|a| a.text.starts_with("302")).count(), 2, "{text}");
        let mail = std::fs::read_to_string(&message.mail_file).unwrap();
        for part in [
            "X-CallingTelephoneNumber: +12065550100",
            "Content-Class: voice-ca",
            "IPM.Note.Microsoft.Voicemail.UM.CA",
            "Subject: Voice Mail from",
        ] {
            assert!(mail.contains(part), "{part}\n{mail}");
        }
        let records = lab.runtime.store.calls("", 10).unwrap();
        assert!(
            records.iter().any(|r| r.call_type == "Call Answering Voice Message"
                && r.reason_for_call == voice::record::ReasonForCall::DivertNoAnswer),
            "{records:?}"
        );
    }
    lab.supervisor.shut_down(false).await;
    assert!(lab.runtime.active.list().is_empty());
}

/// telephony.md 22 (1), both ways: SRTP between the servers, and RTP where the plan says so.
#[tokio::test(start_paused = true)]
async fn media_is_as_the_plan_says() {
    for (plan, pool, profile) in [
        (VoipSecurity::Secured, EncryptionLevel::RequireEncryption, "RTP/SAVP"),
        (VoipSecurity::SipSecured, EncryptionLevel::SupportEncryption, "RTP/AVP"),
        (VoipSecurity::SipSecured, EncryptionLevel::DoNotSupportEncryption, "RTP/AVP"),
    ] {
        let lab = Lab::start(contoso(plan, pool)).await;
        let (file, said) = lab.speech(3.0);
        let call = TestCall {
            from: "+12065550100".into(),
            to: "+14255551234".into(),
            play: Some(file),
            wait_for_beep: true,
            hang_up_after: 0.5,
            ..TestCall::default()
        };
        let result = lab.call(call).await;
        let answers: Vec<_> = result
            .ladder
            .iter()
            .filter(|a| a.from == "mbx1.contoso.com" && a.text.starts_with("200") && a.message.contains("m=audio"))
            .collect();
        assert_eq!(answers.len(), 1, "{}", ladder_text(&result));
        assert!(answers[0].message.contains(&format!(" {profile} ")), "{}", answers[0].message);
        assert_eq!(answers[0].message.contains("a=crypto:"), profile == "RTP/SAVP");
        let message = lab.runtime.store.message(&result.messages[0]).unwrap().unwrap();
        let recorded = media::file::read_wav(std::path::Path::new(&message.audio_file)).unwrap();
        let (score, _) = media::compare::correlate(&said[..20_000], &recorded.samples);
        assert!(score > 0.95, "{plan:?} {pool:?} {score}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_killed_service_had_recorded_is_delivered() {
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption)).await;
    let folder = lab.home.join("mailboxes/ken");
    std::fs::create_dir_all(&folder).unwrap();
    let (_, said) = lab.speech(3.0);
    let mut wav = media::file::encode_wav(&said, 8000, media::file::WavFormat::Pcm16);
    // The last second never reached the disk.
    wav.truncate(44 + 2 * 16_000);
    std::fs::write(folder.join("x.recording.wav"), wav).unwrap();
    std::fs::write(folder.join("x.recording.json"), r#"{"mailbox":"ken","caller":"+1206"}"#).unwrap();
    std::fs::write(folder.join("y.recording.json"), "{}").unwrap();
    assert_eq!(voice::um::recover(&lab.runtime), 1);
    let messages = lab.runtime.store.messages("ken").unwrap();
    assert!(messages[0].interrupted && messages[0].duration == 2, "{messages:?}");
    assert!(!folder.join("x.recording.wav").exists() && !folder.join("y.recording.json").exists());
    assert_eq!(voice::um::recover(&lab.runtime), 0);
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_says_nothing_is_a_missed_call() {
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption)).await;
    let call =
        TestCall { from: "+12065550100".into(), to: "+14255551234".into(), hang_up_after: 2.0, ..TestCall::default() };
    assert!(lab.call(call).await.answered);
    let messages = lab.runtime.store.messages("ken").unwrap();
    assert_eq!(messages.len(), 1);
    assert_eq!(
        (messages[0].class, messages[0].subject.as_str()),
        (voice::mailbox::MessageClass::MissedCall, "Missed Call from +12065550100")
    );
}
