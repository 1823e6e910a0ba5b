//! Messages that leave by SMTP: where a mailbox says so, by the connector of the address, and never lost on the way.

use super::lab::{Authority, Lab, contoso, contoso_of};
use control::TestCall;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use signaling::transport::ByteStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio_rustls::TlsAcceptor;
use voice::config::{DnsRecord, EncryptionLevel, Forwarding, SendConnector, Snapshot, VoipSecurity};

/// How a mail server behaves.
#[derive(Default)]
struct MailServer {
    /// The first so many recipients are refused with this reply.
    refusals: usize,
    reply: &'static str,
    /// Offers STARTTLS.
    tls: Option<TlsAcceptor>,
    /// Says before the handshake what belongs after it.
    hasty: bool,
}

/// Runs a mail server; what it took, with its envelope.
async fn mail_server(lab: &Lab, address: &str, server: MailServer) -> Arc<Mutex<Vec<String>>> {
    let listener = lab.runtime.network.listen(address.parse().unwrap()).await.unwrap();
    let taken = Arc::new(Mutex::new(Vec::new()));
    let mails = taken.clone();
    tokio::spawn(async move {
        let mut left = server.refusals;
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            stream.get_mut().write_all(b"220 mail.fabrikam.com ESMTP\r\n").await.unwrap();
            let (mut mail, mut line, mut data, mut secure) = (String::new(), String::new(), false, false);
            while stream.read_line(&mut line).await.is_ok_and(|n| n > 0) {
                if !data || line != ".\r\n" {
                    mail.push_str(&line);
                }
                if let (Some(tls), "STARTTLS\r\n") = (&server.tls, line.as_str()) {
                    let early = if server.hasty { "220 go on\r\n250 8BITMIME\r\n" } else { "220 go on\r\n" };
                    let _ = stream.get_mut().write_all(early.as_bytes()).await;
                    let Ok(secured) = tls.accept(stream.into_inner()).await else { break };
                    stream = BufReader::new(Box::new(secured) as Box<dyn ByteStream>);
                    secure = true;
                    line.clear();
                    continue;
                }
                let answer = match line.get(..4) {
                    _ if data && line != ".\r\n" => "",
                    _ if data => {
                        data = false;
                        mails.lock().unwrap().push(std::mem::take(&mut mail));
                        "250 2.0.0 taken\r\n"
                    }
                    Some("EHLO") if server.tls.is_some() && !secure => {
                        "250-mail.fabrikam.com\r\n250-STARTTLS\r\n250 8BITMIME\r\n"
                    }
                    Some("EHLO") => "250-mail.fabrikam.com\r\n250 8BITMIME\r\n",
                    Some("RCPT") if left > 0 => {
                        left -= 1;
                        server.reply
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

/// TLS of a server with a certificate for a name.
fn tls(authority: &Authority, name: &str) -> TlsAcceptor {
    let certificate = authority.issue(&[name]);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate.chain.as_bytes()).collect();
    let key = PrivateKeyDer::from_pem_slice(certificate.key.as_bytes()).unwrap();
    let configuration = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let configuration = configuration.unwrap().with_no_client_auth().with_single_cert(chain.unwrap(), key).unwrap();
    TlsAcceptor::from(Arc::new(configuration))
}

async fn lab(keep: bool) -> Lab {
    lab_of(contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption), keep).await
}

async fn lab_of(mut snapshot: Snapshot, keep: bool) -> Lab {
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
        let taken = mail_server(
            &lab,
            "127.0.0.25:2525",
            MailServer { refusals: 2, reply: "451 4.3.2 later\r\n", ..MailServer::default() },
        )
        .await;
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
    let taken = mail_server(
        &lab,
        "127.0.0.25:2525",
        MailServer { refusals: 1, reply: "550 5.1.1 no such user\r\n", ..MailServer::default() },
    )
    .await;
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

/// Where a connector demands TLS, a mail leaves under it or not at all (RFC 3207).
#[tokio::test(start_paused = true)]
async fn a_connector_that_requires_tls_hands_over_nothing_in_clear() {
    let (ours, others) = (Authority::new(), Authority::new());
    let plain = |tls| MailServer { tls, ..MailServer::default() };
    for (host, server, failure) in [
        ("mail.fabrikam.com", plain(Some(tls(&ours, "mail.fabrikam.com"))), ""),
        ("[127.0.0.25]", plain(Some(tls(&ours, "127.0.0.25"))), ""),
        ("mail.fabrikam.com", plain(Some(tls(&ours, "other.fabrikam.com"))), "TLS: invalid peer certificate"),
        ("mail.fabrikam.com", plain(Some(tls(&others, "mail.fabrikam.com"))), "TLS: invalid peer certificate"),
        ("mail.fabrikam.com", plain(None), "TLS is required, and the server does not offer it"),
        (
            "mail.fabrikam.com",
            MailServer { hasty: true, ..plain(Some(tls(&ours, "mail.fabrikam.com"))) },
            "the reply is not SMTP",
        ),
    ] {
        let mut snapshot = contoso_of(&ours, VoipSecurity::Secured, EncryptionLevel::RequireEncryption);
        snapshot.dns.push(DnsRecord {
            name: "mail.fabrikam.com".into(),
            kind: "A".into(),
            data: "127.0.0.25".into(),
            ..DnsRecord::default()
        });
        let lab = lab_of(snapshot, false).await;
        lab.change(|s| {
            s.send_connectors[1].require_tls = true;
            s.send_connectors[1].smart_hosts = vec![host.into()];
        })
        .await;
        let taken = mail_server(&lab, "127.0.0.25:2525", server).await;
        deposit(&lab).await;
        if failure.is_empty() {
            sent(&lab).await;
            let mails = taken.lock().unwrap();
            let commands: Vec<&str> = mails[0].lines().take(6).collect();
            assert_eq!(commands[..2], ["EHLO mbx1.contoso.com", "STARTTLS"], "{commands:?}");
            assert_eq!(commands[2..4], ["EHLO mbx1.contoso.com", "MAIL FROM:<unified-messaging@contoso.com>"]);
            assert!(lab.has_event(1070));
        } else {
            tokio::time::sleep(Duration::from_secs(600)).await;
            assert!(taken.lock().unwrap().is_empty(), "{failure}");
            assert_eq!(lab.runtime.store.outgoing().unwrap().len(), 1, "{failure}");
            let events = lab.runtime.store.events(50).unwrap();
            assert!(events.iter().any(|e| e.id == 1071 && e.message.contains(failure)), "{failure}: {events:#?}");
        }
    }
}
