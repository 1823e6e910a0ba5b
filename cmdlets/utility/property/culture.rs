//! `-Culture`: texts are compared by another culture's rules.

use command::{Bound, Result, Session, TypeRef, Value};
use values::{convert, members};

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
