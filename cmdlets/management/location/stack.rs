//! Location stacks and the history of locations, kept with the session.

use std::any::Any;
use std::collections::HashMap;

use command::{ProviderPath, Session};

/// The stacks of Push-Location by lower-cased name; the unnamed one is "".
#[derive(Default)]
pub struct Stacks {
    pub stacks: HashMap<String, Vec<ProviderPath>>,
    /// The name of the stack that is used where none is named.
    pub current: String,
}

/// Where the session was, for `Set-Location -` and `+`.
#[derive(Default)]
pub struct History {
    pub undo: Vec<ProviderPath>,
    pub redo: Vec<ProviderPath>,
}

/// The session's stacks.
pub fn stacks(session: &mut dyn Session) -> &mut Stacks {
    state(session, "management.location.stacks")
}

/// The session's history of locations.
pub fn history(session: &mut dyn Session) -> &mut History {
    state(session, "management.location.history")
}

fn state<'s, T: Any + Send + Default>(session: &'s mut dyn Session, key: &'static str) -> &'s mut T {
    let slot = session.module_state(key);
    if !slot.as_ref().is_some_and(|b| b.is::<T>()) {
        *slot = Some(Box::new(T::default()));
    }
    match slot.as_mut().and_then(|b| b.downcast_mut::<T>()) {
        Some(found) => found,
        // The slot was just filled with a value of this type.
        None => unreachable!("the slot holds the type that was put into it"),
    }
}
