//! Rules of .NET regular expressions over numbers.

use crate::config::{NormalizationRule, TranslationRule, VoiceDialPlan};
use values::regex::{Options, Regex, Subject};

/// Outcome of normalisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translated {
    pub number: String,
    /// Name of the rule.
    pub rule: String,
}

/// Whether a pattern occurs in a number; a pattern that cannot be read matches nothing.
pub fn matches(pattern: &str, number: &str) -> bool {
    let Ok(regex) = Regex::cached(pattern, Options::NONE) else {
        return false;
    };
    regex.is_match(&Subject::new(number), 0).unwrap_or(false)
}

/// The translation of a number by one rule: the whole string becomes what the match expands to.
fn apply(pattern: &str, translation: &str, number: &str) -> Option<String> {
    let regex = Regex::cached(pattern, Options::NONE).ok()?;
    let subject = Subject::new(number);
    let found = regex.find(&subject, 0).ok()??;
    let replaced = regex.replace(&subject, translation, 1, 0).ok()?;
    let after = number.len().saturating_sub(found.index() + found.length());
    replaced.get(found.index()..replaced.len().saturating_sub(after)).map(str::to_string)
}

/// Normalises what was dialled: the first rule that matches, in the order of the list.
pub fn normalize(plan: &VoiceDialPlan, dialed: &str) -> Option<Translated> {
    let by = |rules: &mut dyn Iterator<Item = &NormalizationRule>, text: &str| {
        for rule in rules {
            if let Some(number) = apply(&rule.pattern, &rule.translation, text) {
                return Some(Translated { number, rule: rule.name.clone() });
            }
        }
        None
    };
    // assumed detail: with the prefix, external rules work on what follows it; without, internal ones come first.
    if plan.optimize_device_dialing && !plan.external_prefix.is_empty() {
        if let Some(rest) = dialed.strip_prefix(&plan.external_prefix) {
            return by(&mut plan.rules.iter().filter(|r| !r.internal_extension), rest);
        }
        let internal = by(&mut plan.rules.iter().filter(|r| r.internal_extension), dialed);
        return internal.or_else(|| by(&mut plan.rules.iter().filter(|r| !r.internal_extension), dialed));
    }
    by(&mut plan.rules.iter(), dialed)
}

/// Translates by the rules of a trunk; a number that no rule matches stays.
pub fn translate(rules: &[TranslationRule], number: &str) -> String {
    rules.iter().find_map(|r| apply(&r.pattern, &r.translation, number)).unwrap_or_else(|| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_match_wins() {
        let rule = |n: &str, p: &str, t: &str| NormalizationRule {
            name: n.into(),
            pattern: p.into(),
            translation: t.into(),
            ..NormalizationRule::default()
        };
        let plan = VoiceDialPlan {
            rules: vec![
                rule("Ext", r"^(\d{4})$", "+1425555$1"),
                rule("Named", r"^9(?<n>\d{10})$", "+1${n}"),
                rule("All", r"^(\d+)$", "$1"),
            ],
            ..VoiceDialPlan::default()
        };
        for (dialed, number, name) in
            [("1234", "+14255551234", "Ext"), ("94255550100", "+14255550100", "Named"), ("112", "112", "All")]
        {
            assert_eq!(normalize(&plan, dialed), Some(Translated { number: number.into(), rule: name.into() }));
        }
        assert_eq!(normalize(&plan, "+1425"), None);
        assert!(!matches("(", "1"));
    }
}
