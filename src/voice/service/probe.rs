//! Checks without a call: registering as a user's telephone, OPTIONS to a server. Those over HTTP are handed in from above.

use super::resolver::Outside;
use super::{Runtime, Supervisor};
use crate::config::{RoleKind, Server, Snapshot, bare_address};
use control::{Probe, ProbeKind, ProbeResult};
use signaling::agent::{Agent, AgentConfig, Incoming, Listen, RequestError};
use signaling::auth::Credentials;
use signaling::message::RequestBuilder;
use signaling::transport::Transport;
use signaling::{HeaderName, Method};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Receiver;

/// Checks that lie on a floor above.
pub type WebProbe = Arc<dyn Fn(Probe) -> Pin<Box<dyn Future<Output = ProbeResult> + Send>> + Send + Sync>;

pub(super) fn failed(text: impl Into<String>) -> ProbeResult {
    ProbeResult { error: text.into(), ..ProbeResult::default() }
}

/// Carries out a check.
pub(super) async fn run(supervisor: &Arc<Supervisor>, probe: Probe) -> ProbeResult {
    let started = Instant::now();
    let runtime = supervisor.runtime();
    let mut result = match probe.kind {
        ProbeKind::Registration => register(runtime, &probe).await,
        ProbeKind::Options => options(runtime, &probe).await,
        ProbeKind::Mail => super::mail_probe::run(runtime, &probe).await,
        ProbeKind::Message | ProbeKind::Presence => between(runtime, &probe).await,
        _ => match supervisor.web_probe() {
            Some(web) => web(probe).await,
            None => failed("The web services do not run in this service."),
        },
    };
    result.milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    result
}

async fn open(runtime: &Runtime) -> Result<(Agent, Receiver<Incoming>), String> {
    let mut last = String::new();
    for _ in 0..50 {
        let port = 20_000 + rand::random::<u16>() % 20_000;
        let config = AgentConfig {
            name: super::test_call::PHONE.to_string(),
            address: super::test_call::PHONE,
            listen: vec![Listen { transport: Transport::Udp, port }],
            port_offset: 0,
            user_agent: "dialtone test phone".into(),
            network: runtime.network.clone(),
            tls: None,
            resolver: Arc::new(Outside(runtime.zone.clone())),
            trace: None,
        };
        match Agent::open(config).await {
            Ok(opened) => return Ok(opened),
            Err(error) => last = error.to_string(),
        }
    }
    Err(last)
}

fn outcome(reply: Result<signaling::agent::Reply, RequestError>, address: &str) -> ProbeResult {
    match reply {
        Ok(reply) => {
            let status = reply.message.status();
            let diagnosis = reply.message.typed::<signaling::headers::MsDiagnostics>();
            ProbeResult {
                success: (200..300).contains(&status),
                status,
                error: if (200..300).contains(&status) {
                    String::new()
                } else {
                    format!("{status}, {}", reply.message.reason())
                },
                diagnosis: diagnosis.map_or(String::new(), |d| d.to_string()),
                ..ProbeResult::default()
            }
        }
        // The number and words of Winsock, as the field's tools show them.
        Err(RequestError::Unreachable) => failed(format!(
            "10061, No connection could be made because the target machine actively refused it {address}"
        )),
        Err(error) => failed(format!(
            "10060, A connection attempt failed because the connected party did not properly respond after a period of time, or established \
             connection failed because connected host has failed to respond {address} ({error})"
        )),
    }
}

async fn register(runtime: &Arc<Runtime>, probe: &Probe) -> ProbeResult {
    let snapshot = runtime.snapshot();
    let address = bare_address(&probe.user).to_string();
    if snapshot.user(&address).is_none() {
        return failed(format!("The user {address} does not exist."));
    }
    let Some(server) = front_end_of(&snapshot, &probe.target) else {
        return failed(format!("The pool {} has no front end.", probe.target));
    };
    let agent = match open(runtime).await {
        Ok((agent, _)) => agent,
        Err(error) => return failed(error),
    };
    let binding = Binding::new(runtime, &agent, &server, &address);
    let result = binding.set(runtime, 600).await;
    if result.success {
        // The binding goes again: calls are not for a phone that nobody answers.
        binding.set(runtime, 0).await;
    }
    agent.close();
    result
}

/// The front end of a pool, by the pool's name or its own.
fn front_end_of(snapshot: &Snapshot, target: &str) -> Option<String> {
    let is_it = |s: &&Server| {
        s.has(RoleKind::FrontEnd) && (s.pool.eq_ignore_ascii_case(target) || s.fqdn.eq_ignore_ascii_case(target))
    };
    snapshot.servers.iter().find(is_it).map(|s| s.fqdn.clone())
}

/// How long a message may take from one telephone to the other.
const DELIVERY: u64 = 15;

/// What goes from one user's telephone to another's, through the front end.
async fn between(runtime: &Arc<Runtime>, probe: &Probe) -> ProbeResult {
    let snapshot = runtime.snapshot();
    let (from, to) = (bare_address(&probe.user).to_string(), bare_address(&probe.peer).to_string());
    if let Some(missing) = [&from, &to].into_iter().find(|address| snapshot.user(address).is_none()) {
        return failed(format!("The user {missing} does not exist."));
    }
    let home = snapshot.user(&from).map(|user| user.pool.clone()).unwrap_or_default();
    let target = if probe.target.is_empty() { home } else { probe.target.clone() };
    let Some(server) = front_end_of(&snapshot, &target) else {
        return failed(format!("The pool {target} has no front end."));
    };
    let ((sender, _), (receiver, requests)) = match (open(runtime).await, open(runtime).await) {
        (Ok(sender), Ok(receiver)) => (sender, receiver),
        (Err(error), _) | (_, Err(error)) => return failed(error),
    };
    let (here, there) =
        (Binding::new(runtime, &sender, &server, &from), Binding::new(runtime, &receiver, &server, &to));
    let mut result = here.set(runtime, 600).await;
    if result.success {
        result = there.set(runtime, 600).await;
        if result.success {
            result = match probe.kind {
                ProbeKind::Presence => seen(runtime, (&here, &there), requests, probe.seconds).await,
                _ => delivered(runtime, &here, &to, requests, probe.seconds).await,
            };
            there.set(runtime, 0).await;
        }
        here.set(runtime, 0).await;
    }
    sender.close();
    receiver.close();
    result
}

/// Sends the message and sees whether it is what the other telephone gets.
async fn delivered(
    runtime: &Runtime,
    here: &Binding<'_>,
    to: &str,
    mut requests: Receiver<Incoming>,
    seconds: u64,
) -> ProbeResult {
    let token = signaling::agent::token;
    let text = format!("Test message {}", token());
    let expected = text.clone();
    let arrival = async move {
        while let Some(incoming) = requests.recv().await {
            let is_it = incoming.request.method() == Method::Message && incoming.request.body == expected.as_bytes();
            incoming.reply(if is_it { 200 } else { 405 }, "", &[]);
            if is_it {
                return true;
            }
        }
        false
    };
    let uri = format!("sip:{to}");
    let request = RequestBuilder::new(Method::Message, &uri, &here.from, &format!("<{uri}>"), &token(), 1)
        .header(HeaderName::Route, format!("<sip:{};lr>", here.at))
        .body("text/plain", text)
        .build();
    let credentials = Credentials { user: here.address.clone(), password: runtime.test_secret.clone() };
    let limit = Duration::from_secs(if seconds > 0 { seconds } else { DELIVERY });
    let both =
        async { tokio::join!(here.agent.request(request, Some(&credentials)), tokio::time::timeout(limit, arrival)) };
    let (reply, arrived) = both.await;
    let result = outcome(reply, &here.at);
    match (result.success, arrived) {
        (true, Ok(true)) | (false, _) => result,
        (true, _) => failed("The message was taken, but did not arrive at the receiver."),
    }
}

/// Subscribes to the first user's presence from the other's telephone, publishes it, and sees whether it is told.
async fn seen(
    runtime: &Runtime,
    (publisher, subscriber): (&Binding<'_>, &Binding<'_>),
    mut requests: Receiver<Incoming>,
    seconds: u64,
) -> ProbeResult {
    let token = signaling::agent::token;
    let note = format!("Test presence {}", token());
    let uri = format!("sip:{}", publisher.address);
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"{uri}\"><tuple id=\"test\"><status><basic>open</basic></status><note>{note}</note></tuple></presence>\n"
    );
    let request = |method: Method, of: &Binding, expires: &str| {
        RequestBuilder::new(method, &uri, &of.from, &format!("<{uri}>"), &token(), 1)
            .header(HeaderName::Route, format!("<sip:{};lr>", of.at))
            .header(HeaderName::Contact, format!("<{}>", of.contact))
            .header(HeaderName::Event, "presence")
            .header(HeaderName::Expires, expires)
    };
    let credentials = |of: &Binding| Credentials { user: of.address.clone(), password: runtime.test_secret.clone() };
    let told = async move {
        while let Some(incoming) = requests.recv().await {
            let is_notify = incoming.request.method() == Method::Notify;
            incoming.reply(if is_notify { 200 } else { 405 }, "", &[]);
            if is_notify && String::from_utf8_lossy(&incoming.request.body).contains(&note) {
                return true;
            }
        }
        false
    };
    let limit = Duration::from_secs(if seconds > 0 { seconds } else { DELIVERY });
    let steps = async {
        let subscribe = request(Method::Subscribe, subscriber, "60").build();
        let reply = subscriber.agent.request(subscribe, Some(&credentials(subscriber))).await;
        let result = outcome(reply, &subscriber.at);
        if !result.success {
            return result;
        }
        let publish = request(Method::Publish, publisher, "60").body("application/pidf+xml", document).build();
        let reply = publisher.agent.request(publish, Some(&credentials(publisher))).await;
        outcome(reply, &publisher.at)
    };
    let (result, arrived) = tokio::join!(steps, tokio::time::timeout(limit, told));
    match (result.success, arrived) {
        (true, Ok(true)) | (false, _) => result,
        (true, _) => failed("The presence was published, but the subscriber was not told of it."),
    }
}

/// A user's telephone as the registrar of a server knows it.
pub(super) struct Binding<'a> {
    agent: &'a Agent,
    /// Host and port of the registrar.
    at: String,
    address: String,
    from: String,
    contact: String,
    call_id: String,
}

impl<'a> Binding<'a> {
    pub fn new(runtime: &Runtime, agent: &'a Agent, server: &str, address: &str) -> Binding<'a> {
        let token = signaling::agent::token;
        Binding {
            agent,
            at: format!("{}:{}", runtime.address_of(server), 5060 + runtime.options.port_offset),
            address: address.to_string(),
            from: format!("<sip:{address}>;tag={}", token()),
            contact: agent.contact_uri("test", Transport::Udp, runtime.address_of(server)),
            call_id: token(),
        }
    }

    /// Registers for so many seconds; 0 takes the binding away.
    pub async fn set(&self, runtime: &Runtime, seconds: u32) -> ProbeResult {
        let to = format!("<sip:{}>", self.address);
        // The second request of the same Call-ID comes after what a challenge took.
        let cseq = if seconds > 0 { 1 } else { 9 };
        let uri = format!("sip:{}", self.at);
        let request = RequestBuilder::new(Method::Register, &uri, &self.from, &to, &self.call_id, cseq)
            .header(HeaderName::Contact, format!("<{}>", self.contact))
            .header(HeaderName::Expires, seconds.to_string())
            .build();
        let credentials = Credentials { user: self.address.clone(), password: runtime.test_secret.clone() };
        outcome(self.agent.request(request, Some(&credentials)).await, &self.at)
    }
}

async fn options(runtime: &Arc<Runtime>, probe: &Probe) -> ProbeResult {
    // A server of the organisation asks, with its own certificate.
    let Some(agent) = runtime.um_agent(&probe.user) else {
        return failed("Unable to establish a connection.");
    };
    let token = signaling::agent::token;
    let name = agent.name().to_string();
    let from = format!("<sip:{name}>;tag={}", token());
    let request =
        RequestBuilder::new(Method::Options, &probe.target, &from, &format!("<{}>", probe.target), &token(), 1).build();
    outcome(agent.request(request, None).await, &probe.target)
}
