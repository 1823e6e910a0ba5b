//! One call carried on as another.

use crate::audio::{
    AudioLeg, AudioPort, JoinEnd, Joined, MEDIATION_PORTS, NotEstablished, Side, Watch, check_offer, establish,
};
use crate::record::{CallRecord, CallType, OfferResult, record_time};
use crate::service::{CallGuard, Runtime};
use control::ActiveCall;
use media::FRAME;
use media::clock::MediaClock;
use signaling::agent::{Agent, Call, CallEvent, Incoming, IncomingCall, InviteOptions, Progress};
use signaling::headers::ReferTo;
use signaling::sdp::{Direction, MediaSecurity, Negotiated, Sdp, accept_answer, answer};
use signaling::uri::Uri;
use signaling::{HeaderName, Message};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// A second leg that was answered.
pub struct Bridged {
    pub call: Box<Call>,
    pub leg: AudioLeg,
    /// The first leg's sound and its description, when the second was heard before it answered.
    early: Option<(AudioLeg, String)>,
}

/// How an attempt at the second leg ended.
pub enum Attempt {
    Answered(Bridged),
    /// Refused, or unreachable; the next trunk may be tried.
    Failed(Message),
    /// The caller gave up.
    Cancelled,
}

/// Sound before the answer: announcements and ringing tones of the far end (RFC 3960).
struct Early {
    first: AudioLeg,
    description: String,
    second: AudioLeg,
    clock: MediaClock,
}

impl Early {
    fn relay(&mut self) {
        let mut frame = [0; FRAME];
        // The caller may send keys already; what it says is nobody's business yet.
        self.first.receive(|_| {});
        self.first.pull(&mut frame, |_| {});
        self.second.send(None);
        self.second.receive(|_| {});
        let heard = self.second.pull(&mut frame, |_| {});
        self.first.send(heard.then_some(&frame));
    }
}

/// Opens both sides' sound for a 18x with a description; none when the caller offered nothing or the sides do not agree.
async fn open_early(
    runtime: &Runtime,
    first: &IncomingCall,
    address: IpAddr,
    security: MediaSecurity,
    port: &mut Option<AudioPort>,
    negotiated: &Negotiated,
) -> Option<Early> {
    let offer = first.request().body_of_type("application/sdp").and_then(Sdp::parse)?;
    let own = AudioPort::open(&runtime.network, address, MEDIATION_PORTS).await.ok()?;
    let answered = answer(&offer, &own.options(security, Direction::SendRecv)).ok()?;
    let first = AudioLeg::new(own, &answered.negotiated).ok()?;
    let second = AudioLeg::new(port.take()?, negotiated).ok()?;
    Some(Early { first, description: answered.sdp.to_string(), second, clock: MediaClock::start() })
}

/// Tries one second leg. Ringing, and sound before the answer, are passed back to the first.
/// `securities`: what each side demands.
pub async fn attempt(
    runtime: &Runtime,
    agent: &Agent,
    first: &mut IncomingCall,
    address: IpAddr,
    securities: (MediaSecurity, MediaSecurity),
    mut options: InviteOptions,
) -> std::io::Result<Attempt> {
    let port = AudioPort::open(&runtime.network, address, MEDIATION_PORTS).await?;
    if let Err(refused) = check_offer(first, &port, securities.0) {
        // What the first side offers cannot be answered: nobody needs to ring.
        let mut response = agent.response(first.request(), 488, "");
        response.push(HeaderName::Warning, format!("{} {} \"{refused}\"", refused.warning(), agent.name()));
        return Ok(Attempt::Failed(response));
    }
    options.sdp = Some(port.offer(securities.1).to_string());
    let local = port.options(securities.1, Direction::SendRecv);
    let mut port = Some(port);
    let mut early: Option<Early> = None;
    let mut invite = agent.invite(options);
    runtime.ladder.relate(first.request().call_id(), invite.call_id());
    let mut cancelled = false;
    loop {
        let tick = async {
            match &mut early {
                Some(early) => early.clock.tick().await,
                None => std::future::pending().await,
            }
        };
        let progress = tokio::select! {
            progress = invite.next() => progress,
            () = tick => {
                if let Some(early) = &mut early {
                    early.relay();
                }
                continue;
            }
            () = first.cancelled(), if !cancelled => {
                cancelled = true;
                invite.cancel(Vec::new());
                continue;
            }
        };
        match progress {
            Some(Progress::Provisional(response)) => {
                let sound = response
                    .body_of_type("application/sdp")
                    .and_then(Sdp::parse)
                    .and_then(|s| accept_answer(&s, &local).ok());
                if let (false, None, Some(negotiated)) = (cancelled, &early, &sound) {
                    early = open_early(runtime, first, address, securities.0, &mut port, negotiated).await;
                    if let Some(early) = &early {
                        first.ring(183, Some(&early.description), &[]);
                        continue;
                    }
                }
                // Without sound of its own the caller hears its own ringing tone; a later 180 changes nothing for who hears already.
                if !cancelled && early.is_none() && matches!(response.status(), 180..=183) {
                    first.ring(if response.status() == 183 { 180 } else { response.status() }, None, &[]);
                }
            }
            Some(Progress::Answered { mut call, response }) => {
                if cancelled {
                    call.bye(&[]).await;
                    return Ok(Attempt::Cancelled);
                }
                let negotiated =
                    response.body_of_type("application/sdp").and_then(Sdp::parse).map(|s| accept_answer(&s, &local));
                let (leg, early) = match (early, negotiated, port) {
                    // The 200 may repeat the description, change it, or leave it out.
                    (Some(mut early), negotiated, _) => {
                        let fits = match negotiated {
                            Some(Ok(negotiated)) => early.second.renegotiate(&negotiated).is_ok(),
                            Some(Err(_)) => false,
                            None => true,
                        };
                        (fits.then_some(early.second), Some((early.first, early.description)))
                    }
                    (None, Some(Ok(negotiated)), Some(port)) => (AudioLeg::new(port, &negotiated).ok(), None),
                    _ => (None, None),
                };
                match leg {
                    Some(leg) => return Ok(Attempt::Answered(Bridged { call, leg, early })),
                    None => {
                        call.bye(&[]).await;
                        return Ok(Attempt::Failed(agent.response(first.request(), 488, "")));
                    }
                }
            }
            Some(Progress::Failed { .. }) if cancelled => return Ok(Attempt::Cancelled),
            Some(Progress::Failed { response, .. }) => return Ok(Attempt::Failed(response)),
            None => {
                return Ok(if cancelled {
                    Attempt::Cancelled
                } else {
                    Attempt::Failed(agent.response(first.request(), 500, ""))
                });
            }
        }
    }
}

/// What both legs have in common, for [`finish`].
pub struct Bridge<'a> {
    pub runtime: &'a Arc<Runtime>,
    pub role: &'static str,
    pub server: &'a str,
    pub address: IpAddr,
    pub gateway: &'a str,
    /// The front end's side, which may ask for transfers (true is the second), and the Route value that they take. Without it all
    /// are declined.
    pub transfers: Option<(bool, String)>,
    pub watch: Watch,
    pub agent: &'a Agent,
}

/// Answers the first leg and joins both. They go on by themselves until one side hangs up, in a task that holds nothing of how they
/// were set up.
pub async fn finish(
    bridge: Bridge<'_>,
    first: IncomingCall,
    security: MediaSecurity,
    second: Bridged,
    second_security: MediaSecurity,
) {
    let Bridge { runtime, role, server, address, gateway, transfers, watch, agent } = bridge;
    let call_id = first.request().call_id().to_string();
    let who = crate::router::caller(first.request());
    let called = signaling::dialog::to_address(first.request()).map(|a| a.uri.user().to_string()).unwrap_or_default();
    let Bridged { mut call, leg, early } = second;
    let (first_call, first_leg) = match early {
        Some((first_leg, description)) => match first.answer(&description, &[]) {
            Some(first_call) => (first_call, first_leg),
            None => {
                call.bye(&[]).await;
                return;
            }
        },
        None => {
            let port = match AudioPort::open(&runtime.network, address, MEDIATION_PORTS).await {
                Ok(port) => port,
                Err(error) => {
                    runtime.events.write(1029, "Error", server, &call_id, format!("No media port: {error}"));
                    first.reject(503, "", &[]);
                    call.bye(&[]).await;
                    return;
                }
            };
            match Box::pin(establish(first, port, security)).await {
                Ok(established) => established,
                Err(NotEstablished { call: open, refused }) => {
                    call.bye(&[]).await;
                    if let (Some(open), Some(refused)) = (open, refused) {
                        let warning = format!("{} {server} \"{refused}\"", refused.warning());
                        open.reject(488, "", &[(HeaderName::Warning, warning)]);
                    }
                    return;
                }
            }
        }
    };
    let guard = runtime.active.enter(ActiveCall {
        call_id: call_id.clone(),
        server: server.into(),
        role: role.into(),
        call_type: CallType::EnterpriseVoice.name().into(),
        state: "Connected".into(),
        from: who.party.clone(),
        to: called.clone(),
        gateway: gateway.into(),
        ..ActiveCall::default()
    });
    let record = CallRecord {
        call_start_time: record_time(),
        call_type: CallType::EnterpriseVoice.name().into(),
        call_identity: call_id,
        um_server_name: server.into(),
        ip_gateway_address: gateway.into(),
        caller_phone_number: who.party,
        called_phone_number: called,
        offer_result: OfferResult::Answer,
        ..CallRecord::default()
    };
    let first = Side { call: first_call, leg: first_leg, security };
    let second = Side { call: *call, leg, security: second_security };
    let mut talk = Box::new(Talk {
        joined: Joined::new(first, second, watch),
        runtime: runtime.clone(),
        agent: agent.clone(),
        address,
        transfers,
        record,
        guard,
        start: tokio::time::Instant::now(),
    });
    tokio::spawn(async move {
        let end = talk.run().await;
        talk.close(end);
    });
}

/// Joined calls and what is to be written down of them.
struct Talk {
    joined: Joined,
    runtime: Arc<Runtime>,
    agent: Agent,
    address: IpAddr,
    transfers: Option<(bool, String)>,
    record: CallRecord,
    guard: CallGuard,
    start: tokio::time::Instant,
}

impl Talk {
    /// Until one side hangs up.
    async fn run(&mut self) -> JoinEnd {
        let Talk { joined, runtime, agent, transfers, record, .. } = self;
        let cut = self.guard.cut();
        loop {
            match joined.run(&cut).await {
                JoinEnd::Refer(by_second, refer) => {
                    let Some((_, route)) = transfers.as_ref().filter(|(inner, _)| *inner == by_second) else {
                        joined.party(by_second).call.refuse(&refer, 603, &[]);
                        continue;
                    };
                    let security = joined.party(by_second).security;
                    let staying = joined.party(!by_second).call.dialog().remote.clone();
                    let call_id = &record.call_identity;
                    let transfer = Transfer { runtime, agent, address: self.address, route, security, call_id };
                    let asking = &mut joined.party(by_second).call;
                    // Boxed, like all that is over soon.
                    if let Some((call, leg)) = Box::pin(transfer.run(asking, &staying, &refer)).await {
                        joined.replace(by_second, call, leg);
                    }
                }
                JoinEnd::Replace(by_second, incoming) => {
                    runtime.ladder.relate(&record.call_identity, incoming.request.call_id());
                    Box::pin(replace(runtime, self.address, joined, by_second, incoming)).await;
                }
                end => return end,
            }
        }
    }

    /// Writes down how it went.
    fn close(mut self, end: JoinEnd) {
        self.record.drop_call_reason = match end {
            JoinEnd::First => "CallerHangup",
            JoinEnd::Second => "CalleeHangup",
            JoinEnd::Dead => "MediaTimeout",
            JoinEnd::Cut => "Administrator",
            JoinEnd::Refer(..) | JoinEnd::Replace(..) => "Transferred",
        }
        .into();
        self.record.call_duration = self.start.elapsed().as_secs();
        if let Some((quality, codec)) = self.joined.quality() {
            self.record.set_quality(&quality, codec);
        }
        drop(self.joined);
        if let Err(error) = self.runtime.store.add_call(&self.record) {
            tracing::warn!(%error, "call record not kept");
        }
    }
}

/// Answers an INVITE that takes a side's place (RFC 3891), then hangs up on whom it replaces. One that does not fit changes nothing.
async fn replace(runtime: &Runtime, address: IpAddr, joined: &mut Joined, second: bool, incoming: Incoming) {
    let Some(call) = IncomingCall::new(incoming) else { return };
    let port = match AudioPort::open(&runtime.network, address, MEDIATION_PORTS).await {
        Ok(port) => port,
        Err(_) => return call.reject(503, "", &[]),
    };
    match establish(call, port, joined.party(second).security).await {
        Ok((call, leg)) => {
            let mut replaced = joined.replace(second, call, leg);
            tokio::spawn(async move { replaced.bye(&[]).await });
        }
        Err(NotEstablished { call: Some(call), refused: Some(refused) }) => {
            let warning = format!("{} {} \"{refused}\"", refused.warning(), joined.party(second).call.agent().name());
            call.reject(488, "", &[(HeaderName::Warning, warning)]);
        }
        Err(_) => {}
    }
}

/// A header that the URI of a Refer-To carries, such as Replaces (RFC 3261 19.1.1).
fn uri_header(headers: &str, name: &str) -> Option<String> {
    headers.split('&').find_map(|pair| {
        let (n, value) = pair.split_once('=')?;
        n.eq_ignore_ascii_case(name).then(|| signaling::uri::percent_decode(value))
    })
}

/// A transfer, blind or attended, that one side asked for: the other side is connected to somebody else (RFC 3515).
struct Transfer<'a> {
    runtime: &'a Runtime,
    agent: &'a Agent,
    address: IpAddr,
    route: &'a str,
    security: MediaSecurity,
    call_id: &'a str,
}

impl Transfer<'_> {
    /// Who transfers, whose policy counts. Unified messaging may name the plan; a telephone is who its call says it is.
    fn transferor(&self, asking: &Call, refer: &Incoming) -> Option<String> {
        let named = refer.request.text(HeaderName::ReferredBy).map(str::to_string);
        let snapshot = self.runtime.snapshot();
        let address = named.as_deref().and_then(signaling::headers::NameAddr::parse).map(|a| a.uri.address());
        if named.is_some() && address.is_none_or(|a| snapshot.user(&a).is_none()) {
            return named;
        }
        signaling::headers::NameAddr::parse(&asking.dialog().remote).map(|a| format!("<{}>", a.uri))
    }

    /// Places the new call for who stays and reports on it; the new call when it was answered.
    async fn run(&self, asking: &mut Call, staying: &str, refer: &Incoming) -> Option<(Call, AudioLeg)> {
        let mut uri = refer.request.typed::<ReferTo>().map(|r| r.0.uri);
        // An attended transfer names the call to be replaced.
        let replaces = match &mut uri {
            Some(Uri::Sip(sip)) => sip.headers.take().and_then(|h| uri_header(&h, "Replaces")),
            _ => None,
        };
        let (Some(target), Ok(port)) =
            (uri.map(|u| u.to_string()), AudioPort::open(&self.runtime.network, self.address, MEDIATION_PORTS).await)
        else {
            asking.refuse(refer, 400, &[]);
            return None;
        };
        asking.refuse(refer, 202, &[]);
        // Whether a report arrives changes nothing here.
        let _ = asking.notify_refer(&refer.request, 100, false).await;
        let local = port.options(self.security, Direction::SendRecv);
        // The party that stays is the caller of the new call.
        let from = signaling::headers::NameAddr::parse(staying).map(|mut a| {
            a.params.clear();
            a.to_string()
        });
        let mut headers = Vec::new();
        headers.extend(self.transferor(asking, refer).map(|t| (HeaderName::ReferredBy, t)));
        headers.extend(from.clone().map(|f| (HeaderName::PAssertedIdentity, f)));
        if let Some(replaces) = replaces {
            headers.push((HeaderName::Replaces, replaces));
            headers.push((HeaderName::Require, "replaces".into()));
        }
        let options = InviteOptions {
            uri: target.clone(),
            from: from.unwrap_or_else(|| "<sip:anonymous@anonymous.invalid>".into()),
            to: format!("<{target}>"),
            headers,
            routes: vec![self.route.to_string()],
            sdp: Some(port.offer(self.security).to_string()),
            ..InviteOptions::default()
        };
        let mut invite = self.agent.invite(options);
        self.runtime.ladder.relate(self.call_id, invite.call_id());
        let status = loop {
            match invite.next().await {
                Some(Progress::Provisional(_)) => {}
                Some(Progress::Answered { mut call, response }) => {
                    let negotiated = response
                        .body_of_type("application/sdp")
                        .and_then(Sdp::parse)
                        .and_then(|s| accept_answer(&s, &local).ok());
                    let Some(leg) = negotiated.and_then(|n| AudioLeg::new(port, &n).ok()) else {
                        call.bye(&[]).await;
                        break 488;
                    };
                    let _ = asking.notify_refer(&refer.request, 200, true).await;
                    // The transferor hangs up once it knows; if it does not, we do.
                    let gone = async { while !matches!(asking.next().await, CallEvent::Bye(_) | CallEvent::Dead) {} };
                    if tokio::time::timeout(Duration::from_secs(5), gone).await.is_err() {
                        asking.bye(&[]).await;
                    }
                    return Some((*call, leg));
                }
                Some(Progress::Failed { response, .. }) => break response.status(),
                None => break 500,
            }
        };
        let _ = asking.notify_refer(&refer.request, status, true).await;
        None
    }
}
