//! Wildcards as the engine needs them: names of commands and variables.

/// Whether a name fits a pattern, ignoring case.
pub fn matches(pattern: &str, name: &str) -> bool {
    command::Wildcard::new(pattern).matches(name)
}
