//! A pool that serves its own users again.

use command::Result;
use directory::verb::mark_one;
use directory::{Fault, NounCode, Work};

use super::local;

pub static NOUN: NounCode = NounCode {
    noun: "CsPoolFailBack",
    heeds: &["PoolFqdn"],
    moot: &[("DisasterMode", "both pools read one store, so nothing is needed of the one that is lost")],
    verbs: &[("Invoke", invoke)],
    ..NounCode::PLAIN
};

fn invoke(work: &mut Work) -> Result<()> {
    let pool = local::named_pool(work, "PoolFqdn").and_then(|pool| match pool.text("FailedOverTo") {
        Some(_) => Ok(pool),
        None => {
            let text = format!("The pool {} has not failed over.", pool.name);
            Err(Fault::state("PoolNotFailedOver", text).at(&pool.name))
        }
    });
    match pool {
        Ok(pool) => mark_one(work, &pool, &[("FailedOverTo", serde_json::Value::Null)]),
        Err(fault) => work.fail(&fault),
    }
}
