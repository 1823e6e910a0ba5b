//! One call of the test phone.

use crate::audio::{AudioLeg, AudioPort, MEDIATION_PORTS};
use crate::frontend::SKIP_LOOKUP;
use control::{CallResult, TestCall};
use media::FRAME;
use media::clock::MediaClock;
use media::dtmf::ToneDetector;
use media::file::{WavError, WavFormat, encode_wav, read_wav};
use media::tone::ActivityDetector;
use signaling::agent::{Agent, AgentConfig, Call, CallEvent, Incoming, InviteOptions, Listen, Progress};
use signaling::headers::MsDiagnostics;
use signaling::resolve::Resolve;
use signaling::sdp::{Direction, MediaSecurity, Sdp, accept_answer};
use signaling::transport::{Network, Transport, TransportError};
use signaling::{HeaderName, Message};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Longest call without a hang-up of its own.
const LONGEST: Duration = Duration::from_secs(120);

/// Why the test phone cannot call.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    #[error("test phone: {0}")]
    Transport(#[from] TransportError),
    #[error("sound file {0}: {1}")]
    Sound(String, WavError),
    #[error("test phone: {0}")]
    Io(#[from] std::io::Error),
}

/// The phone.
pub struct TestPhone {
    agent: Agent,
    network: Network,
    address: IpAddr,
}

impl TestPhone {
    /// A phone at an address with any free port.
    pub async fn open(network: &Network, address: IpAddr, resolver: Arc<dyn Resolve>) -> Result<TestPhone, PhoneError> {
        Ok(TestPhone::open_reachable(network, address, resolver).await?.0)
    }

    /// The same with the requests that others send it.
    pub async fn open_reachable(
        network: &Network,
        address: IpAddr,
        resolver: Arc<dyn Resolve>,
    ) -> Result<(TestPhone, mpsc::Receiver<Incoming>), PhoneError> {
        let mut last = None;
        for _ in 0..50 {
            let port = 20_000 + rand::random::<u16>() % 20_000;
            let config = AgentConfig {
                name: address.to_string(),
                address,
                listen: vec![Listen { transport: Transport::Udp, port }],
                port_offset: 0,
                user_agent: "dialtone test phone".into(),
                network: network.clone(),
                tls: None,
                resolver: resolver.clone(),
                trace: None,
            };
            match Agent::open(config).await {
                Ok((agent, requests)) => {
                    return Ok((TestPhone { agent, network: network.clone(), address }, requests));
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.map_or_else(|| std::io::Error::from(std::io::ErrorKind::AddrInUse).into(), PhoneError::Transport))
    }

    /// Places a call through `proxy` (host and port) and sees it through.
    pub async fn call(
        &self,
        call: &TestCall,
        proxy: &str,
        credentials: Option<signaling::auth::Credentials>,
    ) -> Result<CallResult, PhoneError> {
        let sound = match &call.play {
            Some(path) => read_wav(Path::new(path)).map_err(|e| PhoneError::Sound(path.clone(), e))?.narrowband(),
            None => Vec::new(),
        };
        let port = AudioPort::open(&self.network, self.address, MEDIATION_PORTS).await?;
        let options = self.invite_options(call, proxy, &port, credentials);
        let local = port.options(security_of(call), Direction::SendRecv);
        let started = Instant::now();
        let mut invite = self.agent.invite(options);
        let mut result = CallResult { call_id: invite.call_id().to_string(), ..CallResult::default() };
        let timeout = Duration::from_secs_f64(if call.answer_timeout > 0.0 { call.answer_timeout } else { 90.0 });
        let mut deadline = Some(started + timeout);
        let answered = loop {
            let timer = async {
                match deadline {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let progress = tokio::select! {
                progress = invite.next() => progress,
                () = timer => {
                    deadline = None;
                    invite.cancel(Vec::new());
                    continue;
                }
            };
            match progress {
                Some(Progress::Provisional(_)) => {}
                Some(Progress::Answered { call, response }) => break Some((call, response)),
                Some(Progress::Failed { response, .. }) => {
                    result.status = response.status();
                    result.reason = response.reason().to_string();
                    result.diagnostics = diagnosis(&response);
                    break None;
                }
                None => break None,
            }
        };
        result.setup_milliseconds = started.elapsed().as_millis() as u64;
        let Some((mut established, response)) = answered else {
            return Ok(result);
        };
        result.answered = true;
        result.status = response.status();
        result.reason = response.reason().to_string();
        let negotiated =
            response.body_of_type("application/sdp").and_then(Sdp::parse).and_then(|s| accept_answer(&s, &local).ok());
        let Some(leg) = negotiated.and_then(|n| AudioLeg::new(port, &n).ok()) else {
            established.bye(&[]).await;
            result.diagnostics = "the answer's session description does not fit".into();
            return Ok(result);
        };
        let connected = Instant::now();
        let heard = talk(&mut established, leg, call, &sound, &mut result).await;
        result.duration = connected.elapsed().as_secs_f64();
        result.heard = heard.len() as f64 / 8000.0;
        if let Some(path) = &call.record {
            std::fs::write(path, encode_wav(&heard, 8000, WavFormat::Pcm16))?;
        }
        Ok(result)
    }

    fn invite_options(
        &self,
        call: &TestCall,
        proxy: &str,
        port: &AudioPort,
        credentials: Option<signaling::auth::Credentials>,
    ) -> InviteOptions {
        let host = proxy.split(':').next().unwrap_or(proxy);
        let uri = |party: &str| {
            if party.contains('@') {
                format!("sip:{}", party.trim_start_matches("sip:"))
            } else {
                format!("sip:{party}@{host}")
            }
        };
        let from = if call.from.is_empty() {
            "\"Anonymous\" <sip:anonymous@anonymous.invalid>".to_string()
        } else {
            format!("<{}>", uri(&call.from))
        };
        let mut headers = Vec::new();
        if let Some(diversion) = &call.diversion {
            headers.push((HeaderName::Diversion, format!("<{}>;reason=no-answer", uri(diversion))));
        }
        if call.over_pstn {
            headers.push((HeaderName::other(SKIP_LOOKUP), "true".into()));
        }
        let target = if call.to.contains('@') { uri(&call.to) } else { format!("sip:{}@{proxy};user=phone", call.to) };
        let routes = if call.to.contains('@') { vec![format!("<sip:{proxy};lr>")] } else { Vec::new() };
        InviteOptions {
            uri: target,
            from,
            to: format!("<{}>", uri(&call.to)),
            headers,
            routes,
            sdp: Some(port.offer(security_of(call)).to_string()),
            contact_user: call.from.split('@').next().unwrap_or("").to_string(),
            follow_redirects: true,
            credentials,
            ..InviteOptions::default()
        }
    }

    /// The phone's agent.
    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    /// Closes the phone.
    pub fn close(&self) {
        self.agent.close();
    }
}

/// Keys stay within this machine: the phone and the servers that it calls are one process.
fn security_of(call: &TestCall) -> MediaSecurity {
    if call.secure { MediaSecurity::Required } else { MediaSecurity::Plain }
}

fn diagnosis(response: &Message) -> String {
    match response.typed::<MsDiagnostics>() {
        Some(found) => found.to_string(),
        None => response.text(HeaderName::MsClientDiagnostics).unwrap_or("").to_string(),
    }
}

/// What the phone is at.
enum Stage {
    /// Waiting for the tone.
    Beep {
        seen: bool,
        quiet: u32,
    },
    Playing(usize),
    Pressing,
    /// Ticks until the hang-up; `None` waits for the other side.
    Waiting(Option<u32>),
}

async fn talk(call: &mut Call, mut leg: AudioLeg, test: &TestCall, sound: &[i16], result: &mut CallResult) -> Vec<i16> {
    let mut clock = MediaClock::start();
    let mut tone = ToneDetector::new(1000.0, 6);
    let mut activity = ActivityDetector::default();
    let mut heard = Vec::new();
    let mut stage = if test.wait_for_beep { Stage::Beep { seen: false, quiet: 0 } } else { Stage::Playing(0) };
    let mut keys = test.keys.chars().peekable();
    let mut pause = 0u32;
    let end = Instant::now() + LONGEST;
    let mut frame = [0i16; FRAME];
    result.codec = leg.codec_name().to_string();
    result.secure_media = leg.is_secure();
    loop {
        tokio::select! {
            biased;
            event = call.next() => match event {
                CallEvent::Bye(_) => {
                    result.hung_up_by = "callee".into();
                    return heard;
                }
                CallEvent::Dead => return heard,
                CallEvent::Offer(incoming) => {
                    let sdp = leg.port().offer(security_of(test)).to_string();
                    call.answer_offer(&incoming, &sdp);
                    continue;
                }
                CallEvent::Refer(incoming) | CallEvent::Replace(incoming) | CallEvent::Other(incoming) => {
                    call.refuse(&incoming, 603, &[]);
                    continue;
                }
                _ => continue,
            },
            () = clock.tick() => {}
        }
        if Instant::now() > end {
            result.hung_up_by = "caller".into();
            call.bye(&[]).await;
            return heard;
        }
        leg.receive(|key| result.keys.push(key));
        leg.pull(&mut frame, |key| result.keys.push(key));
        heard.extend_from_slice(&frame);
        activity.feed(&frame);
        let beep = tone.feed(&frame);
        let mut out = None;
        stage = match stage {
            Stage::Beep { seen, quiet } => {
                let seen = seen || beep;
                let quiet = if seen && media::codec::level(&frame) < -40.0 { quiet + 1 } else { 0 };
                // A little after the tone, as people do.
                if quiet >= 10 { Stage::Playing(0) } else { Stage::Beep { seen, quiet } }
            }
            Stage::Playing(at) => match AudioLeg::frame_of(sound, at) {
                Some(next) => {
                    out = Some(next);
                    Stage::Playing(at + 1)
                }
                None => Stage::Pressing,
            },
            Stage::Pressing => {
                if pause > 0 {
                    pause -= 1;
                    Stage::Pressing
                } else if leg.is_pressing() {
                    Stage::Pressing
                } else {
                    // `w` stays first until the other side has been silent for a second.
                    if keys.peek() == Some(&'w') && activity.silence() < 1000 {
                        stage = Stage::Pressing;
                        leg.send(Some(&[0; FRAME]));
                        continue;
                    }
                    match keys.next() {
                        Some(',') => {
                            pause = 25;
                            Stage::Pressing
                        }
                        Some('w') => Stage::Pressing,
                        Some(key) => {
                            leg.press(&key.to_string());
                            Stage::Pressing
                        }
                        None => {
                            Stage::Waiting((test.hang_up_after > 0.0).then_some((test.hang_up_after * 50.0) as u32))
                        }
                    }
                }
            }
            Stage::Waiting(Some(0)) => {
                result.hung_up_by = "caller".into();
                call.bye(&[]).await;
                return heard;
            }
            Stage::Waiting(left) => Stage::Waiting(left.map(|l| l - 1)),
        };
        // Silence keeps the stream going between sounds.
        let silence = [0; FRAME];
        leg.send(Some(out.as_ref().unwrap_or(&silence)));
    }
}
