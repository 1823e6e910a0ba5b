//! The prompt for those who hear the screen: nothing is drawn twice, nothing in colours, choices are lines.

use super::Console;
use super::screen::Screen;

/// A shell in that mode, by its configuration file.
fn start(name: &str) -> Console {
    Console::with_profile(name, "Set-PSReadLineOption -EnableScreenReaderMode")
}

#[test]
fn a_key_writes_only_what_it_changes() {
    let mut console = start("spoken");
    console.send("'ab'");
    console.until("the text", |s| s.last_line().ends_with("> 'ab'"));
    assert_eq!(console.screen.style_of("'ab'"), "");
    // A letter at the end is that letter and nothing else; one within a line is the rest of the line.
    console.taken.clear();
    console.send("+");
    console.until("one letter more", |s| s.last_line().ends_with("> 'ab'+"));
    assert_eq!(String::from_utf8_lossy(&console.taken), "+");
    console.send("\u{7f}\u{1b}[D\u{1b}[D");
    console.until("the cursor within", |s| s.last_line().ends_with("> 'ab'") && s.column() == "PS /> 'a".len());
    console.taken.clear();
    console.send("x");
    console.until("a letter within", |s| s.last_line().ends_with("> 'axb'") && s.column() == "PS /> 'ax".len());
    assert_eq!(String::from_utf8_lossy(&console.taken), "xb'\u{1b}[2D");
    console.send("\r");
    console.until("the output", |s| s.has_line("axb") && s.is_at_prompt());
}

#[test]
fn no_prediction_is_written_and_earlier_lines_come_by_arrows() {
    let mut console = start("spoken-history");
    console.run("'first of all'");
    console.send("'fir");
    console.until("the text alone", |s| s.last_line().ends_with("> 'fir"));
    console.send("\u{1b}[A");
    console.until("the line that begins so", |s| s.last_line().ends_with("> 'first of all'"));
    console.send("\u{1b}[B");
    console.until("what was typed", |s| s.last_line().ends_with("> 'fir"));
    console.send("\u{15}");
    console.until("an empty line", Screen::is_at_prompt);
    console.send("\u{12}");
    console.until("a question", |s| s.last_line() == "bck-i-search:");
    console.send("of\r");
    console.until("the line that has it", |s| s.last_line().ends_with("> 'first of all'"));
}

#[test]
fn choices_are_lines_below() {
    let mut console = start("spoken-choices");
    console.send("Get-ChildItem -De");
    console.until("the text", |s| s.last_line().ends_with("-De"));
    console.send("\t");
    console.until("the choices and the line again", |s| {
        s.text().lines().any(|l| l.starts_with("Depth  [uint]"))
            && s.text().lines().any(|l| l.starts_with("Debug"))
            && s.last_line().ends_with("> Get-ChildItem -De")
    });
    console.send("p\t");
    console.until("the only one", |s| s.last_line().ends_with("> Get-ChildItem -Depth"));
}

#[test]
fn several_lines_and_help() {
    let mut console = start("spoken-lines");
    console.send("if ($true) {\r");
    console.until("the continuation", |s| s.last_line() == ">>");
    console.send("'inside' }\r");
    console.until("the output", |s| s.has_line("inside") && s.is_at_prompt());
    console.send("Get-ChildItem -Depth\u{1b}h");
    console.until("the parameter's help, and the line again", |s| {
        s.text().contains("-Depth <") && s.text().contains("Required?") && s.last_line().ends_with("-Depth")
    });
    console.send("\u{3}");
    console.until("an empty line", Screen::is_at_prompt);
    console.run("Set-PSReadLineOption -EnableScreenReaderMode:$false");
    console.send("Get-Item");
    console
        .until("colours again", |s| s.last_line().starts_with("PS /> Get-Item") && !s.style_of("Get-Item").is_empty());
}
