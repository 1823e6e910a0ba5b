//! Texts by the session's culture: another one for `-Culture`, and keys of what it finds equal.

use std::fmt::Write;

use command::{Bound, Result, Session, TypeRef, Value};
use values::compare::{CompareOptions, SortKey};
use values::culture::Culture;
use values::{convert, members};

/// Appends the key of a text: texts that the session's culture finds equal (composed and decomposed letters, ignorable
/// characters) have the same.
pub fn write_key(session: &dyn Session, text: &str, options: CompareOptions, key: &mut String) -> std::fmt::Result {
    let culture = Culture::get(session.culture_name());
    let culture = culture.as_deref().unwrap_or(Culture::invariant());
    SortKey::new(text, culture, options).0.iter().try_for_each(|byte| write!(key, "{byte:02x}"))
}

/// Runs with the culture that `-Culture` names, by name or number.
pub fn under<T>(
    session: &mut dyn Session,
    bound: &Bound,
    run: impl FnOnce(&mut dyn Session) -> Result<T>,
) -> Result<T> {
    let Some(wanted) = bound.str("Culture").filter(|c| !c.is_empty()) else { return run(session) };
    let given = match wanted.parse::<i32>() {
        Ok(number) => Value::I32(number),
        Err(_) => Value::Str(wanted),
    };
    let culture = members::call_static(session, TypeRef::CULTURE_INFO, "GetCultureInfo", &[given])?;
    let name = members::get(session, &culture, "Name")?.map(|n| convert::to_display(&n)).unwrap_or_default();
    let old = session.culture_name().to_string();
    session.set_culture(&name);
    let done = run(session);
    session.set_culture(&old);
    done
}
