//! From the command line to an exit code.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use command::{Host, Provider, SilentHost};
use engine::{CommandSource, CommandTable, Runspace, RunspaceFactory, RunspaceOptions, TextOutcome};
use values::Context;
use values::object::PsMember;
use values::{ErrorRecord, Str, Value};

use crate::arguments::{self, Arguments, StreamFormat, Surroundings, Work};
use crate::host::{ConsoleHost, ConsoleOptions, SharedScreen, follow_style};
use crate::session::Session;
use crate::{output, signal, terminal, usage, welcome};

/// Exit code for a command line that is refused.
const BAD_COMMAND_LINE: i32 = 64;
/// Exit code for a shell that can't start.
const INIT_FAILURE: i32 = 70;
/// Address space for the stack of the thread that runs script: deep recursion ends in the error of the language.
const STACK: usize = 1 << 30;

/// What `main` puts together.
#[derive(Clone, Copy)]
pub struct Assembly {
    /// The cmdlet crates' tables.
    pub sources: fn() -> Vec<CommandSource>,
    /// The providers.
    pub providers: fn() -> Vec<Arc<dyn Provider>>,
    /// The shell's home for data (`$DIALTONE_HOME`).
    pub home: fn() -> PathBuf,
    /// Views of the product modules' types, by type name.
    pub views: fn(&str) -> Vec<format::View>,
}

/// Makes runspaces for jobs and parallel blocks.
#[derive(Clone)]
struct Factory {
    assembly: Assembly,
    /// One for all runspaces of the process.
    commands: Arc<CommandTable>,
    options: ProcessFacts,
}

/// What a runspace takes from the process.
#[derive(Clone)]
struct ProcessFacts {
    environment: HashMap<String, String>,
    culture: Str,
    time_zone: Str,
}

impl ProcessFacts {
    fn read() -> ProcessFacts {
        let environment: HashMap<String, String> = std::env::vars_os()
            .map(|(k, v)| (k.to_string_lossy().into_owned(), v.to_string_lossy().into_owned()))
            .collect();
        let modules = module_path(&environment);
        let variable = |name: &str| environment.get(name).filter(|v| !v.is_empty());
        let locale = variable("LC_ALL").or_else(|| variable("LC_MESSAGES")).or_else(|| variable("LANG"));
        let name = locale.map(String::as_str).unwrap_or_default().split(['.', '@']).next().unwrap_or_default();
        let culture = if matches!(name, "C" | "POSIX") { String::new() } else { name.replace('_', "-") };
        let time_zone = variable("TZ").map(|t| t.trim_start_matches(':').to_string()).unwrap_or_else(system_zone);
        let mut environment = environment;
        environment.insert("PSModulePath".to_string(), modules);
        ProcessFacts { culture: culture.into(), time_zone: time_zone.into(), environment }
    }
}

/// `PSModulePath`: the user's modules, those of all users and the shell's own, then what was set.
fn module_path(environment: &HashMap<String, String>) -> String {
    let variable = |name: &str| environment.get(name).filter(|v| !v.is_empty());
    let data = match (variable("XDG_DATA_HOME"), variable("HOME")) {
        (Some(folder), _) => PathBuf::from(folder),
        (None, Some(home)) => Path::new(home).join(".local/share"),
        (None, None) => PathBuf::from("/"),
    };
    let program = std::env::current_exe().ok().and_then(|p| p.parent().map(Path::to_path_buf)).unwrap_or_default();
    let mut folders = vec![
        data.join("powershell/Modules").display().to_string(),
        "/usr/local/share/powershell/Modules".to_string(),
        program.join("Modules").display().to_string(),
    ];
    for folder in variable("PSModulePath").map(|p| p.split(':').collect::<Vec<_>>()).unwrap_or_default() {
        if !folder.is_empty() && !folders.iter().any(|f| f == folder) {
            folders.push(folder.to_string());
        }
    }
    folders.join(":")
}

/// The operating system's name, as `$PSVersionTable.OS` gives it.
pub fn system_name() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.map_or_else(|| "Linux".to_string(), |name| name.trim_matches('"').to_string())
}

/// The system's time zone by the link that it is kept as.
fn system_zone() -> String {
    let target = std::fs::canonicalize("/etc/localtime").unwrap_or_default();
    let text = target.display().to_string();
    match text.split_once("zoneinfo/") {
        Some((_, zone)) => zone.to_string(),
        None => "UTC".to_string(),
    }
}

impl RunspaceFactory for Factory {
    fn make(&self) -> Runspace {
        let directory = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        make(self.clone(), Box::new(SilentHost), directory, false)
    }
}

/// Makes the runspaces of remote sessions, with the process's environment.
pub fn session_factory(assembly: Assembly) -> Arc<dyn RunspaceFactory> {
    Arc::new(Factory::new(assembly, ProcessFacts::read()))
}

impl Factory {
    fn new(assembly: Assembly, options: ProcessFacts) -> Factory {
        Factory { assembly, commands: Arc::new(CommandTable::new((assembly.sources)())), options }
    }
}

fn make(factory: Factory, host: Box<dyn Host>, directory: PathBuf, is_interactive: bool) -> Runspace {
    let (assembly, facts) = (factory.assembly, factory.options.clone());
    let mut runspace = Runspace::new(RunspaceOptions {
        host,
        commands: factory.commands.clone(),
        providers: (assembly.providers)(),
        error_view,
        environment: facts.environment,
        directory,
        culture: facts.culture,
        time_zone: facts.time_zone,
        is_interactive,
        factory: Arc::new(factory),
    });
    format::add_source(&mut runspace, Arc::new(assembly.views));
    runspace
}

/// How the console shows an error.
fn error_view(runspace: &mut Runspace, record: &Arc<ErrorRecord>) -> String {
    let screen = format::ErrorScreen::of_session(runspace);
    // Showing an error must not fail with another one.
    format::error_text(runspace, record, &screen).unwrap_or_else(|_| record.exception.message().to_string())
}

/// Runs the shell; `name` is what the program was called.
pub fn run(name: &str, line: &[String], assembly: Assembly) -> i32 {
    let directory = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    let is_input_redirected = !terminal::is_input_terminal();
    let around = Surroundings { is_input_redirected, directory: &directory };
    let arguments = match arguments::parse(line, &around) {
        Ok(arguments) => arguments,
        Err(refusal) => {
            output::write_error(&format!("{}\n", refusal.message));
            if refusal.with_usage {
                output::write(&usage::usage(name));
            }
            output::flush();
            return BAD_COMMAND_LINE;
        }
    };
    match &arguments.work {
        Work::Version => output::write(&format!("{}\n", usage::banner())),
        Work::Help => output::write(&usage::usage(name)),
        Work::Server => {
            return crate::remoting::serve(session_factory(assembly), &system_name());
        }
        _ => {
            // While there is no second thread yet.
            values::guard::prepare();
            return start(arguments, assembly, directory, is_input_redirected);
        }
    }
    output::flush();
    0
}

/// Starts the thread that runs script.
fn start(arguments: Arguments, assembly: Assembly, directory: PathBuf, is_input_redirected: bool) -> i32 {
    if let Some(file) = &arguments.configuration_file
        && !Path::new(file).is_file()
    {
        output::write_error(&format!(
            "The shell cannot be started. A failure occurred during initialization:\nThe provided configuration file '{file}' does not exist.\n"
        ));
        return INIT_FAILURE;
    }
    if arguments.configuration_name.is_some() {
        // A session of a configuration is one that a web service opens on this machine.
        output::write_error(
            "The shell cannot be started. A failure occurred during initialization:\nThis parameter set requires WSMan, and no supported WSMan client library was found. WSMan is either not installed or unavailable for this system.\n",
        );
        return INIT_FAILURE;
    }
    let door = match &arguments.pipe_name {
        None => None,
        Some(name) => match crate::remoting::open_door(name, session_factory(assembly), system_name()) {
            Ok(door) => Some(door),
            Err(error) => {
                output::write_error(&format!(
                    "The shell cannot be started. A failure occurred during initialization:\nThe pipe '{name}' cannot be made: {error}\n"
                ));
                return INIT_FAILURE;
            }
        },
    };
    let body = move || work(&arguments, assembly, directory, is_input_redirected);
    let thread = std::thread::Builder::new().name("shell".to_string()).stack_size(STACK).spawn(body);
    let code = match thread {
        Ok(thread) => thread.join().unwrap_or(INIT_FAILURE),
        Err(error) => {
            output::write_error(&format!("The shell cannot be started. {error}\n"));
            INIT_FAILURE
        }
    };
    output::flush();
    drop(door);
    code
}

fn work(arguments: &Arguments, assembly: Assembly, directory: PathBuf, is_input_redirected: bool) -> i32 {
    values::guard::claim();
    let facts = ProcessFacts::read();
    let screen = SharedScreen::default();
    let is_session = arguments.no_exit || matches!(arguments.work, Work::Session | Work::Lines);
    let options = ConsoleOptions::new(!arguments.non_interactive, arguments.work != Work::Lines, |name| {
        facts.environment.get(name).cloned()
    });
    let host = Box::new(ConsoleHost::new(options.clone(), screen.clone()));
    let is_prompting = is_session && !arguments.non_interactive && arguments.work != Work::Lines;
    let mut runspace = make(Factory::new(assembly, facts.clone()), host, directory, is_prompting);
    follow_style(&screen, runspace.global_variable("PSStyle"));
    let _terminal = terminal::QuietControls::new();
    signal::heed(&runspace.stop);
    let mut session = Session::new(Arc::new(Mutex::new(runspace)), screen, options);
    let is_banner_due = match arguments.work {
        Work::Session => true,
        Work::Text(..) | Work::File(..) => arguments.no_exit,
        _ => false,
    };
    if is_banner_due && !arguments.no_logo {
        output::write(&format!("{}\n", usage::banner()));
    }
    let code = run_work(arguments, &mut session, &facts, assembly, is_session, is_input_redirected);
    session.say_exiting();
    values::stop::leave();
    code
}

/// Profiles, then what the command line asks for.
fn run_work(
    arguments: &Arguments,
    session: &mut Session,
    facts: &ProcessFacts,
    assembly: Assembly,
    is_session: bool,
    is_input_redirected: bool,
) -> i32 {
    let profiles = Profiles::new(facts);
    profiles.define(session);
    if let Some(folder) = &arguments.working_directory {
        session.run_text(&format!("Set-Location -LiteralPath {}", quoted(folder)), None);
    }
    if !arguments.no_profile {
        session.indent_lines();
        for path in profiles.all() {
            if path.is_file() {
                let outcome = session.run_text(&format!(". {}", quoted(&path.display().to_string())), None);
                if let TextOutcome::Exit(code) = outcome {
                    return code;
                }
            }
        }
    }
    if arguments.work != Work::Session {
        crate::memory::work_large();
    }
    let code = match &arguments.work {
        Work::Text(text, args) => run_command(session, arguments, text, args, is_input_redirected),
        Work::File(path, args) => {
            let outcome = session.run_file(&path.display().to_string(), args.clone());
            match outcome {
                TextOutcome::Exit(code) => code,
                TextOutcome::Error(_) => 1,
                TextOutcome::Done(_) | TextOutcome::Stopped => 0,
            }
        }
        _ => 0,
    };
    let asked = session.exit_asked();
    if let Some(code) = asked {
        return code;
    }
    if !is_session {
        return code;
    }
    if arguments.work == Work::Lines {
        return session.run_lines();
    }
    let home = (assembly.home)();
    let is_plain = facts.environment.get("TERM").is_none_or(|t| t == "dumb");
    let is_at_terminal = !is_input_redirected && std::io::IsTerminal::is_terminal(&std::io::stdout());
    // Who leaves out the banner or the profile has a purpose of their own.
    if arguments.work == Work::Session
        && !(arguments.no_logo || arguments.no_profile || arguments.non_interactive)
        && is_at_terminal
        && !is_plain
    {
        welcome::say(session, &home);
    }
    session.run_prompt(&home.join("history.db"))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `-Command`.
fn run_command(
    session: &mut Session,
    arguments: &Arguments,
    text: &str,
    args: &[String],
    is_input_redirected: bool,
) -> i32 {
    let input = match is_input_redirected && uses_input(text) {
        false => None,
        true => match read_input(session, arguments) {
            None => return 1,
            objects => objects,
        },
    };
    let mut args: Vec<Value> = args.iter().map(|a| Value::from(a.as_str())).collect();
    if let Some(document) = &arguments.encoded_arguments {
        match session.objects_of(document) {
            Ok(objects) => {
                args.extend(objects.iter().flat_map(|o| o.as_array().map_or_else(|| vec![o.clone()], |a| a.to_vec())))
            }
            Err(message) => {
                output::write_error(&format!("{message}\n"));
                return BAD_COMMAND_LINE;
            }
        }
    }
    let outcome = match arguments.output {
        StreamFormat::Xml => session.run_as_xml(text, args, input),
        StreamFormat::Text => session.run_command_text(text, args, input),
    };
    match outcome {
        TextOutcome::Exit(code) => code,
        TextOutcome::Done(true) => 0,
        TextOutcome::Done(false) | TextOutcome::Error(_) | TextOutcome::Stopped => 1,
    }
}

/// The objects of standard input: lines, or those of a CLIXML document; none after Ctrl-C.
fn read_input(session: &mut Session, arguments: &Arguments) -> Option<Vec<Value>> {
    let _heeding = values::stop::heed(&session.stop_mark());
    let lines = terminal::read_rest();
    if values::stop::requested() {
        return None;
    }
    let has_mark = lines.first().is_some_and(|l| l == "#< CLIXML");
    if arguments.input == StreamFormat::Xml || has_mark {
        let rest = lines.iter().skip(usize::from(has_mark)).cloned().collect::<Vec<_>>().join("\n");
        if let Ok(objects) = session.objects_of(&rest) {
            return Some(objects);
        }
    }
    Some(lines.into_iter().map(Value::from).collect())
}

/// Whether text reads `$input`: only then is standard input read for it.
fn uses_input(text: &str) -> bool {
    let folded = text.to_ascii_lowercase();
    folded.match_indices("input").any(|(at, word)| {
        let before = &folded[..at];
        let after = folded[at + word.len()..].chars().next();
        (before.ends_with('$') && !after.is_some_and(|c| c.is_alphanumeric() || c == '_'))
            || (before.ends_with("${") && after == Some('}'))
            || before.ends_with('@') && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Where profiles lie.
struct Profiles {
    all_hosts: PathBuf,
    this_host: PathBuf,
    user_all_hosts: PathBuf,
    user_this_host: PathBuf,
}

impl Profiles {
    fn new(facts: &ProcessFacts) -> Profiles {
        let variable = |name: &str| facts.environment.get(name).filter(|v| !v.is_empty());
        let config = match (variable("XDG_CONFIG_HOME"), variable("HOME")) {
            (Some(folder), _) => PathBuf::from(folder),
            (None, Some(home)) => Path::new(home).join(".config"),
            (None, None) => PathBuf::from("/"),
        };
        let folder = config.join("powershell");
        let program = std::env::current_exe().ok().and_then(|p| p.parent().map(Path::to_path_buf)).unwrap_or_default();
        Profiles {
            all_hosts: program.join("profile.ps1"),
            this_host: program.join("Microsoft.PowerShell_profile.ps1"),
            user_all_hosts: folder.join("profile.ps1"),
            user_this_host: folder.join("Microsoft.PowerShell_profile.ps1"),
        }
    }

    fn all(&self) -> [&Path; 4] {
        [&self.all_hosts, &self.this_host, &self.user_all_hosts, &self.user_this_host]
    }

    /// `$PROFILE` with its four paths.
    fn define(&self, session: &Session) {
        let text = |path: &Path| Value::from(path.display().to_string());
        let pairs = [
            ("AllUsersAllHosts", text(&self.all_hosts)),
            ("AllUsersCurrentHost", text(&self.this_host)),
            ("CurrentUserAllHosts", text(&self.user_all_hosts)),
            ("CurrentUserCurrentHost", text(&self.user_this_host)),
        ];
        let value = values::object::Wrapped::new(text(&self.user_this_host));
        *value.members.lock() = pairs.map(|(name, path)| (Str::from(name), PsMember::Note(path))).to_vec();
        let value = Value::Wrapped(Arc::new(value));
        session.runspace().lock().unwrap_or_else(PoisonError::into_inner).set_global("PROFILE", value);
    }
}

#[cfg(test)]
mod tests {
    use super::uses_input;

    #[test]
    fn input_is_recognized() {
        for (text, expected) in [
            ("$input | % { $_ }", true),
            ("@($Input).Count", true),
            ("${input}", true),
            ("$inputs", false),
            ("Read-Host input", false),
            ("Sort-Object", false),
        ] {
            assert_eq!(uses_input(text), expected, "{text}");
        }
    }
}
