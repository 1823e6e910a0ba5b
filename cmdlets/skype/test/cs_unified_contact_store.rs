//! Test-CsUnifiedContactStore: whether a user's contacts can be kept in the mailbox.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

use super::configured::policy;
use super::configured::{scene, served};
use super::synthetic::{found, write};

pub static NOUN: NounCode = NounCode {
    noun: "CsUnifiedContactStore",
    heeds: &["TargetFqdn", "UserSipAddress", "RegistrarPort", "TargetUri", "Identity", "PoolFqdn"],
    verbs: &[("Test", test), ("Debug", debug)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let error = looked_at(work).err();
    write(work, &found(error))
}

fn looked_at(work: &Work) -> std::result::Result<(), String> {
    let scene = scene(work, "UserSipAddress", "FirstTestUserSipUri")?;
    served(work, &scene.pool, "UserServer")?;
    let policy = policy(work, &scene.user, "CsUserServicesPolicy").map_err(|f| f.message)?;
    if policy.as_ref().and_then(|p| p.flag("UcsAllowed")) == Some(false) {
        return Err("The user services policy of the user does not allow the unified contact store.".to_owned());
    }
    let account = scene.user.links("User").first().copied();
    let account = account.and_then(|id| work.directory.store.read(|r| r.get(id)).ok().flatten());
    if account.is_none_or(|a| a.text("RecipientType") != Some("UserMailbox")) {
        return Err(format!("The user {} has no mailbox of Exchange.", scene.user.name));
    }
    let partners = work.all("CsPartnerApplication").map_err(|f| f.message)?;
    match partners.is_empty() {
        true => Err("Exchange is no partner application: use New-CsPartnerApplication.".to_owned()),
        false => Ok(()),
    }
}

/// Debug: where the contacts of a user, or of a pool's users, are kept.
fn debug(work: &mut Work) -> Result<()> {
    let rows = states(work);
    work.answer(rows)
}

fn states(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let identity = work.bound.get("Identity").filter(|v| !v.is_null()).cloned();
    let users = match identity {
        Some(identity) => vec![work.target("CsUser", &identity)?],
        None => {
            let pool = crate::topology::local::named_pool(work, "PoolFqdn")?;
            let is_of = |u: &store::Object| u.text("RegistrarPool").is_some_and(|p| p.eq_ignore_ascii_case(&pool.name));
            work.all("CsUser")?.into_iter().filter(is_of).collect()
        }
    };
    let mut rows = Vec::new();
    for user in users {
        let policy = policy(work, &user, "CsUserServicesPolicy")?;
        let is_allowed = policy.as_ref().and_then(|p| p.flag("UcsAllowed")) != Some(false);
        let is_back = user.flag("UcsRolledBack") == Some(true);
        rows.push(values::Object::typed(
            "Microsoft.Rtc.Management.Presence.Cmdlets.GetUcsFrontEndData",
            [
                ("SipAddress", Value::from(user.text("SipAddress").unwrap_or(&user.name))),
                ("PoolFqdn", user.text("RegistrarPool").map_or(Value::Null, Value::from)),
                ("UcsAllowed", Value::Bool(is_allowed)),
                ("ContactStore", Value::from(if is_allowed && !is_back { "Exchange" } else { "Lync" })),
            ],
        ));
    }
    Ok(rows)
}
