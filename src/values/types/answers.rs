//! Members that objects of higher crates answer by themselves (`Foreign::get` and `call`, `Context::engine_static`).
//!
//! The type table can't see them; the crates that define such objects tell it here, so that listings are true.

use std::collections::HashSet;
use std::sync::LazyLock;

use parking_lot::RwLock;

use super::TypeRef;

static ANSWERS: LazyLock<RwLock<HashSet<String>>> = LazyLock::new(Default::default);

fn key(ty: &str, member: &str, is_static: bool) -> String {
    format!("{ty}{}{member}", if is_static { "::" } else { "." }).to_lowercase()
}

/// Says that objects of a type answer members; static ones begin with `::`.
pub fn declare(ty: &str, members: &[&str]) {
    let mut all = ANSWERS.write();
    for member in members {
        all.insert(key(ty, member.trim_start_matches(':'), member.starts_with("::")));
    }
}

/// Whether a type or a base of it answers a member.
pub fn answers(ty: TypeRef, member: &str, is_static: bool) -> bool {
    let all = ANSWERS.read();
    std::iter::successors(Some(ty), |t| t.base()).any(|t| all.contains(&key(t.name(), member, is_static)))
}
