//! A negotiated stream on its port.

use super::AudioPort;
use super::outlet::Outlet;
use media::codec::Codec;
use media::dtmf::InBandDetector;
use media::jitter::Taken;
use media::relay::RelayQueue;
use media::rtp::Quality;
use media::srtp::{MasterKey, Receiver, Sender, Suite};
use media::stream::{Received, Stream, StreamOptions};
use media::{FRAME, Frame};
use signaling::sdp::{Codec as NegotiatedCodec, Direction, Negotiated};
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Ticks between RTCP reports: 5 s.
const REPORT_TICKS: u32 = 250;
/// Ticks after which the socket is emptied even when enough packets wait.
const DRAIN_TICKS: u32 = 8;
/// Ticks between looks for reports of the other side.
const RTCP_TICKS: u32 = 25;
/// Ticks without sound after which a recording takes the sender for silent, not for late: half a second.
const LATE_TICKS: u32 = 25;

thread_local! {
    /// Datagrams are read into one buffer a thread, not one a call.
    static BUFFER: std::cell::RefCell<[u8; 2048]> = const { std::cell::RefCell::new([0; 2048]) };
}

/// One side's sound of a call.
pub struct AudioLeg {
    port: AudioPort,
    /// Boxed: legs are moved about while calls are set up.
    stream: Box<Stream>,
    remote: SocketAddr,
    direction: Direction,
    secure: bool,
    packet: Vec<u8>,
    in_band: Option<InBandDetector>,
    ticks: u32,
    /// Ticks since anything was received.
    silent: u32,
    /// Ticks since a recording got sound.
    starved: u32,
    /// Packets that are passed on; only calls that are joined have it.
    passing: Option<Box<RelayQueue>>,
    /// Where packets leave whose maker is no media clock.
    outlet: Option<Outlet>,
}

fn codec(negotiated: NegotiatedCodec) -> Codec {
    match negotiated {
        NegotiatedCodec::Pcmu => Codec::Pcmu,
        NegotiatedCodec::Pcma => Codec::Pcma,
        NegotiatedCodec::G722 => Codec::G722,
    }
}

fn contexts(port: &AudioPort, negotiated: &Negotiated) -> Result<Option<(Sender, Receiver)>, String> {
    let Some((ours, theirs)) = &negotiated.crypto else {
        return Ok(None);
    };
    let suite = Suite::parse(&theirs.suite).ok_or_else(|| format!("crypto suite {} is unknown", theirs.suite))?;
    let own = Suite::parse(&ours.suite).ok_or_else(|| format!("crypto suite {} is unknown", ours.suite))?;
    let key = MasterKey::from_base64(&theirs.key).map_err(|e| e.to_string())?;
    Ok(Some((Sender::new(own, &port.key), Receiver::new(suite, &key, theirs.mki_length()))))
}

impl AudioLeg {
    /// Starts a stream; the error is a key that cannot be read.
    pub fn new(port: AudioPort, negotiated: &Negotiated) -> Result<AudioLeg, String> {
        let stream = Self::stream(&port, negotiated)?;
        Ok(AudioLeg {
            port,
            stream: Box::new(stream),
            remote: negotiated.remote,
            direction: negotiated.direction,
            secure: negotiated.crypto.is_some(),
            packet: Vec::with_capacity(256),
            in_band: negotiated.telephone_event.is_none().then(InBandDetector::default),
            ticks: 0,
            silent: 0,
            starved: 0,
            passing: None,
            outlet: None,
        })
    }

    fn stream(port: &AudioPort, negotiated: &Negotiated) -> Result<Stream, String> {
        let (sender, receiver) = match contexts(port, negotiated)? {
            Some((sender, receiver)) => (Some(sender), Some(receiver)),
            None => (None, None),
        };
        Ok(Stream::new(StreamOptions {
            codec: codec(negotiated.codec),
            payload_type: negotiated.payload_type,
            telephone_event: negotiated.telephone_event,
            comfort_noise: negotiated.comfort_noise,
            sender,
            receiver,
            cname: format!("dialtone@{}", port.address().ip()),
        }))
    }

    /// From now on the media clock sends what [`AudioLeg::send`] makes, at even times.
    pub fn send_evenly(&mut self) {
        self.outlet = Outlet::open(&self.port.rtp);
    }

    /// Takes over a changed session. The stream goes on when only direction or address changed.
    pub fn renegotiate(&mut self, negotiated: &Negotiated) -> Result<(), String> {
        *self.stream = Self::stream(&self.port, negotiated)?;
        self.remote = negotiated.remote;
        self.direction = negotiated.direction;
        self.secure = negotiated.crypto.is_some();
        self.in_band = negotiated.telephone_event.is_none().then(InBandDetector::default);
        Ok(())
    }

    /// The port, to describe it in a new offer or answer.
    pub fn port(&mut self) -> &mut AudioPort {
        &mut self.port
    }

    /// Takes all packets that have come; `key` is called for each key pressed.
    pub fn receive(&mut self, mut key: impl FnMut(char)) {
        BUFFER.with_borrow_mut(|buffer| {
            while let Some((length, _)) = self.port.rtp.try_recv_from(buffer) {
                self.silent = 0;
                if let Received::Key(pressed) = self.stream.receive(&buffer[..length]) {
                    key(pressed);
                }
            }
            self.receive_reports(buffer);
        });
    }

    fn receive_reports(&mut self, buffer: &mut [u8]) {
        if let Some(rtcp) = self.port.rtcp.as_ref().filter(|_| self.ticks.is_multiple_of(RTCP_TICKS)) {
            while let Some((length, _)) = rtcp.try_recv_from(buffer) {
                self.silent = 0;
                self.stream.receive(&buffer[..length]);
            }
        }
    }

    /// Takes all packets that have come and gives their sound to `write`, on the sender's own time line: what comes late is not lost,
    /// and this side's pace leaves no trace. With `rest` what waits for earlier packets is given as well.
    pub fn record(&mut self, rest: bool, mut key: impl FnMut(char), mut write: impl FnMut(&Frame)) {
        self.silent = self.silent.saturating_add(1);
        self.starved = self.starved.saturating_add(1);
        if matches!(self.direction, Direction::SendOnly | Direction::Inactive) {
            return;
        }
        let mut frame = [0; FRAME];
        BUFFER.with_borrow_mut(|buffer| {
            while let Some((length, _)) = self.port.rtp.try_recv_from(buffer) {
                self.silent = 0;
                if let Received::Key(pressed) = self.stream.receive(&buffer[..length]) {
                    key(pressed);
                }
                // At once: the buffer holds less than the socket.
                while self.stream.take(false, &mut frame) == Taken::Sound {
                    self.recorded(&frame, &mut key, &mut write);
                }
            }
            self.receive_reports(buffer);
        });
        if rest {
            while self.stream.take(true, &mut frame) == Taken::Sound {
                self.recorded(&frame, &mut key, &mut write);
            }
        } else if self.starved > LATE_TICKS {
            self.stream.take(true, &mut frame);
            write(&frame);
        }
        self.stream.pass_time();
    }

    fn recorded(&mut self, frame: &Frame, key: &mut impl FnMut(char), write: &mut impl FnMut(&Frame)) {
        self.starved = 0;
        if let Some(detector) = &mut self.in_band
            && let Some(pressed) = detector.feed(frame)
        {
            key(pressed);
        }
        write(frame);
    }

    /// Whether what this side receives can be sent by the other as it is, and the other way round.
    pub fn passes(&self, other: &AudioLeg) -> bool {
        self.stream.passes(&other.stream)
    }

    /// Passes the packets of this side on to another, undecoded. When the call is ending, only those that wait already.
    pub fn pass(&mut self, to: &mut AudioLeg, ending: bool) {
        self.silent = self.silent.saturating_add(1);
        let mut queue = self.passing.take().unwrap_or_default();
        if !ending {
            BUFFER.with_borrow_mut(|buffer| {
                while let Some((length, _)) = self.port.rtp.try_recv_from(buffer) {
                    self.silent = 0;
                    self.stream.receive_to_pass(&buffer[..length], &mut queue);
                    // One a tick is the rule: asking in vain is left for when there is more.
                    if queue.is_even() && !self.ticks.is_multiple_of(DRAIN_TICKS) {
                        break;
                    }
                }
                self.receive_reports(buffer);
            });
        }
        self.stream.pass_time();
        let heard = matches!(self.direction, Direction::SendRecv | Direction::RecvOnly);
        let sent = heard && matches!(to.direction, Direction::SendRecv | Direction::SendOnly);
        for _ in 0..queue.due() {
            let Some(packet) = queue.pop() else { break };
            if sent {
                to.stream.forward(&packet, &mut to.packet);
                to.transmit();
            }
            queue.recycle(packet);
        }
        self.passing = Some(queue);
        to.count_tick();
    }

    /// Takes all packets that have come, so that they can be passed on in a call that ends.
    pub fn take_last(&mut self) {
        let Some(queue) = &mut self.passing else { return };
        BUFFER.with_borrow_mut(|buffer| {
            while let Some((length, _)) = self.port.rtp.try_recv_from(buffer) {
                self.stream.receive_to_pass(&buffer[..length], queue);
            }
        });
    }

    /// Whether packets wait to be passed on.
    pub fn is_passing(&self) -> bool {
        self.passing.as_ref().is_some_and(|queue| !queue.is_empty())
    }

    /// Takes the next 20 ms heard; false when the other side is silent.
    pub fn pull(&mut self, out: &mut Frame, mut key: impl FnMut(char)) -> bool {
        self.silent = self.silent.saturating_add(1);
        if matches!(self.direction, Direction::SendOnly | Direction::Inactive) {
            out.fill(0);
            return false;
        }
        let heard = self.stream.pull(out);
        if let Some(detector) = &mut self.in_band
            && let Some(pressed) = detector.feed(out)
        {
            key(pressed);
        }
        heard
    }

    /// Sends 20 ms, or lets them pass.
    pub fn send(&mut self, frame: Option<&Frame>) {
        let allowed = matches!(self.direction, Direction::SendRecv | Direction::SendOnly);
        self.stream.send(frame.filter(|_| allowed), &mut self.packet);
        self.transmit();
        self.count_tick();
    }

    fn transmit(&mut self) {
        if !self.packet.is_empty() && !self.remote.ip().is_unspecified() {
            match &self.outlet {
                Some(outlet) => outlet.push(&mut self.packet, self.remote),
                // What cannot be sent is lost, like any datagram.
                None => drop(self.port.rtp.send_to(&self.packet, self.remote)),
            }
        }
    }

    fn count_tick(&mut self) {
        self.ticks += 1;
        if self.ticks.is_multiple_of(REPORT_TICKS) {
            self.report();
        }
    }

    fn report(&mut self) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        // NTP counts from 1900.
        let ntp = ((since.as_secs() + 2_208_988_800) << 32) | ((u64::from(since.subsec_nanos()) << 32) / 1_000_000_000);
        self.stream.report(ntp, &mut self.packet);
        let to = SocketAddr::new(self.remote.ip(), self.remote.port().saturating_add(1));
        if let (Some(rtcp), false) = (&self.port.rtcp, self.packet.is_empty()) {
            let _ = rtcp.send_to(&self.packet, to);
        }
    }

    /// The frame number `at` of a sound, filled up with silence; `None` past its end.
    pub fn frame_of(samples: &[i16], at: usize) -> Option<Frame> {
        let rest = samples.get(at * FRAME..)?;
        if rest.is_empty() {
            return None;
        }
        let mut frame = [0; FRAME];
        let length = rest.len().min(FRAME);
        frame[..length].copy_from_slice(&rest[..length]);
        Some(frame)
    }

    /// Queues keys as events; false when the other side takes none.
    pub fn press(&mut self, keys: &str) -> bool {
        self.stream.send_keys(keys)
    }

    /// Whether keys are still being sent.
    pub fn is_pressing(&self) -> bool {
        self.stream.is_sending_keys()
    }

    /// Time since anything was received.
    pub fn silence(&self) -> Duration {
        Duration::from_millis(u64::from(self.silent) * 20)
    }

    /// Whether keys come as events and are not in the sound.
    pub fn has_events(&self) -> bool {
        self.stream.has_events()
    }

    /// Whether the media is SRTP.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether both sides send: nobody is on hold.
    pub fn is_two_way(&self) -> bool {
        self.direction == Direction::SendRecv
    }

    /// Whether we were put on hold.
    pub fn is_held(&self) -> bool {
        matches!(self.direction, Direction::RecvOnly | Direction::Inactive)
    }

    /// Quality of what was received.
    pub fn quality(&self) -> Quality {
        self.stream.quality()
    }

    /// Name of the codec.
    pub fn codec_name(&self) -> &'static str {
        match self.stream.codec() {
            Codec::Pcmu => "PCMU",
            Codec::Pcma => "PCMA",
            Codec::G722 => "G722",
        }
    }
}
