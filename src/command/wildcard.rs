//! Wildcard patterns as parameters take them: those of the language, where a malformed one counts as the text itself.

use values::compare::Wildcard as Pattern;
use values::error::Exception;
use values::{ErrorCategory, Result, TypeRef, Value};

/// A compiled wildcard pattern (WildcardPattern).
#[derive(Clone, Debug)]
pub struct Wildcard {
    pattern: Option<Pattern>,
    text: String,
    is_case_sensitive: bool,
}

impl Wildcard {
    /// A pattern that ignores case.
    pub fn new(pattern: &str) -> Wildcard {
        Wildcard::with_case(pattern, false)
    }

    /// A pattern with a choice of case.
    pub fn with_case(pattern: &str, is_case_sensitive: bool) -> Wildcard {
        Wildcard {
            pattern: Pattern::new(pattern, !is_case_sensitive).ok(),
            text: pattern.to_string(),
            is_case_sensitive,
        }
    }

    /// A pattern that ignores case, or the error of one that is malformed (`[` without end).
    pub fn checked(pattern: &str) -> Result<Wildcard> {
        match Pattern::new(pattern, true) {
            Ok(_) => Ok(Wildcard::new(pattern)),
            Err(error) => Exception::new(
                crate::class("System.Management.Automation.WildcardPatternException", TypeRef::RUNTIME_EXCEPTION),
                error.to_string(),
            )
            .identity("RuntimeException", ErrorCategory::NotSpecified, Value::Null)
            .throw(),
        }
    }

    /// Whether a text fits the whole pattern.
    pub fn matches(&self, text: &str) -> bool {
        match &self.pattern {
            _ if self.text == "*" => true,
            Some(pattern) => pattern.is_match(text),
            None if self.is_case_sensitive => self.text == text,
            None => values::collection::equals_ignore_case(&self.text, text),
        }
    }

    /// Whether any of several patterns fits.
    pub fn any(patterns: &[Wildcard], text: &str) -> bool {
        patterns.iter().any(|p| p.matches(text))
    }

    /// Whether a text has wildcard characters that are not escaped.
    pub fn is_pattern(text: &str) -> bool {
        Pattern::has_wildcard(text)
    }

    /// The text with its wildcard characters escaped.
    pub fn escape(text: &str) -> String {
        Pattern::escape(text)
    }

    /// The text without escapes.
    pub fn unescape(text: &str) -> String {
        Pattern::unescape(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_like_does() {
        let check = |p: &str, t: &str, fits: bool| assert_eq!(Wildcard::new(p).matches(t), fits, "{p} on {t}");
        check("*", "", true);
        check("a*c", "ABC", true);
        check("a*c", "abd", false);
        check("?b?", "abc", true);
        check("[a-c]x", "Bx", true);
        check("[a-c]x", "dx", false);
        check("a`*", "a*", true);
        check("a`*", "ab", false);
        check("*b*b", "abxb", true);
        check("[a", "[A", true);
        assert!(Wildcard::checked("[a").is_err());
        assert_eq!(Wildcard::unescape("a`[b`]"), "a[b]");
    }
}
