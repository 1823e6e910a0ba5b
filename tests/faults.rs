//! Disks, limits and stores that fail: the answer is an error with an id and words, nothing is half written, and what was there
//! can be read again or restored.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SHELL: &str = env!("CARGO_BIN_EXE_dialtone");

struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Home {
        let folder = std::env::temp_dir().join(format!("dialtone-fault-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        Home(folder)
    }

    fn store(&self) -> PathBuf {
        let found = std::fs::read_dir(&self.0).expect("the home").flatten().map(|entry| entry.path());
        found.into_iter().find(|path| path.extension().is_some_and(|e| e == "db")).expect("a store")
    }

    fn command(&self, script: &str) -> Command {
        let mut command = Command::new(SHELL);
        self.prepare(&mut command).args(["-NoProfile", "-NonInteractive", "-Command", script]);
        command
    }

    fn prepare<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("DIALTONE_HOME", &self.0).env("NO_COLOR", "1").stdin(Stdio::null())
    }

    /// The same behind a limit of the shell `sh`.
    fn limited(&self, limit: &str, script: &str) -> Command {
        let mut command = Command::new("sh");
        let line = format!("{limit}; exec \"$0\" -NoProfile -NonInteractive -Command \"$1\"");
        self.prepare(&mut command).args(["-c", &line, SHELL, script]);
        command
    }

    /// Asserts that no file of the home holds one of these texts; the number of files.
    fn lacks(&self, secrets: &[&str]) -> usize {
        let mut open = vec![self.0.clone()];
        let mut files = 0;
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(std::fs::read_dir(&path).expect("a folder").flatten().map(|entry| entry.path()));
                continue;
            }
            let Ok(bytes) = std::fs::read(&path) else { continue };
            files += 1;
            for secret in secrets {
                let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
                for form in [secret.as_bytes(), &wide] {
                    assert!(!bytes.windows(form.len()).any(|w| w == form), "{secret} is in {}", path.display());
                }
            }
        }
        files
    }

    fn run(&self, script: &str) -> String {
        let output = self.command(script).output().expect("the shell starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && errors.is_empty(), "{script}: {errors}");
        String::from_utf8_lossy(&output.stdout).trim().to_string()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = Command::new("chmod").arg("-R").arg("u+rwX").arg(&self.0).status();
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const DEPLOY: &str =
    "$null = New-UMDialPlan -Name Plan -NumberOfDigitsInExtension 5 -URIType TelExtn -CountryOrRegionCode 1";
const PLANS: &str = "(Get-UMDialPlan).Name";
/// Prints the id of the error that a new object meets.
const WRITE: &str = "try { $null = New-UMIPGateway -Name Gateway -Address gw.contoso.com -ErrorAction Stop; 'written' } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }";

fn text(output: &Output) -> String {
    assert!(output.status.code().is_some(), "ended by a signal: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("a mode");
}

#[test]
fn a_store_is_private() {
    let home = Home::new("private");
    let inner = Home(home.0.join("made"));
    inner.run(DEPLOY);
    for (path, wanted) in [(inner.0.clone(), 0o700), (inner.store(), 0o600)] {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).expect("a file").permissions());
        assert_eq!(mode & 0o777, wanted, "{}", path.display());
    }
}

#[test]
fn a_store_that_can_only_be_read_says_so() {
    let home = Home::new("read-only");
    home.run(DEPLOY);
    for file in std::fs::read_dir(&home.0).expect("the home").flatten() {
        if file.path().is_file() {
            set_mode(&file.path(), 0o400);
        }
    }
    set_mode(&home.0, 0o500);
    // Modes mean nothing to root.
    if std::fs::write(home.0.join("probe"), "").is_ok() {
        println!("skipped: this user writes whatever the mode");
        return;
    }
    let said = text(&home.command(WRITE).output().expect("the shell starts"));
    assert!(said.contains("Store") && !said.contains("written"), "{said}");
    set_mode(&home.0, 0o700);
    set_mode(&home.store(), 0o600);
    assert_eq!(home.run(PLANS), "Plan");
}

#[test]
fn a_full_disk_loses_nothing() {
    let home = Home::new("full");
    home.run(DEPLOY);
    let size = std::fs::metadata(home.store()).expect("the store").len();
    // Files may not grow beyond what the store has now; the limit counts blocks of 512 bytes.
    let script = "$ErrorActionPreference = 'Stop'
        try { foreach ($i in 1..3000) { $null = New-UMIPGateway -Name \"g$i\" -Address \"g$i.contoso.com\"; \"made g$i\" } } catch { $_.FullyQualifiedErrorId }";
    let output =
        home.limited(&format!("trap '' XFSZ; ulimit -f {}", size / 512 + 200), script).output().expect("sh starts");
    let said = text(&output);
    assert!(said.contains("Store"), "{said}");
    let acknowledged: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("made ")).collect();
    assert_eq!(home.run(PLANS), "Plan");
    let stored = home.run("(Get-UMIPGateway).Name");
    let stored: Vec<&str> = stored.lines().collect();
    let lost: Vec<_> = acknowledged.iter().filter(|name| !stored.contains(name)).collect();
    assert!(lost.is_empty() && stored.len() <= acknowledged.len() + 1, "{lost:?}");
    let check = home.prepare(&mut Command::new(SHELL)).arg("--check-store").output().expect("a check");
    assert!(check.status.success(), "{}", text(&check));
}

#[test]
fn few_file_descriptors_are_an_error_in_words() {
    let home = Home::new("descriptors");
    home.run(DEPLOY);
    let hoard = "$held = foreach ($i in 1..200) { try { [System.IO.File]::OpenRead('/dev/null') } catch { 'refused'; break } }; @($held)[-1]
        try { (Get-UMDialPlan -ErrorAction Stop).Name } catch { $_.FullyQualifiedErrorId }";
    let said = text(&home.limited("ulimit -n 40", hoard).output().expect("sh starts"));
    assert!(said.contains("refused") && (said.contains("Store") || said.contains("Plan")), "{said}");
    assert_eq!(home.run(PLANS), "Plan");
}

#[test]
fn no_memory_loses_nothing() {
    let home = Home::new("memory");
    home.run(DEPLOY);
    let hoard = "$null = New-UMIPGateway -Name Kept -Address kept.contoso.com
        $held = [System.Collections.Generic.List[object]]::new(); while ($true) { $held.Add([byte[]]::new(64MB)) }";
    let ended = home.limited("ulimit -c 0; ulimit -v 4000000", hoard).output().expect("sh starts");
    assert!(!ended.status.success(), "there was memory enough: {}", text(&ended));
    assert_eq!(home.run("(Get-UMIPGateway).Name"), "Kept");
    let check = home.prepare(&mut Command::new(SHELL)).arg("--check-store").output().expect("a check");
    assert!(check.status.success(), "{}", text(&check));
}

/// A library that gives a process another clock, where Debian's package `faketime` is installed.
fn false_clock() -> Option<PathBuf> {
    let folders =
        std::fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path().join("faketime/libfaketimeMT.so.1"));
    folders.into_iter().find(|path| path.exists())
}

#[test]
fn a_clock_that_jumps_loses_nothing() {
    let Some(library) = false_clock() else {
        println!("skipped: faketime is not installed");
        return;
    };
    let home = Home::new("clock");
    let now = home.0.join("now");
    std::fs::write(&now, "+0d").expect("the clock");
    let script = format!(
        "{DEPLOY}
        $years = foreach ($jump in '-400d', '+0d', '+4000d', '-1d', '+2d') {{
            Set-Content $env:FAKETIME_TIMESTAMP_FILE $jump
            (Get-Date).Year
            $number = 1 + @(Get-UMIPGateway).Count
            $null = New-UMIPGateway -Name Gateway$number -Address gw$number.contoso.com
            Set-UMDialPlan Plan -MaxCallDuration (100 + $number)
        }}
        @($years | Sort-Object -Unique).Count"
    );
    let mut command = home.command(&script);
    command.env("LD_PRELOAD", &library).env("FAKETIME_TIMESTAMP_FILE", &now);
    command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    // The year before, this one, one far ahead; a run around New Year sees a fourth.
    let said = text(&command.output().expect("the shell starts"));
    assert!(matches!(said.trim(), "3" | "4"), "{said}");

    assert_eq!(home.run("(Get-UMIPGateway).Name -join ' '"), "Gateway1 Gateway2 Gateway3 Gateway4 Gateway5");
    assert_eq!(home.run("\"$((Get-UMDialPlan Plan).MaxCallDuration)\""), "105");
    // The log is in the order of what happened, whatever the clock said: the newest first.
    let log = home.run("(Search-AdminAuditLog -Cmdlets New-UMIPGateway).ObjectModified -join ' '");
    assert_eq!(log, "Gateway5 Gateway4 Gateway3 Gateway2 Gateway1");
    let check = home.prepare(&mut Command::new(SHELL)).arg("--check-store").output().expect("a check");
    assert!(check.status.success(), "{}", text(&check));
}

#[test]
fn a_damaged_page_is_noticed_and_a_backup_brings_it_back() {
    let home = Home::new("damaged");
    let backup = home.0.join("good.backup");
    home.run(&format!(
        "{DEPLOY}\n1..200 | ForEach-Object {{ $null = New-UMIPGateway -Name \"g$_\" -Address \"g$_.contoso.com\" }}"
    ));
    home.run(&format!("Backup-DialtoneOrganization -Path '{}' | Out-Null", backup.display()));
    let store = home.store();
    let mut bytes = std::fs::read(&store).expect("the store");
    // Whatever is in the write-ahead log is in the backup's copy too.
    for beside in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{beside}", store.display()));
    }
    let pages = bytes.len() / 4096;
    assert!(pages > 4, "the store has {pages} pages");
    for page in 2..pages {
        bytes[page * 4096..page * 4096 + 512].fill(0xa5);
    }
    std::fs::write(&store, bytes).expect("the damage");
    let check = home.prepare(&mut Command::new(SHELL)).arg("--check-store").output().expect("a check");
    assert!(!check.status.success() && !text(&check).is_empty());
    let said = text(&home.command("try { (Get-UMIPGateway -ErrorAction Stop).Count } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }").output().expect("the shell starts"));
    assert!(said.contains("StoreDamaged") && said.contains("--restore-store"), "{said}");
    let mut restore = Command::new(SHELL);
    let restored = home.prepare(&mut restore).arg("--restore-store").arg(&backup).output().expect("a restore");
    assert!(restored.status.success(), "{}", text(&restored));
    assert_eq!(home.run("(Get-UMIPGateway | Measure-Object).Count"), "200");
}

/// `PRAGMA user_version` is the number at byte 60 of the file.
fn set_version(store: &Path, version: u32) {
    let mut bytes = std::fs::read(store).expect("the store");
    bytes[60..64].copy_from_slice(&version.to_be_bytes());
    std::fs::write(store, bytes).expect("the store");
}

#[test]
fn a_store_of_a_newer_version_is_refused_untouched() {
    let home = Home::new("newer");
    home.run(DEPLOY);
    let store = home.store();
    // A shell that is ended in the middle of something leaves its log to the next, which folds it in.
    let has_log = || ["-wal", "-shm"].iter().any(|beside| Path::new(&format!("{}{beside}", store.display())).exists());
    for _ in 0..20 {
        if has_log() {
            home.run(PLANS);
        }
    }
    assert!(!has_log(), "each shell left its log");
    let before = std::fs::read(&store).expect("the store");
    set_version(&store, 1000);
    let changed = std::fs::read(&store).expect("the store");
    let said = text(&home.command(WRITE).output().expect("the shell starts"));
    assert!(said.contains("newer version") && said.contains("StoreNewerThanProgram"), "{said}");
    assert_eq!(std::fs::read(&store).expect("the store"), changed);
    std::fs::write(&store, before).expect("the store");
    assert_eq!(home.run(PLANS), "Plan");
}

/// Secrets that are given to commands stand nowhere in the home in clear: not in the store, the log of changes or a dump.
#[test]
fn secrets_are_nowhere_in_clear() {
    let home = Home::new("secrets");
    let transcript = home.0.join("transcript.txt");
    home.run(&format!(
        "$null = Start-Transcript -Path '{}'
        $null = New-ADUser -Name Ana -Enabled $true -AccountPassword (ConvertTo-SecureString ('S3cr' + 'et!pass') -AsPlainText -Force)
        $null = New-Mailbox -Name Ben -UserPrincipalName ben@contoso.com -Password (ConvertTo-SecureString ('S3cr' + 'et!pass') -AsPlainText -Force)
        $null = New-UMDialPlan -Name Plan -NumberOfDigitsInExtension 5 -URIType TelExtn -CountryOrRegionCode 1
        $null = Enable-UMMailbox -Identity Ben -UMMailboxPolicy 'Plan Default Policy' -Extensions 50001 -Pin ('9071' + '3482')
        Get-Mailbox Ben | Format-List * | Out-Null
        Get-ADUser -Filter * -Properties * | ConvertTo-Json -Depth 4 | Out-File '{}'
        Search-AdminAuditLog | ConvertTo-Json -Depth 6 | Out-File '{}'
        $null = Stop-Transcript",
        transcript.display(),
        home.0.join("dump.json").display(),
        home.0.join("audit.json").display()
    ));
    // The last is what NTLM signs in with.
    assert!(home.lacks(&["S3cret!pass", "90713482", &store::pin::nt_hash("S3cret!pass")]) >= 4);
}

/// What the service needs in clear, the keys of certificates and the passwords of telephones, lies sealed in the store.
#[test]
fn keys_of_a_deployment_are_nowhere_in_clear() {
    let home = Home::new("sealed");
    let runbook = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/runbooks/um-deployment.ps1");
    home.run(&format!(
        "$WarningPreference = 'SilentlyContinue'; $null = & '{runbook}'
        $user = (Get-CsUser)[0].Identity
        Set-DialtoneUserPassword -Identity $user -Password (ConvertTo-SecureString ('S3cr' + 'et!pass') -AsPlainText -Force)
        Export-CsUserData -PoolFqdn (Get-CsUser)[0].RegistrarPool -FileName '{}'",
        home.0.join("users.json").display()
    ));
    assert!(home.0.join("users.json").exists());
    assert!(home.lacks(&["PRIVATE KEY", "S3cret!pass"]) >= 2);
    let store = std::fs::read(home.store()).expect("the store");
    let sealed = store.windows(8).filter(|w| w == b"\"sealed:").count();
    assert!(sealed >= 2, "{sealed} sealed values");
}
