//! A telephone for tests: registers, and does with calls what it is told.

use super::lab::Lab;
use signaling::agent::{Agent, AgentConfig, Incoming, IncomingCall, Listen};
use signaling::auth::Credentials;
use signaling::message::RequestBuilder;
use signaling::sdp::MediaSecurity;
use signaling::transport::Transport;
use signaling::{HeaderName, Method};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use voice::audio::{AudioPort, MEDIATION_PORTS, establish};
use voice::um::Session;

/// What a telephone does with a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Behaviour {
    /// Answers after so many seconds; presses keys once it has listened for some, then listens on.
    Answer {
        after: u64,
        keys: &'static str,
        listen: u64,
    },
    /// Answers, then transfers the other side.
    Transfer(String),
    Refuse(u16),
    /// Rings for ever.
    Ring,
    /// Says nothing at all.
    Silent,
    Redirect(String),
    /// Sends sound with 183, answers three seconds later.
    Early,
}

/// The telephone.
pub struct Handset {
    pub agent: Agent,
    port: u16,
    address: IpAddr,
    pub heard: Arc<Mutex<Vec<i16>>>,
    pub requests: Arc<Mutex<Vec<String>>>,
    pub rang: Arc<Notify>,
}

impl Handset {
    /// A telephone at an address of its own.
    pub async fn open(lab: &Lab, address: &str, transport: Transport, port: u16, behaviour: Behaviour) -> Handset {
        let address: IpAddr = address.parse().unwrap();
        let (agent, incoming) = Agent::open(AgentConfig {
            name: address.to_string(),
            address,
            listen: vec![Listen { transport, port }],
            port_offset: 0,
            user_agent: "handset".into(),
            network: lab.runtime.network.clone(),
            tls: None,
            resolver: lab.runtime.zone.clone(),
            trace: None,
        })
        .await
        .unwrap();
        let handset =
            Handset { agent, port, address, heard: Arc::default(), requests: Arc::default(), rang: Arc::default() };
        let network = lab.runtime.network.clone();
        let (heard, requests, rang) = (handset.heard.clone(), handset.requests.clone(), handset.rang.clone());
        tokio::spawn(serve(incoming, network, address, behaviour, heard, requests, rang));
        handset
    }

    /// Registers an address at a server; the status.
    pub async fn register(&self, lab: &Lab, server: &str, account: &str, password: &str) -> u16 {
        self.register_through(lab, server, account, password, &[]).await
    }

    /// The same as if through proxies that want to be on the way of calls (RFC 3327), the nearest to the server first.
    pub async fn register_through(&self, lab: &Lab, server: &str, account: &str, password: &str, path: &[&str]) -> u16 {
        let at = lab.runtime.address_of(server);
        let headers: Vec<_> = path.iter().map(|hop| (HeaderName::Path, hop.to_string())).collect();
        self.request(Method::Register, &format!("sip:{at}:5060"), account, password, &headers).await
    }

    /// Subscribes to message waiting; the status.
    pub async fn subscribe(&self, lab: &Lab, server: &str, account: &str, password: &str) -> u16 {
        let at = lab.runtime.address_of(server);
        let user = account.split('@').next().unwrap();
        let headers = [(HeaderName::Event, "message-summary".to_string()), (HeaderName::Expires, "3600".into())];
        self.request(Method::Subscribe, &format!("sip:{user}@{at}:5060"), account, password, &headers).await
    }

    async fn request(
        &self,
        method: Method,
        uri: &str,
        account: &str,
        password: &str,
        headers: &[(HeaderName, String)],
    ) -> u16 {
        let token = signaling::agent::token;
        let from = format!("<sip:{account}>;tag={}", token());
        let mut request = RequestBuilder::new(method, uri, &from, &format!("<sip:{account}>"), &token(), 1)
            .header(HeaderName::Contact, format!("<sip:phone@{}:{}>", self.address, self.port));
        for (name, value) in headers {
            request = request.header(name.clone(), value.clone());
        }
        let credentials = Credentials { user: account.into(), password: password.into() };
        self.agent.request(request.build(), Some(&credentials)).await.unwrap().message.status()
    }

    /// Whether a request of a method, holding a text, has come.
    pub fn got(&self, method: &str, text: &str) -> bool {
        self.requests.lock().unwrap().iter().any(|r| r.starts_with(method) && r.contains(text))
    }
}

async fn serve(
    mut incoming: mpsc::Receiver<Incoming>,
    network: signaling::transport::Network,
    address: IpAddr,
    behaviour: Behaviour,
    heard: Arc<Mutex<Vec<i16>>>,
    requests: Arc<Mutex<Vec<String>>>,
    rang: Arc<Notify>,
) {
    while let Some(request) = incoming.recv().await {
        requests.lock().unwrap().push(String::from_utf8_lossy(&request.request.to_bytes()).into_owned());
        match request.request.method() {
            Method::Ack => {}
            Method::Invite => {
                rang.notify_one();
                tokio::spawn(take(request, network.clone(), address, behaviour.clone(), heard.clone()));
            }
            Method::Options if behaviour == Behaviour::Silent => {}
            _ => request.reply(200, "", &[]),
        }
    }
}

async fn take(
    request: Incoming,
    network: signaling::transport::Network,
    address: IpAddr,
    behaviour: Behaviour,
    heard: Arc<Mutex<Vec<i16>>>,
) {
    match &behaviour {
        Behaviour::Refuse(status) => return request.reply(*status, "", &[]),
        Behaviour::Redirect(contact) => return request.reply(302, "", &[(HeaderName::Contact, contact.clone())]),
        Behaviour::Silent => return std::future::pending().await,
        _ => {}
    }
    let mut call = IncomingCall::new(request).unwrap();
    let port = AudioPort::open(&network, address, MEDIATION_PORTS).await.unwrap();
    if behaviour == Behaviour::Early {
        // The description of the 200 is the same: establish() gives it again with the same port.
        let offer = signaling::sdp::Sdp::parse(std::str::from_utf8(&call.request().body).unwrap()).unwrap();
        let options = port.options(MediaSecurity::Optional, signaling::sdp::Direction::SendRecv);
        let description = signaling::sdp::answer(&offer, &options).unwrap().sdp.to_string();
        call.ring(183, Some(&description), &[]);
        tokio::time::sleep(Duration::from_secs(3)).await;
    } else {
        call.ring(180, None, &[]);
    }
    if behaviour == Behaviour::Ring {
        call.cancelled().await;
        return call.reject(487, "", &[]);
    }
    if let Behaviour::Answer { after, .. } = behaviour {
        tokio::time::sleep(Duration::from_secs(after)).await;
    }
    let Ok((call, leg)) = establish(call, port, MediaSecurity::Optional).await else { return };
    let mut session =
        Session::new(call, leg, MediaSecurity::Optional, Duration::from_secs(3600), Arc::new(Notify::new()));
    if let Behaviour::Transfer(target) = &behaviour {
        let _ = session.listen(8000, Duration::from_secs(1)).await;
        let _ = session.transfer(target, &format!("sip:{address}")).await;
        return session.hang_up().await;
    }
    let (keys, listen) = match behaviour {
        Behaviour::Answer { keys, listen, .. } => (keys, listen),
        _ => ("", 0),
    };
    let mut ticks = 0;
    loop {
        if ticks == listen * 50 && !keys.is_empty() {
            session.leg.press(keys);
        }
        ticks += 1;
        match session.tick(None).await {
            Ok(frame) => heard.lock().unwrap().extend_from_slice(&frame.frame),
            Err(_) => break,
        }
    }
    session.hang_up().await;
}
