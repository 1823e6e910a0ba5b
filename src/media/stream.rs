//! One RTP stream in both directions: frames in, packets out, and back.

use crate::codec::{Codec, Decoder, Encoder, comfort_noise};
use crate::dtmf::{EventReceiver, EventSender};
use crate::jitter::{JitterBuffer, Taken};
use crate::relay::{Carried, Passed, RelayQueue};
use crate::rtp::{self, Header, Quality, Report, Statistics};
use crate::srtp::{Receiver, Sender};
use crate::{FRAME, Frame};

/// What was negotiated.
pub struct StreamOptions {
    pub codec: Codec,
    pub payload_type: u8,
    pub telephone_event: Option<u8>,
    pub comfort_noise: Option<u8>,
    pub sender: Option<Sender>,
    pub receiver: Option<Receiver>,
    /// Canonical name for RTCP.
    pub cname: String,
}

/// What a received packet was.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    /// Sound, now in the jitter buffer.
    Audio,
    /// A key was pressed.
    Key(char),
    /// Part of an event, comfort noise, or a repetition.
    Other,
    /// Reports of the other side.
    Rtcp(Vec<Report>),
    /// Not for us, or forged.
    Dropped,
}

/// The stream.
pub struct Stream {
    options: StreamOptions,
    encoder: Encoder,
    decoder: Decoder,
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    event_start: u32,
    marker: bool,
    packets: u32,
    octets: u32,
    events: EventSender,
    keys: EventReceiver,
    jitter: JitterBuffer,
    statistics: Statistics,
    noise: Option<u8>,
    seed: u32,
    scratch: Vec<u8>,
    decoded: Vec<i16>,
    clock: u32,
    relayed: Option<Relayed>,
}

/// What is added to the packets of a source that is passed on.
#[derive(Debug, Clone, Copy)]
struct Relayed {
    source: u32,
    sequence: u16,
    timestamp: u32,
}

impl Stream {
    /// A stream with random source, sequence number and timestamp.
    pub fn new(options: StreamOptions) -> Stream {
        Stream {
            encoder: Encoder::new(options.codec),
            decoder: Decoder::new(options.codec),
            options,
            ssrc: rand::random(),
            sequence: rand::random::<u16>() & 0x7fff,
            timestamp: rand::random(),
            event_start: 0,
            marker: true,
            packets: 0,
            octets: 0,
            events: EventSender::default(),
            keys: EventReceiver::default(),
            jitter: JitterBuffer::default(),
            statistics: Statistics::default(),
            noise: None,
            seed: 1,
            scratch: Vec::new(),
            decoded: Vec::new(),
            clock: 0,
            relayed: None,
        }
    }

    /// Queues keys to be sent as telephone events; false when the other side does not take them.
    pub fn send_keys(&mut self, keys: &str) -> bool {
        if self.options.telephone_event.is_some() {
            self.events.queue(keys);
        }
        self.options.telephone_event.is_some()
    }

    /// Whether keys are still being sent.
    pub fn is_sending_keys(&self) -> bool {
        self.events.is_busy()
    }

    /// Writes the packet of this 20 ms into `out` (cleared first). Without sound and keys the time just passes and nothing is written.
    pub fn send(&mut self, frame: Option<&Frame>, out: &mut Vec<u8>) {
        out.clear();
        self.relayed = None;
        let event = match self.options.telephone_event {
            Some(number) => self.events.tick().map(|e| (number, e)),
            None => None,
        };
        let (payload_type, marker, timestamp) = match &event {
            Some((number, event)) => {
                if event.start {
                    self.event_start = self.timestamp;
                }
                (*number, event.first, self.event_start)
            }
            None if frame.is_some() => (self.options.payload_type, std::mem::take(&mut self.marker), self.timestamp),
            None => {
                self.marker = true;
                self.timestamp = self.timestamp.wrapping_add(FRAME as u32);
                return;
            }
        };
        rtp::write(&Header { marker, payload_type, sequence: self.sequence, timestamp, ssrc: self.ssrc }, out);
        match (&event, frame) {
            (Some((_, event)), _) => out.extend_from_slice(&event.payload),
            (None, Some(frame)) => self.encoder.encode(frame, out),
            (None, None) => {}
        }
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(FRAME as u32);
        self.finish_packet(out);
    }

    /// Writes a packet of another call into `out` (cleared first): its sequence numbers and timestamps go on where ours are, so that
    /// losses and pauses of the source stay visible.
    pub fn forward(&mut self, packet: &Passed, out: &mut Vec<u8>) {
        out.clear();
        let payload_type = match packet.carried {
            Carried::Sound => Some(self.options.payload_type),
            Carried::Event => self.options.telephone_event,
            Carried::Noise => self.options.comfort_noise,
        };
        let (Some(payload_type), header) = (payload_type, packet.header) else { return };
        let (relayed, fresh) = match self.relayed.filter(|r| r.source == header.ssrc) {
            Some(relayed) => (relayed, false),
            None => {
                let sequence = self.sequence.wrapping_sub(header.sequence);
                let timestamp = self.timestamp.wrapping_sub(header.timestamp);
                (Relayed { source: header.ssrc, sequence, timestamp }, true)
            }
        };
        self.relayed = Some(relayed);
        let sequence = header.sequence.wrapping_add(relayed.sequence);
        let timestamp = header.timestamp.wrapping_add(relayed.timestamp);
        let marker = header.marker || (fresh && packet.carried == Carried::Sound);
        rtp::write(&Header { marker, payload_type, sequence, timestamp, ssrc: self.ssrc }, out);
        out.extend_from_slice(&packet.payload);
        if sequence.wrapping_sub(self.sequence) as i16 >= 0 {
            self.sequence = sequence.wrapping_add(1);
            self.timestamp = timestamp.wrapping_add(FRAME as u32);
        }
        self.finish_packet(out);
    }

    /// Counts a packet and protects it.
    fn finish_packet(&mut self, out: &mut Vec<u8>) {
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(out.len() as u32 - 12);
        if let Some(sender) = &mut self.options.sender
            && sender.protect(out).is_err()
        {
            out.clear();
        }
    }

    /// Whether packets of `other` can be passed on here as they are.
    pub fn passes(&self, other: &Stream) -> bool {
        let (ours, theirs) = (&self.options, &other.options);
        ours.codec == theirs.codec && ours.telephone_event.is_some() == theirs.telephone_event.is_some()
    }

    /// Takes a datagram that will be passed on: RTP goes into the queue undecoded.
    pub fn receive_to_pass(&mut self, data: &[u8], queue: &mut RelayQueue) {
        let mut packet = std::mem::take(&mut self.scratch);
        packet.clear();
        packet.extend_from_slice(data);
        if data.len() >= 8 && (192..224).contains(&data[1]) {
            self.receive_rtcp(&mut packet);
        } else if let Some((header, carried, payload)) = self.opened(&mut packet) {
            queue.push(header, carried, payload);
        }
        self.scratch = packet;
    }

    /// Removes the protection of an RTP packet, counts it and says what it carries; none when it is not for us.
    fn opened<'a>(&mut self, packet: &'a mut Vec<u8>) -> Option<(Header, Carried, &'a [u8])> {
        if let Some(receiver) = &mut self.options.receiver
            && receiver.unprotect(packet).is_err()
        {
            return None;
        }
        let (header, payload) = rtp::parse(packet)?;
        let number = Some(header.payload_type);
        let carried = if number == self.options.telephone_event {
            Carried::Event
        } else if number == self.options.comfort_noise {
            Carried::Noise
        } else if header.payload_type == self.options.payload_type && payload.len() <= 960 {
            Carried::Sound
        } else {
            return None;
        };
        self.statistics.count(&header, self.clock);
        Some((header, carried, payload))
    }

    /// Lets 20 ms pass for a stream whose packets are passed on.
    pub fn pass_time(&mut self) {
        self.clock = self.clock.wrapping_add(FRAME as u32);
    }

    /// Takes a datagram, RTP or RTCP (told apart as RFC 5761 4 says).
    pub fn receive(&mut self, data: &[u8]) -> Received {
        if data.len() < 8 {
            return Received::Dropped;
        }
        let mut packet = std::mem::take(&mut self.scratch);
        packet.clear();
        packet.extend_from_slice(data);
        let received = if (192..224).contains(&packet[1]) {
            self.receive_rtcp(&mut packet)
        } else {
            self.receive_rtp(&mut packet)
        };
        self.scratch = packet;
        received
    }

    fn receive_rtcp(&mut self, packet: &mut Vec<u8>) -> Received {
        if let Some(receiver) = &mut self.options.receiver
            && receiver.unprotect_rtcp(packet).is_err()
        {
            return Received::Dropped;
        }
        Received::Rtcp(rtp::parse_reports(packet))
    }

    fn receive_rtp(&mut self, packet: &mut Vec<u8>) -> Received {
        let Some((header, carried, payload)) = self.opened(packet) else {
            return Received::Dropped;
        };
        match carried {
            Carried::Event => {
                return self.keys.receive(payload, header.timestamp).map_or(Received::Other, Received::Key);
            }
            Carried::Noise => {
                self.noise = payload.first().copied();
                return Received::Other;
            }
            Carried::Sound => {}
        }
        self.noise = None;
        self.decoded.clear();
        self.decoder.decode(payload, &mut self.decoded);
        self.jitter.insert(header.timestamp, &self.decoded);
        Received::Audio
    }

    /// Takes the next 20 ms of the other side; false when it sends nothing now.
    pub fn pull(&mut self, out: &mut Frame) -> bool {
        self.clock = self.clock.wrapping_add(FRAME as u32);
        let heard = self.jitter.pull(out);
        if !heard && let Some(level) = self.noise {
            comfort_noise(level, &mut self.seed, out);
        }
        heard
    }

    /// Takes the next 20 ms for a recording, which need not keep pace with the clock: `late` says that nothing came for so long that
    /// the sender must be silent.
    pub fn take(&mut self, late: bool, out: &mut Frame) -> Taken {
        let taken = self.jitter.take(late, out);
        if taken == Taken::Silence
            && let Some(level) = self.noise
        {
            comfort_noise(level, &mut self.seed, out);
        }
        taken
    }

    /// Writes an RTCP report into `out`; `ntp` is the wall clock in NTP format.
    pub fn report(&mut self, ntp: u64, out: &mut Vec<u8>) {
        out.clear();
        rtp::write_report(
            self.ssrc,
            ntp,
            self.timestamp,
            self.packets,
            self.octets,
            &self.options.cname,
            &mut self.statistics,
            out,
        );
        if let Some(sender) = &mut self.options.sender
            && sender.protect_rtcp(out).is_err()
        {
            out.clear();
        }
    }

    /// Quality of what was received.
    pub fn quality(&self) -> Quality {
        self.statistics.quality()
    }

    /// Codec in use.
    pub fn codec(&self) -> Codec {
        self.options.codec
    }

    /// Whether keys come as events; if not they must be found in the sound.
    pub fn has_events(&self) -> bool {
        self.options.telephone_event.is_some()
    }

    /// Packets sent.
    pub fn packets_sent(&self) -> u32 {
        self.packets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::correlate;
    use crate::srtp::{MasterKey, Suite};
    use crate::tone;

    fn pair(codec: Codec, secure: bool) -> (Stream, Stream) {
        let keys = [MasterKey::random(), MasterKey::random()];
        let make = |own: usize| {
            Stream::new(StreamOptions {
                codec,
                payload_type: 0,
                telephone_event: Some(101),
                comfort_noise: Some(13),
                sender: secure.then(|| Sender::new(Suite::AesCm128HmacSha1_80, &keys[own])),
                receiver: secure.then(|| Receiver::new(Suite::AesCm128HmacSha1_80, &keys[1 - own], 0)),
                cname: "test".into(),
            })
        };
        (make(0), make(1))
    }

    #[test]
    fn sound_and_keys_arrive() {
        for (codec, secure) in [(Codec::Pcmu, false), (Codec::Pcma, true), (Codec::G722, true)] {
            let (mut near, mut far) = pair(codec, secure);
            let mut sound = tone::generate(&[300.0, 450.0], 400, -15.0);
            sound.extend(tone::generate(&[700.0], 400, -15.0));
            let (mut out, mut heard, mut keys) = (Vec::new(), Vec::new(), String::new());
            let mut frame = [0i16; FRAME];
            for (index, chunk) in sound.chunks_exact(FRAME).enumerate() {
                frame.copy_from_slice(chunk);
                near.send(Some(&frame), &mut out);
                if index % 20 != 7 {
                    far.receive(&out);
                }
                far.pull(&mut frame);
                heard.extend_from_slice(&frame);
            }
            near.send_keys("42#");
            for _ in 0..40 {
                near.send(None, &mut out);
                if let Received::Key(key) = far.receive(&out) {
                    keys.push(key);
                }
            }
            let (score, _) = correlate(&sound[..4800], &heard);
            assert!(score > 0.8, "{codec:?} {score}");
            assert_eq!(keys, "42#");
            near.report(1, &mut out);
            assert!(matches!(far.receive(&out), Received::Rtcp(_)));
            assert!(far.quality().lost >= 1);
        }
    }
}
