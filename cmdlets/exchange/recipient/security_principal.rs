//! Security principals: accounts and groups to which rights can be given.

use command::Result;
use directory::{NounCode, Work, verb};

pub static NOUN: NounCode = NounCode {
    noun: "SecurityPrincipal",
    heeds: &["Identity", "Filter", "OrganizationalUnit", "ResultSize", "Types"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// Nouns of each type of principal.
const TYPES: [(&str, &[&str]); 4] = [
    ("User", &["User"]),
    ("Group", &["ADGroup", "DistributionGroup", "Group"]),
    ("Computer", &["ADComputer"]),
    ("RoleGroup", &["RoleGroup"]),
];

fn get(work: &mut Work) -> Result<()> {
    let wanted = work.bound.strings("Types");
    let is_wanted = |name: &str| {
        wanted.is_empty()
            || wanted.iter().any(|w| w.split(',').any(|part| part.trim().to_lowercase().contains(&name.to_lowercase())))
    };
    let nouns: Vec<&str> =
        TYPES.iter().filter(|(name, _)| is_wanted(name)).flat_map(|(_, nouns)| nouns.iter().copied()).collect();
    verb::show(work, &nouns, |_| true)
}
