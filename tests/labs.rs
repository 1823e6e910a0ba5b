//! Labs: for each that ships, every check fails on the start state and the solution passes them all; and a lab is lived through.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Home {
        let folder = std::env::temp_dir().join(format!("dialtone-lab-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a home");
        Home(folder)
    }

    fn run(&self, script: &str) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_dialtone"))
            .args(["-NoProfile", "-NonInteractive", "-Command", script])
            .env("DIALTONE_HOME", &self.0)
            .env("NO_COLOR", "1")
            .env("USER", "trainee")
            .current_dir(&self.0)
            .stdin(Stdio::null())
            .output()
            .expect("the shell runs");
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn every_lab_holds() {
    let home = Home::new("all");
    let text = home.run(
        "$labs = @(Get-Lab)
         $checks = @($labs | Test-Lab -Rehearse)
         $checks | Where-Object { -not $_.Passed } | ForEach-Object { \"$($_.Lab) $($_.Task): $($_.Check) $($_.Detail)\" }
         $labs | Where-Object { $checks.Lab -notcontains $_.Name } | ForEach-Object { \"$($_.Name) has no checks\" }
         \"$($labs.Count) labs\"
         Stop-DialtoneService",
    );
    let folders = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/labs")).expect("labs").count();
    assert!(folders > 12, "{folders} labs");
    assert_eq!(text.trim(), format!("{folders} labs"));
}

#[test]
fn a_lab_is_lived_through() {
    let home = Home::new("life");
    let text = home.run(
        "$null = New-DialtoneOrganization -Template TwoSites
         $null = Start-Lab dial-plans
         (Get-Lab dial-plans).State
         @(Test-Lab 1 | Where-Object Passed).Count
         New-CsVoiceNormalizationRule -Parent Redmond -Name Extensions -Pattern '^(1\\d{3})$' -Translation '+1425555$1' | Out-Null
         @(Test-Lab 1 | Where-Object Passed).Count
         (Get-LabTask 1).State
         (Get-LabHint).Task
         (Get-LabHint 6 -Solution).Text
         Export-LabReport report.md
         Export-LabReport report.json
         (Get-Content report.md) -match 'By:|Tasks done|1003'
         (Get-Content report.json -Raw | ConvertFrom-Json).tasks[0].attempts
         $null = Reset-Lab
         @(Test-Lab 1 | Where-Object Passed).Count
         (Get-LabTask 1).State
         Stop-Lab
         @(Get-CsPool).Count
         try { Get-LabTask -ErrorAction Stop } catch { \"$_\" }",
    );
    let expected = [
        "0 of 6 done",
        "0",
        "1",
        "Done",
        "2",
        "Grant-CsDialPlan -Identity sip:kim@contoso.com -PolicyName Redmond",
        "* By: trainee",
        "* Tasks done: 1 of 6",
        "- [x] 1003 becomes +14255551003",
        "2",
        "0",
        "Open",
        "2",
        "No lab is going on. Get-Lab lists them, Start-Lab begins one.",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_lab_that_teaches_nothing_is_found_out() {
    let home = Home::new("bad");
    let lab = home.0.join("bad");
    std::fs::create_dir_all(&lab).expect("a lab");
    let files = [
        ("lab.md", "# Bad\n\n## Task 1: One\n"),
        ("start.ps1", "$null = New-DialtoneOrganization -Template SmallOffice\n"),
        ("check-1.ps1", "Check 'always' { $true }\nCheck 'never' { throw 'no' }\n"),
        ("solution.ps1", "# Task 1\n"),
    ];
    for (name, text) in files {
        std::fs::write(lab.join(name), text).expect("a file of the lab");
    }
    let text =
        home.run("Test-Lab -Rehearse -Path ./bad | ForEach-Object { \"$($_.Check): $($_.Passed) $($_.Detail)\" }");
    assert_eq!(text.lines().collect::<Vec<_>>(), ["always: False passes on the start state", "never: False no"]);
    std::fs::write(lab.join("start.ps1"), "Get-UMDialPlan none\n").expect("a file of the lab");
    let text = home.run("Test-Lab -Rehearse -Path ./bad");
    assert!(text.contains("start.ps1, line 1"), "{text}");
}
