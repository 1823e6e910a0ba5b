//! Help of the built-in commands: each has a synopsis, syntax and the meaning of its parameters, and each example runs.

use std::process::Command;

const SHELL: &str = env!("CARGO_BIN_EXE_dialtone");

fn run(script: &str) -> String {
    static RUNS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = RUNS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("dialtone-help-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder to run in");
    let out = Command::new(SHELL)
        .args(["-NoProfile", "-NonInteractive", "-Command", script])
        .env("DIALTONE_HOME", folder.join("home"))
        .env("NO_COLOR", "1")
        .current_dir(&folder)
        .output()
        .expect("the shell runs");
    let _ = std::fs::remove_dir_all(&folder);
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

/// Commands that want a tenant, whichever module they are in.
const TENANT: &str = r"$_.Noun -match '^Cs(Hybrid|Tenant|UserPstn|Online|Cce|EdgeAllow|EdgeDomain)'";

#[test]
fn every_command_is_described() {
    let script = r"
        foreach ($c in Get-Command -CommandType Cmdlet) {
            $h = Get-Help $c.Name
            if ($h.pstypenames[0] -ne 'MamlCommandHelpInfo') { $c.Name; continue }
            if (-not $h.Synopsis) { $c.Name + ' has no synopsis' }
            foreach ($p in $h.parameters.parameter) {
                if ($p -and -not $p.description) { $c.Name + ' -' + $p.name }
            }
        }";
    let missing = run(script);
    assert!(missing.trim().is_empty(), "without help:\n{missing}");
}

#[test]
fn commands_of_the_first_tiers_are_explained() {
    let script = r"
        foreach ($line in Get-Content '{list}' | Where-Object { $_ -notlike '#*' }) {
            $tier, $name = $line -split ' '
            $help = Get-Help $name
            if ($help.pstypenames[0] -ne 'MamlCommandHelpInfo') { $name + ' has no help'; continue }
            if (-not $help.Synopsis) { $name + ' has no synopsis' }
            if (-not $help.syntax.syntaxItem) { $name + ' has no syntax' }
            foreach ($p in $help.parameters.parameter) {
                if ($p -and -not $p.description) { $name + ' -' + $p.name }
            }
            if ($tier -ne 1) { continue }
            if (-not $help.description) { $name + ' has no description' }
            if (@($help.examples.example | Where-Object { $_ }).Count -lt 2) { $name + ' has fewer than two examples' }
        }"
    .replace("{list}", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/tiers.txt"));
    let missing = run(&script);
    assert!(missing.trim().is_empty(), "not explained:\n{missing}");
}

#[test]
fn every_example_of_the_shell_runs() {
    let script = r"
        $ErrorActionPreference = 'Stop'
        foreach ($c in Get-Command -CommandType Cmdlet | Where-Object Source -like 'Microsoft.PowerShell.*') {
            foreach ($e in (Get-Help $c.Name).examples.example) {
                if (-not $e) { continue }
                try { $null = Invoke-Expression $e.code *>&1 | Out-String } catch { $c.Name + ': ' + $e.code + ' -> ' + $_ }
            }
        }";
    let failed = run(script);
    assert!(failed.trim().is_empty(), "examples that fail:\n{failed}");
}

/// Runs the examples of the products' commands that a filter takes, each on the same state of an organization; those that fail.
fn failing(prepare: &str, filter: &str) -> String {
    run(&format!(
        r"
        $ErrorActionPreference = 'Stop'; $WarningPreference = 'SilentlyContinue'; $ProgressPreference = 'SilentlyContinue'
        {prepare}
        Checkpoint-DialtoneOrganization examples
        $count = 0
        foreach ($c in Get-Command -CommandType Cmdlet | Where-Object {{ {filter} }}) {{
            foreach ($e in (Get-Help $c.Name).examples.example) {{
                if (-not $e) {{ continue }}
                $count++
                try {{ $null = Invoke-Expression $e.code *>&1 | Out-String }} catch {{ $c.Name + ': ' + $e.code + ' -> ' + $_ }}
                Restore-DialtoneOrganization examples -Confirm:$false
                # What an example started or stopped is not the next one's affair: a stopped role would keep it waiting for 32 seconds.
                if ($c.Verb -in 'Start', 'Stop', 'Restart') {{ try {{ Stop-DialtoneService }} catch {{ }} }}
            }}
        }}
        try {{ Stop-DialtoneService }} catch {{ }}
        if ($count -lt 10) {{ 'too few examples: ' + $count }}"
    ))
    .lines()
    .filter(|line| !line.starts_with("What if:"))
    .collect::<Vec<_>>()
    .join("\n")
}

#[test]
fn every_example_of_the_products_runs() {
    let runbooks = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/runbooks");
    let prepare = format!("$null = & '{runbooks}/um-deployment.ps1'; $null = & '{runbooks}/server-to-server.ps1'");
    // Labs, calls and screens have tests of their own, the tenant its own state.
    let filter = format!(
        r"$_.Source -notlike 'Microsoft.PowerShell.*' -and $_.Source -notin 'MSOnline', 'MicrosoftTeams' -and -not ({TENANT}) -and
        $_.Noun -notmatch '^Lab|GridView|^Command$|TestCall|DialtoneCall$|DialtoneAudio|DialtoneError' -and $_.Name -ne 'New-DialtoneOrganization'"
    );
    let failed = failing(&prepare, &filter);
    assert!(failed.trim().is_empty(), "examples that fail:\n{failed}");
}

#[test]
fn every_example_of_the_tenant_runs() {
    let runbooks = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/runbooks");
    let failed = failing(
        &format!("$null = & '{runbooks}/hybrid-voice.ps1'"),
        &format!("$_.Source -in 'MSOnline', 'MicrosoftTeams' -or ({TENANT})"),
    );
    assert!(failed.trim().is_empty(), "examples that fail:\n{failed}");
}
