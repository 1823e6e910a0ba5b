//! Messages that leave by SMTP: where a mailbox says so, by the connector of the address, and never lost on the way.

use super::lab::{Lab, contoso};
use control::TestCall;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use voice::config::{EncryptionLevel, Forwarding, SendConnector, VoipSecurity};

/// A mail server that refuses the first so many recipients with a reply, then takes everything; what it took, with its envelope.
async fn mail_server(lab: &Lab, address: &str, refusals: usize, reply: &'static str) -> Arc<Mutex<Vec<String>>> {
    let listener = lab.runtime.network.listen(address.parse().unwrap()).await.unwrap();
    let taken = Arc::new(Mutex::new(Vec::new()));
    let mails = taken.clone();
    tokio::spawn(async move {
        let mut left = refusals;
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            stream.get_mut().write_all(b"220 mail.fabrikam.com ESMTP\r\n").await.unwrap();
            let (mut mail, mut line, mut data) = (String::new(), String::new(), false);
            while stream.read_line(&mut line).await.is_ok_and(|n| n > 0) {
                if !data || line != ".\r\n" {
                    mail.push_str(&line);
                }
                let answer = match line.get(..4) {
                    _ if data && line != ".\r\n" => "",
                    _ if data => {
                        data = false;
                        mails.lock().unwrap().push(std::mem::take(&mut mail));
                        "250 2.0.0 taken\r\n"
                    }
                    Some("EHLO") => "250-mail.fabrikam.com\r\n250 8BITMIME\r\n",
                    Some("RCPT") if left > 0 => {
                        left -= 1;
                        reply
                    }
                    Some("DATA") => {
                        data = true;
                        "354 go on\r\n"
                    }
                    _ => "250 2.0.0 fine\r\n",
                };
                let _ = stream.get_mut().write_all(answer.as_bytes()).await;
                line.clear();
            }
        }
    });
    taken
}

async fn lab(keep: bool) -> Lab {
    let mut snapshot = contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption);
    snapshot.mailboxes[0].forwarding = Some(Forwarding { to: "ken@fabrikam.com".into(), keep });
    snapshot.send_connectors = vec![
        SendConnector {
            name: "Elsewhere".into(),
            address_spaces: vec!["SMTP:*;1".into()],
            smart_hosts: vec!["[127.0.0.24]".into()],
            ..SendConnector::default()
        },
        SendConnector {
            name: "Fabrikam".into(),
            address_spaces: vec!["SMTP:fabrikam.com;1".into()],
            smart_hosts: vec!["[127.0.0.25]".into()],
            port: 2525,
            ..SendConnector::default()
        },
    ];
    let lab = Lab::start(snapshot).await;
    tokio::spawn(voice::um::forward_mail(lab.runtime.clone()));
    lab
}

async fn deposit(lab: &Lab) {
    let (file, _) = lab.speech(3.0);
    let call = TestCall {
        from: "+12065550100".into(),
        to: "+14255551234".into(),
        play: Some(file),
        wait_for_beep: true,
        hang_up_after: 1.0,
        ..TestCall::default()
    };
    assert_eq!(lab.call(call).await.messages.len(), 1);
}

/// Waits, an hour at most, until nothing is queued.
async fn sent(lab: &Lab) {
    for _ in 0..360 {
        if lab.runtime.store.outgoing().unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
    panic!("{:?}", lab.runtime.store.outgoing());
}

#[tokio::test(start_paused = true)]
async fn a_message_is_forwarded_and_kept_where_the_mailbox_says_so() {
    for keep in [true, false] {
        let lab = lab(keep).await;
        // Refused twice for now: it is tried again.
        let taken = mail_server(&lab, "127.0.0.25:2525", 2, "451 4.3.2 later\r\n").await;
        deposit(&lab).await;
        sent(&lab).await;
        let mails = taken.lock().unwrap().clone();
        assert_eq!(mails.len(), 1);
        for text in
            ["MAIL FROM:<unified-messaging@contoso.com>", "RCPT TO:<ken@fabrikam.com>", "Subject: Voice Mail from"]
        {
            assert!(mails[0].contains(text), "{text}\n{}", &mails[0][..mails[0].len().min(2000)]);
        }
        assert!(mails[0].contains("X-VoiceMessageDuration: "));
        assert_eq!(lab.runtime.store.messages("ken").unwrap().len(), usize::from(keep));
        assert!(lab.has_event(1071) && lab.has_event(1070));
    }
}

#[tokio::test(start_paused = true)]
async fn what_nobody_takes_stays_in_the_mailbox() {
    let lab = lab(false).await;
    let taken = mail_server(&lab, "127.0.0.25:2525", 1, "550 5.1.1 no such user\r\n").await;
    deposit(&lab).await;
    sent(&lab).await;
    assert!(taken.lock().unwrap().is_empty());
    assert!(lab.has_event(1072));
    assert_eq!(lab.runtime.store.messages("ken").unwrap().len(), 1);
    // Nobody listens: it stays queued over a restart of the forwarder, and in the mailbox.
    lab.change(|s| s.send_connectors[1].port = 2526).await;
    deposit(&lab).await;
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(lab.runtime.store.outgoing().unwrap().len(), 1);
    assert_eq!(lab.runtime.store.messages("ken").unwrap().len(), 2);
}
