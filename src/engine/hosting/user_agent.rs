//! `[Microsoft.PowerShell.Commands.PSUserAgent]`: what the web commands can pass themselves off as.

use values::Value;

/// The name of the operating system, as its release file has it.
pub fn system_name() -> String {
    std::fs::read_to_string("/etc/os-release")
        .ok()
        .and_then(|t| t.lines().find_map(|l| l.strip_prefix("PRETTY_NAME=").map(|n| n.trim_matches('"').to_string())))
        .unwrap_or_else(|| "Linux".to_string())
}

/// The text of a browser's name; none for names it does not have.
pub fn of(culture: &str, name: &str) -> Option<Value> {
    let system = system_name();
    let culture = if culture.is_empty() { "en-US" } else { culture };
    let place = format!("Linux; {system}; {culture}");
    Some(Value::from(match name.to_ascii_lowercase().as_str() {
        "chrome" => {
            format!("Mozilla/5.0 ({place}) AppleWebKit/534.6 (KHTML, like Gecko) Chrome/7.0.500.0 Safari/534.6")
        }
        "firefox" => format!("Mozilla/5.0 ({place}) Gecko/20100401 Firefox/4.0"),
        "internetexplorer" => format!("Mozilla/5.0 (compatible; MSIE 9.0; {place})"),
        "opera" => format!("Opera/9.70 ({place}) Presto/2.2.1"),
        "safari" => {
            format!("Mozilla/5.0 ({place}) AppleWebKit/533.16 (KHTML, like Gecko) Version/5.0 Safari/533.16")
        }
        _ => return None,
    }))
}
