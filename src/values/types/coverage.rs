//! How much of the facts has behaviour: input for the compatibility pages.

use super::define::{constructors, lookup};
use super::{TypeRef, facts};

/// One type: how many members the facts list, and the names of those without behaviour.
pub struct Coverage {
    pub name: &'static str,
    pub listed: usize,
    pub missing: Vec<String>,
}

/// Every type that has any behaviour, by name.
pub fn coverage() -> Vec<Coverage> {
    let mut names: Vec<&'static str> = super::DEFINITIONS.iter().copied().flatten().map(|d| d.name).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter_map(of_type).collect()
}

fn of_type(name: &'static str) -> Option<Coverage> {
    let (facts, ty) = (facts::find(name)?, TypeRef::find(name)?);
    let properties = facts.properties.iter().map(|p| (p.name, p.is_static));
    let fields = facts.fields.iter().filter(|f| f.constant.is_none()).map(|f| (f.name, f.is_static));
    let methods = facts.methods.iter().map(|m| (m.name, m.is_static));
    let all: Vec<(&str, bool)> = properties.chain(fields).chain(methods).collect();
    let mut missing: Vec<String> = all
        .iter()
        .filter(|(member, is_static)| lookup(ty, member, *is_static).is_none_or(|m| m.run.is_none()))
        .map(|(member, is_static)| format!("{}{member}", if *is_static { "::" } else { "" }))
        .collect();
    let builds = !facts.constructors.is_empty();
    if builds && constructors(ty).is_none_or(|m| m.run.is_none()) {
        missing.push("new".to_string());
    }
    Some(Coverage { name, listed: all.len() + usize::from(builds), missing })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_used_types_are_mostly_there() {
        let all = coverage();
        let check = |name: &str, share: usize| {
            let found = all.iter().find(|c| c.name == name).map(|c| 100 - c.missing.len() * 100 / c.listed.max(1));
            assert!(found.is_some_and(|have| have >= share), "{name}: {found:?}");
        };
        check("System.String", 70);
        check("System.DateTime", 70);
        check("System.TimeSpan", 70);
        check("System.IO.Path", 80);
        check("System.Collections.Generic.List`1", 80);
    }
}
