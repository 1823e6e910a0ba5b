//! Predictions as a list, indentation of continued lines, the bell.

use super::Console;
use super::screen::Screen;

const DOWN: &str = "\u{1b}[B";
const UP: &str = "\u{1b}[A";
const F2: &str = "\u{1b}OQ";

/// A line of the list, from its text to its source.
fn entry(screen: &Screen, line: &str, source: &str) -> bool {
    screen.text().lines().any(|l| l.starts_with(&format!("> {line} ")) && l.ends_with(&format!("[{source}]")))
}

#[test]
fn predictions_stand_in_a_list_below_the_line() {
    let mut console = Console::start("list");
    console.run("Set-PSReadLineOption -PredictionViewStyle ListView");
    console.run("'uptime one'");
    console.run("Get-Uptime | Out-Null");
    console.send("Get-Upt");
    console.until("the list", |s| {
        entry(s, "Get-Uptime | Out-Null", "History")
            && entry(s, "Get-Uptime", "Completion")
            && s.text().contains("<-/2>")
            && s.text().contains("<History(1) Completion(1)>")
    });
    // The line itself stays as it was typed: no prediction stands behind it.
    assert!(console.screen.last_line().ends_with("> Get-Upt"));
    console.send(DOWN);
    console
        .until("the first entry", |s| s.last_line().ends_with("> Get-Uptime | Out-Null") && s.text().contains("<1/2>"));
    console.send(DOWN);
    console.until("the second entry, with its tip", |s| {
        s.last_line().ends_with("> Get-Uptime") && s.text().contains("<2/2>") && s.text().contains("  >> Get-Uptime [")
    });
    assert!(
        console.screen.style_of("[Completion]").contains("48;5;238"),
        "{}",
        console.screen.style_of("[Completion]")
    );
    console.send(DOWN);
    console.until("what was typed", |s| s.last_line().ends_with("> Get-Upt") && s.text().contains("<-/2>"));
    console.send(UP);
    console.until("the last entry", |s| s.last_line().ends_with("> Get-Uptime"));
    console.send(UP);
    console.until("the first entry again", |s| s.last_line().ends_with("> Get-Uptime | Out-Null"));
    console.send("\r");
    console.until("an empty prompt without a list", |s| s.is_at_prompt() && !s.text().contains("[History]"));
    // What contains the text is found too, and arrows walk through the history where there is no list.
    console.send("time o");
    console.until("a line that contains it", |s| entry(s, "'uptime one'", "History"));
    console.send("\u{15}");
    console.until("an empty line", Screen::is_at_prompt);
    console.send(UP);
    console.until("the line before", |s| s.last_line().ends_with("> Get-Uptime | Out-Null"));
}

#[test]
fn a_key_switches_between_one_prediction_and_the_list() {
    let mut console = Console::start("switch");
    console.run("'kept line'");
    console.send("'kept");
    console.until("the prediction", |s| s.last_line().ends_with("'kept line'"));
    console.send(F2);
    console.until("the list", |s| s.last_line().ends_with("> 'kept") && entry(s, "'kept line'", "History"));
    console.send(F2);
    console
        .until("the prediction again", |s| s.last_line().ends_with("'kept line'") && !s.text().contains("[History]"));
    console.send(&format!("{F2}\u{15}"));
    console.until("an empty line", Screen::is_at_prompt);
    console.run("(Get-PSReadLineOption).PredictionViewStyle");
    console.until("the setting", |s| s.has_line("ListView"));
}

#[test]
fn a_source_may_be_left_out() {
    let mut console =
        Console::with_profile("source", "Set-PSReadLineOption -PredictionSource History -PredictionViewStyle ListView");
    console.run("Get-Uptime | Out-Null");
    console.send("Get-Upt");
    console.until("the list", |s| entry(s, "Get-Uptime | Out-Null", "History"));
    assert!(!console.screen.text().contains("[Completion]"));
}

#[test]
fn continued_lines_are_indented() {
    let mut console = Console::with_profile("indent", "");
    console.send("if ($true) {\r");
    console.until("a line for the block", |s| s.last_line() == ">>" && s.column() == 7);
    console.send("foreach ($n in 1..2) {\r");
    console.until("a deeper one", |s| s.last_line() == ">>" && s.column() == 11);
    console.send("\"n$n\"\r}");
    console.until("the bracket below its statement", |s| s.last_line() == ">>     }");
    console.send("\r");
    console.until("as deep as before", |s| s.last_line() == ">>" && s.column() == 7);
    // An empty line ends nothing while a bracket is open; what is whole runs at once.
    console.send("\r}");
    console.until("the last bracket at the beginning", |s| s.last_line() == ">> }");
    console.send("\r");
    console.until("what it writes", |s| s.has_line("n1") && s.has_line("n2") && s.is_at_prompt());
}

#[test]
fn indentation_can_be_switched_off() {
    let mut console = Console::with_profile("flat", "Set-PSReadLineOption -AutoIndent:$false");
    console.send("if ($true) {\r");
    console.until("a line for the block", |s| s.last_line() == ">>" && s.column() == 3);
    console.send("'inside' }\r");
    console.until("a line to end with", |s| s.last_line() == ">>" && s.column() == 3);
    console.send("\r");
    console.until("the output", |s| s.has_line("inside") && s.is_at_prompt());
}

#[test]
fn a_bell_rings_where_nothing_can_be_completed() {
    let mut console = Console::start("bell");
    console.send("Get-NoSuchThing\t");
    console.until("the bell", |s| s.bells() > 0);
    console.send("\u{15}");
    console.until("an empty line", Screen::is_at_prompt);
    console.run("Set-PSReadLineOption -BellStyle None");
    let before = console.screen.bells();
    console.send("Get-NoSuchThing\t+");
    console.until("what was typed behind it", |s| s.last_line().ends_with("Get-NoSuchThing+"));
    assert_eq!(console.screen.bells(), before);
}

#[test]
fn menus_leave_the_line_as_it_is() {
    let mut console = Console::start("marker");
    console.send("Get-ChildItem -D\t");
    console.until("the menu", |s| s.text().contains("Depth") && s.text().contains("Directory"));
    assert!(console.screen.last_line().starts_with("PS /> Get-ChildItem -D"), "{}", console.screen.last_line());
}

#[test]
fn colours_are_the_persons_own() {
    let mut console = Console::start("theme");
    console.run("Set-PSReadLineOption -Colors @{ Command = 'Magenta'; String = '#102030' }");
    console.send("Get-Item 'text'");
    console.until("the colours", |s| {
        s.last_line().ends_with("'text'")
            && s.style_of("Get-Item").contains("95")
            && s.style_of("'text'").contains("38;2;16;32;48")
    });
    console.send("\u{15}");
    console.until("an empty line", Screen::is_at_prompt);
    // Sequences of $PSStyle do as well, and what $PSStyle says of output holds at once.
    console.run("Set-PSReadLineOption -Colors @{ Variable = $PSStyle.Foreground.BrightRed }");
    console.send("$abc");
    console.until("the colour", |s| s.last_line().ends_with("$abc") && s.style_of("$abc").contains("91"));
    console.send("\u{15}");
    console.until("an empty line", Screen::is_at_prompt);
    console.run("$PSStyle.Formatting.TableHeader = $PSStyle.Foreground.Blue");
    console.run("[pscustomobject]@{ Column = 1 }");
    console.until("a header in that colour", |s| s.has_line("Column") && s.style_of("Column").contains("34"));
}
