//! Sessions at a terminal: keys go in through a pseudo-terminal, a model of the screen tells what a person would see.

mod editing;
mod predictions;
mod screen;
mod screens;
mod seeing;
mod spoken;

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use screen::Screen;

/// A shell at a terminal of 80 by 25.
struct Console {
    child: Child,
    keys: File,
    output: Receiver<Vec<u8>>,
    screen: Screen,
    /// What came since this was emptied.
    taken: Vec<u8>,
    home: PathBuf,
}

impl Console {
    fn start(name: &str) -> Console {
        Console::start_in(name, true)
    }

    fn start_in(name: &str, is_fresh: bool) -> Console {
        let mut console = Console::begin(name, is_fresh, &["-NoProfile", "-NoLogo"]);
        console.until("the prompt", Screen::is_at_prompt);
        console
    }

    /// Starts the program; what it shows first is up to its arguments.
    fn begin(name: &str, is_fresh: bool, arguments: &[&str]) -> Console {
        Console::begin_with(name, is_fresh, arguments, &[])
    }

    /// The same with variables of the environment.
    fn begin_with(name: &str, is_fresh: bool, arguments: &[&str], variables: &[(&str, &str)]) -> Console {
        let home = home_of(name);
        if is_fresh {
            let _ = std::fs::remove_dir_all(&home);
        }
        std::fs::create_dir_all(&home).expect("a folder for the session");
        let (master, terminal) = open();
        let copy = || terminal.try_clone().expect("the terminal again");
        let child = Command::new(shell())
            .args(arguments)
            // A prompt of the same length everywhere: where lines wrap does not depend on the machine.
            .current_dir("/")
            .env_clear()
            .env("HOME", &home)
            .env("DIALTONE_HOME", home.join("data"))
            .env("PATH", "/nonexistent")
            .env("TERM", "xterm-256color")
            .env("LANG", "en_US.UTF-8")
            .envs(variables.iter().copied())
            .stdin(copy())
            .stdout(copy())
            .stderr(copy())
            .spawn()
            .expect("the shell starts");
        drop(terminal);
        let keys = File::from(master);
        let mut reader = keys.try_clone().expect("the other side again");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0 || sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Console { child, keys, output, screen: Screen::new(80, 25), taken: Vec::new(), home }
    }

    /// A shell whose profile, the configuration file, says something.
    fn with_profile(name: &str, profile: &str) -> Console {
        let home = home_of(name);
        let _ = std::fs::remove_dir_all(&home);
        let folder = home.join(".config/powershell");
        std::fs::create_dir_all(&folder).expect("a folder for the profile");
        std::fs::write(folder.join("profile.ps1"), profile).expect("a profile");
        let mut console = Console::begin(name, false, &["-NoLogo"]);
        console.until("the prompt", Screen::is_at_prompt);
        console
    }

    /// The terminal gets another size.
    fn resize(&mut self, width: u16, height: u16) {
        let size = rustix::termios::Winsize { ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0 };
        rustix::termios::tcsetwinsize(&self.keys, size).expect("a size");
        self.screen = Screen::new(usize::from(width), usize::from(height));
    }

    /// What the terminal does at Ctrl+C while a command runs.
    fn interrupt(&self) {
        let id = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw).expect("a process");
        rustix::process::kill_process(id, rustix::process::Signal::INT).expect("it runs");
    }

    fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("keys go in");
    }

    /// Reads until the screen shows what is waited for.
    fn until(&mut self, what: &str, shown: impl Fn(&Screen) -> bool) {
        let end = Instant::now() + Duration::from_secs(90);
        loop {
            // A picture that is half painted says nothing: its rest is under way.
            if !self.screen.is_painting() && shown(&self.screen) {
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => {
                    let answers = self.screen.take(&bytes);
                    self.taken.extend_from_slice(&bytes);
                    self.keys.write_all(&answers).expect("answers go in");
                }
                Err(_) => panic!("{what} did not come; the screen shows:\n{}", self.screen.text()),
            }
        }
    }

    /// Types a line and waits for the next prompt.
    fn run(&mut self, line: &str) {
        self.send(line);
        let close = |text: &str| text.split_whitespace().collect::<String>();
        self.until(line, |s| close(&s.text()).contains(&close(line)));
        self.send("\r");
        self.until("the next prompt", Screen::is_at_prompt);
    }

    fn end(mut self) -> PathBuf {
        self.send("exit\r");
        let _ = self.child.wait();
        self.home.clone()
    }
}

/// The program: this build's, or another by `DIALTONE_SHELL`, of which the speed is asked.
fn shell() -> PathBuf {
    std::env::var_os("DIALTONE_SHELL").map_or_else(|| env!("CARGO_BIN_EXE_dialtone").into(), PathBuf::from)
}

fn home_of(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("dialtone-console-{name}-{}", std::process::id()))
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Both sides of a pseudo-terminal.
fn open() -> (OwnedFd, OwnedFd) {
    use rustix::fs::{Mode, OFlags};
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
    grantpt(&master).expect("ours");
    unlockpt(&master).expect("open");
    let name = ptsname(&master, Vec::new()).expect("a name");
    let size = rustix::termios::Winsize { ws_row: 25, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    rustix::termios::tcsetwinsize(&master, size).expect("a size");
    let terminal =
        rustix::fs::open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("its terminal");
    (master, terminal)
}

#[test]
fn tab_completes_a_command() {
    let mut console = Console::start("command");
    console.send("Get-ChildIt\t");
    console.until("the whole name", |s| s.text().contains("> Get-ChildItem"));
}

#[test]
fn tab_opens_a_menu_with_descriptions() {
    let mut console = Console::start("menu");
    console.send("Write-Host -ForegroundColor D\t\t");
    console.until("the values", |s| s.text().contains("DarkBlue") && s.text().contains("DarkCyan"));
}

#[test]
fn the_menu_tells_a_parameters_type() {
    let mut console = Console::start("types");
    console.send("Get-ChildItem -D\t");
    console.until("a parameter's type", |s| s.text().contains("Depth") && s.text().contains("[uint]"));
}

#[test]
fn earlier_lines_are_predicted_and_found() {
    let mut console = Console::start("history");
    console.run("'first of all'");
    console.run("'second thing'");
    console.send("'fir");
    console.until("the prediction", |s| s.last_line().contains("'first of all'"));
    console.send("\u{5}\u{15}");
    console.send("\u{12}");
    console.until("the list", |s| s.text().matches("'second thing'").count() > 1);
}

#[test]
fn unfinished_lines_go_on() {
    let mut console = Console::start("continuation");
    console.send("if ($true) {\r");
    console.until("the continuation", |s| s.last_line().starts_with(">>"));
    console.send("'inside' }\r\r");
    console.until("the output", |s| s.text().lines().any(|l| l.trim() == "inside"));
}

#[test]
fn secrets_stay_out_of_the_history() {
    let mut console = Console::start("secrets");
    console.run("$p = 'password 1'");
    console.run("'a plain line'");
    let home = console.end();
    let file = std::fs::read(home.join("data").join("history.db")).unwrap_or_default();
    let text = String::from_utf8_lossy(&file);
    assert!(text.contains("a plain line"));
    assert!(!text.contains("password 1"));
}

#[test]
fn keys_are_the_persons_own() {
    let mut console = Console::start("keys");
    console.run("Set-PSReadLineKeyHandler -Chord Ctrl+t -ScriptBlock { Write-Host 'own key' }");
    console.send("\u{14}");
    // What it writes stands behind the prompt that waited; a new one comes below.
    console.until("what the key does", |s| s.text().lines().any(|line| line.ends_with("own key")) && s.is_at_prompt());
    console.run("Set-PSReadLineOption -ContinuationPrompt '.. '");
    console.send("{\r");
    console.until("the prompt of one's own", |s| s.last_line().starts_with(".."));
}

#[test]
fn a_grid_is_filtered_and_rows_are_taken() {
    let mut console = Console::start("grid");
    console.send("'Redmond', 'Dublin', 'Seoul' | ForEach-Object { [pscustomobject]@{ Site = $_; Length = $_.Length } } | Out-GridView -PassThru\r");
    console.until("the grid", |s| s.text().contains("(3 of 3)") && s.text().contains("Seoul"));
    console.send("du");
    console.until("the row that fits", |s| s.text().contains("(1 of 3)") && !s.text().contains("Seoul"));
    console.send("\r");
    console.until("the row that was taken", |s| {
        s.last_line().starts_with("PS ") && s.text().lines().any(|l| l.starts_with("Dublin"))
    });
}

#[test]
fn a_form_makes_a_command_line() {
    let mut console = Console::start("form");
    console.send("Show-Command Start-Sleep -PassThru\r");
    console.until("the form", |s| s.text().contains("Seconds *"));
    console.send("\r");
    console.until("what is missing", |s| s.text().contains("Seconds is required."));
    console.send("0\r");
    console.until("the command line", |s| {
        s.last_line().starts_with("PS ") && s.text().lines().any(|l| l.trim() == "Start-Sleep -Seconds 0")
    });
}

#[test]
fn the_topology_is_drawn() {
    let mut console = Console::start("topology");
    console.run("$null = New-DialtoneOrganization -Template SmallOffice");
    console.run("Show-DialtoneTopology");
    console.until("the site's box", |s| {
        let text = s.text();
        text.contains("╭─ Redmond ─") && text.contains("○ UMService") && text.contains("══ gw01.contoso.com")
    });
}

#[test]
fn calls_are_watched_in_a_table() {
    let mut console = Console::start("watch");
    console.run("Watch-DialtoneCall -Seconds 1");
    console.until("the table, drawn once", |s| s.text().matches("0 calls now").count() == 1);
}

#[test]
fn the_first_start_asks_one_question_once() {
    let mut console = Console::begin("first", true, &[]);
    console.until("the question", |s| s.text().contains("Welcome to dialtone") && s.last_line().contains("default is"));
    console.send("T\r");
    console.until("what is worth trying", |s| s.text().contains("Get-Lab") && s.last_line().starts_with("PS "));
    console.run("@(Get-CsSite).Count + 40");
    console.until("the two sites", |s| s.text().lines().any(|l| l.trim() == "42"));
    console.end();
    let mut again = Console::begin("first", false, &[]);
    again.until("the prompt", |s| s.last_line().starts_with("PS "));
    assert!(!again.screen.text().contains("Welcome"), "{}", again.screen.text());
}

#[test]
fn names_that_are_near_are_suggested() {
    let mut console = Console::start("near");
    console.run("Get-UMDialPlann");
    console.until("the command", |s| s.text().contains("Did you mean Get-UMDialPlan?"));
    console.run("Get-ChildItem -Pathh .");
    console.until("the parameter", |s| s.text().contains("Did you mean -Path?"));
}
