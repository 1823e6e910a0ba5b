//! A pool whose users are served by the pool that stands in for it.

use command::Result;
use directory::verb::mark_one;
use directory::{Fault, NounCode, Work};

use super::{cs_pool, local};

pub static NOUN: NounCode = NounCode {
    noun: "CsPoolFailOver",
    heeds: &["PoolFqdn"],
    moot: &[("DisasterMode", "both pools read one store, so nothing is needed of the one that is lost")],
    verbs: &[("Invoke", invoke)],
    ..NounCode::PLAIN
};

fn invoke(work: &mut Work) -> Result<()> {
    let pool = local::named_pool(work, "PoolFqdn").and_then(|pool| {
        let partner = cs_pool::partner(&pool)?;
        match pool.text("FailedOverTo") {
            Some(other) => {
                let text = format!("The pool {} has failed over to {other} already.", pool.name);
                Err(Fault::state("PoolFailedOver", text).at(&pool.name))
            }
            None => Ok((pool, partner)),
        }
    });
    match pool {
        Ok((pool, partner)) => mark_one(work, &pool, &[("FailedOverTo", partner.into())]),
        Err(fault) => work.fail(&fault),
    }
}
