//! The computer at which the administrator of a lab sits: where the central management store lies, else the first one.

use directory::{Fault, Work};
use store::Object;

/// The computer.
pub(crate) fn computer(work: &Work) -> std::result::Result<Object, Fault> {
    let pool = pool(work)?;
    let computers = work.all("CsComputer")?;
    let own = computers.iter().find(|c| c.text("Pool").is_some_and(|p| p.eq_ignore_ascii_case(&pool)));
    own.or(computers.first())
        .cloned()
        .ok_or_else(|| Fault::state("TopologyMissing", "No computer is in the topology: publish a topology first."))
}

/// The pool of the central management service; the first one when no pool says that it has it.
pub(crate) fn pool(work: &Work) -> std::result::Result<String, Fault> {
    let services = work.all("CsService")?;
    let of_role = |role: &str| {
        services.iter().find(|s| s.text("Role") == Some(role)).and_then(|s| s.text("PoolFqdn").map(str::to_owned))
    };
    Ok(of_role("ManagementServer").or_else(|| of_role("Registrar")).unwrap_or_default())
}

/// The pool that a parameter names, by its name or by one of its computers.
pub(crate) fn named_pool(work: &Work, parameter: &str) -> std::result::Result<Object, Fault> {
    let value = work.bound.value(parameter);
    work.target("CsPool", &value).or_else(|fault| {
        let computer = work.target("CsComputer", &value).map_err(|_| fault)?;
        work.target("CsPool", &command::Value::from(computer.text("Pool").unwrap_or_default()))
    })
}
