//! What the console paints follows `$PSStyle` from line to line, where the terminal knows escape sequences at all.

use std::process::Command;

/// What a script writes to a terminal of this kind, output and then errors.
fn run(term: &str, no_color: bool, script: &str) -> String {
    let mut shell = Command::new(env!("CARGO_BIN_EXE_dialtone"));
    shell.args(["-NoProfile", "-NonInteractive", "-Command", script]).env("TERM", term).env_remove("NO_COLOR");
    if no_color {
        shell.env("NO_COLOR", "1");
    }
    let output = shell.output().expect("the shell runs");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_console_paints_as_the_style_says() {
    let cases = [
        ("Write-Warning w", "\u{1b}[33;1mWARNING: w\u{1b}[0m\n"),
        (
            "$PSStyle.Formatting.Warning = $PSStyle.Foreground.Magenta; Write-Warning w",
            "\u{1b}[35mWARNING: w\u{1b}[0m\n",
        ),
        ("$PSStyle.Formatting.Verbose = $PSStyle.Bold; Write-Verbose v -Verbose", "\u{1b}[1mVERBOSE: v\u{1b}[0m\n"),
        ("$PSStyle.OutputRendering = 'PlainText'; Write-Warning w; Write-Error e", "WARNING: w\nWrite-Error: e\n"),
        ("$PSStyle.OutputRendering = 'PlainText'; Write-Host red -ForegroundColor Red", "red\n"),
    ];
    for (script, wanted) in cases {
        assert_eq!(run("xterm", false, script), wanted, "{script}");
    }
    let painted = "\u{1b}[33;1mWARNING: w\u{1b}[0m\n";
    let asks = "$PSStyle.OutputRendering = 'Ansi'; Write-Warning w";
    assert_eq!(run("xterm", true, "Write-Warning w"), "WARNING: w\n");
    assert_eq!(run("xterm", true, asks), painted, "a script may ask for what NO_COLOR took away");
    assert_eq!(run("dumb", false, asks), "WARNING: w\n", "nothing can be asked of a terminal that knows none");
}
