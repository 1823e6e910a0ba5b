//! Normalization rules: pattern, order within the dial plan, and trying one out.

use command::{Result, Value};
use directory::{Edit, Fault, NounCode, Work};
use values::convert::to_display;

use super::pattern;

pub static NOUN: NounCode = NounCode {
    noun: "CsVoiceNormalizationRule",
    heeds: &["DialedNumber", "NormalizationRule"],
    before_write: Some(check),
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn check(edit: &mut Edit) -> std::result::Result<(), Fault> {
    pattern::check(edit.text("Pattern"), "Pattern")?;
    pattern::arrange(edit)
}

/// What .NET's `$1` is in the replacement syntax of the regex crate.
pub(crate) fn replacement(translation: &str) -> String {
    let mut text = String::new();
    let mut marks = translation.chars().peekable();
    while let Some(mark) = marks.next() {
        if mark != '$' {
            text.push(mark);
            continue;
        }
        let mut digits = String::new();
        while let Some(digit) = marks.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        if digits.is_empty() { text.push_str("$$") } else { text += &format!("${{{digits}}}") }
    }
    text
}

fn test(work: &mut Work) -> Result<()> {
    let rule = work.bound.value("NormalizationRule");
    let part = |name: &str| rule.as_object().and_then(|o| o.get(name)).map(|v| to_display(&v)).unwrap_or_default();
    let (of, translation) = (part("Pattern"), part("Translation"));
    let dialed = work.bound.str("DialedNumber").map_or_else(String::new, |t| t.to_string());
    let translated = match regex::Regex::new(&of) {
        Ok(matcher) if matcher.is_match(&dialed) => {
            matcher.replace(&dialed, replacement(&translation).as_str()).into_owned()
        }
        _ => String::new(),
    };
    let row = values::Object::typed(
        "Microsoft.Rtc.Management.Voice.NormalizationRuleTestResult",
        [("TranslatedNumber", Value::from(translated))],
    );
    work.session.write(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacements() {
        assert_eq!(replacement("+$1"), "+${1}");
        assert_eq!(replacement("+1425$1x$2"), "+1425${1}x${2}");
        assert_eq!(replacement("a$"), "a$$");
    }
}
