//! Test-CsCertificateConfiguration: the certificates of this computer, and the uses that lack one.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use crate::topology::local;

pub static NOUN: NounCode =
    NounCode { noun: "CsCertificateConfiguration", heeds: &[], verbs: &[("Test", test)], ..NounCode::PLAIN };

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let computer = local::computer(work)?;
    let pool = computer.text("Pool").unwrap_or_default().to_owned();
    let services = work.all("CsService")?;
    let roles: Vec<&str> = services
        .iter()
        .filter(|s| s.text("PoolFqdn").is_some_and(|p| p.eq_ignore_ascii_case(&pool)))
        .filter_map(|s| s.text("Role"))
        .collect();
    // An Edge Server faces two ways; all others have one certificate for themselves and two for their web sites.
    let uses: &[&str] = if roles.contains(&"EdgeServer") {
        &["Internal", "AccessEdgeExternal", "AudioVideoAuthentication", "DataEdgeExternal"]
    } else if roles.contains(&"WebServer") {
        &["Default", "WebServicesInternal", "WebServicesExternal", "OAuthTokenIssuer"]
    } else {
        &["Default"]
    };
    let kept = work.all("CsCertificate")?;
    let mut rows = Vec::new();
    for wanted in uses {
        let assigned = kept.iter().find(|c| {
            let is_here =
                *wanted == "OAuthTokenIssuer" || c.name.to_lowercase().contains(&computer.name.to_lowercase());
            c.text("Use").is_some_and(|u| u.eq_ignore_ascii_case(wanted)) && is_here
        });
        let thumbprint = assigned.map(|c| store::Assigned::now(c).current);
        let made = match &thumbprint {
            Some(thumbprint) => work.directory.store.read(|r| Ok(directory::certificate::find(r, thumbprint)))??,
            None => None,
        };
        let of = |name: &str| made.as_ref().and_then(|m| m.text(name)).map_or(Value::Null, Value::from);
        rows.push(Object::typed(
            "Microsoft.Rtc.Management.Deployment.CertificateExists",
            [
                ("Use", Value::from(*wanted)),
                ("Exists", Value::Bool(made.is_some())),
                ("Thumbprint", thumbprint.map_or(Value::Null, Value::from)),
                ("Subject", of("Subject")),
                ("NotAfter", made.as_ref().and_then(|m| m.text("NotAfter")).map_or(Value::Null, directory::moment_of)),
                ("ComputerFqdn", Value::from(computer.name.as_str())),
            ],
        ));
    }
    Ok(rows)
}
