//! Where the store lies.

use std::path::PathBuf;

/// The home folder: `$DIALTONE_HOME`, else `dialtone` below `$XDG_DATA_HOME`, else `~/.local/share/dialtone`.
///
/// The environment is passed in, so that the caller decides which one counts.
pub fn home(variable: impl Fn(&str) -> Option<String>) -> PathBuf {
    let set = |name: &str| variable(name).filter(|v| !v.is_empty());
    if let Some(home) = set("DIALTONE_HOME") {
        return PathBuf::from(home);
    }
    if let Some(data) = set("XDG_DATA_HOME") {
        return PathBuf::from(data).join("dialtone");
    }
    PathBuf::from(set("HOME").unwrap_or_else(|| "/".to_owned())).join(".local/share/dialtone")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_of_the_variables() {
        let check = |set: &[(&str, &str)], expected: &str| {
            let found = home(|name| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()));
            assert_eq!(found, PathBuf::from(expected));
        };
        check(&[("DIALTONE_HOME", "/d"), ("HOME", "/h")], "/d");
        check(&[("XDG_DATA_HOME", "/x"), ("HOME", "/h")], "/x/dialtone");
        check(&[("DIALTONE_HOME", ""), ("HOME", "/h")], "/h/.local/share/dialtone");
    }
}
