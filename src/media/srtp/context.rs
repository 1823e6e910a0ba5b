//! Protecting and unprotecting packets in place.

use super::{MasterKey, Suite};
use aes::Aes128;
use aes::cipher::{BlockEncrypt, KeyInit};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

type HmacSha1 = Hmac<Sha1>;

/// Why a packet is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SrtpError {
    #[error("packet is too short")]
    Short,
    #[error("authentication failed")]
    Authentication,
    #[error("packet was seen before")]
    Replay,
}

struct Keys {
    cipher: Aes128,
    salt: [u8; 14],
    mac: HmacSha1,
}

impl Keys {
    fn new(master: &MasterKey, first_label: u8) -> Keys {
        // A key padded with zeros to the block of SHA-1 is the same HMAC key, and cannot have a wrong length.
        let (mut key, mut auth, mut salt) = ([0u8; 16], [0u8; 64], [0u8; 14]);
        master.derive(first_label, &mut key);
        master.derive(first_label + 1, &mut auth[..20]);
        master.derive(first_label + 2, &mut salt);
        let mac = <HmacSha1 as Mac>::new(&auth.into());
        Keys { cipher: Aes128::new(&key.into()), salt, mac }
    }

    /// AES in counter mode over `data` (RFC 3711 4.1.1).
    fn apply(&self, ssrc: u32, index: u64, data: &mut [u8]) {
        let mut iv = [0u8; 16];
        iv[..14].copy_from_slice(&self.salt);
        for (at, byte) in ssrc.to_be_bytes().iter().enumerate() {
            iv[4 + at] ^= byte;
        }
        for (at, byte) in index.to_be_bytes()[2..].iter().enumerate() {
            iv[8 + at] ^= byte;
        }
        for (counter, chunk) in data.chunks_mut(16).enumerate() {
            let mut block = iv;
            block[14..].copy_from_slice(&(counter as u16).to_be_bytes());
            let mut block = block.into();
            self.cipher.encrypt_block(&mut block);
            for (byte, key) in chunk.iter_mut().zip(block.iter()) {
                *byte ^= key;
            }
        }
    }

    fn tag(&self, parts: [&[u8]; 2]) -> [u8; 20] {
        let mut mac = self.mac.clone();
        mac.update(parts[0]);
        mac.update(parts[1]);
        mac.finalize().into_bytes().into()
    }
}

fn equal(left: &[u8], right: &[u8]) -> bool {
    // Every byte is looked at, so that time tells nothing.
    left.ct_eq(right).into()
}

fn header_length(packet: &[u8]) -> Option<usize> {
    let first = *packet.first()?;
    let mut at = 12 + usize::from(first & 15) * 4;
    if first & 0x10 != 0 {
        let length = packet.get(at + 2..at + 4)?;
        at += 4 + usize::from(u16::from_be_bytes([length[0], length[1]])) * 4;
    }
    (packet.len() >= at).then_some(at)
}

fn ssrc_of(packet: &[u8], at: usize) -> u32 {
    packet.get(at..at + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
}

/// The sending side.
pub struct Sender {
    suite: Suite,
    rtp: Keys,
    rtcp: Keys,
    last_sequence: Option<u16>,
    rollover: u32,
    rtcp_index: u32,
}

impl Sender {
    /// A context for one stream.
    pub fn new(suite: Suite, master: &MasterKey) -> Sender {
        Sender {
            suite,
            rtp: Keys::new(master, 0),
            rtcp: Keys::new(master, 3),
            last_sequence: None,
            rollover: 0,
            rtcp_index: 0,
        }
    }

    /// Encrypts an RTP packet and appends its tag.
    pub fn protect(&mut self, packet: &mut Vec<u8>) -> Result<(), SrtpError> {
        let at = header_length(packet).ok_or(SrtpError::Short)?;
        let sequence = u16::from_be_bytes([packet[2], packet[3]]);
        // A packet that is passed on may be older than the last one, across the turn of the numbers too.
        let older = self.last_sequence.is_some_and(|last| (sequence.wrapping_sub(last) as i16) < 0);
        let rollover = match self.last_sequence {
            Some(last) if older && sequence > last => self.rollover.wrapping_sub(1),
            Some(last) if !older && sequence < last => self.rollover.wrapping_add(1),
            _ => self.rollover,
        };
        if !older {
            self.rollover = rollover;
            self.last_sequence = Some(sequence);
        }
        let index = u64::from(rollover) << 16 | u64::from(sequence);
        let ssrc = ssrc_of(packet, 8);
        self.rtp.apply(ssrc, index, &mut packet[at..]);
        let tag = self.rtp.tag([packet, &rollover.to_be_bytes()]);
        packet.extend_from_slice(&tag[..self.suite.tag_length()]);
        Ok(())
    }

    /// Encrypts an RTCP packet and appends index and tag.
    pub fn protect_rtcp(&mut self, packet: &mut Vec<u8>) -> Result<(), SrtpError> {
        if packet.len() < 8 {
            return Err(SrtpError::Short);
        }
        self.rtcp_index = (self.rtcp_index + 1) & 0x7fff_ffff;
        let ssrc = ssrc_of(packet, 4);
        self.rtcp.apply(ssrc, self.rtcp_index.into(), &mut packet[8..]);
        packet.extend_from_slice(&(self.rtcp_index | 0x8000_0000).to_be_bytes());
        let tag = self.rtcp.tag([packet, &[]]);
        packet.extend_from_slice(&tag[..10]);
        Ok(())
    }
}

/// The receiving side, with replay protection over 64 packets.
pub struct Receiver {
    suite: Suite,
    mki: usize,
    rtp: Keys,
    rtcp: Keys,
    highest: Option<u64>,
    seen: u64,
    rtcp_highest: u32,
}

impl Receiver {
    /// A context for one stream; `mki` is the length of the master key identifier in each packet.
    pub fn new(suite: Suite, master: &MasterKey, mki: usize) -> Receiver {
        Receiver {
            suite,
            mki,
            rtp: Keys::new(master, 0),
            rtcp: Keys::new(master, 3),
            highest: None,
            seen: 0,
            rtcp_highest: 0,
        }
    }

    /// RFC 3711 3.3.1: guesses the rollover counter.
    fn index(&self, sequence: u16) -> u64 {
        let Some(highest) = self.highest else {
            return sequence.into();
        };
        let (rollover, last) = (highest >> 16, highest as u16);
        let guess = if last < 0x8000 {
            if i32::from(sequence) - i32::from(last) > 0x8000 { rollover.wrapping_sub(1) } else { rollover }
        } else if i32::from(last) - 0x8000 > i32::from(sequence) {
            rollover + 1
        } else {
            rollover
        };
        (guess & 0xffff_ffff) << 16 | u64::from(sequence)
    }

    /// Checks and decrypts an RTP packet in place.
    pub fn unprotect(&mut self, packet: &mut Vec<u8>) -> Result<(), SrtpError> {
        let tag_length = self.suite.tag_length();
        let body = packet.len().checked_sub(tag_length + self.mki).ok_or(SrtpError::Short)?;
        let at = header_length(&packet[..body]).ok_or(SrtpError::Short)?;
        let index = self.index(u16::from_be_bytes([packet[2], packet[3]]));
        if let Some(highest) = self.highest
            && (index + 64 <= highest || (index <= highest && self.seen >> (highest - index) & 1 == 1))
        {
            return Err(SrtpError::Replay);
        }
        let tag = self.rtp.tag([&packet[..body], &((index >> 16) as u32).to_be_bytes()]);
        if !equal(&tag[..tag_length], &packet[packet.len() - tag_length..]) {
            return Err(SrtpError::Authentication);
        }
        packet.truncate(body);
        let ssrc = ssrc_of(packet, 8);
        self.rtp.apply(ssrc, index, &mut packet[at..]);
        match self.highest {
            Some(highest) if index <= highest => self.seen |= 1 << (highest - index),
            Some(highest) => {
                let ahead = index - highest;
                self.seen = if ahead >= 64 { 1 } else { self.seen << ahead | 1 };
                self.highest = Some(index);
            }
            None => {
                self.seen = 1;
                self.highest = Some(index);
            }
        }
        Ok(())
    }

    /// Checks and decrypts an RTCP packet in place.
    pub fn unprotect_rtcp(&mut self, packet: &mut Vec<u8>) -> Result<(), SrtpError> {
        let signed = packet.len().checked_sub(10 + self.mki).filter(|l| *l >= 12).ok_or(SrtpError::Short)?;
        let tag = self.rtcp.tag([&packet[..signed], &[]]);
        if !equal(&tag[..10], &packet[packet.len() - 10..]) {
            return Err(SrtpError::Authentication);
        }
        let word = ssrc_of(packet, signed - 4);
        let index = word & 0x7fff_ffff;
        if index <= self.rtcp_highest {
            return Err(SrtpError::Replay);
        }
        self.rtcp_highest = index;
        packet.truncate(signed - 4);
        if word & 0x8000_0000 != 0 {
            let ssrc = ssrc_of(packet, 4);
            self.rtcp.apply(ssrc, index.into(), &mut packet[8..]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtp::{Header, parse, write};

    #[test]
    fn packets_survive_and_forgeries_do_not() {
        for suite in [Suite::AesCm128HmacSha1_80, Suite::AesCm128HmacSha1_32] {
            let master = MasterKey::random();
            let (mut sender, mut receiver) = (Sender::new(suite, &master), Receiver::new(suite, &master, 0));
            for index in 0..3000u32 {
                let header = Header { sequence: (64_000 + index) as u16, ssrc: 5, ..Header::default() };
                let mut packet = Vec::new();
                write(&header, &mut packet);
                packet.extend_from_slice(b"hello");
                sender.protect(&mut packet).unwrap();
                if index % 7 == 0 {
                    continue;
                }
                let mut forged = packet.clone();
                forged[13] ^= 1;
                assert_eq!(receiver.unprotect(&mut forged), Err(SrtpError::Authentication));
                let mut again = packet.clone();
                receiver.unprotect(&mut packet).unwrap();
                assert_eq!(parse(&packet).unwrap(), (header, &b"hello"[..]));
                assert_eq!(receiver.unprotect(&mut again), Err(SrtpError::Replay));
            }
            let mut report = vec![0x80, 201, 0, 1, 0, 0, 0, 5, 9, 9, 9, 9];
            let plain = report.clone();
            sender.protect_rtcp(&mut report).unwrap();
            receiver.unprotect_rtcp(&mut report).unwrap();
            assert_eq!(report, plain);
            assert_eq!(receiver.unprotect(&mut vec![0x80; 5]), Err(SrtpError::Short));
        }
    }
}
