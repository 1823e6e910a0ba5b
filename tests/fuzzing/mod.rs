//! Mutated input for every parser of what comes from outside: no panic, no case that does not end.
//!
//! A case depends on the seed, its target and its number alone. `DIALTONE_FUZZ_SECONDS` works for that long on each target
//! (`scripts/fuzz`), else each gets a fixed number of cases; `DIALTONE_FUZZ_SEED` and `DIALTONE_FUZZ_TARGET` choose.

mod bench;
mod targets;

use bench::Bench;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Cases of a target when no time is given; those that go through commands are slower.
const CASES: u64 = 3_000;
const SLOW_CASES: u64 = 150;
/// A case that takes longer never ends.
const LONGEST: Duration = Duration::from_secs(120);

/// What is tried.
pub struct Target {
    pub name: &'static str,
    pub is_slow: bool,
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// What mutations insert.
    pub words: &'static [&'static str],
    pub run: fn(&mut Bench, &[u8]),
}

/// A generator whose numbers depend on its seed alone.
pub struct Random(u64);

impl Random {
    fn new(parts: [u64; 3]) -> Random {
        let mut state = 0x9e37_79b9_7f4a_7c15;
        for part in parts {
            state = (state ^ part).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            state ^= state >> 29;
        }
        Random(state | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// Longest input: what grows faster than it is read would only be slow.
const MOST: usize = 6_000;

fn mutate(seeds: &[Vec<u8>], words: &[&str], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        let to = (at + 1 + random.below(24)).min(bytes.len());
        match random.below(11) {
            0 | 1 if !words.is_empty() => {
                let word = words[random.below(words.len())].as_bytes();
                bytes.splice(at..at, word.iter().copied());
            }
            2 if at < bytes.len() => bytes[at] = random.next() as u8,
            3 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            4 => bytes.insert(at, b"\0\xff\x80<>&\"'{}[](),;:=\\%$\r\n 0-9."[random.below(28)]),
            5 => drop(bytes.drain(at..to)),
            6 => bytes.truncate(at),
            7 => {
                let piece = bytes[at..to].to_vec();
                for _ in 0..1 + random.below(40) {
                    bytes.splice(at..at, piece.iter().copied());
                }
            }
            8 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            9 => {
                let number = ["0", "-1", "65536", "2147483648", "99999999999999999999", "1e999", "\u{10ffff}"];
                let number = number[random.below(number.len())].as_bytes();
                bytes.splice(at..to, number.iter().copied());
            }
            _ => {
                let from = random.below(bytes.len() + 1);
                let piece = bytes[from..(from + 40).min(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
        }
        bytes.truncate(MOST);
    }
    bytes
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs all targets; panics with what was found.
fn run() {
    let seed = setting("DIALTONE_FUZZ_SEED").unwrap_or(1);
    let wanted = std::env::var("DIALTONE_FUZZ_TARGET").unwrap_or_default();
    let from = setting("DIALTONE_FUZZ_FROM").unwrap_or(0);
    let time = setting("DIALTONE_FUZZ_SECONDS").map(Duration::from_secs);
    let now: Arc<Mutex<Option<(String, Vec<u8>, Instant)>>> = Arc::default();
    let watched = now.clone();
    let over = Arc::new(AtomicU64::new(0));
    let is_over = over.clone();
    let watch = std::thread::spawn(move || {
        while is_over.load(Ordering::Relaxed) == 0 {
            std::thread::park_timeout(Duration::from_secs(1));
            let late = watched.lock().expect("no poison").as_ref().filter(|(.., at)| at.elapsed() > LONGEST).cloned();
            if let Some((case, bytes, _)) = late {
                println!("{case} does not end: {:?}", String::from_utf8_lossy(&bytes));
                std::process::abort();
            }
        }
    });
    let place: Arc<Mutex<String>> = Arc::default();
    let noted = place.clone();
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let at = info.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
        let text = info.payload_as_str().unwrap_or_default().to_string();
        *noted.lock().expect("no poison") = format!("{text} at {at}");
    }));
    let mut found: Vec<String> = Vec::new();
    let mut total = 0;
    let mut bench = Bench::new();
    for (place_of, target) in targets::ALL.iter().enumerate() {
        if !wanted.is_empty() && !target.name.contains(&wanted) {
            continue;
        }
        let seeds = (target.seeds)();
        let begun = Instant::now();
        let most = if target.is_slow { SLOW_CASES } else { CASES };
        let mut number = from;
        while time.map_or(number - from < most, |time| begun.elapsed() < time) {
            let mut random = Random::new([seed, place_of as u64, number]);
            let case = mutate(&seeds, target.words, &mut random);
            *now.lock().expect("no poison") =
                Some((format!("{} {seed} {number}", target.name), case.clone(), Instant::now()));
            if catch_unwind(AssertUnwindSafe(|| (target.run)(&mut bench, &case))).is_err() {
                let at = place.lock().expect("no poison").clone();
                let known = at.rsplit(" at ").next().unwrap_or_default();
                if !found.iter().any(|one| one.ends_with(known)) {
                    println!("{} seed {seed} case {number}: {:?}", target.name, String::from_utf8_lossy(&case));
                    found.push(format!("{} seed {seed} case {number}: {at}", target.name));
                }
                bench = Bench::new();
            }
            number += 1;
            if number.is_multiple_of(2000) {
                bench.refresh();
            }
        }
        *now.lock().expect("no poison") = None;
        total += number - from;
        println!("{}: {} cases in {:.1} s", target.name, number - from, begun.elapsed().as_secs_f64());
    }
    std::panic::set_hook(hook);
    drop(bench);
    bench::clear();
    over.store(1, Ordering::Relaxed);
    watch.thread().unpark();
    let _ = watch.join();
    println!("{total} cases, {} places that panic", found.len());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn mutated_input_stops_nothing() {
    // A stack as the shell's own threads have.
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(run).expect("a thread");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}
