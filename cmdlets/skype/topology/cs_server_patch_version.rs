//! The versions of the components of the servers.

use command::{Result, Value};
use directory::{NounCode, Work};
use values::Object;

use super::cs_server_version::VERSION;

pub static NOUN: NounCode = NounCode { noun: "CsServerPatchVersion", verbs: &[("Get", get)], ..NounCode::PLAIN };

/// Roles of services and the components that bring them.
const COMPONENTS: [(&str, &str); 6] = [
    ("", "Skype for Business Server 2015, Core Components"),
    ("Registrar", "Skype for Business Server 2015, Front End Server"),
    ("MediationServer", "Skype for Business Server 2015, Mediation Server"),
    ("EdgeServer", "Skype for Business Server 2015, Edge Server"),
    ("WebServer", "Skype for Business Server 2015, Web Components Server"),
    ("ApplicationServer", "Skype for Business Server 2015, Application Host"),
];

fn get(work: &mut Work) -> Result<()> {
    let services = match work.all("CsService") {
        Ok(services) => services,
        Err(fault) => return work.fail(&fault),
    };
    for (role, component) in COMPONENTS {
        if role.is_empty()
            || services.iter().any(|s| s.name.split(':').next().is_some_and(|r| r.eq_ignore_ascii_case(role)))
        {
            work.session.write(Object::typed(
                "Microsoft.Rtc.Management.Deployment.PatchVersion",
                [("ComponentName", Value::from(component)), ("Version", Value::from(VERSION))],
            ))?;
        }
    }
    Ok(())
}
