//! Sessions as PowerShell 7.6.5 held them (tests/conformance/psrp): what its client said is said to our server, whose answers must
//! be those recorded but for identifiers, times and stacks of .NET; and its scripts are run by our client against our server.

use engine::remoting::fragment::{Defragmenter, Fragmenter};
use engine::remoting::message::{Kind, Message};
use engine::remoting::{Element, Packet};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use uuid::Uuid;

const SHELL: &str = env!("CARGO_BIN_EXE_dialtone");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/psrp")
}

/// A line of a recording.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Packet(Element, Uuid),
    Message { kind: String, pipeline: Uuid, is_response: bool, data: String },
}

/// `{id3}` as an identifier; `{0}` is zero.
fn id(name: &str) -> Uuid {
    let number = name.trim_matches(['{', '}']).trim_start_matches("id").parse().unwrap_or(0);
    Uuid::from_u128(number)
}

fn with_ids(text: &str) -> String {
    let mut out = text.to_string();
    for number in (1..200).rev() {
        let name = format!("{{id{number}}}");
        if out.contains(&name) {
            out = out.replace(&name, &id(&name).to_string());
        }
    }
    out
}

fn steps(text: &str, arrow: &str) -> Vec<Step> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(rest) = line.strip_prefix(arrow).map(str::trim) else { continue };
        let between = |from: &str, to: char| {
            let (_, tail) = rest.split_once(from).unwrap_or_default();
            tail.split(to).next().unwrap_or_default().to_string()
        };
        if rest.starts_with("<Data ") {
            let kind = rest.split_once(" to ").and_then(|(_, t)| t.split(' ').nth(1)).unwrap_or_default().to_string();
            let data = with_ids(lines.next().unwrap_or_default());
            let pipeline = id(&between("pipeline=", ' '));
            found.push(Step::Message { kind, pipeline, is_response: rest.contains("PromptResponse"), data });
            continue;
        }
        let element = match between("<", '>').as_str() {
            "DataAck" => Element::DataAck,
            "Command" => Element::Command,
            "CommandAck" => Element::CommandAck,
            "Close" => Element::Close,
            "CloseAck" => Element::CloseAck,
            "Signal" => Element::Signal,
            "SignalAck" => Element::SignalAck,
            _ => continue,
        };
        found.push(Step::Packet(element, id(&between("PSGuid=", ' '))));
    }
    found
}

fn kind_of(name: &str) -> Kind {
    match name {
        "SESSION_CAPABILITY" => Kind::SessionCapability,
        "INIT_RUNSPACEPOOL" => Kind::InitRunspacePool,
        "CREATE_PIPELINE" => Kind::CreatePipeline,
        "PIPELINE_INPUT" => Kind::PipelineInput,
        "END_OF_PIPELINE_INPUT" => Kind::EndOfPipelineInput,
        "PIPELINE_HOST_RESPONSE" => Kind::PipelineHostResponse,
        "GET_COMMAND_METADATA" => Kind::GetCommandMetadata,
        other => panic!("{other} is not among a client's messages"),
    }
}

/// The recorded name of a message's kind.
fn name_of(kind: Kind) -> String {
    let camel = format!("{kind:?}");
    let mut name = String::new();
    for (at, letter) in camel.char_indices() {
        if at > 0 && letter.is_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name.replace("RUNSPACE_POOL", "RUNSPACEPOOL")
}

/// Our server, spoken to as the recorded client spoke.
struct Served {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    fragmenter: Fragmenter,
    parts: Defragmenter,
    got: VecDeque<Step>,
}

impl Served {
    fn start() -> Served {
        let mut child = Command::new(SHELL)
            .arg("-sshs")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let (input, output) = (child.stdin.take().expect("input"), child.stdout.take().expect("output"));
        Served {
            child,
            input,
            output: BufReader::new(output),
            fragmenter: Fragmenter::default(),
            parts: Defragmenter::default(),
            got: VecDeque::new(),
        }
    }

    fn send(&mut self, packet: &Packet) {
        writeln!(self.input, "{}", packet.line()).expect("the server listens");
    }

    fn fragments(&mut self, kind: &str, pipeline: Uuid, data: &str) -> Vec<u8> {
        let message = Message {
            to_server: true,
            kind: kind_of(kind),
            pool: Uuid::from_u128(1),
            pipeline,
            data: data.to_string(),
        };
        self.fragmenter.cut(&message.encode()).concat()
    }

    /// Reads until something comes that fits.
    fn until(&mut self, fits: impl Fn(&Step) -> bool) {
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).expect("the server answers") == 0 {
                return;
            }
            let packet = Packet::parse(&line).expect("a packet");
            let mut found = false;
            if packet.element == Element::Data {
                for bytes in self.parts.take(&packet.data).expect("fragments") {
                    let message = Message::decode(&bytes).expect("a message");
                    let step = Step::Message {
                        kind: name_of(message.kind),
                        pipeline: message.pipeline,
                        is_response: false,
                        data: message.data,
                    };
                    found |= fits(&step);
                    self.got.push_back(step);
                }
            } else {
                let step = Step::Packet(packet.element, packet.id);
                found |= fits(&step);
                self.got.push_back(step);
            }
            if found {
                return;
            }
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_message(step: &Step, wanted: &str) -> bool {
    matches!(step, Step::Message { kind, .. } if kind == wanted)
}

/// Plays the client's part of a recording.
fn replay(client: &[Step]) -> Vec<Step> {
    let mut served = Served::start();
    let mut held = Vec::new();
    for (at, step) in client.iter().enumerate() {
        let next = client.get(at + 1);
        match step {
            Step::Packet(element, id) => {
                served.send(&Packet::of(*element, *id));
                if *element == Element::Close {
                    served.until(|s| matches!(s, Step::Packet(Element::CloseAck, _)));
                }
            }
            Step::Message { kind, pipeline, is_response, data } => {
                held.extend(served.fragments(kind, *pipeline, data));
                // What PowerShell sent together goes together: the opening, and input with its end.
                let goes_on = matches!(kind.as_str(), "SESSION_CAPABILITY" | "PIPELINE_INPUT");
                if goes_on {
                    continue;
                }
                let packet = Packet { is_response: *is_response, ..Packet::data(*pipeline, std::mem::take(&mut held)) };
                served.send(&packet);
                match next {
                    _ if kind == "INIT_RUNSPACEPOOL" => served.until(|s| is_message(s, "RUNSPACEPOOL_STATE")),
                    Some(Step::Packet(Element::Close, id)) if !id.is_nil() => {
                        served.until(|s| is_message(s, "PIPELINE_STATE"));
                    }
                    Some(Step::Packet(Element::Signal, _)) => served.until(|s| is_message(s, "PIPELINE_OUTPUT")),
                    Some(Step::Message { is_response: true, .. }) => {
                        served.until(|s| is_message(s, "PIPELINE_HOST_CALL"));
                    }
                    _ => {}
                }
            }
        }
    }
    served.got.drain(..).collect()
}

/// Cuts what differs between two runs of PowerShell itself: times, places of .NET's sources, the order of hashtables, and who
/// ran it where.
fn plain(step: &Step) -> Step {
    let Step::Message { kind, pipeline, data, .. } = step else { return step.clone() };
    let mut data = data.clone();
    if kind == "APPLICATION_PRIVATE_DATA" {
        let mut entries: Vec<&str> = data.split("<En>").collect();
        entries.sort_unstable();
        data = entries.concat().replace("</En>", "");
        let (_, system) = data.split_once("<S N=\"Key\">OS</S>").expect("a system");
        let system = system.split("</S>").next().expect("its name").to_string();
        data = data.replace(&system, "").replace("</DCT></Obj>", "").replace("</MS></Obj>", "");
    }
    for name in ["TimeGenerated", "User", "Computer", "ProcessId", "NativeThreadId", "ManagedThreadId"] {
        data = without_text(&data, name);
    }
    for name in ["StackTrace", "TargetSite", "Source"] {
        data = without_text(&data, name).replace(&format!("<Nil N=\"{name}\" />"), "");
        data = data.replace(&format!("<S N=\"{name}\"></S>"), "");
    }
    // Frames of .NET behind an exception's text.
    while let Some(at) = data.find("_x000A_   at ") {
        let end = data[at..].find('<').map_or(data.len(), |n| at + n);
        data.replace_range(at..end, "");
    }
    Step::Message { kind: kind.clone(), pipeline: *pipeline, is_response: false, data }
}

/// Empties the elements with a name.
fn without_text(data: &str, name: &str) -> String {
    let mark = format!(" N=\"{name}\">");
    let mut out = String::new();
    let mut rest = data;
    while let Some(at) = rest.find(&mark) {
        let start = at + mark.len();
        out.push_str(&rest[..start]);
        let end = rest[start..].find('<').map_or(rest.len(), |n| start + n);
        rest = &rest[end..];
    }
    out + rest
}

const RECORDINGS: &[&str] = &[
    "01-open-close",
    "02-output-types",
    "03-streams",
    "04-terminating",
    "05-input-arguments-using",
    "06-stop",
    "07-import",
    "08-large",
    "10-host-calls",
    "11-metadata",
];

#[test]
fn our_server_answers_as_recorded() {
    let mut faults = Vec::new();
    for name in RECORDINGS {
        let text = std::fs::read_to_string(folder().join(format!("{name}.messages"))).expect("a recording");
        let (client, server) = text.split_once("# server to client").expect("two directions");
        let wanted: Vec<Step> = steps(server, "S> ").iter().map(plain).collect();
        let got: Vec<Step> = replay(&steps(client, "C> ")).iter().map(plain).collect();
        let differing = wanted.iter().zip(&got).filter(|(w, g)| w != g).count() + wanted.len().abs_diff(got.len());
        if std::env::var_os("DIALTONE_SHOW").is_some() {
            for (wanted, got) in wanted.iter().zip(&got).filter(|(w, g)| w != g) {
                println!("wanted {wanted:?}\n   got {got:?}");
            }
        }
        println!("{name}: {} of {} answers equal", wanted.len() - differing.min(wanted.len()), wanted.len());
        if differing > 0 {
            let first = wanted.iter().zip(&got).find(|(w, g)| w != g);
            faults.push(format!("{name}: {differing} answers differ; first {first:#?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Text with zeros in place of identifiers.
fn without_ids(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        match rest.get(..36).filter(|part| part.contains('-')).and_then(|part| Uuid::parse_str(part).ok()) {
            Some(_) => {
                out.push_str(&Uuid::nil().to_string());
                rest = &rest[36..];
            }
            None => {
                let first = rest.chars().next().map_or(1, char::len_utf8);
                out.push_str(&rest[..first]);
                rest = &rest[first..];
            }
        }
    }
    out
}

/// A folder whose `ssh` is our server.
fn ssh_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("dialtone-ssh-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let program = folder.join("ssh");
    std::fs::write(&program, format!("#!/bin/sh\nexec '{SHELL}' -sshs\n")).expect("a program");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&program, mode).expect("a program");
    folder
}

#[test]
fn our_client_prints_what_powershells_printed() {
    let ssh = ssh_folder();
    let path = format!("{}:{}", ssh.display(), std::env::var("PATH").unwrap_or_default());
    let mut faults = Vec::new();
    for name in [
        "01-open-close",
        "02-output-types",
        "03-streams",
        "04-terminating",
        "05-input-arguments-using",
        "06-stop",
        "07-import",
        "08-large",
        "10-host-calls",
        "11-metadata",
    ] {
        let output = Command::new(SHELL)
            .args(["-NoProfile", "-NonInteractive", "-File"])
            .arg(folder().join(format!("{name}.ps1")))
            .env("PATH", &path)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("the shell starts");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let wanted = std::fs::read_to_string(folder().join(format!("{name}.client"))).expect("a recording");
        // Scripts were named without their folder, and each session has an identifier of its own.
        let plain = |text: String| without_ids(&text.replace(&format!("{}/", folder().display()), ""));
        let (mut printed, mut wanted) = (plain(printed), plain(wanted));
        // Here an error stands among the output; which of the two streams is written first is not compared.
        if name == "11-metadata" {
            for text in [&mut printed, &mut wanted] {
                let mut lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
                lines.sort_unstable();
                *text = lines.join("\n");
            }
        }
        if printed != wanted {
            faults.push(format!("{name}\nwanted\n{wanted}\ngot\n{printed}"));
        }
    }
    let _ = std::fs::remove_dir_all(&ssh);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn malformed_packets_end_a_session_with_a_word() {
    for line in ["nonsense", "<Data Stream='Default' PSGuid='00000000-0000-0000-0000-000000000000'>AAAA</Data>"] {
        let mut child = Command::new(SHELL)
            .arg("-s")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        writeln!(child.stdin.take().expect("input"), "{line}").expect("the server listens");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(1), "{line}");
        assert!(!output.stderr.is_empty(), "{line}");
    }
}

/// A folder of its own with an `ssh` that is our server, over a home.
struct Lab {
    folder: PathBuf,
}

impl Lab {
    fn new(name: &str) -> Lab {
        let folder = std::env::temp_dir().join(format!("dialtone-lab-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("bin")).expect("a folder");
        let program = folder.join("bin/ssh");
        let home = folder.join("server").display().to_string();
        std::fs::write(&program, format!("#!/bin/sh\nexport DIALTONE_HOME='{home}'\nexec '{SHELL}' -sshs\n"))
            .expect("a program");
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a program");
        Lab { folder }
    }

    fn client(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(SHELL);
        let path = format!("{}:{}", self.folder.join("bin").display(), std::env::var("PATH").unwrap_or_default());
        command
            .args(["-NoProfile", "-NonInteractive"])
            .args(arguments)
            .env("PATH", path)
            .env("DIALTONE_HOME", self.folder.join("client"))
            .env("NO_COLOR", "1")
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = self.client(arguments).output().expect("the shell starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.is_empty() && output.status.success(), "{errors}{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8_lossy(&output.stdout).replace('\n', "|").trim_end_matches('|').to_string()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn sessions_carry_expressions_streams_jobs_and_files() {
    let lab = Lab::new("carry");
    for (script, wanted) in [
        // `$using:` takes the value of the whole expression.
        (
            "$h = @{ k = 'v', @{ d = 5 } }; Invoke-Command -Session $s { $using:h.k[1].d; $using:h['k'][0]; \"$($USING:h.Count)\" }",
            "5|v|1",
        ),
        ("$a = 1, 2; Invoke-Command -Session $s { ($using:a).Count; foreach ($i in $using:a) { $i } }", "2|1|2"),
        // Input goes while the pipeline runs; its reader may leave early, and the session goes on.
        (
            "1..20000 | Invoke-Command -Session $s { process { $_ * 2 } } | Select-Object -First 2; Invoke-Command -Session $s { 'on' }",
            "2|4|on",
        ),
        ("'b', 'a' | Invoke-Command -Session $s { $input | Sort-Object }", "a|b"),
        ("$null = 5 | Invoke-Command -Session $s { 1 }; @() | Invoke-Command -Session $s { @($input).Count }", "0"),
        // A list that comes is a list still.
        (
            "$l = Invoke-Command -Session $s { , [System.Collections.ArrayList](1, 2, 3) }; @($l).Count; (& { $l }).Count",
            "3|3",
        ),
        (
            "Invoke-Command -Session $s { Write-Error wrong -ErrorId E } 2>&1 | ForEach-Object { $_.GetType().Name; $_.FullyQualifiedErrorId }",
            "RemotingErrorRecord|E",
        ),
        (
            "(Invoke-Command -Session $s, $t { $PID } | Sort-Object -Unique).Count; (Invoke-Command -Session $s, $t { param($n) $n } -ArgumentList 7 -ThrottleLimit 1) -join ','",
            "2|7,7",
        ),
        (
            "$x = 3; $j = Invoke-Command -Session $s, $t { $using:x + 1 } -AsJob -JobName J; $j.PSJobTypeName; $j.ChildJobs.Count; ($j | Wait-Job | Receive-Job) -join ','",
            "RemoteJob|2|4,4",
        ),
        (
            "$p = ConvertTo-SecureString pw -AsPlainText -Force; Invoke-Command -Session $s { param($p) [System.Net.NetworkCredential]::new('', $p).Password } -ArgumentList $p",
            "pw",
        ),
        (
            "Set-Content a.txt one, two; Copy-Item a.txt copied.txt -ToSession $s; Invoke-Command -Session $s { Get-Content copied.txt }; Copy-Item copied.txt back.txt -FromSession $s; (Get-FileHash back.txt).Hash -eq (Get-FileHash a.txt).Hash",
            "one|two|True",
        ),
        (
            "$null = New-Item -ItemType Directory d/e; Set-Content d/e/f.txt deep; Copy-Item d there -ToSession $s -Recurse; Copy-Item there here -FromSession $s -Recurse; Get-Content here/e/f.txt",
            "deep",
        ),
    ] {
        let script = format!(
            "$s = New-PSSession -HostName one; $t = New-PSSession -HostName two; {script}; Remove-PSSession $s, $t"
        );
        assert_eq!(lab.run(&["-Command", &script]), wanted, "{script}");
    }
}

/// Whether a process is there and is no corpse.
fn lives(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(") ").next().is_some_and(|rest| !rest.starts_with('Z')))
}

#[test]
fn a_client_that_is_killed_leaves_no_pipeline() {
    let lab = Lab::new("killed");
    let script = "$s = New-PSSession -HostName one; Invoke-Command -Session $s { $PID; while ($true) { } }";
    let mut child = lab.client(&["-Command", script]).stdout(Stdio::piped()).spawn().expect("the shell starts");
    let mut pid = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut pid).expect("the server's process");
    let pid = pid.trim().to_string();
    assert!(!pid.is_empty() && lives(&pid));
    child.kill().expect("the client is killed");
    let _ = child.wait();
    let begun = std::time::Instant::now();
    while lives(&pid) {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "process {pid} runs on");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// A PowerShell of another's making on the path: `pwsh` may be a link to this shell.
fn powershell() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let ours = std::fs::canonicalize(SHELL).ok();
    let mut found = std::env::split_paths(&path).map(|folder| folder.join("pwsh")).filter(|file| file.is_file());
    found.find(|file| std::fs::canonicalize(file).ok() != ours)
}

#[test]
fn a_powershell_imports_a_command_through_ssh() {
    let lab = Lab::new("imports");
    let script = "$s = New-PSSession -HostName lab1
        Invoke-Command -Session $s { $null = New-UMDialPlan -Name Redmond -NumberOfDigitsInExtension 5 -URIType SipName -CountryOrRegionCode 1 }
        $m = Import-PSSession $s -CommandName Get-UMDialPlan -AllowClobber
        $m.ExportedCommands.Keys
        Get-UMDialPlan -Identity Redmond | ForEach-Object { \"$($_.Name) $($_.NumberOfDigitsInExtension) $($_.URIType) $($_.PSObject.TypeNames[0])\" }
        'Redmond' | Get-UMDialPlan | ForEach-Object Name
        Remove-PSSession $s";
    let plan = "Redmond 5 SipName Deserialized.Microsoft.Exchange.Data.Directory.SystemConfiguration.UMDialPlan";
    let wanted = format!("Get-UMDialPlan|{plan}|Redmond");
    assert_eq!(lab.run(&["-Command", script]), wanted);

    let Some(pwsh) = powershell() else {
        println!("skipped: no PowerShell is installed beside this one");
        return;
    };
    let lab = Lab::new("imports-elsewhere");
    let mut command = Command::new(pwsh);
    let path = format!("{}:{}", lab.folder.join("bin").display(), std::env::var("PATH").unwrap_or_default());
    command.args(["-NoProfile", "-NonInteractive", "-Command", script]).env("PATH", path).env("NO_COLOR", "1");
    let output = command.stdin(Stdio::null()).output().expect("PowerShell starts");
    let printed = String::from_utf8_lossy(&output.stdout).replace('\n', "|");
    assert_eq!(printed.trim_end_matches('|'), wanted, "{}", String::from_utf8_lossy(&output.stderr));
}

/// What two organisations must have in common when the same was done to them.
const STATE: &str = "
Get-UMDialPlan | ForEach-Object { \"$($_.Name) $($_.URIType) $($_.VoIPSecurity) $($_.NumberOfDigitsInExtension) $($_.AccessTelephoneNumbers)\" }
Get-UMIPGateway | ForEach-Object { \"$($_.Name) $($_.Address) $($_.Port)\" }
Get-UMHuntGroup | ForEach-Object { \"$($_.Name) $($_.PilotIdentifier) $($_.UMDialPlan)\" }
Get-UMAutoAttendant | ForEach-Object { \"$($_.Name) $($_.PilotIdentifierList) $($_.Status)\" }
Get-UMMailbox | ForEach-Object { \"$($_.Name) $($_.Extensions) $($_.UMDialPlan) $($_.FaxEnabled) $($_.MissedCallNotificationEnabled)\" }
Get-CsUser | ForEach-Object { \"$($_.Name) $($_.LineURI) $($_.EnterpriseVoiceEnabled)\" }
Get-CsVoiceRoute | ForEach-Object { \"$($_.Identity) $($_.NumberPattern) $($_.PstnGatewayList) $($_.PstnUsages)\" }
Get-CsExUmContact | ForEach-Object { \"$($_.SipAddress) $($_.DisplayNumber) $($_.AutoAttendant)\" }
Get-CsDialPlan | ForEach-Object { \"$($_.Identity) $(@($_.NormalizationRules).Count)\" }";

#[test]
fn a_runbook_through_an_imported_session_ends_in_the_same_store() {
    let (direct, through) = (Lab::new("direct"), Lab::new("through"));
    let runbook = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/runbooks/um-deployment.ps1");
    let change = "Get-UMMailbox | Set-UMMailbox -MissedCallNotificationEnabled $false";
    direct.run(&["-Command", &format!("& '{runbook}'; {change}")]);
    let import = format!(
        "$s = New-PSSession -HostName server
        $files = '{runbook}', (Join-Path (Split-Path (Split-Path '{runbook}')) ExchUCUtil.ps1), (Join-Path (Split-Path (Split-Path '{runbook}')) Get-UCPool.ps1)
        $names = foreach ($file in $files) {{
            $ast = [System.Management.Automation.Language.Parser]::ParseFile($file, [ref] $null, [ref] $null)
            $ast.FindAll({{ $args[0] -is [System.Management.Automation.Language.CommandAst] }}, $true) | ForEach-Object GetCommandName
        }}
        $names = @($names) + 'Get-UMMailbox', 'Set-UMMailbox' | Sort-Object -Unique | Where-Object {{ (Get-Command $_ -ErrorAction Ignore).Module.Name -notmatch '^Microsoft.PowerShell|^$' }}
        $null = Import-PSSession $s -CommandName $names -AllowClobber
        & '{runbook}'; {change}
        Remove-PSSession $s"
    );
    through.run(&["-Command", &import]);
    let state = |lab: &Lab, home: &str| {
        let output = lab.client(&["-Command", STATE]).env("DIALTONE_HOME", lab.folder.join(home)).output();
        String::from_utf8_lossy(&output.expect("the shell starts").stdout).into_owned()
    };
    let wanted = state(&direct, "client");
    assert!(wanted.lines().count() > 10, "{wanted}");
    assert_eq!(state(&through, "server"), wanted);
    // Nothing was done on the client's side.
    assert!(!through.folder.join("client/organization.db").exists());
}

/// A server's redirect is followed where the caller allows it, as often as the options say.
#[test]
fn redirects_are_followed_where_they_are_allowed() {
    let lab = Lab::new("redirects");
    let last = crate::peers::redirect::sends_on("/wsman?PSVersion=7.6");
    let first = crate::peers::redirect::sends_on(&format!("{last}/next"));
    let client = format!(
        "$c = [pscredential]::new('a', (ConvertTo-SecureString b -AsPlainText -Force));
         $s = @{{ ConnectionUri = '{first}/PowerShell'; Credential = $c; ErrorAction = 'SilentlyContinue'; ErrorVariable = 'e' }};"
    );
    let say = "\"$($e[0].Exception.GetType().Name) $($e[0].FullyQualifiedErrorId)\"; \"$($e[0])\"";
    let refused = |to: &str| {
        format!(
            "PSRemotingTransportRedirectException -2144108135,PSSessionOpenFailed|[127.0.0.1] The WinRM service cannot process the request because the request needs to be sent to a different machine. Use the redirect information to send the request to a new machine. Redirect location reported: {to}. To automatically connect to the redirected URI, verify \"MaximumConnectionRedirectionCount\" property of session preference variable \"PSSessionOption\" and use \"AllowRedirection\" parameter on the cmdlet."
        )
    };
    let (next, end) = (format!("{last}/next"), format!("{last}/wsman?PSVersion=7.6"));
    assert_eq!(lab.run(&["-Command", &format!("{client} New-PSSession @s; {say}")]), refused(&next));
    let told = |to: &str| format!("Your connection has been redirected to the following URI: \"{to}\"");
    let follow = "$null = New-PSSession @s -AllowRedirection -WarningVariable w -WarningAction SilentlyContinue; $w | ForEach-Object { \"$_\" }";
    let script = format!("{client} $PSSessionOption.MaximumConnectionRedirectionCount = 2; {follow}; {say}");
    assert_eq!(lab.run(&["-Command", &script]), format!("{}|{}|{}", told(&next), told(&end), refused(&end)));
    // From HTTPS no way leads to HTTP, whatever the caller allows: the account's name and password would go in clear.
    let secure = crate::peers::redirect::sends_on_by_tls(&end);
    let client = client.replace(&first, &secure);
    let script = format!(
        "{client} $s.SessionOption = New-PSSessionOption -SkipCACheck -SkipCNCheck; {follow}; \"$(@($w).Count)\"; {say}"
    );
    assert_eq!(
        lab.run(&["-Command", &script]),
        format!(
            "0|PSRemotingTransportRedirectException RedirectToUnencryptedRefused,PSSessionOpenFailed|[127.0.0.1] The server sends its caller from HTTPS on to {end}, which is not encrypted. The redirect was not followed, so that no credentials go there. Connect to that address itself if it is meant."
        )
    );
}
