//! What a person sees of labs, calls, help and progress.

use super::Console;
use super::screen::Screen;

/// A shell over an organization in which calls can be placed.
fn deployed(name: &str) -> Console {
    let mut console = Console::start(name);
    let runbook = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/runbooks/um-deployment.ps1");
    // The runbook's own lines may fill the screen: they are of no interest here.
    console.send(&format!("$book = '{runbook}'"));
    console.send("\r");
    console.until("the prompt", Screen::is_at_prompt);
    console.run("$null = & $book *>&1; 'deployed'");
    console.until("its end", |s| s.has_line("deployed") && s.is_at_prompt());
    console
}

#[test]
fn a_lab_is_lived_through_at_a_terminal() {
    let mut console = Console::start("lab");
    console.run("Get-Lab | Where-Object Name -like 'dial*'");
    console.until("the lab", |s| s.text().contains("Numbers as people dial them"));
    console.run("$null = Start-Lab dial-plans; Clear-Host");
    console.run("Get-LabTask 1");
    console.until("what is to be done", |s| s.text().contains("1003 becomes") && s.text().contains("Open"));
    console.run("Clear-Host; Get-LabHint");
    console.until("the hint", |s| s.text().contains("New-CsVoiceNormalizationRule"));
    console.run("Clear-Host; Test-Lab 1");
    console.until("what does not hold", |s| s.text().contains("does not hold yet"));
    let rule = r"New-CsVoiceNormalizationRule -Parent Redmond -Name X -Pattern '^(1\d{3})$' -Translation '+1425555$1'";
    console.run(&format!("$null = {rule}"));
    console.run("Clear-Host; Test-Lab 1 | Format-Table Check, Passed");
    console.until("what holds now", |s| s.text().lines().any(|l| l.contains("1003 becomes") && l.ends_with("True")));
    console.run("Clear-Host; Stop-Lab");
    console.until("its end", |s| s.text().contains("The lab dial-plans has ended."));
}

#[test]
fn a_call_is_drawn_as_a_ladder() {
    let mut console = deployed("ladder");
    console.run("$c = Invoke-DialtoneTestCall -From +12065550123 -To +14255551002 -HangUpAfter 1; $c.Status");
    console.until("its answer", |s| s.has_line("200"));
    // The record of the mailbox's server, which has the ladder, is written when both sides have left.
    console.run(
        "while (-not ($r = Get-DialtoneCallRecord | ? UMServerName -like ex01.*)) { Start-Sleep -Milliseconds 50 }",
    );
    // A slow machine says 100 Trying between: of each kind of line the first is shown.
    console.run("Stop-DialtoneService; $l = $r | Show-DialtoneCall | Out-String -Stream");
    console.run("Clear-Host; $l[0..2]; 'INVITE', '302', '200 OK' | % { @($l -match $_)[0] }");
    console.until("the ladder", |s| {
        let text = s.text();
        ["test phone", "gw01", "ex01", "├──INVITE", "─▶│", "◀─302 Moved", "200 OK"]
            .iter()
            .all(|part| text.contains(part))
    });
    // The gateway's record of the same call, where it is written already, shows the same.
    console.run("Clear-Host; 'heads: ' + @(Get-DialtoneCallRecord | % { ($_ | Show-DialtoneCall)[0] } | Select-Object -Unique).Count");
    console.until("one ladder", |s| s.has_line("heads: 1"));
}

#[test]
fn a_test_call_tells_how_it_goes_and_can_be_stopped() {
    let mut console = deployed("call-progress");
    // It lasts until it is stopped: what is waited for stays.
    console.send("Invoke-DialtoneTestCall -From +12065550123 -To +14255551002 -HangUpAfter 600\r");
    console.until("the bar", |s| {
        s.text().lines().any(|l| l.starts_with("Invoke-DialtoneTestCall [Calling +14255551002, "))
    });
    console.interrupt();
    console.until("the prompt", Screen::is_at_prompt);
    console.run("Stop-DialtoneService");
}

#[test]
fn help_is_read_page_by_page() {
    let mut console = Console::start("pager");
    console.send("Get-Help Get-ChildItem -ShowWindow\r");
    console
        .until("the first page", |s| s.text().contains("Get-ChildItem  (lines 1-23 of ") && s.text().contains("NAME"));
    console.send(" ");
    console.until("the next page", |s| s.text().contains("(lines 24-46 of "));
    console.send("/outputs\r");
    console.until("what was sought", |s| s.text().contains("OUTPUTS") && !s.text().contains("(lines 24-46 of "));
    console.send("q");
    console.until("the screen as it was", |s| s.is_at_prompt() && s.text().contains("-ShowWindow"));
}

#[test]
fn help_has_its_parts() {
    let mut console = Console::start("help-parts");
    let mut shows = |line: &str, wanted: &[&str]| {
        console.run("Clear-Host");
        console.run(&format!("{line} | Out-String -Stream | Select-Object -First 20"));
        console.until(line, |s| s.is_at_prompt() && wanted.iter().all(|text| s.text().contains(text)));
    };
    shows("Get-Help New-UMDialPlan", &["SYNOPSIS", "SYNTAX", "New-UMDialPlan [-Name]"]);
    shows("Get-Help New-UMDialPlan -Examples", &["EXAMPLE 1", "New-UMDialPlan -Name Dublin"]);
    shows("Get-Help New-UMDialPlan -Parameter Name", &["-Name <", "Required?"]);
    shows("Get-Help about_Dialtone", &["Show-DialtoneTopology"]);
    shows("Get-Help certificate", &["Cmdlet"]);
    shows("Get-UMDialPlan None 2>$null; Resolve-DialtoneError", &["Meaning : No object has this identity."]);
}
