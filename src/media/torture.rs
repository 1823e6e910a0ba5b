//! Packets that nobody should send: random, cut, changed. They are read or dropped, and never believed without their signature.

use crate::codec::Codec;
use crate::dtmf::EventReceiver;
use crate::rtp;
use crate::srtp::{MasterKey, Receiver, Sender, Suite};
use crate::stream::{Stream, StreamOptions};

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn packet(&mut self) -> Vec<u8> {
        let length = (self.next() % 220) as usize;
        let mut data: Vec<u8> = (0..length).map(|_| self.next() as u8).collect();
        // Most look like RTP or RTCP at first sight.
        if let [first, second, ..] = data.as_mut_slice()
            && self.0 & 7 != 0
        {
            *first = 0x80 | *first & 0x3f;
            *second = [0, 8, 101, 13, 200, 201, 202, 203, 72][(self.0 >> 8) as usize % 9];
        }
        data
    }
}

fn stream(secure: bool) -> Stream {
    let key = MasterKey::random();
    let suite = Suite::AesCm128HmacSha1_80;
    Stream::new(StreamOptions {
        codec: Codec::Pcmu,
        payload_type: 0,
        telephone_event: Some(101),
        comfort_noise: Some(13),
        sender: secure.then(|| Sender::new(suite, &key)),
        receiver: secure.then(|| Receiver::new(suite, &key, 0)),
        cname: "x".into(),
    })
}

#[test]
fn random_packets_are_read_or_dropped() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut plain, mut secure, mut events) = (stream(false), stream(true), EventReceiver::default());
    let mut frame = [0; crate::FRAME];
    for number in 0..30_000u32 {
        let data = random.packet();
        plain.receive(&data);
        secure.receive(&data);
        rtp::parse_reports(&data);
        events.receive(&data, number);
        if number % 3 == 0 {
            plain.pull(&mut frame);
            // Nothing of it carries the right signature.
            assert!(!secure.pull(&mut frame));
        }
    }
    assert_eq!(secure.quality().packets, 0);
}

#[test]
fn a_changed_packet_is_never_believed() {
    let mut random = Random(42);
    let key = MasterKey::random();
    for suite in [Suite::AesCm128HmacSha1_80, Suite::AesCm128HmacSha1_32] {
        let (mut sender, mut receiver) = (Sender::new(suite, &key), Receiver::new(suite, &key, 0));
        for sequence in 0..2_000u16 {
            let mut packet = Vec::new();
            let header =
                rtp::Header { sequence, timestamp: u32::from(sequence) * 160, ssrc: 7, ..rtp::Header::default() };
            rtp::write(&header, &mut packet);
            packet.extend((0..160).map(|n| n as u8));
            sender.protect(&mut packet).unwrap();
            let mut changed = packet.clone();
            let at = random.next() as usize % changed.len();
            changed[at] ^= 1 << (random.next() % 8);
            assert!(receiver.unprotect(&mut changed).is_err(), "{sequence} {at}");
            let mut cut = packet[..random.next() as usize % packet.len()].to_vec();
            assert!(receiver.unprotect(&mut cut).is_err());
            receiver.unprotect(&mut packet.clone()).unwrap();
            // And not twice.
            assert!(receiver.unprotect(&mut packet).is_err());
        }
    }
}
