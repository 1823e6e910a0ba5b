//! No text makes the parser panic, hang or leave a broken tree.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::ast::{Node, Visit};
use crate::{Options, Source, parse_with};

/// Words that mutations insert.
const WORDS: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "@'\n",
    "\n'@",
    "@\"\n",
    "\n\"@",
    "$(",
    "@(",
    "@{",
    "$",
    "`",
    "#",
    "<#",
    "#>",
    ";",
    ",",
    "|",
    "&",
    "&&",
    "||",
    "-",
    "--",
    "--%",
    "+",
    "++",
    "=",
    "+=",
    "?",
    "??",
    "??=",
    "?.",
    "?[",
    ":",
    "::",
    ".",
    "..",
    "1",
    "0x",
    "1kb",
    "1.5e",
    "-f",
    "-eq",
    "-split",
    "-join",
    "if",
    "else",
    "elseif",
    "switch",
    "foreach",
    "for",
    "while",
    "do",
    "until",
    "try",
    "catch",
    "finally",
    "trap",
    "function",
    "filter",
    "param",
    "begin",
    "process",
    "end",
    "clean",
    "dynamicparam",
    "class",
    "enum",
    "static",
    "hidden",
    "using",
    "data",
    "return",
    "throw",
    "break",
    "continue",
    "exit",
    "configuration",
    "workflow",
    "in",
    "$using:x",
    "@x",
    "${a b}",
    "[int]",
    "[ref]",
    "[Parameter()]",
    "\r\n",
    "\n",
    "\u{201c}",
    "\u{2019}",
    "\u{2013}",
    "\u{e9}",
    "\u{1d11e}",
    "\0",
    "`u{D800}",
    "> a",
    "2>&1",
    "*>",
    "\u{a0}",
    ":l",
    "#requires -version 7\n",
    " ",
];

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

fn mutate(text: &str, other: &str, random: &mut Random) -> String {
    let mut out = text.to_owned();
    for _ in 0..=random.below(4) {
        let (a, b) = (random.place(&out), random.place(&out));
        let (from, to) = (a.min(b), a.max(b));
        match random.below(6) {
            0 => out.truncate(to),
            1 => out.replace_range(from..to.min(from + 40).min(out.len()), ""),
            2 => {
                let piece = out[from..to].to_owned();
                let at = random.place(&out);
                out.insert_str(at, &piece[..piece.len().min(200)]);
            }
            3 => {
                let start = random.place(other);
                let rest = &other[start..];
                out.insert_str(from, &rest[..rest.len().min(60)]);
            }
            _ => out.insert_str(from, WORDS[random.below(WORDS.len())]),
        }
    }
    out
}

/// Cuts to a boundary of characters, so that the slices above never split one.
fn ascii_only(text: &str) -> String {
    text.chars().filter(char::is_ascii).collect()
}

/// Parses and looks at each node.
pub(crate) fn check(text: &str) {
    let source = Arc::new(Source::new(text));
    let start = Instant::now();
    let parsed = parse_with(source.clone(), &Options { tokens: true, ..Options::default() });
    let took = start.elapsed();
    assert!(took < Duration::from_millis(500) + Duration::from_micros(10) * text.len() as u32, "{took:?} for {text:?}");
    let limit = text.len() as u32 + 2;
    parsed.ast.walk(Node::Block(parsed.ast.root()), &mut |node| {
        let span = parsed.ast.span(node);
        assert!(span.end() <= limit, "{node:?} of {text:?}");
        parsed.ast.slice(span);
        Visit::Continue
    });
    for token in &parsed.tokens.tokens {
        assert!(token.span.end() <= limit);
        parsed.tokens.nested_of(token);
    }
    for error in &parsed.errors {
        source.position(error.span.start);
        error.message();
    }
}

fn seeds() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fuzz/scripts");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("seeds").filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

#[test]
fn mutated_scripts() {
    let seeds = seeds();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for (index, seed) in seeds.iter().enumerate() {
        check(seed);
        let ascii = ascii_only(seed);
        let other = ascii_only(&seeds[(index + 1) % seeds.len()]);
        for _ in 0..60 {
            check(&mutate(&ascii, &other, &mut random));
        }
    }
}

#[test]
fn every_prefix() {
    for seed in seeds().iter().take(3) {
        for (at, _) in seed.char_indices().step_by(3) {
            check(&seed[..at]);
        }
    }
}

#[test]
fn words_in_any_order() {
    let mut random = Random(0x1234_5678_9ABC_DEF1);
    for _ in 0..1500 {
        let count = random.below(12);
        let text: Vec<&str> = (0..count).map(|_| WORDS[random.below(WORDS.len())]).collect();
        check(&text.join(if random.below(2) == 0 { " " } else { "" }));
    }
}

#[test]
fn deep_nesting() {
    for open in [
        "(", "{", "$(", "@(", "@{a=", "if(1){", "-not ", ",", "[int[", "\"$(", "$a[", "[int]", "$a=", "f -x:(", "try{",
        "!", "[A({", "[A( {[A]",
    ] {
        check(&open.repeat(20_000));
    }
}
