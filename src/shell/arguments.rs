//! The command line of `pwsh`, as PowerShell reads it.

use std::path::{Path, PathBuf};

/// How text comes in and goes out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum StreamFormat {
    /// Lines.
    #[default]
    Text,
    /// CLIXML.
    Xml,
}

/// What is to be run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Work {
    /// A session: prompt, or lines from standard input.
    #[default]
    Session,
    /// Lines from standard input without prompt and echo (`-Command -`).
    Lines,
    /// Text of `-Command`, `-EncodedCommand` or `-CommandWithArgs`, with `$args` for the last.
    Text(String, Vec<String>),
    /// A script with its arguments as they stand.
    File(PathBuf, Vec<String>),
    /// Print the version.
    Version,
    /// Print the usage.
    Help,
    /// Answer a remote session on standard input and output (`-sshs`, `-s`).
    Server,
}

/// A command line that was understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arguments {
    pub work: Work,
    pub no_profile: bool,
    pub no_logo: bool,
    pub no_exit: bool,
    pub non_interactive: bool,
    pub is_login: bool,
    pub input: StreamFormat,
    pub output: StreamFormat,
    pub working_directory: Option<String>,
    /// The socket on which others of this user can open sessions in this process.
    pub pipe_name: Option<String>,
    pub configuration_name: Option<String>,
    pub configuration_file: Option<String>,
    pub settings_file: Option<PathBuf>,
    /// CLIXML of `-EncodedArguments`.
    pub encoded_arguments: Option<String>,
}

impl Default for Arguments {
    fn default() -> Arguments {
        Arguments {
            work: Work::Session,
            no_profile: false,
            no_logo: false,
            no_exit: false,
            non_interactive: false,
            is_login: false,
            input: StreamFormat::Text,
            output: StreamFormat::Text,
            working_directory: None,
            pipe_name: None,
            configuration_name: None,
            configuration_file: None,
            settings_file: None,
            encoded_arguments: None,
        }
    }
}

/// Why a command line is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    pub message: String,
    pub with_usage: bool,
}

impl Refusal {
    fn usage(message: impl Into<String>) -> Refusal {
        Refusal { message: message.into(), with_usage: true }
    }

    fn plain(message: impl Into<String>) -> Refusal {
        Refusal { message: message.into(), with_usage: false }
    }
}

/// What is known of the process when its command line is read.
pub struct Surroundings<'a> {
    /// Standard input is no terminal.
    pub is_input_redirected: bool,
    pub directory: &'a Path,
}

/// A switch with its shortest form: each prefix of the name at least so long is the switch.
struct Switch {
    name: &'static str,
    shortest: &'static str,
    also: &'static str,
}

const fn switch(name: &'static str, shortest: &'static str, also: &'static str) -> Switch {
    Switch { name, shortest, also }
}

/// In the order in which PowerShell tries them.
const SWITCHES: &[Switch] = &[
    switch("version", "v", ""),
    switch("help", "h", "?"),
    switch("login", "l", ""),
    switch("noexit", "noe", ""),
    switch("noprofile", "nop", ""),
    switch("nologo", "nol", ""),
    switch("noninteractive", "noni", ""),
    switch("socketservermode", "so", ""),
    switch("v2socketservermode", "v2so", ""),
    switch("servermode", "s", ""),
    switch("namedpipeservermode", "nam", ""),
    switch("sshservermode", "sshs", ""),
    switch("noprofileloadtime", "noprofileloadtime", ""),
    switch("interactive", "i", ""),
    switch("configurationfile", "configurationfile", ""),
    switch("configurationname", "config", ""),
    switch("custompipename", "cus", ""),
    switch("commandwithargs", "commandwithargs", "cwa"),
    switch("command", "c", ""),
    switch("windowstyle", "w", ""),
    switch("file", "f", ""),
    switch("isswait", "isswait", ""),
    switch("outputformat", "o", "of"),
    switch("inputformat", "inp", "if"),
    switch("executionpolicy", "ex", "ep"),
    switch("encodedcommand", "e", "ec"),
    switch("encodedarguments", "encodeda", "ea"),
    switch("settingsfile", "settings", ""),
    switch("sta", "sta", ""),
    switch("mta", "mta", ""),
    switch("workingdirectory", "wo", "wd"),
    switch("removeworkingdirectorytrailingcharacter", "removeworkingdirectorytrailingcharacter", ""),
    switch("token", "to", ""),
    switch("utctimestamp", "utc", ""),
];

/// The names that "did you mean" offers.
const OFFERED: &[&str] = &[
    "sta",
    "mta",
    "command",
    "commandwithargs",
    "configurationfile",
    "configurationname",
    "custompipename",
    "encodedcommand",
    "executionpolicy",
    "file",
    "help",
    "inputformat",
    "login",
    "noexit",
    "nologo",
    "noninteractive",
    "noprofile",
    "noprofileloadtime",
    "outputformat",
    "removeworkingdirectorytrailingcharacter",
    "settingsfile",
    "version",
    "windowstyle",
    "workingdirectory",
];

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}')
}

/// The switch that an argument names; none where the argument is the script's path.
fn switch_of(argument: &str) -> Option<&'static str> {
    let text = argument.trim().to_lowercase();
    let mut rest = text.strip_prefix(|c| is_dash(c) || c == '/')?;
    if let Some(shorter) = rest.strip_prefix(is_dash) {
        rest = shorter;
    }
    if rest.is_empty() {
        return None;
    }
    let fits = |s: &&Switch| {
        (s.name.starts_with(rest) && rest.starts_with(s.shortest)) || (!s.also.is_empty() && s.also == rest)
    };
    SWITCHES.iter().find(fits).map(|s| s.name)
}

/// Reads a command line, the program's own name left out.
pub fn parse(arguments: &[String], around: &Surroundings<'_>) -> Result<Arguments, Refusal> {
    let mut result = Arguments::default();
    let mut at = 0;
    let mut command: Option<String> = None;
    let mut has_command_arguments = false;
    while at < arguments.len() {
        let Some(name) = switch_of(&arguments[at]) else {
            file(arguments, at, around, &mut result)?;
            return Ok(result);
        };
        at += 1;
        let value = arguments.get(at);
        match name {
            "version" => {
                result.work = Work::Version;
                return Ok(result);
            }
            "help" => {
                result.work = Work::Help;
                return Ok(result);
            }
            "login" => result.is_login = true,
            "noexit" => result.no_exit = true,
            "noprofile" => result.no_profile = true,
            "nologo" => result.no_logo = true,
            "noninteractive" => result.non_interactive = true,
            "interactive" => result.non_interactive = false,
            "noprofileloadtime" | "isswait" | "removeworkingdirectorytrailingcharacter" => {}
            "servermode" | "sshservermode" => {
                result.work = Work::Server;
                return Ok(result);
            }
            "socketservermode" | "v2socketservermode" | "namedpipeservermode" => {
                return Err(Refusal::plain(format!("The remoting server mode -{name} is not offered by this shell.")));
            }
            "sta" | "mta" => {
                let name = name.to_uppercase();
                return Err(Refusal::plain(format!("Parameter -{name} is not supported on this platform.")));
            }
            "windowstyle" => {
                return Err(Refusal::plain("Parameter -WindowStyle is not implemented on this platform."));
            }
            "configurationname" | "custompipename" => {
                let Some(value) = value else { return Err(Refusal::plain(missing(name))) };
                match name {
                    "configurationname" => result.configuration_name = Some(value.clone()),
                    _ => result.pipe_name = Some(value.clone()),
                }
                at += 1;
            }
            "token" | "utctimestamp" => {
                if value.is_none() {
                    return Err(Refusal::plain(missing(name)));
                }
                at += 1;
            }
            "configurationfile" => {
                let Some(value) = value else { return Err(Refusal::plain(missing(name))) };
                result.configuration_file = Some(value.clone());
                at += 1;
            }
            "settingsfile" => {
                let Some(value) = value else { return Err(Refusal::plain(missing(name))) };
                let path = normal(value, around.directory);
                if !path.is_file() {
                    return Err(Refusal::plain(format!(
                        "The argument '{}' passed to the -SettingsFile does not exist. Provide the path to an existing json file as an argument to the -SettingsFile parameter.",
                        path.display()
                    )));
                }
                result.settings_file = Some(path);
                at += 1;
            }
            "workingdirectory" => {
                let Some(value) = value else { return Err(Refusal::usage(missing(name))) };
                result.working_directory = Some(value.clone());
                at += 1;
            }
            "executionpolicy" => {
                // Outside Windows there are no execution policies: any name is read, and all scripts run (Unrestricted).
                if value.is_none() {
                    return Err(Refusal::usage(missing(name)));
                }
                at += 1;
            }
            "outputformat" => {
                result.output = format_of(value, "-OutputFormat")?;
                at += 1;
            }
            "inputformat" => {
                result.input = format_of(value, "-InputFormat")?;
                at += 1;
            }
            "encodedcommand" => {
                let Some(value) = value else {
                    return Err(Refusal::usage(
                        "Cannot process the command because of a missing parameter. A command must follow -Command.",
                    ));
                };
                command = Some(decoded(value).ok_or_else(|| {
                    Refusal::usage("Cannot process the command because the value specified with -EncodedCommand is not properly encoded. The value must be Base64 encoded.")
                })?);
                at += 1;
            }
            "encodedarguments" => {
                let Some(value) = value else {
                    return Err(Refusal::usage(
                        "Cannot process the command because of a missing parameter. A command must follow -EncodedArguments.",
                    ));
                };
                result.encoded_arguments = Some(decoded(value).ok_or_else(|| {
                    Refusal::usage("Cannot process the command because the value specified with -EncodedArguments is not properly encoded. The value must be Base64 encoded.")
                })?);
                at += 1;
            }
            "commandwithargs" => {
                let Some(value) = value else { return Err(no_command()) };
                if command.is_some() {
                    return Err(twice());
                }
                result.work = Work::Text(value.clone(), arguments[at + 1..].to_vec());
                has_command_arguments = true;
                at = arguments.len();
            }
            "command" => {
                let Some(value) = value else { return Err(no_command()) };
                if command.is_some() {
                    return Err(twice());
                }
                if value == "-" {
                    if arguments.len() > at + 1 {
                        return Err(Refusal::usage(
                            "'-' was specified with the -Command parameter; no other arguments to -Command are permitted.",
                        ));
                    }
                    if !around.is_input_redirected {
                        return Err(Refusal::usage(
                            "'-' was specified as the argument to the -Command parameter, but standard input has not been redirected for this process.",
                        ));
                    }
                    result.work = Work::Lines;
                    return Ok(result);
                }
                command = Some(arguments[at..].join(" "));
                at = arguments.len();
            }
            _ => {
                // Only -File is left.
                if value.is_none() {
                    return Err(Refusal::usage(
                        "The command cannot be run because the File parameter requires a file path. Supply a path for the File parameter and then try the command again.",
                    ));
                }
                file(arguments, at, around, &mut result)?;
                return Ok(result);
            }
        }
    }
    if let (Some(text), false) = (command, has_command_arguments) {
        result.work = Work::Text(text, Vec::new());
    }
    Ok(result)
}

fn no_command() -> Refusal {
    Refusal::usage("Cannot process the command because of a missing parameter. A command must follow -Command.")
}

fn twice() -> Refusal {
    Refusal::usage(
        "Cannot process the command because a command is already specified with -Command or -EncodedCommand.",
    )
}

fn missing(name: &str) -> &'static str {
    match name {
        "configurationname" => {
            "Cannot process the command because -ConfigurationName requires an argument that is a remote endpoint configuration name. Specify this argument and try again."
        }
        "custompipename" => {
            "Cannot process the command because -CustomPipeName requires an argument that is a name of the pipe you want to use. Specify this argument and try again."
        }
        "configurationfile" => {
            "Cannot process the command because -ConfigurationFile requires an argument that is a file path."
        }
        "settingsfile" => "Cannot process the command because -SettingsFile requires an argument that is a file path.",
        "workingdirectory" => {
            "Cannot process the command because -WorkingDirectory requires an argument that is a directory path."
        }
        "executionpolicy" => {
            "Cannot process the execution policy because of a missing policy name. A policy name must follow -ExecutionPolicy."
        }
        _ => "Cannot process the command because a switch lacks its argument.",
    }
}

fn format_of(value: Option<&String>, name: &str) -> Result<StreamFormat, Refusal> {
    const FORMATS: &str = "Valid formats are:\nText\nXML\n";
    let Some(value) = value else {
        let what = if name == "-OutputFormat" { "output" } else { "input" };
        return Err(Refusal::usage(format!(
            "Cannot process the command because {name} requires an argument that specifies the {what} format. {FORMATS}"
        )));
    };
    match value.to_ascii_lowercase().as_str() {
        "text" => Ok(StreamFormat::Text),
        "xml" => Ok(StreamFormat::Xml),
        _ => Err(Refusal::usage(format!(
            "Cannot process the command because of an incorrect parameter value. \"{value}\" is not a valid format.\n{FORMATS}"
        ))),
    }
}

/// Text of Base64 over UTF-16.
fn decoded(text: &str) -> Option<String> {
    let mut bits = 0u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    let trimmed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if !trimmed.len().is_multiple_of(4) {
        return None;
    }
    for c in trimmed.trim_end_matches('=').bytes() {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    let units: Vec<u16> = bytes.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
    Some(String::from_utf16_lossy(&units))
}

/// A path made absolute, `.` and `..` taken out.
pub(crate) fn normal(path: &str, directory: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in directory.join(path).components() {
        match part {
            std::path::Component::ParentDir => {
                result.pop();
            }
            std::path::Component::CurDir => {}
            other => result.push(other),
        }
    }
    result
}

/// The script and what follows it.
fn file(arguments: &[String], at: usize, around: &Surroundings<'_>, result: &mut Arguments) -> Result<(), Refusal> {
    let name = &arguments[at];
    if name == "-" {
        result.no_logo = true;
        result.work = Work::Session;
        return Ok(());
    }
    let path = normal(name, around.directory);
    if !path.is_file() {
        if name.starts_with(is_dash) && name.chars().count() > 1 {
            let part: String = name.chars().skip(1).collect::<String>().to_lowercase();
            let offers: Vec<String> =
                OFFERED.iter().filter(|o| o.contains(&part)).map(|o| format!("\n  -{o}")).collect();
            if !offers.is_empty() {
                return Err(Refusal::plain(format!("Invalid argument '{name}', did you mean:\n{}", offers.concat())));
            }
        }
        return Err(Refusal::usage(format!(
            "The argument '{name}' is not recognized as the name of a script file. Check the spelling of the name, or if a path was included, verify that the path is correct and try again."
        )));
    }
    result.work = Work::File(path, arguments[at + 1..].to_vec());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &[&str]) -> Result<Arguments, Refusal> {
        let line: Vec<String> = line.iter().map(|s| s.to_string()).collect();
        parse(&line, &Surroundings { is_input_redirected: true, directory: Path::new("/") })
    }

    fn text(line: &[&str]) -> Option<String> {
        match read(line).ok()?.work {
            Work::Text(text, _) => Some(text),
            _ => None,
        }
    }

    #[test]
    fn commands() {
        assert_eq!(text(&["-NoProfile", "-c", "a", "b"]).as_deref(), Some("a b"));
        assert_eq!(text(&["/nop", "/Command", "x"]).as_deref(), Some("x"));
        assert_eq!(text(&["--command", "x"]).as_deref(), Some("x"));
        assert_eq!(
            text(&["-enc", "VwByAGkAdABlAC0ATwB1AHQAcAB1AHQAIAAnAGUAbgBjACcA"]).as_deref(),
            Some("Write-Output 'enc'")
        );
        assert_eq!(
            read(&["-cwa", "$args", "1", "-x"]).map(|a| a.work),
            Ok(Work::Text("$args".into(), vec!["1".into(), "-x".into()]))
        );
        assert_eq!(read(&["-Command", "-"]).map(|a| a.work), Ok(Work::Lines));
        assert_eq!(read(&["-"]).map(|a| a.work), Ok(Work::Session));
        assert_eq!(read(&["-NoProfile", "-Version", "x"]).map(|a| a.work), Ok(Work::Version));
        assert_eq!(read(&["/?"]).map(|a| a.work), Ok(Work::Help));
    }

    #[test]
    fn refusals() {
        let message = |line: &[&str]| read(line).err().map(|r| (r.message, r.with_usage)).unwrap_or_default();
        assert!(message(&["-n", "-c", "1"]).0.starts_with("Invalid argument '-n', did you mean:\n\n  -"));
        assert!(message(&["-Bogus"]).1);
        assert!(message(&["-Command:'x'"]).0.starts_with("The argument '-Command:'x''"));
        assert!(message(&["-w", "sub"]).0.contains("not implemented"));
        assert!(message(&["-ec", "not*base64"]).0.contains("-EncodedCommand is not properly"));
        assert!(message(&["-Command", "-", "x"]).0.starts_with("'-' was specified"));
        assert!(message(&["--"]).0.starts_with("The argument '--'"));
    }
}
