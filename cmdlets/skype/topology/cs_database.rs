//! Databases of the topology's services: installed on the server that a service names, looked at, taken away.

use command::{Result, Value};
use directory::{Fault, NounCode, Work, verb};
use store::{Draft, Object};

use super::local;
use crate::test::synthetic::{found, row};

pub static NOUN: NounCode = NounCode {
    noun: "CsDatabase",
    heeds: &[
        "CentralManagementDatabase",
        "LocalDatabases",
        "LocalService",
        "DatabaseType",
        "SqlServerFqdn",
        "SqlInstanceName",
        "Clean",
        "DatabasePaths",
    ],
    moot: &[("SkipPrepareCheck", "nothing is checked beforehand")],
    verbs: &[("Install", install), ("Test", test), ("Uninstall", uninstall)],
    ..NounCode::PLAIN
};

/// Roles of services and the databases that they need.
const DATABASES: [(&str, &[&str]); 7] = [
    ("ManagementServer", &["xds", "lis"]),
    ("Registrar", &["rtcxds", "rtcshared"]),
    ("UserServer", &["rtcab"]),
    ("ApplicationServer", &["rgsconfig", "rgsdyn", "cpsdyn"]),
    ("ArchivingServer", &["LcsLog"]),
    ("MonitoringServer", &["LcsCDR", "QoEMetrics"]),
    ("PersistentChatServer", &["mgc"]),
];

/// Names that -DatabaseType takes, and the role whose databases they are.
const TYPES: [(&str, &str); 9] = [
    ("CentralMgmt", "ManagementServer"),
    ("Lis", "ManagementServer"),
    ("User", "Registrar"),
    ("Registrar", "Registrar"),
    ("Application", "ApplicationServer"),
    ("Archiving", "ArchivingServer"),
    ("Monitoring", "MonitoringServer"),
    ("Edge", "EdgeServer"),
    ("PersistentChat", "PersistentChatServer"),
];

fn of_role(role: &str) -> &'static [&'static str] {
    DATABASES.iter().find(|(r, _)| *r == role).map_or(&[], |(_, names)| names)
}

/// The server and the databases that a call means.
fn meant(work: &Work) -> std::result::Result<(String, Vec<&'static str>), Fault> {
    let server = verb::text(work, "SqlServerFqdn");
    if work.bound.switch("CentralManagementDatabase") {
        let server = if server.is_empty() { local::pool(work)? } else { server };
        return Ok((server, of_role("ManagementServer").to_vec()));
    }
    let kind = verb::text(work, "DatabaseType");
    if !kind.is_empty() {
        let Some((_, role)) = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&kind)) else {
            let names: Vec<&str> = TYPES.iter().map(|(n, _)| *n).collect();
            let text = format!("\"{kind}\" is not a type of database: use {}.", names.join(", "));
            return Err(Fault::argument("DatabaseType", text).at(&kind));
        };
        return Ok((server, of_role(role).to_vec()));
    }
    let is_local = work.bound.switch("LocalDatabases") || work.bound.has("LocalService");
    let server = if is_local { local::computer(work)?.name } else { server };
    // What the topology has configured on that server: the databases of all services of its pool.
    let pools = work.all("CsComputer")?;
    let pool = pools.iter().find(|c| c.name.eq_ignore_ascii_case(&server)).and_then(|c| c.text("Pool"));
    let pool = pool.unwrap_or(&server).to_owned();
    let services = work.all("CsService")?;
    let is_of = |s: &&Object| s.text("PoolFqdn").is_some_and(|p| p.eq_ignore_ascii_case(&pool));
    let names: Vec<&str> = services
        .iter()
        .filter(is_of)
        .flat_map(|s| of_role(s.text("Role").unwrap_or_default()).iter().copied())
        .collect();
    if names.is_empty() {
        let text = format!("The topology has no databases on {server}.");
        return Err(Fault::state("NoConfiguredDatabases", text).at(&server));
    }
    Ok((server, names))
}

fn name(work: &Work, server: &str, database: &str) -> String {
    let instance = verb::text(work, "SqlInstanceName");
    let instance = if instance.is_empty() { String::new() } else { format!("\\{}", instance.to_lowercase()) };
    format!("{}{instance}/{database}", server.to_lowercase())
}

fn install(work: &mut Work) -> Result<()> {
    let (server, names) = match meant(work) {
        Ok(meant) => meant,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&server)? {
        return Ok(());
    }
    let (cleans, paths) = (work.bound.switch("Clean"), verb::stored(work, "DatabasePaths"));
    for database in names {
        let name = name(work, &server, database);
        let known = work.write(|writer, _| {
            let known = writer.find("CsDatabase", "", &name)?;
            if known.is_some() && !cleans {
                return Ok(true);
            }
            let draft = known.map_or_else(|| Draft::new("CsDatabase", "", &name), |k| k.draft());
            writer.put(draft.with("Server", server.as_str()).with("Name", database).with("Paths", paths.clone()))?;
            Ok(false)
        })?;
        if known == Some(true) {
            work.session.write_verbose(&format!("The database {database} is on {server} already."))?;
        }
    }
    Ok(())
}

fn test(work: &mut Work) -> Result<()> {
    let rows = findings(work);
    work.answer(rows)
}

/// A service that runs has its databases; those on other servers must have been installed.
fn findings(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let (server, names) = meant(work)?;
    let collocated = work.all("CsComputer")?.iter().any(|c| {
        c.name.eq_ignore_ascii_case(&server) || c.text("Pool").is_some_and(|p| p.eq_ignore_ascii_case(&server))
    });
    let mut rows = Vec::new();
    for database in names {
        let name = name(work, &server, database);
        let there = work.directory.store.read(|reader| reader.find("CsDatabase", "", &name))?.is_some();
        let error = (!there && !collocated)
            .then(|| format!("The database {database} is not installed on {server}: use Install-CsDatabase."));
        rows.push(row(&format!("{server}/{database}"), &found(error)));
    }
    Ok(rows)
}

fn uninstall(work: &mut Work) -> Result<()> {
    let (server, names) = match meant(work) {
        Ok(meant) => meant,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&server)? {
        return Ok(());
    }
    let names: Vec<String> = names.iter().map(|database| name(work, &server, database)).collect();
    work.write(|writer, _| {
        let mut gone = 0;
        for name in &names {
            if let Some(known) = writer.find("CsDatabase", "", name)? {
                writer.remove(known.id)?;
                gone += 1;
            }
        }
        match gone {
            0 => Err(Fault::state("DatabaseNotFound", format!("None of the databases is installed on {server}."))
                .at(&server)),
            _ => Ok(()),
        }
    })?;
    Ok(())
}
