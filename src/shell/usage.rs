//! Banner, version and usage.

/// The version of PowerShell whose language this is.
pub const POWERSHELL_VERSION: &str = "7.6.5";

/// The line that a session begins with and that `-Version` prints.
pub fn banner() -> String {
    format!("PowerShell {POWERSHELL_VERSION}")
}

/// The usage, for the name under which the program was called.
pub fn usage(name: &str) -> String {
    let margin = " ".repeat("Usage: [.exe] ".len() + name.len());
    let lines = [
        "[-Command { - | <script-block> [-args <arg-array>]",
        "              | <string> [<CommandParameters>] } ]",
        "[-CommandWithArgs <string> [<CommandParameters>]]",
        "[-ConfigurationFile <filePath>]",
        "[-EncodedCommand <Base64EncodedCommand>]",
        "[-ExecutionPolicy <ExecutionPolicy>] [-InputFormat {Text | XML}]",
        "[-Interactive] [-NoExit] [-NoLogo] [-NonInteractive] [-NoProfile]",
        "[-NoProfileLoadTime] [-OutputFormat {Text | XML}]",
        "[-SettingsFile <filePath>] [-Version]",
        "[-WorkingDirectory <directoryPath>]",
    ];
    let mut text = format!("\nUsage: {name}[.exe] [-Login] [[-File] <filePath> [args]]\n");
    for line in lines {
        text.push_str(&format!("{margin}{line}\n"));
    }
    text.push_str(&format!("\n       {name}[.exe] -h | -Help | -? | /?\n"));
    text.push_str(&format!("       {name} --service            runs the telephony service\n"));
    text.push_str(&format!("       {name} --check-store        checks the organization's store\n"));
    text.push_str(&format!("       {name} --restore-store FILE puts a backup in its place\n"));
    text.push_str(&format!("       {name} --man                prints the manual page\n"));
    text.push_str(&format!("       {name} --completions SHELL  prints completions for bash, zsh or fish\n"));
    text.push_str("\nAll parameters are case-insensitive.\n");
    text
}
