//! Input that means harm: the answer is a clear error or comes in bounded time; the shell never falls over.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SHELL: &str = env!("CARGO_BIN_EXE_dialtone");

/// The processor time that a child has taken; it is not counted while others have the machine.
fn worked(child: &Child) -> Duration {
    let told = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap_or_default();
    let numbers = told.rsplit(')').next().unwrap_or_default().split_whitespace();
    // User and system time, in hundredths of a second (proc(5), fields 14 and 15).
    let ticks: u64 = numbers.skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * ticks)
}

/// What the shell prints for a script; it must end by itself within the limit of processor time, ten times that of any time,
/// and without a signal.
fn answer(script: &str, limit: Duration) -> String {
    let mut child = Command::new(SHELL)
        .args(["-NoProfile", "-NonInteractive", "-Command", script])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the shell starts");
    let mut out = child.stdout.take().expect("its output");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = out.read_to_string(&mut text);
        text
    });
    let begin = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("its state") {
            break status;
        }
        if worked(&child) > limit || begin.elapsed() > 10 * limit {
            let _ = child.kill();
            let _ = child.wait();
            panic!("not done after {limit:?}: {script}");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(status.code().is_some(), "ended by a signal: {script}");
    reader.join().expect("its text").trim().to_string()
}

fn check(script: &str, wanted: &str) {
    let text = answer(script, Duration::from_secs(60));
    assert!(text.contains(wanted), "{script}\nwanted: {wanted}\ngot: {text}");
}

#[test]
fn deep_nesting_is_refused() {
    check("try { ('[' * 200000) | ConvertFrom-Json } catch { 'refused' }", "refused");
    check("try { ('[' * 200000 + ']' * 200000) | ConvertFrom-Json; 'read' } catch { 'refused' }", "refused");
    check("try { ('{\"a\":' * 100000 + '1' + '}' * 100000) | ConvertFrom-Json } catch { 'refused' }", "refused");
    check("try { [xml]('<a>' * 100000) } catch { 'refused' }", "refused");
    check("try { Invoke-Expression ('(' * 50000 + '1' + ')' * 50000); 'run' } catch { 'refused' }", "");
    check("try { [regex]::new('(' * 50000 + ')' * 50000); 'made' } catch { 'refused' }", "");
}

#[test]
fn entities_that_grow_are_refused() {
    let mut dtd = String::from("<!DOCTYPE r [<!ENTITY a0 \"ha\">");
    for n in 1..30 {
        dtd.push_str(&format!("<!ENTITY a{n} \"&a{0};&a{0};&a{0};&a{0};\">", n - 1));
    }
    dtd.push_str("]><r>&a29;</r>");
    check(&format!("try {{ ([xml]'{dtd}').r.Length }} catch {{ 'refused' }}"), "refused");
}

#[test]
fn patterns_that_backtrack_end_at_their_time() {
    let begin = Instant::now();
    check(
        "try { [regex]::new('^(a+)+$', 'None', [timespan]::FromMilliseconds(300)).IsMatch('a' * 40 + 'b') } \
         catch { $_.Exception.InnerException.GetType().Name }",
        "RegexMatchTimeoutException",
    );
    assert!(begin.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_line_of_many_megabytes_passes() {
    let megabytes = if cfg!(debug_assertions) { 10 } else { 100 };
    let path: PathBuf = std::env::temp_dir().join(format!("dialtone-line-{}.txt", std::process::id()));
    std::fs::write(&path, vec![b'x'; megabytes << 20]).expect("the file is written");
    let script = format!(
        "$l = Get-Content '{0}'; $l.Length; ($l -replace 'x', 'y').Length; ($l -split 'z').Count; [System.IO.File]::ReadAllLines('{0}')[0].Length",
        path.display()
    );
    let text = answer(&script, Duration::from_secs(120));
    let _ = std::fs::remove_file(&path);
    let length = (megabytes << 20).to_string();
    assert_eq!(text.lines().collect::<Vec<_>>(), [length.as_str(), &length, "1", &length]);
}

#[test]
fn files_of_one_line_pass_through_the_commands() {
    let megabytes = if cfg!(debug_assertions) { 8 } else { 100 };
    let folder = std::env::temp_dir().join(format!("dialtone-lines-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let text = "word ".repeat((megabytes << 20) / 5);
    let length = text.len();
    std::fs::write(folder.join("plain.txt"), &text).expect("the file is written");
    std::fs::write(folder.join("one.json"), format!("{{\"a\":\"{text}\",\"b\":[{}1]}}", "1,".repeat(1 << 20)))
        .expect("the file is written");
    std::fs::write(folder.join("one.csv"), format!("a,b\r\n\"{text}\",2\r\n")).expect("the file is written");
    // A quotation mark that never closes takes the rest of the file.
    std::fs::write(folder.join("open.csv"), format!("a,b\r\n\"{text}")).expect("the file is written");
    let script = "Set-Location $env:HOSTILE
        $l = Get-Content plain.txt; \"content $($l.Length)\"
        \"split $(($l -split ' ').Count)\"
        \"select $((Select-String -Path plain.txt -Pattern 'word$|word ').Matches.Count)\"
        $j = Get-Content one.json -Raw | ConvertFrom-Json; \"json $($j.a.Length) $($j.b.Count)\"
        $r = Import-Csv one.csv; \"csv $($r.a.Length) $($r.b)\"
        $o = @(Import-Csv open.csv); \"open $($o.Count)\"";
    let mut child = Command::new(SHELL);
    child.args(["-NoProfile", "-NonInteractive", "-Command", script]).env("HOSTILE", &folder).stdin(Stdio::null());
    let output = child.output().expect("the shell starts");
    let _ = std::fs::remove_dir_all(&folder);
    let shown = String::from_utf8_lossy(&output.stdout).to_string();
    let wanted = [
        format!("content {length}"),
        format!("split {}", length / 5 + 1),
        "select 1".to_string(),
        format!("json {length} {}", (1 << 20) + 1),
        format!("csv {length} 2"),
        "open 1".to_string(),
    ];
    assert_eq!(shown.lines().collect::<Vec<_>>(), wanted, "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn recursion_ends_in_an_error() {
    let bodies = [
        "function f { f }; f",
        "$s = { & $s }; & $s",
        "function f { 1 | ForEach-Object { f } }; f",
        "function f { 2, 1 | Sort-Object { f } }; f",
        "class C { [int] M() { return $this.M() } }; [C]::new().M()",
        "class T { [string] ToString() { return \"$this\" } }; \"$([T]::new())\"",
        "class T { [int] GetHashCode() { return @{ $this = 1 }.Count } }; @{ [T]::new() = 1 }",
        "function f { try { f } finally { } }; f",
    ];
    for body in bodies {
        check(&format!("try {{ {body} }} catch {{ $_.FullyQualifiedErrorId }}"), "CallDepthOverflow");
    }
}

/// What is interrupted: name, preparation, body (tests/interrupts.tsv, which scripts/bench-interrupt measures).
fn interrupts() -> Vec<(&'static str, &'static str, &'static str)> {
    let lines = include_str!("interrupts.tsv").lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines
        .map(|line| {
            let mut parts = line.split('\t');
            let mut next = || parts.next().expect("three columns");
            (next(), next(), next())
        })
        .collect()
}

/// Runs a script that says GO and then never ends; gives what it prints after SIGINT.
fn interrupted(folder: &Path, prepared: &str, body: &str) -> String {
    let script = format!(
        "{prepared}; try {{ [Console]::Out.WriteLine('GO'); [Console]::Out.Flush(); {body} }} finally {{ [Console]::Out.WriteLine('cleaned up') }}"
    );
    let mut child = Command::new(SHELL)
        .args(["-NoProfile", "-NonInteractive", "-Command", &script])
        .current_dir(folder)
        // Nobody ever writes to it.
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the shell starts");
    let mut out = std::io::BufReader::new(child.stdout.take().expect("its output"));
    let mut line = String::new();
    std::io::BufRead::read_line(&mut out, &mut line).expect("its first line");
    assert_eq!(line.trim(), "GO", "{body}");
    // In the midst of it.
    std::thread::sleep(Duration::from_millis(150));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
    assert!(sent.success());
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = out.read_to_string(&mut text);
        text
    });
    // Fifty milliseconds are the aim, which scripts/bench-interrupt measures; a busy machine is given a minute.
    let begin = Instant::now();
    while child.try_wait().expect("its state").is_none() {
        if begin.elapsed() > Duration::from_secs(60) {
            let _ = child.kill();
            let _ = child.wait();
            panic!("Ctrl-C does not stop: {body}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    reader.join().expect("its text")
}

#[test]
fn ctrl_c_stops_whatever_takes_long_and_finally_runs() {
    let next = std::sync::Mutex::new(interrupts().into_iter());
    let folder = std::env::temp_dir().join(format!("dialtone-interrupts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some((name, prepared, body)) = next.lock().expect("the list").next() else { break };
                    let text = interrupted(&folder, prepared, body);
                    assert!(text.contains("cleaned up"), "{name}: {body}: {text}");
                }
            });
        }
    });
    std::fs::remove_dir_all(folder).expect("to be cleared");
}

/// A service that takes a request and says nothing, a store that another process keeps for itself.
#[test]
fn ctrl_c_ends_the_wait_for_the_organization() {
    let folder = std::env::temp_dir().join(format!("dialtone-waits-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("run")).expect("a folder");
    let home = format!("$env:DIALTONE_HOME = '{}'", folder.display());
    let _silent = std::os::unix::net::UnixListener::bind(folder.join("run/service.sock")).expect("a socket");
    assert!(interrupted(&folder, &home, "Get-DialtoneService").contains("cleaned up"));
    assert!(interrupted(&folder, &home, "Stop-DialtoneService").contains("cleaned up"));
    let held = rusqlite::Connection::open(folder.join("organization.db")).expect("the store");
    let made = format!("{home}; $null = Get-UMDialPlan");
    let new = "New-UMDialPlan late -NumberOfDigitsInExtension 5 -CountryOrRegionCode 1";
    check(&format!("{made}; 'made'"), "made");
    held.execute_batch("BEGIN IMMEDIATE").expect("the store's lock");
    assert!(interrupted(&folder, &made, new).contains("cleaned up"));
    held.execute_batch("COMMIT").expect("the lock is given back");
    check(&format!("{home}; \"$(@(Get-UMDialPlan late -ErrorAction Ignore).Count) made\""), "0 made");
    std::fs::remove_dir_all(folder).expect("to be cleared");
}

/// What follows a statement whose output is lost does not run.
#[test]
fn output_that_cannot_be_written_ends_the_script() {
    let file = std::env::temp_dir().join(format!("dialtone-lost-output-{}", std::process::id()));
    let script = format!("1; Set-Content '{}' next", file.display());
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device that is always full");
    let ended = Command::new(SHELL)
        .args(["-NoProfile", "-NonInteractive", "-Command", &script])
        .stdin(Stdio::null())
        .stdout(full)
        .output()
        .expect("the shell ends");
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("cannot be written"));
    assert!(!file.exists(), "the next statement ran");
}
