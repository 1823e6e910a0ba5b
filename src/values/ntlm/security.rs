//! Sealing and signing (MS-NLMP 3.4), with extended session security and 128 bits: nothing weaker is agreed to.

use super::{hmac, same};
use md5::{Digest, Md5};
use rc4::consts::U16;
use rc4::{KeyInit, Rc4, StreamCipher};

/// One direction.
struct Direction {
    sign: [u8; 16],
    seal: [u8; 16],
    cipher: Rc4<U16>,
    sequence: u32,
    /// The checksum is sealed too when keys were exchanged.
    seals_checksum: bool,
}

fn derived(session: &[u8; 16], purpose: &str) -> [u8; 16] {
    let mut digest = Md5::new();
    digest.update(session);
    digest.update(purpose);
    digest.update([0]);
    digest.finalize().into()
}

impl Direction {
    fn new(session: &[u8; 16], from: &str, seals_checksum: bool) -> Direction {
        let seal = derived(session, &format!("session key to {from} sealing key magic constant"));
        Direction {
            sign: derived(session, &format!("session key to {from} signing key magic constant")),
            seal,
            cipher: Rc4::new(&seal.into()),
            sequence: 0,
            seals_checksum,
        }
    }

    fn signature(&mut self, plain: &[u8]) -> [u8; 16] {
        let number = self.sequence.to_le_bytes();
        let mut checksum = [0u8; 8];
        checksum.copy_from_slice(&hmac(&self.sign, &[&number, plain])[..8]);
        if self.seals_checksum {
            self.cipher.apply_keystream(&mut checksum);
        }
        self.sequence = self.sequence.wrapping_add(1);
        let mut signature = [0u8; 16];
        signature[0] = 1;
        signature[4..12].copy_from_slice(&checksum);
        signature[12..].copy_from_slice(&number);
        signature
    }

    fn restart(&mut self) {
        self.cipher = Rc4::new(&self.seal.into());
    }
}

/// The protection of one connection, seen from one of its ends.
pub struct Security {
    outgoing: Direction,
    incoming: Direction,
}

impl Security {
    /// The server's end, from the exported session key.
    pub fn server(session: &[u8; 16], exchanged: bool) -> Security {
        Security {
            outgoing: Direction::new(session, "server-to-client", exchanged),
            incoming: Direction::new(session, "client-to-server", exchanged),
        }
    }

    /// The client's end.
    pub fn client(session: &[u8; 16], exchanged: bool) -> Security {
        let Security { outgoing, incoming } = Security::server(session, exchanged);
        Security { outgoing: incoming, incoming: outgoing }
    }

    /// Signature and sealed form of a message to the other end.
    pub fn seal(&mut self, plain: &[u8]) -> ([u8; 16], Vec<u8>) {
        let mut sealed = plain.to_vec();
        self.outgoing.cipher.apply_keystream(&mut sealed);
        (self.outgoing.signature(plain), sealed)
    }

    /// A message of the other end; none when it was tampered with.
    pub fn unseal(&mut self, signature: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let mut plain = sealed.to_vec();
        self.incoming.cipher.apply_keystream(&mut plain);
        same(signature, &self.incoming.signature(&plain)).then_some(plain)
    }

    /// The code over a list of mechanisms. What is sealed afterwards begins a new key stream, as Windows has it (MS-SPNG 3.1.5.4).
    pub fn sign_list(&mut self, list: &[u8]) -> [u8; 16] {
        let signature = self.outgoing.signature(list);
        self.outgoing.restart();
        signature
    }

    /// Whether the other end's code over a list is right.
    pub fn verify_list(&mut self, list: &[u8], signature: &[u8]) -> bool {
        let wanted = self.incoming.signature(list);
        self.incoming.restart();
        same(signature, &wanted)
    }
}
