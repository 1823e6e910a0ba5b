//! A gateway or exchange that calls unified messaging itself: every response is seen as it came.

use super::lab::Lab;
use signaling::agent::{Agent, AgentConfig, Call, Incoming, InviteOptions, Listen, Progress};
use signaling::sdp::{Direction, MediaSecurity, Sdp, accept_answer, answer};
use signaling::transport::Transport;
use signaling::{HeaderName, Message};
use std::net::IpAddr;
use tokio::sync::mpsc;
use voice::audio::{AudioLeg, AudioPort, MEDIATION_PORTS};
use voice::config::{Snapshot, UmHuntGroup, UmIpGateway};

/// Address of the peer that [`Peer::add_to`] makes known.
pub const PEER: &str = "127.0.0.77";

/// A description of `m=audio` with these formats.
pub fn sdp(protocol: &str, formats: &str, more: &str) -> String {
    format!(
        "v=0\r\no=- 1 1 IN IP4 {PEER}\r\ns=-\r\nc=IN IP4 {PEER}\r\nt=0 0\r\nm=audio 9000 {protocol} {formats}\r\n{more}"
    )
}

/// The peer.
pub struct Peer {
    pub agent: Agent,
    /// Whether it does what a 302 says.
    pub follows: bool,
    /// Nobody calls it, but a closed queue would refuse.
    _incoming: mpsc::Receiver<Incoming>,
    address: IpAddr,
}

/// How a call of the peer began.
pub struct Placed {
    pub response: Message,
    /// Set when it was answered.
    pub call: Option<Box<Call>>,
    pub leg: Option<AudioLeg>,
}

impl Peer {
    /// Makes the peer a gateway with the pilot 5000.
    pub fn add_to(snapshot: &mut Snapshot) {
        snapshot.gateways.push(UmIpGateway { name: "pbx".into(), address: PEER.into(), ..UmIpGateway::default() });
        snapshot.hunt_groups.push(UmHuntGroup {
            name: "pbx".into(),
            gateway: "pbx".into(),
            dial_plan: "Plan".into(),
            pilot: "5000".into(),
        });
    }

    pub async fn open(lab: &Lab) -> Peer {
        let address: IpAddr = PEER.parse().unwrap();
        let (agent, incoming) = Agent::open(AgentConfig {
            name: PEER.into(),
            address,
            listen: vec![Listen { transport: Transport::Tcp, port: 5060 }],
            port_offset: 0,
            user_agent: "peer".into(),
            network: lab.runtime.network.clone(),
            tls: None,
            resolver: lab.runtime.zone.clone(),
            trace: None,
        })
        .await
        .unwrap();
        Peer { agent, follows: true, _incoming: incoming, address }
    }

    /// Calls `user` at a port of the mailbox server, follows redirects, and waits for the final response. Without `offer` the
    /// description comes with the 200 and is answered.
    pub async fn call(
        &self,
        lab: &Lab,
        user: &str,
        port: u16,
        offer: Option<&str>,
        from: &str,
        headers: &[(HeaderName, &str)],
    ) -> Placed {
        let uri = format!("sip:{user}@{}:{port};transport=tcp", lab.runtime.address_of("mbx1.contoso.com"));
        let mut invite = self.agent.invite(InviteOptions {
            to: format!("<{uri}>"),
            uri,
            from: from.into(),
            headers: headers.iter().map(|(n, v)| (n.clone(), v.to_string())).collect(),
            sdp: offer.map(str::to_string),
            follow_redirects: self.follows,
            ..InviteOptions::default()
        });
        loop {
            match invite.next().await.expect("a final response") {
                Progress::Provisional(_) => {}
                Progress::Failed { response, .. } => return Placed { response, call: None, leg: None },
                Progress::Answered { mut call, response } => {
                    let described =
                        response.body_of_type("application/sdp").and_then(Sdp::parse).expect("a description");
                    let port = AudioPort::open(&lab.runtime.network, self.address, MEDIATION_PORTS).await.unwrap();
                    let options = port.options(MediaSecurity::Plain, Direction::SendRecv);
                    let negotiated = if offer.is_none() {
                        let answered = answer(&described, &options).expect("an offer that fits");
                        call.acknowledge(Some(&answered.sdp.to_string()));
                        answered.negotiated
                    } else {
                        accept_answer(&described, &options).expect("an answer that fits")
                    };
                    let leg = AudioLeg::new(port, &negotiated).unwrap();
                    return Placed { response, call: Some(call), leg: Some(leg) };
                }
            }
        }
    }
}
