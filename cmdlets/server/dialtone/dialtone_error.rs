//! What errors mean.

use command::{ErrorRecord, Result, Scope, Str, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "DialtoneError",
    heeds: &["Id", "ErrorRecord"],
    verbs: &[("Resolve", resolve)],
    ..NounCode::PLAIN
};

/// Explanations, one a line: identifier, meaning, cause, what to look at.
const TEXTS: &str = include_str!("errors.txt");

struct Explanation {
    id: &'static str,
    meaning: &'static str,
    cause: &'static str,
    look_at: &'static str,
}

fn explanations() -> impl Iterator<Item = Explanation> {
    TEXTS.lines().filter(|l| !l.starts_with('#')).filter_map(|line| {
        let mut parts = line.split('|');
        Some(Explanation { id: parts.next()?, meaning: parts.next()?, cause: parts.next()?, look_at: parts.next()? })
    })
}

/// The record that was given, or the last error of the session.
fn record_of(work: &mut Work) -> Option<std::sync::Arc<ErrorRecord>> {
    let given = work.bound.get("ErrorRecord").cloned().or_else(|| {
        let errors = work.session.variable("Error", Scope::Global)?.value;
        errors.as_array()?.get(0)
    })?;
    match given.base() {
        Value::Error(record) => Some(record.clone()),
        _ => None,
    }
}

fn resolve(work: &mut Work) -> Result<()> {
    let wanted = work.bound.str("Id").filter(|id| !id.is_empty());
    let (names, message) = match wanted {
        Some(id) => (vec![id.to_string()], String::new()),
        None => {
            let Some(record) = record_of(work) else {
                let text = "There is no error in this session to explain. Give its identifier with -Id.";
                return work.fail(&Fault::argument("NoErrorToResolve", text));
            };
            let ty = record.exception.ty.name();
            let message = record.message().to_string();
            // Diagnostics and status codes stand in the message.
            let numbers = message.split(|c: char| !c.is_ascii_digit()).filter(|n| (3..=5).contains(&n.len()));
            let mut names = vec![record.full_id().to_string(), ty.rsplit('.').next().unwrap_or(ty).to_string()];
            names.extend(numbers.map(str::to_string));
            (names, message)
        }
    };
    let exact = |e: &Explanation| {
        names.iter().any(|n| n.eq_ignore_ascii_case(e.id) || n.split(',').any(|part| part.eq_ignore_ascii_case(e.id)))
    };
    let near = |e: &Explanation| names.iter().any(|n| n.len() > 3 && e.id.to_lowercase().contains(&n.to_lowercase()));
    let mut found: Vec<Explanation> = explanations().filter(exact).collect();
    if found.is_empty() {
        found = explanations().filter(near).collect();
    }
    if found.is_empty() {
        let text = format!("Nothing is known about '{}'. Get-Error shows all that the error holds.", names[0]);
        return work.fail(&Fault::argument("ErrorNotExplained", text));
    }
    for e in found {
        let text = |t: &str| Value::Str(Str::from(t));
        work.session.write(Object::typed(
            "Dialtone.ErrorExplanation",
            [
                ("Id", text(e.id)),
                ("Message", text(&message)),
                ("Meaning", text(e.meaning)),
                ("Cause", text(e.cause)),
                ("LookAt", text(e.look_at)),
            ],
        ))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_four_parts() {
        let lines = TEXTS.lines().filter(|l| !l.starts_with('#')).count();
        assert_eq!(explanations().count(), lines);
        assert!(explanations().all(|e| !e.look_at.is_empty()));
    }
}
