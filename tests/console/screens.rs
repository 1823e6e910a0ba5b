//! Screens as text in docs/screens.md. `DIALTONE_SCREENS=1 cargo test console::screens` writes them anew.

use std::fmt::Write as _;

use super::Console;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/screens.md");

/// Each screen: its title, lines that are run first, keys, and what is waited for.
const SCREENS: &[(&str, &[&str], &str, &str)] = &[
    ("Completion with descriptions", &[], "Get-ChildItem -D\t", "[uint]"),
    ("Values of a parameter", &[], "Write-Host -ForegroundColor D\t\t", "DarkYellow"),
    ("Earlier lines", &["Get-Date | Out-Null", "'a line'"], "\u{12}", "'a line'"),
    (
        "The topology",
        &["$null = New-DialtoneOrganization -Template SmallOffice"],
        "Show-DialtoneTopology\r",
        "gw01.contoso.com",
    ),
    (
        "A grid",
        &[],
        "'Redmond', 'Dublin', 'Seoul' | ForEach-Object { [pscustomobject]@{ Site = $_; Length = $_.Length } } | Out-GridView -PassThru\r",
        "(3 of 3)",
    ),
    ("A form", &[], "Show-Command Start-Sleep -PassThru\r", "Seconds *"),
    ("Progress", &[], "Write-Progress Copying half -PercentComplete 50; $null = Read-Host ready\r", "Copying [half"),
    ("A name that is near", &[], "Get-UMDialPlann\r", "Did you mean"),
];

#[test]
fn screens_stand_in_the_documentation() {
    if std::env::var_os("DIALTONE_SCREENS").is_none() {
        let text = std::fs::read_to_string(FILE).expect("docs/screens.md");
        for (title, .., wanted) in SCREENS {
            let screen = text.split(&format!("## {title}\n")).nth(1).and_then(|rest| rest.split("\n## ").next());
            assert!(screen.is_some_and(|screen| screen.contains(wanted)), "docs/screens.md lacks {title}");
        }
        return;
    }
    let mut text = String::from(
        "# Screens\n\nWhat a terminal of 80 columns shows. Written by `DIALTONE_SCREENS=1 cargo test console::screens`.\n",
    );
    for (at, (title, before, keys, wanted)) in SCREENS.iter().enumerate() {
        let mut console = Console::start(&format!("screen-{at}"));
        console.run("function prompt { 'PS > ' }");
        for line in *before {
            console.run(line);
        }
        console.send("Clear-Host\r");
        console.until("an empty screen", |s| s.text().trim() == "PS >");
        console.send(keys);
        console.until(title, |s| s.text().contains(wanted));
        write!(text, "\n## {title}\n\n```text\n{}\n```\n", console.screen.text()).expect("text");
    }
    std::fs::write(FILE, text).expect("docs/screens.md is written");
}
