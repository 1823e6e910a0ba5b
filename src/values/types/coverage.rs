//! How much of the facts has behaviour: input for `docs/compatibility.md`.

use super::define::{Member, MemberKind, constructors, lookup};
use super::{TypeKind, TypeRef, facts};

/// One type of the facts: what they list of it, and what of that has no behaviour.
pub struct Coverage {
    pub name: &'static str,
    /// Members that a script can reach: properties, fields, methods, constructors as one.
    pub listed: usize,
    pub missing: Vec<String>,
    /// Overloads of methods and constructors, and how many of them can be called.
    pub overloads: usize,
    pub callable: usize,
}

impl Coverage {
    /// Members with behaviour in percent; a type without members is whole.
    pub fn share(&self) -> f64 {
        if self.listed == 0 { 100.0 } else { (self.listed - self.missing.len()) as f64 * 100.0 / self.listed as f64 }
    }
}

/// Every type of the facts, by name.
pub fn coverage() -> Vec<Coverage> {
    let mut names: Vec<&'static str> = (0..facts::count()).map(|row| facts::at(row).1.name).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter_map(of_type).collect()
}

/// One type by its CLR name.
pub fn of_type(name: &str) -> Option<Coverage> {
    let (facts, ty) = (facts::find(name)?, TypeRef::find(name)?);
    let mut found = Coverage { name: facts.name, listed: 0, missing: Vec::new(), overloads: 0, callable: 0 };
    // The values of an enumeration and the calling of a delegate need no code of the type.
    if !matches!(ty.info().kind, TypeKind::Enum { .. } | TypeKind::Delegate) {
        for (member, is_static) in facts
            .properties
            .iter()
            .map(|p| (p.name, p.is_static))
            .chain(facts.fields.iter().filter(|f| f.constant.is_none()).map(|f| (f.name, f.is_static)))
        {
            let has = lookup(ty, member, is_static).is_some_and(|m| has_code(m, ty));
            found.count(member, is_static, has);
        }
        for method in &facts.methods {
            let Some(member) = lookup(ty, method.name, method.is_static) else { continue };
            let signatures = member.signatures().len();
            // What takes pointers or spans only is out of every script's reach.
            if signatures == 0 {
                continue;
            }
            let has = has_code(member, ty);
            found.overloads += signatures;
            found.callable += if has { signatures } else { 0 };
            found.count(method.name, method.is_static, has);
        }
        if !facts.constructors.is_empty() {
            let has = constructors(ty).is_some_and(|m| m.run.is_some());
            found.overloads += facts.constructors.len();
            found.callable += if has { facts.constructors.len() } else { 0 };
            found.count("new", false, has);
        }
    }
    Some(found)
}

impl Coverage {
    fn count(&mut self, member: &str, is_static: bool, has: bool) {
        self.listed += 1;
        if !has {
            self.missing.push(format!("{}{member}", if is_static { "::" } else { "" }));
        }
    }
}

/// Whether a member answers: by code, as a property that exceptions carry, or abstractly on an interface.
fn has_code(member: &Member, ty: TypeRef) -> bool {
    member.run.is_some()
        || member.kind == MemberKind::Property && ty.derives_from(TypeRef::EXCEPTION)
        || matches!(ty.info().kind, TypeKind::Interface)
        || super::answers::answers(ty, member.name, member.is_static)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_used_types_are_mostly_there() {
        let check = |name: &str, share: f64| {
            let found = of_type(name).map(|c| c.share());
            assert!(found.is_some_and(|have| have >= share), "{name}: {found:?}");
        };
        check("System.String", 85.0);
        check("System.DateTime", 90.0);
        check("System.TimeSpan", 90.0);
        check("System.IO.Path", 90.0);
        check("System.Collections.Generic.List`1", 90.0);
    }
}
