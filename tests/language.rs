//! Small scripts and what they print: behaviour that no recording shows, with PowerShell's rule beside it.

use std::process::Command;

const CASES: &[(&str, &str)] = &[
    // Types are defined before anything of their block runs, also where the block has traps
    // (about_Classes, about_Trap).
    (
        "trap { \"trapped $_\"; continue }
        [Box]::new(2).Twice()
        throw 'late'
        class Box { [int] $n; Box([int] $n) { $this.n = $n } [int] Twice() { return 2 * $this.n } }",
        "4\ntrapped late\n",
    ),
    // A list of anything makes a generic collection by its constructor, which ranks above making a text of it
    // (`ConversionRank.Constructor` above `ToString`).
    (
        "using namespace System.Collections.Generic
        class Taker {
            [string] Take([List[string]] $items) { return \"list of $($items.Count)\" }
            [string] Take([string] $text) { return \"text $text\" }
        }
        [Taker]::new().Take(@('a', 'b'))
        [Taker]::new().Take('a')",
        "list of 2\ntext a\n",
    ),
];

#[test]
fn scripts_print_what_the_rules_say() {
    for (script, wanted) in CASES {
        let output = Command::new(env!("CARGO_BIN_EXE_dialtone"))
            .args(["-NoProfile", "-NonInteractive", "-Command", script])
            .env("NO_COLOR", "1")
            .output()
            .expect("the shell runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(said, *wanted, "{script}");
    }
}
