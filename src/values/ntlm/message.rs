//! The three messages (MS-NLMP 2.2.1).

use super::{Security, hmac, same, utf16};
use rc4::consts::U16;
use rc4::{KeyInit, Rc4, StreamCipher};
use std::time::{SystemTime, UNIX_EPOCH};

/// How each message begins.
pub const MAGIC: &[u8; 8] = b"NTLMSSP\0";

const UNICODE: u32 = 0x1;
pub(super) const REQUEST_TARGET: u32 = 0x4;
pub(super) const SIGN: u32 = 0x10;
pub(super) const SEAL: u32 = 0x20;
const NTLM: u32 = 0x200;
pub(super) const ALWAYS_SIGN: u32 = 0x8000;
const TARGET_IS_DOMAIN: u32 = 0x1_0000;
const EXTENDED_SECURITY: u32 = 0x8_0000;
const TARGET_INFO: u32 = 0x80_0000;
const VERSION: u32 = 0x200_0000;
const BITS_128: u32 = 0x2000_0000;
pub(super) const KEY_EXCHANGE: u32 = 0x4000_0000;
const BITS_56: u32 = 0x8000_0000;

/// Without these there is nothing to agree on.
pub(super) const NEEDED: u32 = UNICODE | NTLM | EXTENDED_SECURITY | BITS_128;
pub(super) const OFFERED: u32 = NEEDED | REQUEST_TARGET | SIGN | SEAL | ALWAYS_SIGN | VERSION | KEY_EXCHANGE | BITS_56;

/// The pairs of the target that version 2 needs (MS-NLMP 2.2.2.1).
pub(super) const END: u16 = 0;
pub(super) const COMPUTER: u16 = 1;
const DOMAIN: u16 = 2;
const DNS_COMPUTER: u16 = 3;
const DNS_DOMAIN: u16 = 4;
pub(super) const FLAGS: u16 = 6;
pub(super) const TIMESTAMP: u16 = 7;
/// A flag: the third message holds a code over all three.
pub(super) const HAS_CODE: u8 = 2;

pub(super) fn number(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?))
}

/// The bytes that a field of length, room and offset points at.
pub(super) fn field(data: &[u8], at: usize) -> Option<&[u8]> {
    let length = usize::from(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?));
    let offset = number(data, at + 4)? as usize;
    data.get(offset..offset.checked_add(length)?)
}

pub(super) fn is_message(data: &[u8], kind: u32) -> bool {
    data.starts_with(MAGIC) && number(data, 8) == Some(kind)
}

/// Now, in 100 ns since 1601.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (since.as_nanos() / 100) as u64 + 116_444_736_000_000_000
}

/// The pairs of a target up to their end.
pub(super) fn pairs(mut data: &[u8]) -> Vec<(u16, &[u8])> {
    let mut found = Vec::new();
    while let [a, b, c, d, rest @ ..] = data {
        let (id, length) = (u16::from_le_bytes([*a, *b]), usize::from(u16::from_le_bytes([*c, *d])));
        let Some((value, rest)) = rest.split_at_checked(length).filter(|_| id != END) else { break };
        found.push((id, value));
        data = rest;
    }
    found
}

/// Adds a pair.
pub(super) fn put_pair(out: &mut Vec<u8>, id: u16, value: &[u8]) {
    out.extend_from_slice(&id.to_le_bytes());
    out.extend_from_slice(&(value.len() as u16).to_le_bytes());
    out.extend_from_slice(value);
}

fn text(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// The first message.
pub struct Negotiate {
    data: Vec<u8>,
    flags: u32,
}

impl Negotiate {
    /// Reads it; none when it is something else or asks for less than we take.
    pub fn parse(data: &[u8]) -> Option<Negotiate> {
        let flags = number(data, 12).filter(|flags| is_message(data, 1) && flags & NEEDED == NEEDED)?;
        Some(Negotiate { data: data.to_vec(), flags })
    }

    /// The second message.
    pub fn challenge(self, domain: &str, server: &str) -> Challenge {
        let flags = self.flags & OFFERED | TARGET_INFO | TARGET_IS_DOMAIN;
        let nonce: [u8; 8] = rand::random();
        let flat = domain.split('.').next().unwrap_or("").to_uppercase();
        let target = utf16(&flat);
        let computer = server.split('.').next().unwrap_or("").to_uppercase();
        let mut pairs = Vec::new();
        for (id, value) in [
            (DOMAIN, utf16(&flat)),
            (COMPUTER, utf16(&computer)),
            (DNS_DOMAIN, utf16(domain)),
            (DNS_COMPUTER, utf16(server)),
            (TIMESTAMP, now().to_le_bytes().to_vec()),
            (END, Vec::new()),
        ] {
            put_pair(&mut pairs, id, &value);
        }
        const HEAD: usize = 56;
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&2u32.to_le_bytes());
        let point = |out: &mut Vec<u8>, length: usize, offset: usize| {
            out.extend_from_slice(&(length as u16).to_le_bytes());
            out.extend_from_slice(&(length as u16).to_le_bytes());
            out.extend_from_slice(&(offset as u32).to_le_bytes());
        };
        point(&mut out, target.len(), HEAD);
        out.extend_from_slice(&flags.to_le_bytes());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&[0; 8]);
        point(&mut out, pairs.len(), HEAD + target.len());
        // Windows 10's version, and revision 15 of the protocol.
        out.extend_from_slice(&[10, 0, 0x61, 0x4a, 0, 0, 0, 15]);
        out.extend_from_slice(&target);
        out.extend_from_slice(&pairs);
        Challenge { first: self.data, data: out, nonce, flags }
    }
}

/// The second message, kept until the third comes.
pub struct Challenge {
    first: Vec<u8>,
    pub data: Vec<u8>,
    nonce: [u8; 8],
    flags: u32,
}

/// The third message.
pub struct Authenticate {
    data: Vec<u8>,
    pub user: String,
    pub domain: String,
}

impl Authenticate {
    /// Reads it.
    pub fn parse(data: &[u8]) -> Option<Authenticate> {
        is_message(data, 3).then_some(())?;
        Some(Authenticate { user: text(field(data, 36)?), domain: text(field(data, 28)?), data: data.to_vec() })
    }

    /// Checks it against what is kept of the password; gives the protection that was agreed on.
    pub fn verify(&self, challenge: &Challenge, nt: &[u8; 16]) -> Option<Security> {
        let key = hmac(nt, &[&utf16(&self.user.to_uppercase()), &utf16(&self.domain)]);
        let response = field(&self.data, 20)?;
        // 24 bytes are version 1.
        let (proof, blob) = response.split_at_checked(16).filter(|(_, blob)| blob.len() >= 28)?;
        let wanted = hmac(&key, &[&challenge.nonce, blob]);
        same(proof, &wanted).then_some(())?;
        let base = hmac(&key, &[&wanted]);
        let flags = number(&self.data, 60)? & challenge.flags;
        let exchanged = flags & KEY_EXCHANGE != 0;
        let mut session = base;
        if exchanged {
            session = field(&self.data, 52)?.try_into().ok()?;
            Rc4::<U16>::new(&base.into()).apply_keystream(&mut session);
        }
        if has_code(&blob[28..]) {
            let mut third = self.data.clone();
            let code: [u8; 16] = third.get(72..88)?.try_into().ok()?;
            third[72..88].fill(0);
            same(&code, &hmac(&session, &[&challenge.first, &challenge.data, &third])).then_some(())?;
        }
        Some(Security::server(&session, exchanged))
    }
}

/// Whether the client's pairs say that its message holds a code.
fn has_code(data: &[u8]) -> bool {
    let found = pairs(data).into_iter().find(|(id, _)| *id == FLAGS);
    found.is_some_and(|(_, value)| value.len() == 4 && value[0] & HAS_CODE != 0)
}
