//! A call in the hands of a script: playing, listening for keys, recording, transferring, all at the pace of the media clock.

use crate::audio::{AudioLeg, AudioPort, NotEstablished, UM_PORTS, establish};
use crate::prompt::Sound;
use media::clock::MediaClock;
use media::dtmf::ToneDetector;
use media::tone::ActivityDetector;
use media::{FRAME, Frame};
use signaling::agent::{Call, CallEvent, Incoming, IncomingCall};
use signaling::sdp::{Direction, MediaSecurity, Sdp, answer};
use signaling::{HeaderName, Message, Method};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// No RTP for so long means that the peer is gone (assumed).
const RTP_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a script cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The caller hung up.
    Caller,
    /// Signalling or media died.
    Dead,
    /// MaxCallDuration was reached.
    Limit,
    /// Cut by an administrator.
    Cut,
    /// The caller was transferred.
    Transferred,
    /// The caller was joined with somebody, and one of them hung up.
    Joined,
    /// A fax calls.
    Fax,
}

impl Ended {
    /// DropCallReason of the call record.
    pub fn reason(self) -> &'static str {
        match self {
            Ended::Caller => "UserHangup",
            Ended::Dead => "MediaTimeout",
            Ended::Limit => "MaxCallDuration",
            Ended::Cut => "Administrator",
            Ended::Transferred => "Transferred",
            Ended::Joined => "GracefulHangup",
            Ended::Fax => "Fax",
        }
    }
}

/// What was heard in 20 ms.
pub struct Heard {
    pub frame: Frame,
    /// The other side sent sound.
    pub sound: bool,
    pub key: Option<char>,
}

/// The session.
pub struct Session {
    pub call: Call,
    pub leg: AudioLeg,
    clock: MediaClock,
    keys: VecDeque<char>,
    limit: Instant,
    cut: Arc<Notify>,
    security: MediaSecurity,
    started: Instant,
    /// Outcome of a transfer, from the NOTIFY of the other side.
    transfer: Option<u16>,
    /// A request of the dialog that said anew who calls.
    parties: Option<Message>,
    /// Listens for a calling fax, so many frames long.
    fax: Option<(ToneDetector, u32)>,
}

/// A fax calls within so many frames of 20 ms: 30 s.
const FAX_FRAMES: u32 = 1500;

/// Longest wait for the outcome of a transfer.
const TRANSFER: Duration = Duration::from_secs(40);

impl Session {
    /// A session of an answered call.
    pub fn new(call: Call, mut leg: AudioLeg, security: MediaSecurity, limit: Duration, cut: Arc<Notify>) -> Session {
        let now = Instant::now();
        leg.send_evenly();
        Session {
            call,
            leg,
            clock: MediaClock::start(),
            keys: VecDeque::new(),
            limit: now + limit,
            cut,
            security,
            started: now,
            transfer: None,
            parties: None,
            fax: None,
        }
    }

    /// From now on a calling fax ends the script with [`Ended::Fax`].
    pub fn listen_for_fax(&mut self) {
        self.fax = Some((ToneDetector::fax_calling(), FAX_FRAMES));
    }

    /// Keeps what the other side says until it is silent for `pause` or `most` samples are there.
    pub async fn listen(&mut self, most: usize, pause: Duration) -> Result<Vec<i16>, Ended> {
        let mut said = Vec::new();
        let mut activity = ActivityDetector::default();
        while said.len() < most {
            let heard = self.tick(None).await?;
            activity.feed(&heard.frame);
            said.extend_from_slice(&heard.frame);
            if heard.key.is_some() || u128::from(activity.silence()) >= pause.as_millis() {
                break;
            }
        }
        Ok(said)
    }

    /// Joins this call with another until either ends: always `Err`.
    pub async fn bridge(&mut self, other: &mut Session) -> Result<(), Ended> {
        self.fax = None;
        let mut to_us = None;
        loop {
            let ours = self.tick(to_us.as_ref()).await?;
            if let Some(key) = ours.key {
                other.leg.press(&key.to_string());
            }
            let to_them = ours.sound.then_some(ours.frame);
            let theirs = match other.tick(to_them.as_ref()).await {
                Ok(heard) => heard,
                Err(_) => return Err(Ended::Joined),
            };
            if let Some(key) = theirs.key {
                self.leg.press(&key.to_string());
            }
            to_us = theirs.sound.then_some(theirs.frame);
        }
    }

    /// Time since the answer.
    pub fn duration(&self) -> Duration {
        self.started.elapsed()
    }

    /// Lets 20 ms pass: sends a frame, or silence, and gives what was heard.
    pub async fn tick(&mut self, out: Option<&Frame>) -> Result<Heard, Ended> {
        self.pace().await?;
        let mut heard = Heard { frame: [0; FRAME], sound: false, key: None };
        let keys = &mut self.keys;
        self.leg.receive(|key| keys.push_back(key));
        heard.sound = self.leg.pull(&mut heard.frame, |key| keys.push_back(key));
        let silence = [0; FRAME];
        self.leg.send(Some(out.unwrap_or(&silence)));
        heard.key = self.keys.pop_front();
        self.hear_fax(&heard.frame)?;
        Ok(heard)
    }

    /// Lets 20 ms pass for a recording: `write` gets all the sound that came, however much. A key, when one was pressed.
    pub async fn record(&mut self, mut write: impl FnMut(&Frame)) -> Result<Option<char>, Ended> {
        let paced = self.pace().await;
        let keys = &mut self.keys;
        let mut fax = self.fax.as_mut();
        let mut fax_heard = false;
        self.leg.record(
            paced.is_err(),
            |key| keys.push_back(key),
            |frame| {
                if let Some((detector, left)) = &mut fax {
                    *left = left.saturating_sub(1);
                    fax_heard |= detector.feed(frame);
                }
                write(frame);
            },
        );
        paced?;
        if fax_heard {
            self.fax = None;
            return Err(Ended::Fax);
        }
        if self.fax.as_ref().is_some_and(|(_, left)| *left == 0) {
            self.fax = None;
        }
        self.leg.send(Some(&[0; FRAME]));
        Ok(self.keys.pop_front())
    }

    fn hear_fax(&mut self, frame: &Frame) -> Result<(), Ended> {
        if let Some((detector, left)) = &mut self.fax {
            *left -= 1;
            let over = *left == 0;
            if detector.feed(frame) {
                self.fax = None;
                return Err(Ended::Fax);
            }
            if over {
                self.fax = None;
            }
        }
        Ok(())
    }

    /// Waits for the next 20 ms; events of the call are dealt with meanwhile.
    async fn pace(&mut self) -> Result<(), Ended> {
        loop {
            tokio::select! {
                biased;
                event = self.call.next() => self.take_event(event).await?,
                () = self.cut.notified() => return Err(Ended::Cut),
                () = self.clock.tick() => break,
            }
        }
        if Instant::now() > self.limit {
            return Err(Ended::Limit);
        }
        if self.leg.silence() > RTP_TIMEOUT && !self.leg.is_held() {
            return Err(Ended::Dead);
        }
        Ok(())
    }

    async fn take_event(&mut self, event: CallEvent) -> Result<(), Ended> {
        match event {
            CallEvent::Bye(_) => Err(Ended::Caller),
            CallEvent::Dead => Err(Ended::Dead),
            CallEvent::Offer(incoming) => {
                self.note_parties(&incoming.request);
                self.answer_change(&incoming);
                Ok(())
            }
            CallEvent::Replace(incoming) => {
                self.replace(incoming).await;
                Ok(())
            }
            CallEvent::Info(request) => {
                self.note_parties(&request);
                // Keys as SIP INFO: `Signal=5`.
                if let Some(body) = request.body_of_type("application/dtmf-relay") {
                    let signal = body
                        .lines()
                        .find_map(|l| l.trim().strip_prefix("Signal="))
                        .and_then(|s| s.trim().chars().next());
                    self.keys.extend(signal.filter(|k| media::dtmf::event_of(*k).is_some()));
                }
                Ok(())
            }
            CallEvent::Refer(incoming) => {
                self.call.refuse(&incoming, 603, &[]);
                Ok(())
            }
            CallEvent::Other(incoming) => {
                self.call.refuse(&incoming, 405, &[]);
                Ok(())
            }
            CallEvent::Notify(request) => {
                // message/sipfrag: `SIP/2.0 200 OK`.
                let status =
                    std::str::from_utf8(&request.body).ok().and_then(|b| b.split_whitespace().nth(1)?.parse().ok());
                self.transfer = status.or(self.transfer);
                Ok(())
            }
            CallEvent::Ack(_) => Ok(()),
        }
    }

    fn note_parties(&mut self, request: &Message) {
        let fields = [HeaderName::PAssertedIdentity, HeaderName::Diversion, HeaderName::HistoryInfo];
        if fields.iter().any(|name| request.text(name.clone()).is_some()) {
            self.parties = Some(request.clone());
        }
    }

    /// Waits for a request of the dialog that says who calls or who diverted; silence is sent meanwhile.
    pub async fn wait_parties(&mut self, timeout: Duration) -> Result<Option<Message>, Ended> {
        let end = Instant::now() + timeout;
        while self.parties.is_none() && Instant::now() < end {
            self.tick(None).await?;
        }
        Ok(self.parties.take())
    }

    /// Somebody takes the caller's place (RFC 3891), as the second half of an attended transfer: the script goes on with them.
    async fn replace(&mut self, incoming: Incoming) {
        let address = self.leg.port().address().ip();
        let Some(call) = IncomingCall::new(incoming) else { return };
        let port = match AudioPort::open(&self.leg.port().network(), address, UM_PORTS).await {
            Ok(port) => port,
            Err(_) => return call.reject(503, "", &[]),
        };
        match establish(call, port, self.security).await {
            Ok((call, mut leg)) => {
                leg.send_evenly();
                let mut replaced = std::mem::replace(&mut self.call, call);
                self.leg = leg;
                tokio::spawn(async move { replaced.bye(&[]).await });
            }
            Err(NotEstablished { call: Some(call), refused: Some(refused) }) => {
                let warning = format!("{} {} \"{refused}\"", refused.warning(), self.call.agent().name());
                call.reject(488, "", &[(HeaderName::Warning, warning)]);
            }
            Err(_) => {}
        }
    }

    fn answer_change(&mut self, incoming: &Incoming) {
        if incoming.request.body.is_empty() {
            let sdp = self.leg.port().offer(self.security).to_string();
            self.call.answer_offer(incoming, &sdp);
            return;
        }
        let Some(offer) = incoming.request.body_of_type("application/sdp").and_then(Sdp::parse) else {
            self.call.refuse(incoming, 488, &[]);
            return;
        };
        self.leg.port().next_version();
        let options = self.leg.port().options(self.security, Direction::SendRecv);
        match answer(&offer, &options) {
            Ok(answered) if self.leg.renegotiate(&answered.negotiated).is_ok() => {
                self.call.answer_offer(incoming, &answered.sdp.to_string())
            }
            Ok(_) => self.call.refuse(incoming, 488, &[]),
            Err(refused) => {
                let warning = format!("{} {} \"{refused}\"", refused.warning(), self.call.agent().name());
                self.call.refuse(incoming, 488, &[(HeaderName::Warning, warning)]);
            }
        }
    }

    /// Plays a sound. A key ends it when `interruptible`, and is given back. On hold the sound waits.
    pub async fn play(&mut self, sound: &[i16], interruptible: bool) -> Result<Option<char>, Ended> {
        self.play_frames(|at| AudioLeg::frame_of(sound, at), interruptible).await
    }

    /// The same with sounds that all calls share.
    pub async fn play_sounds(&mut self, sounds: &[Sound], interruptible: bool) -> Result<Option<char>, Ended> {
        for sound in sounds {
            if let Some(key) = self.play_frames(|at| sound.frame(at), interruptible).await? {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    async fn play_frames(
        &mut self,
        sound: impl Fn(usize) -> Option<media::Frame>,
        interruptible: bool,
    ) -> Result<Option<char>, Ended> {
        let mut at = 0;
        while let Some(frame) = sound(at) {
            let held = self.leg.is_held();
            let heard = self.tick(if held { None } else { Some(&frame) }).await?;
            if !held {
                at += 1;
            }
            if let (Some(key), true) = (heard.key, interruptible) {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// Waits for a key.
    pub async fn wait_key(&mut self, timeout: Duration) -> Result<Option<char>, Ended> {
        let end = Instant::now() + timeout;
        while Instant::now() < end {
            if let Some(key) = self.tick(None).await?.key {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// Plays a prompt and waits for a key, which may come before the prompt has ended.
    pub async fn ask(&mut self, prompt: &[i16], timeout: Duration) -> Result<Option<char>, Ended> {
        match self.play(prompt, true).await? {
            Some(key) => Ok(Some(key)),
            None => self.wait_key(timeout).await,
        }
    }

    /// Plays a prompt and collects digits up to `#`, `most`, or a pause. A leading `*` comes back alone.
    pub async fn collect(&mut self, prompt: &[i16], most: usize, pause: Duration) -> Result<String, Ended> {
        let mut digits = String::new();
        let mut key = self.ask(prompt, pause).await?;
        while let Some(pressed) = key {
            if pressed == '#' {
                // An empty entry that was closed is told apart from none at all.
                if digits.is_empty() {
                    digits.push('#');
                }
                return Ok(digits);
            }
            digits.push(pressed);
            if digits.len() >= most || digits == "*" {
                return Ok(digits);
            }
            key = self.wait_key(pause).await?;
        }
        Ok(digits)
    }

    /// Asks the other side to call somebody else instead (blind transfer). `Ended::Transferred` when it did; `Ok` when it could not.
    pub async fn transfer(&mut self, target: &str, referred_by: &str) -> Result<(), Ended> {
        self.transfer = None;
        let headers =
            [(HeaderName::ReferTo, format!("<{target}>")), (HeaderName::ReferredBy, format!("<{referred_by}>"))];
        let accepted = self.call.request(Method::Refer, &headers, None).await;
        if !accepted.is_ok_and(|r| (200..300).contains(&r.status())) {
            return Ok(());
        }
        let end = Instant::now() + TRANSFER;
        while Instant::now() < end {
            self.tick(None).await?;
            match self.transfer {
                Some(200..=299) => {
                    self.hang_up().await;
                    return Err(Ended::Transferred);
                }
                Some(300..) => return Ok(()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Puts a key back that belongs to whatever comes next.
    pub fn unread_key(&mut self, key: char) {
        self.keys.push_front(key);
    }

    /// Forgets keys that were pressed ahead.
    pub fn flush_keys(&mut self) {
        self.keys.clear();
    }

    /// Hangs up.
    pub async fn hang_up(&mut self) {
        self.call.bye(&[]).await;
    }
}
