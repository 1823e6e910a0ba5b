//! Handing patterns to the `regex` crate where its answer is provably the same.
//!
//! That is: left to right, no look-around, back-reference, atomic group, condition, balancing or `\G`; no group inside a
//! loop (all captures of a group are wanted) and no loop over something that may be empty. Both engines then prefer the
//! same (leftmost, first alternative) match. Text is ASCII, so bytes are units.

use super::node::{Assertion, INFINITE, Node};

/// The pattern for the byte engine; `None` when it must not take the pattern.
pub(super) fn translate(root: &Node) -> Option<String> {
    let mut out = String::from("(?s-u)");
    write(root, false, true, &mut out)?;
    Some(out)
}

/// The most bytes that a match of a pattern and the byte behind it have; none where there is no such number.
pub(super) fn longest(pattern: &str) -> Option<usize> {
    let hir = regex_syntax::ParserBuilder::new().utf8(false).build().parse(pattern).ok()?;
    // Longer windows would be gone through again and again.
    hir.properties().maximum_len().filter(|n| *n < 1 << 16).map(|n| n + 1)
}

fn write(n: &Node, in_loop: bool, top: bool, out: &mut String) -> Option<()> {
    match n {
        Node::Empty => {}
        Node::One { c, rtl: false } => {
            if *c >= 128 {
                // Not in ASCII text: a class that matches no byte.
                out.push_str(r"[^\x00-\xFF]");
            } else {
                out.push_str(&format!("\\x{c:02X}"));
            }
        }
        Node::Set { set, rtl: false } => {
            let ascii: Vec<_> = set.ranges().iter().filter(|r| r.0 < 128).collect();
            if ascii.is_empty() {
                out.push_str(r"[^\x00-\xFF]");
            } else {
                out.push('[');
                for (a, b) in ascii {
                    out.push_str(&format!("\\x{:02X}-\\x{:02X}", a, (*b).min(127)));
                }
                out.push(']');
            }
        }
        Node::Concat(v) => {
            for n in v {
                write(n, in_loop, false, out)?;
            }
        }
        Node::Alternate(v) => {
            out.push_str("(?:");
            for (i, n) in v.iter().enumerate() {
                if i > 0 {
                    out.push('|');
                }
                write(n, in_loop, false, out)?;
            }
            out.push(')');
        }
        Node::Loop { body, min, max, lazy } => {
            if body.min_length() == 0 || *min > 1000 || (*max != INFINITE && *max > 1000) {
                return None;
            }
            out.push_str("(?:");
            write(body, true, false, out)?;
            out.push(')');
            match (*min, *max) {
                (0, INFINITE) => out.push('*'),
                (1, INFINITE) => out.push('+'),
                (0, 1) => out.push('?'),
                (a, INFINITE) => out.push_str(&format!("{{{a},}}")),
                (a, b) => out.push_str(&format!("{{{a},{b}}}")),
            }
            if *lazy {
                out.push('?');
            }
        }
        Node::Capture { body, slot: Some(slot), uncapture: None } => {
            if top {
                return write(body, in_loop, false, out);
            }
            if in_loop {
                return None;
            }
            out.push_str(&format!("(?P<g{slot}>"));
            write(body, in_loop, false, out)?;
            out.push(')');
        }
        Node::Assert(a) => match a {
            Assertion::Start => out.push_str(r"\A"),
            Assertion::End => out.push_str(r"\z"),
            Assertion::LineStart => out.push_str("(?m:^)"),
            Assertion::LineEnd => out.push_str("(?m:$)"),
            Assertion::Boundary => out.push_str(r"\b"),
            Assertion::NotBoundary => out.push_str(r"\B"),
            _ => return None,
        },
        _ => return None,
    }
    Some(())
}
