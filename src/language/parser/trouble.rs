//! Going on after an error.

use super::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    /// Skips tokens up to one of `ends` outside of brackets; a closing one of them counts as open already.
    pub(crate) fn sync_on_error(&mut self, take_closing: bool, ends: &[TokenKind]) {
        use TokenKind::*;
        let mut parens = i32::from(ends.contains(&RParen));
        let mut curlies = i32::from(ends.contains(&RCurly));
        let mut brackets = i32::from(ends.contains(&RBracket));
        loop {
            let token = self.next();
            let (open, kind) = match token.kind {
                LParen => {
                    parens += 1;
                    continue;
                }
                LCurly => {
                    curlies += 1;
                    continue;
                }
                LBracket => {
                    brackets += 1;
                    continue;
                }
                RParen => {
                    parens -= 1;
                    (parens, RParen)
                }
                RCurly => {
                    curlies -= 1;
                    (curlies, RCurly)
                }
                RBracket => {
                    brackets -= 1;
                    (brackets, RBracket)
                }
                EndOfInput => {
                    self.unget(token);
                    return;
                }
                other => (1, other),
            };
            if open == 0 && ends.contains(&kind) {
                if !take_closing {
                    self.unget(token);
                }
                return;
            }
            if ends.contains(&token.kind) && parens == 0 && curlies == 0 && brackets == 0 {
                return;
            }
        }
    }
}
