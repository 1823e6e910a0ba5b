//! Agents against each other over the simulated network, with tokio's clock paused.

use super::*;
use crate::message::{HeaderName, Method};
use crate::resolve::Zone;
use crate::transport::{Network, SimulatedNetwork, TlsIdentity, Transport};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::mpsc;

struct Lab {
    network: Arc<SimulatedNetwork>,
    zone: Arc<Zone>,
    ca: (rcgen::Certificate, rcgen::KeyPair),
}

const HOSTS: &[(&str, &str)] = &[("a.test", "127.31.0.1"), ("b.test", "127.31.0.2"), ("c.test", "127.31.0.3")];

impl Lab {
    fn new() -> Lab {
        let mut zone = Zone::default();
        for (name, address) in HOSTS {
            let address: IpAddr = address.parse().unwrap();
            zone.add_address(name, address);
            zone.add_own(address);
        }
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let ca = params.self_signed(&key).unwrap();
        Lab { network: SimulatedNetwork::new(), zone: Arc::new(zone), ca: (ca, key) }
    }

    fn identity(&self, san: &[&str], common_name: &str) -> TlsIdentity {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(san.iter().map(|s| s.to_string()).collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, common_name);
        let issuer_params = {
            let mut p = rcgen::CertificateParams::new(Vec::new()).unwrap();
            p.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            p
        };
        let issuer = rcgen::Issuer::from_params(&issuer_params, &self.ca.1);
        let certificate = params.signed_by(&key, &issuer).unwrap();
        TlsIdentity::new(&certificate.pem(), &key.serialize_pem(), &[self.ca.0.pem()], true).unwrap()
    }

    async fn agent(&self, index: usize, tls: Option<TlsIdentity>) -> (Agent, mpsc::Receiver<Incoming>) {
        self.traced(index, tls, None).await
    }

    async fn traced(
        &self,
        index: usize,
        tls: Option<TlsIdentity>,
        trace: Option<TraceSink>,
    ) -> (Agent, mpsc::Receiver<Incoming>) {
        let (name, address) = HOSTS[index];
        let mut listen =
            vec![Listen { transport: Transport::Udp, port: 5060 }, Listen { transport: Transport::Tcp, port: 5060 }];
        if tls.is_some() {
            listen.push(Listen { transport: Transport::Tls, port: 5061 });
        }
        Agent::open(AgentConfig {
            name: name.into(),
            address: address.parse().unwrap(),
            listen,
            port_offset: 0,
            user_agent: "test".into(),
            network: Network::Simulated(self.network.clone()),
            tls,
            resolver: self.zone.clone(),
            trace,
        })
        .await
        .unwrap()
    }
}

fn options(uri: &str) -> InviteOptions {
    InviteOptions {
        uri: uri.into(),
        from: "<sip:caller@a.test>".into(),
        to: "<sip:callee@b.test>".into(),
        sdp: Some("v=0\r\n".into()),
        follow_redirects: true,
        ..InviteOptions::default()
    }
}

/// Answers everything: c redirects to nobody, b answers after ringing reliably when asked.
fn serve_answering(mut incoming: mpsc::Receiver<Incoming>) {
    tokio::spawn(async move {
        while let Some(request) = incoming.recv().await {
            if request.request.method() != Method::Invite {
                request.reply(200, "", &[]);
                continue;
            }
            tokio::spawn(async move {
                let Some(mut call) = IncomingCall::new(request) else {
                    return;
                };
                call.ring(180, None, &[]);
                tokio::time::sleep(std::time::Duration::from_secs(2)).await;
                let Some(mut call) = call.answer("v=0\r\n", &[]) else {
                    return;
                };
                while !matches!(call.next().await, CallEvent::Bye(_) | CallEvent::Dead) {}
            });
        }
    });
}

fn serve_redirecting(mut incoming: mpsc::Receiver<Incoming>, contact: &'static str) {
    tokio::spawn(async move {
        while let Some(request) = incoming.recv().await {
            request.reply(302, "", &[(HeaderName::Contact, contact.into())]);
        }
    });
}

async fn place(agent: &Agent, options: InviteOptions) -> (Vec<u16>, Option<Box<Call>>) {
    let mut invite = agent.invite(options);
    let mut seen = Vec::new();
    while let Some(progress) = invite.next().await {
        match progress {
            Progress::Provisional(response) => seen.push(response.status()),
            Progress::Answered { call, response } => {
                seen.push(response.status());
                return (seen, Some(call));
            }
            Progress::Failed { response, .. } => seen.push(response.status()),
        }
    }
    (seen, None)
}

#[tokio::test(start_paused = true)]
async fn calls_over_each_transport_even_with_loss() {
    let lab = Lab::new();
    let (caller, _rx) = lab.agent(0, Some(lab.identity(&["a.test"], "a.test"))).await;
    let (callee, incoming) = lab.agent(1, Some(lab.identity(&["b.test"], "b.test"))).await;
    serve_answering(incoming);
    for (uri, loss) in [
        ("sip:x@b.test;transport=udp", 0),
        ("sip:x@b.test;transport=udp", 300),
        ("sip:x@b.test;transport=tcp", 0),
        ("sip:x@b.test;transport=tls", 0),
    ] {
        lab.network.set_loss(loss);
        let mut options = options(uri);
        options.headers.push((HeaderName::Require, "100rel".into()));
        let (seen, call) = place(&caller, options).await;
        assert_eq!((seen.first(), seen.last()), (Some(&180), Some(&200)), "{uri}");
        call.unwrap().bye(&[]).await;
    }
    tokio::time::sleep(std::time::Duration::from_secs(70)).await;
    assert_eq!((caller.transactions(), callee.transactions()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn follows_two_redirects_and_stops_loops() {
    let lab = Lab::new();
    let (caller, incoming_a) = lab.agent(0, None).await;
    let (_callee, incoming_b) = lab.agent(1, None).await;
    let (_router, incoming_c) = lab.agent(2, None).await;
    serve_answering(incoming_b);
    serve_redirecting(incoming_c, "<sip:x@b.test;transport=tcp>");
    let (seen, call) = place(&caller, options("sip:x@c.test;transport=tcp")).await;
    assert_eq!(seen.last(), Some(&200));
    let mut call = call.unwrap();
    assert_eq!(call.dialog().local_seq, 2);
    call.bye(&[]).await;
    // A server that redirects to itself ends the call with its own answer.
    serve_redirecting(incoming_a, "<sip:x@a.test;transport=tcp>");
    let (seen, _) = place(&_callee, options("sip:x@a.test;transport=tcp")).await;
    assert_eq!(seen.last(), Some(&302));
}

#[tokio::test(start_paused = true)]
async fn certificate_names_decide() {
    let lab = Lab::new();
    for (san, common_name, expected) in
        [(&["b.test"][..], "other", 200), (&[][..], "b.test", 200), (&["z.test"][..], "z.test", 504)]
    {
        let (caller, _rx) = lab.agent(0, Some(lab.identity(&["a.test"], "a.test"))).await;
        let (callee, incoming) = lab.agent(1, Some(lab.identity(san, common_name))).await;
        serve_answering(incoming);
        let (seen, call) = place(&caller, options("sip:x@b.test;transport=tls")).await;
        assert_eq!(seen.last(), Some(&expected), "{common_name}");
        if let Some(mut call) = call {
            call.bye(&[]).await;
        }
        caller.close();
        callee.close();
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_both_sides() {
    let lab = Lab::new();
    let (caller, _rx) = lab.agent(0, None).await;
    let (callee, mut incoming) = lab.agent(1, None).await;
    tokio::spawn(async move {
        let call = IncomingCall::new(incoming.recv().await.unwrap()).unwrap();
        call.cancelled().await;
        call.reject(487, "", &[]);
    });
    let mut invite = caller.invite(options("sip:x@b.test;transport=udp"));
    assert!(tokio::time::timeout(std::time::Duration::from_secs(1), invite.next()).await.is_err());
    invite.cancel(Vec::new());
    let Some(Progress::Failed { response, local: false }) = invite.next().await else { panic!("no failure") };
    assert_eq!(response.status(), 487);
    tokio::time::sleep(std::time::Duration::from_secs(70)).await;
    assert_eq!((caller.transactions(), callee.transactions()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn unreachable_peers_fail_with_a_diagnosis() {
    let lab = Lab::new();
    let (caller, _rx) = lab.agent(0, None).await;
    for (uri, status, id) in [
        ("sip:x@b.test;transport=tcp", 504, "1007"),
        ("sip:x@nowhere.test", 504, "1014"),
        ("sip:x@b.test;transport=udp", 408, "5001"),
    ] {
        let mut invite = caller.invite(options(uri));
        let Some(Progress::Failed { response, local: true }) = invite.next().await else { panic!("no failure") };
        assert_eq!(response.status(), status, "{uri}");
        assert!(response.text(HeaderName::MsDiagnostics).unwrap().starts_with(id), "{uri}");
    }
}

/// A proxy between caller and callee.
fn serve_forwarding(agent: Agent, mut incoming: mpsc::Receiver<Incoming>, target: &'static str) {
    tokio::spawn(async move {
        while let Some(request) = incoming.recv().await {
            let Ok(mut forward) = prepare_forward(&agent, &request.request) else { continue };
            forward.set_request_uri(target);
            let (Ok(hops), Some(mut fork)) = (agent.hops_of(&forward), Fork::new(&agent, &request)) else { continue };
            fork.add(forward, &hops[0]);
            tokio::spawn(async move { fork.run(None).await });
        }
    });
}

/// Ringing and answer come at once and leave in their order, whichever threads carry them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_proxy_lets_no_answer_overtake_the_ringing() {
    let lab = Lab::new();
    let (caller, _rx) = lab.agent(0, None).await;
    // Sending takes a while, so that threads meet at it.
    let slow: TraceSink = Arc::new(|_| std::thread::sleep(std::time::Duration::from_micros(200)));
    let (proxy, requests) = lab.traced(1, None, Some(slow)).await;
    let (_callee, mut incoming) = lab.agent(2, None).await;
    serve_forwarding(proxy, requests, "sip:x@c.test;transport=udp");
    tokio::spawn(async move {
        while let Some(request) = incoming.recv().await {
            if let Some(mut call) = IncomingCall::new(request) {
                call.ring(180, None, &[]);
                call.answer("v=0\r\n", &[]);
            }
        }
    });
    for _ in 0..50 {
        let calls: Vec<_> = (0..20)
            .map(|_| {
                let caller = caller.clone();
                tokio::spawn(async move { place(&caller, options("sip:x@b.test;transport=udp")).await.0 })
            })
            .collect();
        for call in calls {
            let seen = call.await.unwrap();
            // A machine that stalls may repeat what was sent.
            assert_eq!((seen.first(), seen.last()), (Some(&180), Some(&200)), "{seen:?}");
        }
    }
}
