//! A shell killed in the middle of its writes: what it acknowledged is there, nothing is half written.
//!
//! `DIALTONE_KILLS` sets the number of rounds (20 unless it says otherwise).

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SHELL: &str = env!("CARGO_BIN_EXE_dialtone");

/// Objects that one shell would create if it were left alone: half hunt groups, half voice routes.
const CALLS: usize = 4000;

const DEPLOY: &str = "
$null = New-UMDialPlan -Name Plan -NumberOfDigitsInExtension 6 -URIType TelExtn -CountryOrRegionCode 1
$null = New-UMIPGateway -Name Gateway -Address gw.contoso.com
$null = Set-CsPstnUsage -Identity Global -Usage @{Add='Long'}
";

fn script(round: usize) -> String {
    format!(
        "$ErrorActionPreference = 'Stop'
foreach ($i in 1..{half}) {{
    $null = New-UMHuntGroup -Name \"h{round}-$i\" -PilotIdentifier ('{round:02}{{0:d4}}' -f $i) -UMDialPlan Plan -UMIPGateway Gateway
    [Console]::WriteLine(\"h{round}-$i\")
    $null = New-CsVoiceRoute -Identity \"r{round}-$i\" -NumberPattern \"^\\+1{round}$i\" -PstnUsages Long -Description \"made $i\"
    [Console]::WriteLine(\"r{round}-$i\")
}}",
        half = CALLS / 2
    )
}

fn shell(home: &Path, text: &str) -> Command {
    let mut command = Command::new(SHELL);
    command
        .args(["-NoProfile", "-NonInteractive", "-Command", text])
        .env("DIALTONE_HOME", home)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    command
}

fn lines(home: &Path, text: &str) -> Vec<String> {
    let output = shell(home, &format!("$ErrorActionPreference = 'Stop'\n{text}")).output().expect("the shell starts");
    assert!(output.status.success(), "{text}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).expect("text").lines().map(str::to_string).collect()
}

/// Starts a writer, kills it when it has acknowledged so many objects, and returns all that it had acknowledged.
fn killed_after(home: &Path, round: usize, count: usize) -> Vec<String> {
    let mut child: Child = shell(home, &script(round)).stdout(Stdio::piped()).spawn().expect("the shell starts");
    let stdout = child.stdout.take().expect("its output");
    let (sender, lines) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        BufReader::new(stdout).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
    });
    let mut acknowledged: Vec<String> = lines.iter().take(count).collect();
    // SIGKILL: the process gets no chance to tidy up.
    child.kill().expect("the shell is killed");
    let _ = child.wait();
    reader.join().expect("the reader ends");
    acknowledged.extend(lines.try_iter());
    // The last line may have been cut.
    if acknowledged.last().is_some_and(|line| !whole(line)) {
        acknowledged.pop();
    }
    acknowledged
}

/// Whether a line is a whole acknowledgement: without its newline `h3-12` could be the beginning of `h3-123`,
/// which names an earlier object then, so a prefix does no harm either.
fn whole(line: &str) -> bool {
    line.split_once('-').is_some_and(|(kind, number)| kind.len() > 1 && !number.is_empty())
}

struct Home(PathBuf);

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Rounds that one organization goes through before it is checked and the next one begins: the time of a round does not
/// grow with those before it, and a long run that is broken off has said something.
const ROUNDS_OF_A_HOME: usize = 50;

#[test]
fn acknowledged_objects_survive_a_kill() {
    let rounds: usize = std::env::var("DIALTONE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let (mut done, mut objects) = (0, 0);
    while done < rounds {
        let last = rounds.min(done + ROUNDS_OF_A_HOME);
        objects += kill_writers(done + 1..=last);
        done = last;
        println!("{done} kills, {objects} acknowledged objects, none lost");
    }
}

/// Kills a writer in each of these rounds and checks the organization that they leave; the number of acknowledged objects.
fn kill_writers(rounds: RangeInclusive<usize>) -> usize {
    let count_of_rounds = rounds.clone().count();
    let home = Home(std::env::temp_dir().join(format!("dialtone-kill-{}-{}", std::process::id(), rounds.start())));
    lines(&home.0, DEPLOY);
    let mut acknowledged = BTreeSet::new();
    let mut middles = 0;
    for round in rounds {
        // Spread over the writer's life, not at random: a failure can be repeated. Every tenth dies while it starts.
        let count = if round % 10 == 0 { 0 } else { 1 + (round * 397) % 200 };
        let new = killed_after(&home.0, round, count);
        middles += usize::from(!new.is_empty() && new.len() < CALLS);
        acknowledged.extend(new);

        let began = Instant::now();
        lines(&home.0, "Get-UMDialPlan -Identity Plan | ForEach-Object Name");
        assert!(began.elapsed() < Duration::from_secs(30), "the next shell took {:?}", began.elapsed());
    }
    assert!(middles * 2 > count_of_rounds, "only {middles} of {count_of_rounds} kills met a writer in the middle");

    // One line an object, with every property that the writer gave.
    let stored = lines(
        &home.0,
        "Get-UMHuntGroup | ForEach-Object { \"$($_.Name)|$($_.PilotIdentifier)|$($_.UMDialPlan)|$($_.UMIPGateway)\" }
         Get-CsVoiceRoute | Where-Object Name -like 'r*-*' | ForEach-Object { \"$($_.Name)|$($_.NumberPattern)|$($_.PstnUsages)|$($_.Description)\" }",
    );
    let mut present = BTreeSet::new();
    for line in &stored {
        let (name, rest) = line.split_once('|').expect("a name");
        let Some((kind, number)) = name.split_once('-') else { continue };
        let round = &kind[1..];
        let wanted = if kind.starts_with('h') {
            format!("{round:0>2}{number:0>4}|Plan|Gateway")
        } else {
            format!("^\\+1{round}{number}|Long|made {number}")
        };
        assert_eq!(rest, wanted, "{name} is half written");
        present.insert(name.to_string());
    }
    let lost: Vec<&String> = acknowledged.difference(&present).collect();
    let some = &lost[..lost.len().min(5)];
    assert!(lost.is_empty(), "{} of {} acknowledged objects are lost: {some:?} ...", lost.len(), acknowledged.len());
    // A kill falls between the commit and the acknowledgement at most once a round.
    assert!(
        present.len() <= acknowledged.len() + count_of_rounds,
        "{} stored, {} acknowledged",
        present.len(),
        acknowledged.len()
    );

    let check = Command::new(SHELL).arg("--check-store").env("DIALTONE_HOME", &home.0).output().expect("a check");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    acknowledged.len()
}
