//! The organisation that the tour deploys, called by sipp: the runbook's objects, the service as a process of its own.

use super::{has_peer, redirect, sipp};
use crate::calls::lab::speech_samples;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SHELL: &str = env!("CARGO_BIN_EXE_dialtone");

struct Home(PathBuf);

impl Home {
    fn shell(&self, arguments: &[&str]) -> String {
        let (done, printed, errors) = self.run(arguments);
        assert!(done && errors.is_empty(), "{arguments:?}\n{printed}\n{errors}");
        printed
    }

    /// Whether the shell left without an error, what it printed, and its errors.
    fn run(&self, arguments: &[&str]) -> (bool, String, String) {
        let output = Command::new(SHELL)
            .args(["-NoProfile", "-NonInteractive"])
            .args(arguments)
            .env("DIALTONE_HOME", self.0.join("home"))
            .env("NO_COLOR", "1")
            .current_dir(&self.0)
            .stdin(Stdio::null())
            .output()
            .expect("the shell starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    }

    /// The tour. Its sound runs in real time: a machine that stalls in the middle of it may have a second and a third try.
    fn tour(&self) -> String {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/tour.ps1");
        for _ in 0..2 {
            let (done, printed, errors) = self.run(&["-File", script]);
            if done && errors.is_empty() {
                return printed;
            }
            assert!(errors.contains("does not contain what the caller said"), "{printed}\n{errors}");
        }
        self.shell(&["-File", script])
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = Command::new(SHELL)
            .args(["-NoProfile", "-Command", "Stop-DialtoneService"])
            .env("DIALTONE_HOME", self.0.join("home"))
            .output();
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Waits until sipp's so manieth message is delivered and prints its file.
const MESSAGE: &str = "
for ($i = 0; $i -lt 100; $i++) {
    $all = @(Get-UMMailboxMessage | Where-Object { $_.Caller -eq '+12065550100' -and $_.AudioFile } | Sort-Object Received)
    if ($all.Count -ge COUNT) { break }
    Start-Sleep -Milliseconds 100
}
$all[-1].AudioFile";

/// The similarity that the tour printed: the last column of the table below its heading.
fn similarity(tour: &str) -> f64 {
    let mut lines = tour.lines().skip_while(|line| !line.contains("Similarity"));
    lines.nth(2).and_then(|row| row.split_whitespace().last()).and_then(|n| n.parse().ok()).expect("a similarity")
}

#[test]
fn the_tour_runs_twice_and_sipp_calls_what_it_deployed() {
    let home = Home(std::env::temp_dir().join(format!("dialtone-tour-{}", std::process::id())));
    let _ = std::fs::remove_dir_all(&home.0);
    std::fs::create_dir_all(&home.0).expect("a folder");
    for _ in 0..2 {
        let printed = home.tour();
        assert!(similarity(&printed) > 0.8, "{printed}");
        for part in ["INVITE sip:+14255551001@", "302 Moved Temporarily", "Kim Akers", "Call Answering Voice Message"] {
            assert!(printed.contains(part), "{part} is missing in\n{printed}");
        }
    }
    administrators_test_the_calls(&home);
    if !has_peer("sipp") {
        return;
    }
    let listeners = home.shell(&["-Command", "(Get-DialtoneService -Role Gateway).Listeners"]);
    // A short greeting of the user's own: sipp says its part after a fixed while.
    let greeting = media::tone::generate(&[350.0], 300, -20.0);
    for mailbox in std::fs::read_dir(home.0.join("home/mailboxes")).expect("mailboxes").flatten() {
        let sound = media::file::encode_wav(&greeting, 8000, media::file::WavFormat::Pcm16);
        std::fs::write(mailbox.path().join("greeting.wav"), sound).expect("a greeting");
    }
    let mut left = 0;
    for (transport, name) in [("u1", "UDP "), ("t1", "TCP ")] {
        let target = listeners.lines().find_map(|l| l.strip_prefix(name)).expect("a listener of the gateway");
        let said = speech_samples(3.0);
        let output = sipp::call(target, "+14255551001", &said, &home.0, transport);
        left += 1;
        let file = home.shell(&["-Command", &MESSAGE.replace("COUNT", &left.to_string())]);
        let heard = media::file::read_wav(Path::new(file.trim())).expect("the message's audio");
        let mut scores: Vec<f64> =
            said[4000..].chunks_exact(4000).map(|piece| media::compare::correlate(piece, &heard.samples).0).collect();
        scores.sort_by(f64::total_cmp);
        assert!(scores[scores.len() / 3] > 0.8, "correlations {scores:?}\n{output}");
    }
    let host = listeners_of(&home)
        .lines()
        .find_map(|l| l.strip_prefix("TLS "))
        .and_then(|l| l.split(':').next().map(str::to_string))
        .expect("a host");
    home.shell(&[
        "-Command",
        "New-ADUser -Name Ana -Enabled $true -AccountPassword (ConvertTo-SecureString Secret1! -AsPlainText -Force)",
    ]);
    dialtone_signs_in(&home, &host);
    administrators_sign_in_with_pypsrp(&home, &host);
}

fn listeners_of(home: &Home) -> String {
    home.shell(&["-Command", "(Get-DialtoneService -Role FrontEnd).Listeners"])
}

/// The synthetic transactions of the deployed organisation, through their commands: what each says of a call that works and of one that
/// does not.
const TRANSACTIONS: &str = "
$from, $to = 'sip:kim@contoso.com', 'sip:ken@contoso.com'
$pool = (Get-CsUser kim@contoso.com).RegistrarPool
function Say($outcome) { '{0} {1} {2}' -f $outcome.Result, $outcome.Error, $outcome.Diagnosis }
# Keys and sound go in real time: a machine that stalls in the middle of them may have another try.
function Repeat($test) {
    foreach ($time in 1..3) {
        $outcome = & $test
        if ($outcome.Result -eq 'Success') { break }
    }
    Say $outcome
}
$users = @{ TargetFqdn = $pool; SenderSipAddress = $from; ReceiverSipAddress = $to }
Repeat { Test-CsP2PAV @users }
Repeat { Test-CsPstnPeerToPeerCall @users }
Repeat { Test-CsRegistration -TargetFqdn $pool -UserSipAddress $from }
Repeat { Test-CsPstnOutboundCall -TargetFqdn $pool -UserSipAddress $from -TargetPstnPhoneNumber +14255550100 }
Repeat { Test-CsExUMConnectivity -TargetFqdn $pool -UserSipAddress $from }
Repeat { Test-CsExUMVoiceMail @users }
Repeat { Test-CsPresence -TargetFqdn $pool -PublisherSipAddress $from -SubscriberSipAddress $to }
Say (Test-CsP2PAV -TargetFqdn $pool)
Set-CsVoicePolicy RedmondUsers -PstnUsages $null
Say (Test-CsPstnPeerToPeerCall @users)
Set-CsVoicePolicy RedmondUsers -PstnUsages Redmond, Local
";

fn administrators_test_the_calls(home: &Home) {
    let printed = home.shell(&["-Command", TRANSACTIONS]);
    let lines: Vec<&str> = printed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 9, "{printed}");
    assert!(lines[..7].iter().all(|line| *line == "Success"), "{printed}");
    assert!(lines[7].starts_with("Failure Test users are not configured"), "{printed}");
    assert!(lines[8].starts_with("Failure 403, ") && lines[8].contains("ErrorCode=12001"), "{printed}");
}

/// Our own client opens sessions on the deployed Front End, from a home that knows nothing of it.
fn dialtone_signs_in(home: &Home, host: &str) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/distant_session.ps1");
    let output = Command::new(SHELL)
        .args([
            "-NoProfile",
            "-NonInteractive",
            "-File",
            script,
            host,
            &redirect::sends_on(&format!("https://{host}/wsman")),
        ])
        .env("DIALTONE_HOME", home.0.join("elsewhere"))
        .env("NO_COLOR", "1")
        .current_dir(&home.0)
        .stdin(Stdio::null())
        .output()
        .expect("the shell starts");
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let right = printed.lines().filter(|line| line.starts_with("ok ")).count();
    assert!(errors.is_empty() && !printed.contains("DIFFERS") && right == 38, "{right} right\n{printed}\n{errors}");
    a_session_is_entered(home, host);
    a_stop_reaches_the_far_pipeline(home, host);
}

/// Ctrl-C here stops what runs there, and the session serves on.
fn a_stop_reaches_the_far_pipeline(home: &Home, host: &str) {
    let script = format!(
        "$c = [pscredential]::new('Ana', (ConvertTo-SecureString Secret1! -AsPlainText -Force))
         $s = New-PSSession -ComputerName {host} -Credential $c
         try {{ Invoke-Command -Session $s {{ try {{ 'begun'; Start-Sleep 600 }} finally {{ $end = 7 }} }} }}
         finally {{ [Console]::Out.WriteLine(\"then $(Invoke-Command -Session $s {{ $end }})\") }}"
    );
    let mut shell = Command::new(SHELL)
        .args(["-NoProfile", "-NonInteractive", "-Command", &script])
        .env("DIALTONE_HOME", home.0.join("elsewhere"))
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the shell starts");
    let mut lines = BufReader::new(shell.stdout.take().expect("its output")).lines().map_while(Result::ok);
    assert_eq!(lines.next().as_deref(), Some("begun"));
    let sent = Command::new("kill").args(["-INT", &shell.id().to_string()]).status().expect("kill is there");
    assert!(sent.success());
    assert_eq!(lines.next().as_deref(), Some("then 7"));
    shell.wait().expect("its end");
}

/// Lines of the prompt run in a session that was entered, until it is left.
fn a_session_is_entered(home: &Home, host: &str) {
    let lines = format!(
        "$c = [pscredential]::new('Ana', (ConvertTo-SecureString Secret1! -AsPlainText -Force))
         Enter-PSSession -ComputerName {host} -Credential $c
         'entered as ' + $PSSenderInfo.UserInfo; $there = 41
         'kept: ' + ($there + 1)
         exit
         'left: ' + ($null -eq $there)
         Get-PSSession | Measure-Object | ForEach-Object {{ 'sessions: ' + $_.Count }}\n"
    );
    let mut shell = Command::new(SHELL)
        .args(["-NoProfile", "-NoLogo"])
        .env("DIALTONE_HOME", home.0.join("elsewhere"))
        .env("NO_COLOR", "1")
        .current_dir(&home.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the shell starts");
    // The program has its end of the pipe until it leaves.
    shell.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("the lines are written");
    let output = shell.wait_with_output().expect("the shell ends");
    let (printed, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let said: Vec<&str> =
        printed.lines().filter(|l| !l.contains('>')).map(str::trim).filter(|l| !l.is_empty()).collect();
    assert_eq!(said, ["entered as Ana", "kept: 42", "left: True", "sessions: 0"], "{printed}\n{errors}");
    assert!(printed.contains(&format!("[{host}]: PS")) && errors.is_empty(), "{printed}\n{errors}");
}

/// pypsrp opens sessions on the deployed Front End over HTTPS.
fn administrators_sign_in_with_pypsrp(home: &Home, host: &str) {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers");
    let python = |script: &[&str]| {
        Command::new("python3").args(script).env("PYTHONPATH", &modules).stdin(Stdio::null()).output()
    };
    if !python(&["-c", "import pypsrp"]).is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("DIALTONE_REQUIRE_PEERS").is_none(), "pypsrp is not installed");
        println!("skipped: pypsrp is not installed");
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/remote_session.py");
    let output = python(&[script, host, "Ana", "Secret1!"]).expect("python runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}\n{errors}");
    assert!(printed.lines().count() >= 14 && !printed.contains("DIFFERS"), "{printed}");

    // A certificate that has expired: a client that looks at it does not sign in.
    let key = rcgen::KeyPair::generate().expect("a key");
    let mut facts =
        rcgen::CertificateParams::new(vec!["fe01.contoso.com".to_string(), host.to_string()]).expect("facts");
    (facts.not_before, facts.not_after) = (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2021, 1, 1));
    facts.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let expired = facts.self_signed(&key).expect("a certificate").pem() + &key.serialize_pem();
    let file = home.0.join("expired.pem").display().to_string();
    std::fs::write(&file, expired).expect("a file");
    home.shell(&[
        "-Command",
        &format!(
            "Import-CsCertificate -Path '{file}'
             $mark = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new('{file}').Thumbprint
             Set-CsCertificate -Type Default, WebServicesInternal, WebServicesExternal -Thumbprint $mark
             $null = Restart-DialtoneService"
        ),
    ]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/expired_certificate.py");
    let output = python(&[script, host, "Ana", "Secret1!", &file]).expect("python runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    let right = printed.lines().filter(|line| line.starts_with("ok ")).count();
    assert_eq!(right, 2, "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
}
