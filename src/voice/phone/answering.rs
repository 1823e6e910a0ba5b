//! A telephone of a user that answers: the other end of tests between two users.

use crate::audio::{AudioLeg, AudioPort, MEDIATION_PORTS, establish};
use media::clock::MediaClock;
use media::{FRAME, dtmf};
use parking_lot::Mutex;
use signaling::agent::{Call, CallEvent, Incoming, IncomingCall};
use signaling::sdp::MediaSecurity;
use signaling::transport::Network;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What the telephone did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    pub calls: u32,
    /// Keys that it heard.
    pub keys: String,
}

/// Answers calls until it is dropped, and presses keys in each of them.
pub struct AnsweringPhone {
    seen: Arc<Mutex<Answered>>,
    task: tokio::task::JoinHandle<()>,
}

impl AnsweringPhone {
    /// Takes the requests of an agent.
    pub fn start(
        network: Network,
        address: IpAddr,
        mut requests: mpsc::Receiver<Incoming>,
        keys: String,
    ) -> AnsweringPhone {
        let seen: Arc<Mutex<Answered>> = Arc::default();
        let noted = seen.clone();
        let task = tokio::spawn(async move {
            while let Some(incoming) = requests.recv().await {
                match incoming.request.method() {
                    signaling::Method::Invite => {
                        let Some(call) = IncomingCall::new(incoming) else { continue };
                        answer(call, &network, address, &keys, &noted).await;
                    }
                    signaling::Method::Ack => {}
                    _ => incoming.reply(200, "", &[]),
                }
            }
        });
        AnsweringPhone { seen, task }
    }

    /// What it did so far.
    pub fn seen(&self) -> Answered {
        self.seen.lock().clone()
    }
}

impl Drop for AnsweringPhone {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut call: IncomingCall, network: &Network, address: IpAddr, keys: &str, seen: &Mutex<Answered>) {
    call.ring(180, None, &[]);
    let Ok(port) = AudioPort::open(network, address, MEDIATION_PORTS).await else { return call.reject(503, "", &[]) };
    if let Ok((call, mut leg)) = establish(call, port, MediaSecurity::Optional).await {
        seen.lock().calls += 1;
        leg.press(keys);
        talk(call, leg, seen).await;
    }
}

async fn talk(mut call: Call, mut leg: AudioLeg, seen: &Mutex<Answered>) {
    let (mut clock, mut frame) = (MediaClock::start(), [0; FRAME]);
    loop {
        tokio::select! {
            biased;
            event = call.next() => match event {
                CallEvent::Bye(_) | CallEvent::Dead => return,
                CallEvent::Offer(i) | CallEvent::Refer(i) | CallEvent::Replace(i) | CallEvent::Other(i) => call.refuse(&i, 603, &[]),
                CallEvent::Ack(_) | CallEvent::Info(_) | CallEvent::Notify(_) => {}
            },
            () = clock.tick() => {
                let note = |key: char| {
                    if dtmf::event_of(key).is_some() {
                        seen.lock().keys.push(key);
                    }
                };
                leg.receive(note);
                leg.pull(&mut frame, note);
                leg.send(Some(&[0; FRAME]));
            }
        }
    }
}
