//! "Did you mean": names that are near to one that was mistyped at the prompt.

use std::sync::Arc;

use command::{CommandKind, ErrorRecord, Scope, Session as _};
use engine::Runspace;
use values::Value;

/// So many names at most.
const SHOWN: usize = 3;

/// The newest error of the session.
pub fn last_error(runspace: &mut Runspace) -> Option<Arc<ErrorRecord>> {
    let errors = runspace.variable("Error", Scope::Global)?.value;
    match errors.as_array()?.get(0)?.base() {
        Value::Error(record) => Some(record.clone()),
        _ => None,
    }
}

/// How many letters have to be put in, taken out, changed or swapped with their neighbour; case does not count.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.to_lowercase().chars().collect();
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let change = above[j] + usize::from(a != b);
            let mut least = change.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

/// The names that are nearest to what was typed, if any is near at all.
fn nearest(typed: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let limit = match typed.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        6..=12 => 2,
        _ => 3,
    };
    let mut near: Vec<(usize, String)> = names
        .filter(|name| name.len().abs_diff(typed.len()) <= limit)
        .map(|name| (distance(typed, &name), name))
        .filter(|(far, _)| (1..=limit).contains(far))
        .collect();
    near.sort();
    near.dedup();
    let best = near.first().map_or(0, |(far, _)| *far);
    near.into_iter().filter(|(far, _)| *far == best).map(|(_, name)| name).take(SHOWN).collect()
}

/// What may have been meant by the name that an error says is unknown: of a command, or of a parameter.
pub fn meant(runspace: &mut Runspace, record: &ErrorRecord) -> Vec<String> {
    let id = record.full_id().to_string();
    let id = id.split(',').next().unwrap_or_default();
    match id {
        "CommandNotFoundException" => {
            let target = record.data.lock().target.clone();
            let typed = values::convert::to_display(&target);
            let known = |kind| matches!(kind, CommandKind::Cmdlet | CommandKind::Function | CommandKind::Alias);
            let names = runspace.commands("*", false).into_iter().filter(|c| known(c.kind)).map(|c| c.name.to_string());
            nearest(&typed, names)
        }
        "NamedParameterNotFound" => {
            // The message quotes the name; the call names the command.
            let message = record.message().to_string();
            let Some(typed) = message.split('\'').nth(1) else { return Vec::new() };
            let called = record.data.lock().invocation.as_ref().and_then(|i| i.name.clone());
            let Some(called) = called else { return Vec::new() };
            let Ok(Some(info)) = runspace.find_command(&called, true) else { return Vec::new() };
            let names = info.parameters.parameters.iter().map(|p| p.name.to_string());
            nearest(typed, names).into_iter().map(|name| format!("-{name}")).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (left, right, far) in [
            ("Get-UMDialPlann", "Get-UMDialPlan", 1),
            ("get-umdailplan", "Get-UMDialPlan", 1),
            ("Get-ChildItm", "Get-ChildItem", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(left, right), far, "{left} {right}");
        }
    }

    #[test]
    fn near_names() {
        let names = || ["Get-Item", "Get-Items", "Set-Item", "ls"].into_iter().map(str::to_owned);
        assert_eq!(nearest("Gte-Item", names()), ["Get-Item"]);
        assert_eq!(nearest("Get-Itemz", names()), ["Get-Item", "Get-Items"]);
        assert!(nearest("lx", names()).is_empty());
        assert!(nearest("something", names()).is_empty());
    }
}
