//! Replication partners of domain controllers: an organization with one controller has none.

use command::Result;
use directory::{Fault, NounCode, Work, verb};

pub static NOUN: NounCode = NounCode {
    noun: "ADReplicationPartnerMetadata",
    heeds: &["Target", "Partition", "PartnerType"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// Every pair of controllers, as stored connections name them, that belongs to what is asked for.
fn get(work: &mut Work) -> Result<()> {
    let facts = work.facts();
    let target = verb::text(work, "Target");
    let short = facts.controller.split('.').next().unwrap_or_default();
    let known = [facts.controller.as_str(), short, facts.domain.as_str(), facts.site.as_str(), "*", ""];
    if !known.iter().any(|k| k.eq_ignore_ascii_case(&target)) {
        return work.fail(&Fault::no_directory_object(&facts.domain_dn(), &target));
    }
    let connections = match work.all("ADReplicationConnection") {
        Ok(all) => all,
        Err(fault) => return work.fail(&fault),
    };
    let rows = connections
        .iter()
        .map(|connection| {
            values::Object::typed(
                "Microsoft.ActiveDirectory.Management.ADReplicationPartnerMetadata",
                [
                    ("Server", command::Value::from(facts.controller.as_str())),
                    (
                        "Partner",
                        connection
                            .text("ReplicateFromDirectoryServer")
                            .map_or(command::Value::Null, command::Value::from),
                    ),
                    ("Partition", command::Value::from(facts.domain_dn())),
                    ("PartnerType", command::Value::from("Inbound")),
                ],
            )
        })
        .collect();
    work.answer(Ok(rows))
}
