//! Telephones of users and of the PSTN: registering with a password, answering, message waiting.

use super::lab::{Lab, contoso};
use control::TestCall;
use signaling::agent::{Agent, AgentConfig, CallEvent, Incoming, IncomingCall, Listen};
use signaling::auth::Credentials;
use signaling::message::RequestBuilder;
use signaling::transport::Transport;
use signaling::{HeaderName, Method};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use voice::config::{EncryptionLevel, VoipSecurity};

async fn phone(lab: &Lab, port: u16) -> (Agent, mpsc::Receiver<Incoming>) {
    Agent::open(AgentConfig {
        name: "127.0.0.9".into(),
        address: "127.0.0.9".parse().unwrap(),
        listen: vec![Listen { transport: Transport::Udp, port }],
        port_offset: 0,
        user_agent: "phone".into(),
        network: lab.runtime.network.clone(),
        tls: None,
        resolver: lab.runtime.zone.clone(),
        trace: None,
    })
    .await
    .unwrap()
}

async fn register(lab: &Lab, agent: &Agent, server: &str, address: &str, port: u16, password: &str) -> u16 {
    let at = lab.runtime.address_of(server);
    let from = format!("<sip:{address}>;tag={}", signaling::agent::token());
    let request = RequestBuilder::new(
        Method::Register,
        &format!("sip:{at}:5060"),
        &from,
        &format!("<sip:{address}>"),
        &signaling::agent::token(),
        1,
    )
    .header(HeaderName::Contact, format!("<sip:phone@127.0.0.9:{port}>"))
    .build();
    let credentials = Credentials { user: address.into(), password: password.into() };
    agent.request(request, Some(&credentials)).await.unwrap().message.status()
}

/// Answers calls with whatever sound is offered, and collects message waiting.
fn serve(mut incoming: mpsc::Receiver<Incoming>, waiting: Arc<Mutex<Vec<String>>>) {
    tokio::spawn(async move {
        while let Some(request) = incoming.recv().await {
            match request.request.method() {
                Method::Notify => {
                    waiting.lock().unwrap().push(String::from_utf8_lossy(&request.request.body).into_owned());
                    request.reply(200, "", &[]);
                }
                Method::Invite => {
                    let offer =
                        signaling::sdp::Sdp::parse(std::str::from_utf8(&request.request.body).unwrap()).unwrap();
                    let options = signaling::sdp::AudioOptions {
                        address: "127.0.0.9:7000".parse().unwrap(),
                        codecs: vec![signaling::sdp::Codec::Pcmu],
                        security: signaling::sdp::MediaSecurity::Optional,
                        key: Some(signaling::sdp::LocalKey {
                            suite: "AES_CM_128_HMAC_SHA1_80".into(),
                            key: media::srtp::MasterKey::random().to_base64(),
                        }),
                        direction: signaling::sdp::Direction::SendRecv,
                        session_id: 1,
                        version: 1,
                    };
                    let answer = signaling::sdp::answer(&offer, &options).unwrap().sdp.to_string();
                    tokio::spawn(async move {
                        let mut call = IncomingCall::new(request).unwrap();
                        call.ring(180, None, &[]);
                        let mut call = call.answer(&answer, &[]).unwrap();
                        while !matches!(call.next().await, CallEvent::Bye(_) | CallEvent::Dead) {}
                    });
                }
                _ => request.reply(200, "", &[]),
            }
        }
    });
}

#[tokio::test(start_paused = true)]
async fn a_user_answers_and_sees_waiting_messages() {
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption)).await;
    let waiting = Arc::new(Mutex::new(Vec::new()));
    let (agent, incoming) = phone(&lab, 6000).await;
    // A message left while no telephone is there shows at registration.
    let (file, _) = lab.speech(2.0);
    let call = TestCall {
        from: "+12065550100".into(),
        to: "+14255551234".into(),
        play: Some(file),
        wait_for_beep: true,
        hang_up_after: 1.0,
        ..TestCall::default()
    };
    lab.call(call.clone()).await;
    assert_eq!(register(&lab, &agent, "fe1.contoso.com", "ken@contoso.com", 6000, "wrong").await, 403);
    assert_eq!(register(&lab, &agent, "fe1.contoso.com", "ken@contoso.com", 6000, "secret").await, 200);
    serve(incoming, waiting.clone());
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert!(waiting.lock().unwrap().last().unwrap().contains("Voice-Message: 1/0 (0/0)"), "{waiting:?}");
    let result = lab.call(TestCall { play: None, wait_for_beep: false, ..call }).await;
    assert!(result.answered);
    let texts: Vec<&String> = result.ladder.iter().map(|a| &a.text).collect();
    assert!(!texts.iter().any(|t| t.starts_with("302")), "{texts:#?}");
    assert_eq!(lab.runtime.store.messages("ken").unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_user_calls_the_pstn_by_routes() {
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption)).await;
    let (agent, incoming) = phone(&lab, 6001).await;
    assert_eq!(register(&lab, &agent, "gw1.contoso.com", "+14255550100@gw1.contoso.com", 6001, "").await, 200);
    serve(incoming, Arc::default());
    let call = TestCall {
        from: "ken@contoso.com".into(),
        to: "14255550100".into(),
        gateway: "user".into(),
        hang_up_after: 1.0,
        ..TestCall::default()
    };
    // The pool wants SRTP of everyone: a telephone without it is refused by the mediation server.
    let refused = lab.call(call.clone()).await;
    assert_eq!((refused.answered, refused.status), (false, 488), "{refused:?}");
    lab.change(|s| {
        s.encryption.insert("Global".into(), EncryptionLevel::SupportEncryption);
    })
    .await;
    let result = lab.call(call.clone()).await;
    assert!(result.answered, "{} {}", result.status, result.diagnostics);
    for (change, status, id) in [
        (
            Box::new(|s: &mut voice::config::Snapshot| s.voice_policies[0].usages.clear())
                as Box<dyn FnOnce(&mut voice::config::Snapshot)>,
            403,
            "12001",
        ),
        (Box::new(|s: &mut voice::config::Snapshot| s.voice_policies[0].usages = vec!["Other".into()]), 403, "12004"),
    ] {
        lab.change(change).await;
        let result = lab.call(call.clone()).await;
        assert_eq!((result.status, result.diagnostics.starts_with(id)), (status, true), "{}", result.diagnostics);
    }
}

/// RFC 3327: calls to a telephone that registered through proxies go back through them, in their order.
#[tokio::test(start_paused = true)]
async fn calls_take_the_path_of_the_registration() {
    use super::handset::{Behaviour, Handset};
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::SupportEncryption)).await;
    let phone = Handset::open(&lab, "127.0.0.9", Transport::Udp, 6001, Behaviour::Refuse(603)).await;
    let path = ["<sip:near@127.0.0.9:6001;lr>", "<sip:far@127.0.0.10;lr>"];
    assert_eq!(phone.register_through(&lab, "fe1.contoso.com", "ken@contoso.com", "secret", &path).await, 200);
    let call = TestCall { from: "+12065550100".into(), to: "+14255551234".into(), ..TestCall::default() };
    lab.call(TestCall { hang_up_after: 1.0, ..call }).await;
    let routes = format!("Route: {}\r\nRoute: {}\r\n", path[0], path[1]);
    assert!(phone.got("INVITE sip:phone@127.0.0.9:6001", &routes), "{:#?}", phone.requests.lock().unwrap());
}
