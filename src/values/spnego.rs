//! SPNEGO (RFC 4178): two sides agree on how to sign in. NTLM is the one mechanism that we offer and take.

use crate::ntlm;

const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTET_STRING: u8 = 0x04;
const ENUMERATED: u8 = 0x0a;
const SEQUENCE: u8 = 0x30;
const APPLICATION: u8 = 0x60;
/// Context tags of the choice and of fields.
const FIELD: u8 = 0xa0;

/// 1.3.6.1.5.5.2.
const SPNEGO: &[u8] = &[0x2b, 6, 1, 5, 5, 2];
/// 1.3.6.1.4.1.311.2.2.10.
const NTLM: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0a];

/// An element of DER (X.690 8.1): its tag, its content, what follows.
fn element(data: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = data.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match *first {
        short if short < 0x80 => (usize::from(short), rest),
        long => {
            let (bytes, rest) =
                rest.split_at_checked(usize::from(long & 0x7f)).filter(|(b, _)| (1..=4).contains(&b.len()))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

/// The content of an element that has to have a tag.
fn content(data: &[u8], tag: u8) -> Option<&[u8]> {
    element(data).filter(|(found, ..)| *found == tag).map(|(_, content, _)| content)
}

fn made(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let bytes: Vec<u8> = (length as u32).to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        out.push(0x80 | bytes.len() as u8);
        out.extend(bytes);
    }
    out.extend_from_slice(content);
    out
}

/// How far an acceptor is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Completed = 0,
    Incomplete = 1,
    Rejected = 2,
    /// Goes on, and wants codes over the list of mechanisms.
    WantsCode = 3,
}

/// A token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Token {
    /// NegTokenInit: mechanisms by preference, the list of them as it was sent, the first mechanism's token.
    Init { mechanisms: Vec<Vec<u8>>, list: Vec<u8>, token: Option<Vec<u8>> },
    /// NegTokenResp.
    Answer { state: Option<State>, token: Option<Vec<u8>>, code: Option<Vec<u8>> },
}

impl Token {
    /// Reads a token; none when it is none.
    pub fn parse(data: &[u8]) -> Option<Token> {
        let (tag, inner, _) = element(data)?;
        let (choice, inner) = match tag {
            APPLICATION => {
                let (_, id, rest) = element(inner).filter(|(tag, id, _)| *tag == OBJECT_IDENTIFIER && *id == SPNEGO)?;
                let (choice, inner, _) = element(rest).filter(|_| !id.is_empty())?;
                (choice, inner)
            }
            choice => (choice, inner),
        };
        let fields = {
            let mut rest = content(inner, SEQUENCE)?;
            let mut fields = Vec::new();
            while !rest.is_empty() {
                let (tag, field, more) = element(rest)?;
                fields.push((tag, field));
                rest = more;
            }
            fields
        };
        let field = |number: u8| fields.iter().find(|(tag, _)| *tag == FIELD + number).map(|(_, field)| *field);
        let bytes = |number: u8| field(number).and_then(|f| content(f, OCTET_STRING)).map(<[u8]>::to_vec);
        match choice {
            FIELD => {
                let list = field(0)?;
                let mut rest = content(list, SEQUENCE)?;
                let mut mechanisms = Vec::new();
                while !rest.is_empty() {
                    let (_, id, more) = element(rest).filter(|(tag, ..)| *tag == OBJECT_IDENTIFIER)?;
                    mechanisms.push(id.to_vec());
                    rest = more;
                }
                Some(Token::Init { mechanisms, list: list.to_vec(), token: bytes(2) })
            }
            0xa1 => {
                let state = field(0).and_then(|f| content(f, ENUMERATED)).and_then(|value| match value {
                    [0] => Some(State::Completed),
                    [1] => Some(State::Incomplete),
                    [2] => Some(State::Rejected),
                    [3] => Some(State::WantsCode),
                    _ => None,
                });
                Some(Token::Answer { state, token: bytes(2), code: bytes(3) })
            }
            _ => None,
        }
    }
}

/// The list of mechanisms of one who offers NTLM alone.
fn list() -> Vec<u8> {
    made(SEQUENCE, &made(OBJECT_IDENTIFIER, NTLM))
}

fn init(token: &[u8]) -> Vec<u8> {
    let fields = [made(FIELD, &list()), made(FIELD + 2, &made(OCTET_STRING, token))].concat();
    let choice = made(FIELD, &made(SEQUENCE, &fields));
    made(APPLICATION, &[made(OBJECT_IDENTIFIER, SPNEGO), choice].concat())
}

fn answer(state: Option<State>, names_mechanism: bool, token: Option<&[u8]>, code: Option<&[u8]>) -> Vec<u8> {
    let mut fields = Vec::new();
    if let Some(state) = state {
        fields.extend(made(FIELD, &made(ENUMERATED, &[state as u8])));
    }
    if names_mechanism {
        fields.extend(made(FIELD + 1, &made(OBJECT_IDENTIFIER, NTLM)));
    }
    for (number, bytes) in [(2, token), (3, code)] {
        if let Some(bytes) = bytes {
            fields.extend(made(FIELD + number, &made(OCTET_STRING, bytes)));
        }
    }
    made(FIELD + 1, &made(SEQUENCE, &fields))
}

/// The accepting side's part of an exchange. NTLM itself is its owner's matter.
#[derive(Default)]
pub struct Acceptor {
    list: Vec<u8>,
    has_answered: bool,
    wants_code: bool,
}

impl Acceptor {
    /// Takes a token of the other side: what it holds of NTLM, if the exchange goes so far, and its code. None for no token, and
    /// where the other side does not offer NTLM.
    pub fn take(&mut self, data: &[u8]) -> Option<(Option<Vec<u8>>, Option<Vec<u8>>)> {
        match Token::parse(data)? {
            Token::Init { mechanisms, list, token } => {
                let at = mechanisms.iter().position(|id| id == NTLM)?;
                // The token is that of the mechanism which the other side prefers.
                *self = Acceptor { list, has_answered: false, wants_code: at > 0 };
                Some((token.filter(|_| at == 0), None))
            }
            Token::Answer { token, code, .. } => (!self.list.is_empty()).then_some((token, code)),
        }
    }

    /// The token with which the exchange goes on.
    pub fn go_on(&mut self, token: Option<&[u8]>) -> Vec<u8> {
        let is_first = !std::mem::replace(&mut self.has_answered, true);
        let state = if is_first && self.wants_code { State::WantsCode } else { State::Incomplete };
        answer(Some(state), is_first, token, None)
    }

    /// Ends the exchange: the last token. None when the other side's code is wrong, or missing where there has to be one.
    pub fn finish(&mut self, security: &mut ntlm::Security, code: Option<&[u8]>) -> Option<Vec<u8>> {
        let own = match code {
            Some(code) => Some(security.verify_list(&self.list, code).then(|| security.sign_list(&self.list))?),
            None if self.wants_code => return None,
            None => None,
        };
        Some(answer(Some(State::Completed), false, None, own.as_ref().map(|code| &code[..])))
    }
}

/// The side that signs in.
pub struct Initiator {
    inner: ntlm::Initiator,
}

impl Initiator {
    /// With a name and a password.
    pub fn new(name: &str, password: &str) -> Initiator {
        Initiator { inner: ntlm::Initiator::new(name, password) }
    }

    /// The first token.
    pub fn begin(&mut self) -> Vec<u8> {
        init(&self.inner.negotiate())
    }

    /// The answer to a challenge, with the protection that follows.
    pub fn answer(&self, data: &[u8]) -> Option<(Vec<u8>, ntlm::Security)> {
        let Token::Answer { state, token: Some(challenge), .. } = Token::parse(data)? else { return None };
        if state == Some(State::Rejected) {
            return None;
        }
        let (third, mut security) = self.inner.authenticate(&challenge)?;
        let code = security.sign_list(&list());
        Some((answer(None, false, Some(&third), Some(&code)), security))
    }

    /// Whether the last token is one of the side that was signed in to: it knows the key too.
    pub fn is_end(security: &mut ntlm::Security, data: &[u8]) -> bool {
        let Some(Token::Answer { state, code, .. }) = Token::parse(data) else { return false };
        state == Some(State::Completed) && code.is_some_and(|code| security.verify_list(&list(), &code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_der() {
        for length in [0usize, 1, 127, 128, 255, 256, 70_000] {
            let bytes = made(OCTET_STRING, &vec![7; length]);
            assert_eq!(content(&bytes, OCTET_STRING).map(<[u8]>::len), Some(length));
            assert!(element(&bytes[..bytes.len() - 1]).is_none());
        }
        assert_eq!(made(OCTET_STRING, &[0; 200])[..3], [4, 0x81, 200]);
        for nonsense in [&[][..], &[0x60], &[0x60, 0x85, 1, 1, 1, 1, 1], &[0xa1, 2, 0x30, 9], &[0x60, 2, 6, 0]] {
            assert_eq!(Token::parse(nonsense), None);
        }
    }

    #[test]
    fn mechanisms_are_read_in_their_order() {
        let Some(Token::Init { mechanisms, token, .. }) = Token::parse(&init(b"NTLMSSP\0")) else { panic!("no token") };
        assert_eq!((mechanisms, token.as_deref()), (vec![NTLM.to_vec()], Some(&b"NTLMSSP\0"[..])));
    }

    #[test]
    fn both_sides_come_to_an_end() {
        for prefers_another in [false, true] {
            let mut initiator = Initiator::new("Ana", "Secret1!");
            let mut acceptor = Acceptor::default();
            let mut first = initiator.begin();
            if prefers_another {
                // Kerberos before NTLM, with a token that we can't read.
                let ids = [made(OBJECT_IDENTIFIER, &[0x2a, 0x86, 0x48]), made(OBJECT_IDENTIFIER, NTLM)].concat();
                let list = made(SEQUENCE, &ids);
                let fields = [made(FIELD, &list), made(FIELD + 2, &made(OCTET_STRING, b"ticket"))].concat();
                let other = made(FIELD, &made(SEQUENCE, &fields));
                assert_eq!(acceptor.take(&other), Some((None, None)));
                let Some(Token::Answer { state, .. }) = Token::parse(&acceptor.go_on(None)) else {
                    panic!("no answer")
                };
                assert_eq!(state, Some(State::WantsCode));
                first = answer(None, false, Some(&initiator.inner.negotiate()), None);
            }
            let (token, _) = acceptor.take(&first).unwrap();
            let challenge =
                ntlm::Negotiate::parse(&token.unwrap()).unwrap().challenge("contoso.com", "fe01.contoso.com");
            let (third, mut client) = initiator.answer(&acceptor.go_on(Some(&challenge.data))).unwrap();
            let (token, code) = acceptor.take(&third).unwrap();
            let authenticate = ntlm::Authenticate::parse(&token.unwrap()).unwrap();
            let mut server = authenticate.verify(&challenge, &ntlm::nt_hash("Secret1!")).unwrap();
            if prefers_another {
                // The code was made over the list of one who offers NTLM alone.
                assert!(acceptor.finish(&mut server, code.as_deref()).is_none());
                continue;
            }
            let last = acceptor.finish(&mut server, code.as_deref()).unwrap();
            assert!(Initiator::is_end(&mut client, &last));
            let (signature, sealed) = client.seal(b"text");
            assert_eq!(server.unseal(&signature, &sealed).as_deref(), Some(&b"text"[..]));
        }
        assert!(Acceptor::default().take(&answer(None, false, Some(b"x"), None)).is_none());
    }
}
