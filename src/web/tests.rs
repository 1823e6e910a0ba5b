//! The endpoints over a plain connection: what clients and partner applications see.

use crate::{Context, Issuer, Kind, SigningKey, issue, router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::path::PathBuf;
use std::sync::Arc;
use store::{Draft, Store, StoreError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use voice::config::{RoleKind, Server, Snapshot, UmDialPlan, UmMailbox, VoiceUser};
use voice::mailbox::VoiceStore;
use voice::service::{Options, Runtime, Supervisor};

struct Lab {
    home: PathBuf,
    store: Store,
    supervisor: Arc<Supervisor>,
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

impl Lab {
    fn new() -> Lab {
        let home = std::env::temp_dir().join(format!("dialtone-web-{}-{}", std::process::id(), signaling_token()));
        std::fs::create_dir_all(&home).unwrap();
        let network = signaling::transport::Network::Simulated(signaling::transport::SimulatedNetwork::new());
        let runtime = Runtime::new(Options::default(), network, VoiceStore::open(&home).unwrap());
        let server = |fqdn: &str, role| Server { fqdn: fqdn.into(), roles: vec![role], ..Server::default() };
        runtime.set_snapshot(Arc::new(Snapshot {
            version: 1,
            domain: "contoso.com".into(),
            servers: vec![
                server("fe1.contoso.com", RoleKind::FrontEnd),
                server("mbx1.contoso.com", RoleKind::UmService),
            ],
            dial_plans: vec![UmDialPlan {
                name: "Plan".into(),
                audio_codec: voice::config::AudioCodec::G711,
                ..UmDialPlan::default()
            }],
            mailboxes: vec![UmMailbox {
                id: "ken".into(),
                alias: "ken".into(),
                display_name: "Ken R&D Myer".into(),
                smtp: "ken@contoso.com".into(),
                sip_address: "ken@contoso.com".into(),
                dial_plan: "Plan".into(),
                ..UmMailbox::default()
            }],
            users: vec![VoiceUser {
                sip_address: "ken@contoso.com".into(),
                phone_password: "secret".into(),
                ..VoiceUser::default()
            }],
            ..Snapshot::default()
        }));
        Lab { store: Store::open(&home).unwrap(), home, supervisor: Supervisor::new(runtime) }
    }

    fn add(&self, draft: Draft) {
        self.store.write(|w| w.insert(draft).map(|_| ()).map_err(|e: StoreError| e)).unwrap();
    }

    /// A certificate whose key signs tokens, kept in the store.
    fn certificate(&self, name: &str) -> SigningKey {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec![name.to_string()]).unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        self.add(Draft::new("Certificate", "", name).with("Certificate", pem.clone()));
        SigningKey::from_pem(&pem, &key.serialize_pem()).unwrap()
    }

    fn context(&self, kind: Kind) -> Arc<Context> {
        let server = if kind == Kind::FrontEnd { "fe1.contoso.com" } else { "mbx1.contoso.com" };
        Arc::new(Context {
            supervisor: self.supervisor.clone(),
            store: self.store.clone(),
            server: server.into(),
            kind,
            remote: None,
        })
    }

    async fn request(&self, kind: Kind, line: &str, authorization: &str, body: &str) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let site = router(self.context(kind));
        let task = tokio::spawn(async move { axum::serve(listener, site).await });
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let authorization =
            if authorization.is_empty() { String::new() } else { format!("Authorization: {authorization}\r\n") };
        let request = format!(
            "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{authorization}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        task.abort();
        answer
    }
}

fn signaling_token() -> String {
    signaling::agent::token()
}

fn check(answer: &str, status: u16, parts: &[&str]) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    for part in parts {
        assert!(answer.contains(part), "{part}\n{answer}");
    }
}

fn basic() -> String {
    format!("Basic {}", STANDARD.encode("CONTOSO\\ken:secret"))
}

const POX: &str = "<Autodiscover><Request><EMailAddress>ken@contoso.com</EMailAddress></Request></Autodiscover>";
const SOAP: &str = "<s:Envelope xmlns:s=\"x\"><s:Body><a:GetUserSettingsRequestMessage xmlns:a=\"y\"><a:Request><a:Users><a:User>\
    <a:Mailbox>ken@contoso.com</a:Mailbox></a:User></a:Users><a:RequestedSettings><a:Setting>UserDisplayName</a:Setting>\
    <a:Setting>ExternalEwsUrl</a:Setting><a:Setting>Nonsense</a:Setting></a:RequestedSettings></a:Request>\
    </a:GetUserSettingsRequestMessage></s:Body></s:Envelope>";

#[tokio::test]
async fn autodiscover_in_both_forms() {
    let lab = Lab::new();
    let xml = "POST /autodiscover/autodiscover.xml";
    let svc = "POST /autodiscover/autodiscover.svc";
    check(&lab.request(Kind::ClientAccess, xml, "", POX).await, 401, &["Bearer client_id=\"00000002-0000-0ff1-ce00"]);
    check(&lab.request(Kind::ClientAccess, xml, "Basic eDp5", POX).await, 401, &[]);
    let get = "GET /Autodiscover/Autodiscover.xml";
    check(&lab.request(Kind::ClientAccess, get, &basic(), "").await, 200, &["<ErrorCode>600</ErrorCode>"]);
    let settings =
        ["Ken R&amp;D Myer", "<UMUrl>https://mbx1.contoso.com/EWS/UM2007Legacy.asmx</UMUrl>", "<Type>EXPR</Type>"];
    check(&lab.request(Kind::ClientAccess, xml, &basic(), POX).await, 200, &settings);
    let settings = [
        "<Name>UserDisplayName</Name><Value>Ken R&amp;D Myer</Value>",
        "https://mbx1.contoso.com/EWS/Exchange.asmx",
        "<SettingName>Nonsense</SettingName>",
    ];
    check(&lab.request(Kind::ClientAccess, svc, &basic(), SOAP).await, 200, &settings);
    // What a front end asks of autodiscover.svc gets no settings from autodiscover.xml, and the other way round.
    check(&lab.request(Kind::ClientAccess, xml, &basic(), SOAP).await, 200, &["<ErrorCode>600</ErrorCode>"]);
    check(&lab.request(Kind::ClientAccess, svc, &basic(), POX).await, 500, &["faultstring"]);
    check(&lab.request(Kind::FrontEnd, svc, &basic(), SOAP).await, 404, &[]);
    check(&lab.request(Kind::FrontEnd, "GET /health.json", "", "").await, 200, &["\"roles\""]);
}

#[tokio::test]
async fn metadata_and_tokens() {
    let lab = Lab::new();
    check(&lab.request(Kind::FrontEnd, "GET /metadata/json/1", "", "").await, 500, &["No certificate"]);
    let key = lab.certificate("AAAA");
    lab.add(Draft::new("CsCertificate", "", "OAuthTokenIssuer@Global").with("Thumbprint", "AAAA"));
    let document = lab.request(Kind::FrontEnd, "GET /metadata/json/1", "", "").await;
    check(&document, 200, &["\"x5t\"", "\"issuer\":\"00000004-0000-0ff1-ce00-000000000000@contoso.com\""]);
    let realm = "contoso.com";
    let issuer = Issuer { kind: Kind::FrontEnd, realm, key: &key };
    let svc = "POST /autodiscover/autodiscover.svc";
    let ask = async |token: String| lab.request(Kind::ClientAccess, svc, &format!("Bearer {token}"), SOAP).await;
    let user = || issue(&issuer, Kind::ClientAccess, "mbx1.contoso.com", Some("ken@contoso.com")).unwrap();
    check(&ask(user()).await, 401, &["2000004;reason=\"The issuer", "error=\"invalid_token\""]);
    lab.add(
        Draft::new("PartnerApplication", "", "LyncEnterprise")
            .with("ApplicationIdentifier", Kind::FrontEnd.principal())
            .with("Enabled", true),
    );
    check(&ask(user()).await, 200, &["Ken R&amp;D Myer"]);
    for (token, parts) in [
        (issue(&issuer, Kind::ClientAccess, "other.contoso.com", None).unwrap(), "2000003"),
        (issue(&issuer, Kind::FrontEnd, "mbx1.contoso.com", None).unwrap(), "2000003"),
        (issue(&issuer, Kind::ClientAccess, "mbx1.contoso.com", Some("nobody@contoso.com")).unwrap(), "2000005"),
        ("a.b.c".to_string(), "2000002"),
        (String::new(), "2000002"),
        (
            user().replace("eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0", &URL_SAFE_NO_PAD.encode("{\"alg\":\"RS256\"}")),
            "2000004",
        ),
    ] {
        check(&ask(token).await, 401, &[parts]);
    }
    // A key that no metadata names.
    let stranger = rcgen::KeyPair::generate().unwrap();
    let pem = rcgen::CertificateParams::new(vec!["x".to_string()]).unwrap().self_signed(&stranger).unwrap().pem();
    let stranger = SigningKey::from_pem(&pem, &stranger.serialize_pem()).unwrap();
    let issuer = Issuer { kind: Kind::FrontEnd, realm, key: &stranger };
    let token = issue(&issuer, Kind::ClientAccess, "mbx1.contoso.com", None).unwrap();
    check(&ask(token).await, 401, &["2000004;reason=\"The signature"]);
}

#[tokio::test]
async fn web_services() {
    let lab = Lab::new();
    let um = "POST /EWS/UM2007Legacy.asmx";
    let soap = |body: &str| format!("<s:Envelope xmlns:s=\"x\"><s:Body>{body}</s:Body></s:Envelope>");
    for (body, status, part) in [
        ("<IsUMEnabled/>", 200, "<Result>true</Result>"),
        ("<GetUMProperties/>", 200, "<PlayOnPhoneEnabled>true</PlayOnPhoneEnabled>"),
        ("<PlayOnPhone><entryId>x</entryId><dialString>1</dialString></PlayOnPhone>", 500, "does not exist"),
        ("<GetCallInfo><CallId>x</CallId></GetCallInfo>", 200, "<CallState>Disconnected</CallState>"),
        ("<Disconnect><CallId>x</CallId></Disconnect>", 500, "There is no call x"),
        ("<ResetPIN/>", 500, "not supported"),
    ] {
        check(&lab.request(Kind::ClientAccess, um, &basic(), &soap(body)).await, status, &[part]);
    }
    let ews = "POST /EWS/Exchange.asmx";
    let create =
        soap("<CreateItem><Items><Message><Subject>Talk</Subject><Body>Hi</Body></Message></Items></CreateItem>");
    let answer = lab.request(Kind::ClientAccess, ews, &basic(), &create).await;
    check(&answer, 200, &["NoError"]);
    let id = answer.split("Id=\"").nth(1).unwrap().split('"').next().unwrap();
    let file = lab.home.join("mailboxes/ken/ConversationHistory").join(format!("{id}.eml"));
    assert!(std::fs::read_to_string(&file).unwrap().contains("Subject: Talk"));
    for (id, status) in [(id, 200), (id, 500), ("ConversationHistory-../../x", 500)] {
        let delete = soap(&format!("<DeleteItem><Id>{id}</Id></DeleteItem>"));
        check(&lab.request(Kind::ClientAccess, ews, &basic(), &delete).await, status, &[]);
    }
    assert!(!file.exists());
}

/// A mail program: signs in, selects, fetches by number and by part, searches; nothing can be changed.
#[tokio::test]
async fn mail_programs_read_what_was_delivered() {
    let lab = Lab::new();
    let snapshot = lab.supervisor.runtime().snapshot();
    let draft = |caller: &str| voice::mailbox::MessageDraft {
        mailbox: "ken".into(),
        caller: caller.into(),
        audio: vec![1000; 8000],
        ..voice::mailbox::MessageDraft::default()
    };
    for caller in ["+12065550100", "+12065550101"] {
        lab.supervisor.runtime().delivery.deliver(&snapshot, &draft(caller)).unwrap();
    }
    let from = voice::mailbox::Party { name: "Pilar".into(), address: "pilar@contoso.com".into() };
    lab.supervisor.runtime().store.post_mail("ken", &from, &from, "Lunch (today)", "Come!").unwrap();
    let (mut near, far) = tokio::io::duplex(1 << 20);
    let task = tokio::spawn(crate::imap::serve(far, lab.context(Kind::ClientAccess)));
    let mut read = Vec::new();
    for (command, end, parts) in [
        ("", "ready.\r\n", &["* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN"][..]),
        ("a SELECT INBOX", "a BAD", &[]),
        ("b LOGIN ken wrong", "b NO [AUTHENTICATIONFAILED]", &[]),
        ("c LOGIN {3}\r\nken \"secret\"", "c OK", &["+ go on"]),
        ("d LIST \"\" *", "d OK", &["* LIST (\\HasNoChildren) \"/\" INBOX"]),
        ("e STATUS INBOX (MESSAGES UNSEEN)", "e OK", &["* STATUS INBOX (MESSAGES 3 UNSEEN 3)"]),
        ("f SELECT inbox", "f OK [READ-ONLY]", &["* 3 EXISTS", "[UIDVALIDITY 1]", "[UIDNEXT 4]"]),
        (
            "g FETCH 1:* (UID FLAGS RFC822.SIZE ENVELOPE)",
            "g OK",
            &[
                "* 1 FETCH (UID 1 FLAGS () RFC822.SIZE ",
                "\"Voice Mail from +12065550100 (1 second)\"",
                "* 3 FETCH (UID 3",
                "\"Lunch (today)\"",
            ],
        ),
        ("h UID FETCH 1 BODYSTRUCTURE", "h OK", &["\"AUDIO\" \"WAV\"", "\"base64\"", "\"MIXED\")"]),
        (
            "i FETCH 3 (BODY.PEEK[HEADER.FIELDS (Subject)] BODY[TEXT]<0.4>)",
            "i OK",
            &["{26}\r\nSubject: Lunch (today)\r\n\r\n", "BODY[TEXT]<0> {4}\r\nCome"],
        ),
        ("j FETCH 1 BODY[2.MIME]", "j OK", &["Content-Type: audio/wav"]),
        ("k SEARCH SUBJECT lunch", "k OK", &["* SEARCH 3\r\n"]),
        ("l UID SEARCH UNSEEN FROM 0101", "l OK", &["* SEARCH 2\r\n"]),
        ("m SEARCH SENTBEFORE x", "m NO", &[]),
        ("n FETCH x FLAGS", "n NO", &[]),
        ("o STORE 1 +FLAGS (\\Deleted)", "o NO The mailbox is read-only.", &[]),
        ("p SELECT Other", "p NO", &[]),
        ("q LOGOUT", "q OK", &["* BYE"]),
    ] {
        if !command.is_empty() {
            near.write_all(format!("{command}\r\n").as_bytes()).await.unwrap();
        }
        read.clear();
        let mut buffer = [0; 65_536];
        while !String::from_utf8_lossy(&read).lines().any(|l| l.contains(end.trim())) {
            let length = near.read(&mut buffer).await.unwrap();
            assert!(length > 0, "{command}: {}", String::from_utf8_lossy(&read));
            read.extend_from_slice(&buffer[..length]);
        }
        let text = String::from_utf8_lossy(&read);
        parts.iter().for_each(|part| assert!(text.contains(part), "{command}: {part} is not in\n{text}"));
    }
    task.await.unwrap().unwrap();
}
