//! The client's side: what it says first, and what it makes of a challenge.

use rc4::consts::U16;
use rc4::{KeyInit, Rc4, StreamCipher};

use super::message::{
    ALWAYS_SIGN, COMPUTER, END, FLAGS, HAS_CODE, KEY_EXCHANGE, MAGIC, NEEDED, OFFERED, REQUEST_TARGET, SEAL, SIGN,
    TIMESTAMP, field, is_message, now, number, pairs, put_pair,
};
use super::{Security, hmac, nt_hash, utf16};

/// One who signs in with a name and a password.
pub struct Initiator {
    user: String,
    domain: String,
    hash: [u8; 16],
    first: Vec<u8>,
}

/// Where the third message's fields begin: after signature, fields, flags, version and code.
const HEAD: usize = 88;

impl Initiator {
    /// With a name such as `DOMAIN\name`, `name@domain` or `name`.
    pub fn new(name: &str, password: &str) -> Initiator {
        let (domain, user) = name.split_once('\\').unwrap_or(("", name));
        Initiator { user: user.into(), domain: domain.into(), hash: nt_hash(password), first: Vec::new() }
    }

    /// The first message.
    pub fn negotiate(&mut self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&1u32.to_le_bytes());
        out.extend_from_slice(&(NEEDED | REQUEST_TARGET | SIGN | SEAL | ALWAYS_SIGN | KEY_EXCHANGE).to_le_bytes());
        // No domain and no computer are told.
        out.extend_from_slice(&[0; 16]);
        self.first.clone_from(&out);
        out
    }

    /// The third message, and the protection of what follows; none when the challenge is none, or is for less than we take.
    pub fn authenticate(&self, challenge: &[u8]) -> Option<(Vec<u8>, Security)> {
        is_message(challenge, 2).then_some(())?;
        let flags = number(challenge, 20)?;
        (flags & NEEDED == NEEDED).then_some(())?;
        let flags = flags & OFFERED;
        let nonce = challenge.get(24..32)?;
        let target = pairs(field(challenge, 40)?);
        let time = target.iter().find(|(id, _)| *id == TIMESTAMP).map(|(_, value)| value.to_vec());
        let has_code = time.is_some();
        let mut info = Vec::new();
        for (id, value) in target.iter().filter(|(id, _)| ![END, FLAGS].contains(id)) {
            put_pair(&mut info, *id, value);
        }
        if has_code {
            put_pair(&mut info, FLAGS, &u32::from(HAS_CODE).to_le_bytes());
        }
        put_pair(&mut info, END, &[]);

        let key = hmac(&self.hash, &[&utf16(&self.user.to_uppercase()), &utf16(&self.domain)]);
        let mut blob = vec![1, 1, 0, 0, 0, 0, 0, 0];
        blob.extend(time.unwrap_or_else(|| now().to_le_bytes().to_vec()));
        blob.extend(rand::random::<[u8; 8]>());
        blob.extend([0; 4]);
        blob.extend_from_slice(&info);
        blob.extend([0; 4]);
        let proof = hmac(&key, &[nonce, &blob]);
        let base = hmac(&key, &[&proof]);
        let answer = [&proof[..], &blob].concat();

        let exchanged = flags & KEY_EXCHANGE != 0;
        let (mut session, mut sent) = (base, Vec::new());
        if exchanged {
            session = rand::random();
            sent = session.to_vec();
            Rc4::<U16>::new(&base.into()).apply_keystream(&mut sent);
        }
        let name = target.iter().find(|(id, _)| *id == COMPUTER).map_or(&[][..], |(_, value)| value);
        // Version 1's answer is zeros where there is a code over the messages, and is never needed.
        let parts = [vec![0; 24], answer, utf16(&self.domain), utf16(&self.user), name.to_vec(), sent];
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&3u32.to_le_bytes());
        let mut offset = HEAD;
        for part in &parts {
            let length = u16::try_from(part.len()).ok()?.to_le_bytes();
            out.extend_from_slice(&length);
            out.extend_from_slice(&length);
            out.extend_from_slice(&u32::try_from(offset).ok()?.to_le_bytes());
            offset += part.len();
        }
        out.extend_from_slice(&flags.to_le_bytes());
        out.extend_from_slice(&[10, 0, 0x61, 0x4a, 0, 0, 0, 15]);
        out.extend_from_slice(&[0; 16]);
        out.extend(parts.concat());
        if has_code {
            let code = hmac(&session, &[&self.first, challenge, &out]);
            out.get_mut(72..HEAD)?.copy_from_slice(&code);
        }
        Some((out, Security::client(&session, exchanged)))
    }
}
