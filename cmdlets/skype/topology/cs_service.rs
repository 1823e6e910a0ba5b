//! Services of the topology: by identity, pool and role.

use command::Result;
use directory::{NounCode, Work};
use values::convert::to_bool;

pub static NOUN: NounCode = NounCode {
    noun: "CsService",
    heeds: &[
        "PoolFqdn",
        "Identity",
        "Filter",
        "ApplicationDatabase",
        "ApplicationServer",
        "ArchivingDatabase",
        "ArchivingServer",
        "CentralManagement",
        "CentralManagementDatabase",
        "ConferencingServer",
        "Director",
        "EdgeServer",
        "FileStore",
        "ManagementServer",
        "MediationServer",
        "MonitoringServer",
        "MonitoringDatabase",
        "ProvisionServer",
        "ProvisionDatabase",
        "PstnGateway",
        "Registrar",
        "TrustedApplicationPool",
        "UserDatabase",
        "UserServer",
        "WebServer",
        "BackupServer",
        "LegalInterceptServer",
        "PersistentChatComplianceDatabase",
        "PersistentChatDatabase",
        "PersistentChatServer",
        "WacServer",
        "VideoGateway",
        "VideoInteropServer",
    ],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    if let Some(identity) = work.bound.get("Identity").filter(|v| !v.is_null()).cloned() {
        return match work.target("CsService", &identity) {
            Ok(found) => work.emit(&found),
            Err(fault) => work.fail(&fault),
        };
    }
    let pool = work.bound.str("PoolFqdn");
    let pattern = work.bound.str("Filter");
    // A role is asked for by its switch.
    let roles: Vec<String> = work
        .bound
        .iter()
        .filter(|(name, value)| {
            !matches!(name.as_str(), "PoolFqdn" | "Filter") && !directory::is_steering(name) && to_bool(value)
        })
        .map(|(name, _)| name.to_string())
        .collect();
    let all = match work.all("CsService") {
        Ok(all) => all,
        Err(fault) => return work.fail(&fault),
    };
    for service in all {
        let role = service.text("Role").unwrap_or_default();
        let fits = roles.iter().all(|r| r.eq_ignore_ascii_case(role))
            && pool.as_ref().is_none_or(|p| service.text("PoolFqdn").is_some_and(|f| f.eq_ignore_ascii_case(p)))
            && pattern.as_ref().is_none_or(|p| directory::like(&service.name, p));
        if fits {
            work.emit(&service)?;
        }
    }
    Ok(())
}
