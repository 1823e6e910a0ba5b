//! Tests that look at what is configured: pool and user of the test, and what stands behind them.

use directory::{Fault, Resolved, Work};
use store::Object;

use super::synthetic::text;
use crate::topology::local;

/// The pool and the user of a test.
pub(super) struct Scene {
    pub pool: Object,
    pub user: Object,
}

/// The pool that TargetFqdn names, and the user: as given, else the pool's test user. The text says what is missing.
pub(super) fn scene(work: &Work, parameter: &str, test_user: &str) -> Result<Scene, String> {
    let target = text(work, "TargetFqdn");
    let pool = match target.is_empty() {
        true => named_by_uri(work)?,
        false => Some(local::named_pool(work, "TargetFqdn").map_err(|f| f.message)?),
    };
    let address = super::synthetic::user(work, parameter, test_user)?;
    let user = work
        .target("CsUser", &command::Value::from(address.as_str()))
        .map_err(|_| format!("The user {address} is not enabled for Skype for Business Server."))?;
    if user.flag("Enabled") == Some(false) {
        return Err(format!("The user {address} is disabled."));
    }
    let home = user.text("RegistrarPool").unwrap_or_default().to_owned();
    if let Some(pool) = pool.filter(|p| !p.name.eq_ignore_ascii_case(&home)) {
        return Err(format!("The user {address} is homed on {home}, not on {}.", pool.name));
    }
    let pool = work.target("CsPool", &command::Value::from(home.as_str())).map_err(|f| f.message)?;
    registrar_port(work, &pool)?;
    Ok(Scene { pool, user })
}

/// The pool whose web service has the address TargetUri; `None` where no address is given.
pub(super) fn named_by_uri(work: &Work) -> Result<Option<Object>, String> {
    let uri = text(work, "TargetUri");
    if uri.is_empty() {
        return Ok(None);
    }
    let host = values::http::Url::parse(&uri).map(|url| url.host).unwrap_or_default();
    let named = |name: &str| work.target("CsPool", &command::Value::from(name)).ok();
    let computers = work.all("CsComputer").map_err(|f| f.message)?;
    let of = computers.iter().find(|c| c.name.eq_ignore_ascii_case(&host)).and_then(|c| c.text("Pool"));
    let services = work.all("CsService").map_err(|f| f.message)?;
    let serves = |s: &&Object| {
        ["InternalFqdn", "ExternalFqdn"].iter().any(|n| s.text(n).is_some_and(|f| f.eq_ignore_ascii_case(&host)))
    };
    let by_service = services.iter().find(serves).and_then(|s| s.text("PoolFqdn"));
    let found = named(&host).or_else(|| named(of.or(by_service)?));
    found.map(Some).ok_or_else(|| format!("The remote name could not be resolved: '{host}'"))
}

/// Whether the registrar of a pool listens at the port of the call; the text is that of a port at which nobody does.
pub(super) fn registrar_port(work: &Work, pool: &Object) -> Result<(), String> {
    let port = text(work, "RegistrarPort");
    let services = work.all("CsService").map_err(|f| f.message)?;
    let own = services.iter().filter(|s| s.text("PoolFqdn").is_some_and(|p| p.eq_ignore_ascii_case(&pool.name)));
    let set: Vec<String> = own
        .flat_map(|s| ["SipPort", "SipServerTcpPort"].map(|name| s.number(name)))
        .flatten()
        .map(|number| number.to_string())
        .collect();
    match port.is_empty() || set.contains(&port) || ["5060", "5061"].contains(&port.as_str()) {
        true => Ok(()),
        false => Err(format!(
            "10061, No connection could be made because the target machine actively refused it {}:{port}",
            pool.name
        )),
    }
}

/// Whether a pool has a service of a role; the text says that it has none.
pub(super) fn served(work: &Work, pool: &Object, role: &str) -> Result<(), String> {
    let services = work.all("CsService").map_err(|f| f.message)?;
    let has = services.iter().any(|s| {
        s.text("Role") == Some(role) && s.text("PoolFqdn").is_some_and(|p| p.eq_ignore_ascii_case(&pool.name))
    });
    if has { Ok(()) } else { Err(format!("The pool {} has no service of the role {role}.", pool.name)) }
}

/// A policy that applies to a user, as stored.
pub(super) fn policy(work: &Work, user: &Object, noun: &str) -> Result<Option<Object>, Fault> {
    Ok(work.directory.store.read(|reader| {
        let name = crate::user::cs_user::effective(reader, user, noun)?;
        reader.find(noun, "", &name)
    })?)
}

/// An identity's text.
pub(super) fn named(work: &Work, parameter: &str) -> String {
    work.bound.get(parameter).map(|v| Resolved::of(v).text).unwrap_or_default()
}
