//! Limits of start-up and of the plainest loop, with a factor of two as slack; in release builds only.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SHELL: &str = env!("CARGO_BIN_EXE_dialtone");

fn least(text: &str, times: usize) -> Duration {
    let run = || {
        let begin = Instant::now();
        let status = Command::new(SHELL)
            .args(["-NoProfile", "-NonInteractive", "-Command", text])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .expect("the shell starts");
        assert!(status.success());
        begin.elapsed()
    };
    (0..times).map(|_| run()).min().unwrap_or_default()
}

#[test]
fn start_and_loop_are_fast() {
    if cfg!(debug_assertions) {
        println!("skipped: limits are those of a release build");
        return;
    }
    let start = least("1", 20);
    assert!(start < Duration::from_millis(20), "start took {start:?}, the limit is 10 ms and as much slack");
    let plain = least("1", 5);
    let counted = least("$i = 0; while ($i -lt 1000000) { $i++ }", 5);
    let each = (counted.saturating_sub(plain)).as_nanos() / 1_000_000;
    assert!(each < 120, "an iteration took {each} ns, the limit is 60 ns and as much slack");
}
