//! Pools: their services and computers are worked out of the topology; started as a whole, backed up to one another.

use command::Result as Done;
use control::Request;
use directory::{Facts, Fault, Library, NounCode, Work};
use serde_json::{Map, Value as Json, json};
use store::{Object, Reader, StoreError};

use super::local;

pub static NOUN: NounCode = NounCode {
    noun: "CsPool",
    heeds: &["PoolFqdn", "SkipServer"],
    complete: Some(complete),
    verbs: &[("Start", start), ("Backup", backup)],
    ..NounCode::PLAIN
};

/// Start: the services of all of the pool's computers.
fn start(work: &mut Work) -> Done<()> {
    let pool = match local::named_pool(work, "PoolFqdn") {
        Ok(pool) => pool,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&pool.name)? {
        return Ok(());
    }
    let skipped = work.bound.strings("SkipServer");
    let is_of = |c: &Object| {
        c.text("Pool").is_some_and(|p| p.eq_ignore_ascii_case(&pool.name))
            && !skipped.iter().any(|s| s.eq_ignore_ascii_case(&c.name))
    };
    let started = work.all("CsComputer").and_then(|all| {
        let mut line = directory::service(work)?;
        for computer in all.into_iter().filter(is_of) {
            let request = Request::Start { server: computer.name, role: String::new() };
            line.request(&request).map_err(|e| directory::service_fault(&e))?;
        }
        Ok(())
    });
    match started {
        Ok(()) => Ok(()),
        Err(fault) => work.fail(&fault),
    }
}

/// The pool that stands in for another.
pub(super) fn partner(pool: &Object) -> Result<String, Fault> {
    pool.text("BackupPoolFqdn").filter(|b| !b.is_empty()).map(str::to_owned).ok_or_else(|| {
        let text = format!("The pool {} has no backup pool.", pool.name);
        Fault::state("BackupPoolMissing", text).at(&pool.name)
    })
}

/// Backup: what the pool keeps of its users goes to its partner. Both read one store, so the time is all that is new.
fn backup(work: &mut Work) -> Done<()> {
    let pool = match local::named_pool(work, "PoolFqdn").and_then(|pool| partner(&pool).map(|_| pool)) {
        Ok(pool) => pool,
        Err(fault) => return work.fail(&fault),
    };
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = directory::iso(since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)));
    directory::verb::mark_one(work, &pool, &[("LastBackup", json!(now))])
}

fn complete(
    reader: &Reader,
    _: &Library,
    _: &Facts,
    pool: &Object,
    properties: &mut Map<String, Json>,
) -> Result<(), StoreError> {
    let of_pool =
        |object: &Object, property: &str| object.text(property).is_some_and(|p| p.eq_ignore_ascii_case(&pool.name));
    let services: Vec<String> =
        reader.all("CsService")?.into_iter().filter(|s| of_pool(s, "PoolFqdn")).map(|s| s.name).collect();
    let computers: Vec<String> =
        reader.all("CsComputer")?.into_iter().filter(|c| of_pool(c, "Pool")).map(|c| c.name).collect();
    properties.insert("Services".to_owned(), json!(services));
    properties.insert("Computers".to_owned(), json!(computers));
    Ok(())
}
