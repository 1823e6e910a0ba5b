//! Contacts of applications: attendants of conferences, response groups, announcements and trusted applications.

use command::Result;
use directory::{NounCode, Work, verb};
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "CsApplicationEndpoint",
    heeds: &[
        "Identity",
        "ApplicationId",
        "Filter",
        "OU",
        "PoolFqdn",
        "ResultSize",
        "TargetApplicationPool",
        "PassThru",
    ],
    verbs: &[("Get", get), ("Move", move_endpoint)],
    ..NounCode::PLAIN
};

/// Nouns whose objects are such contacts.
const CONTACTS: [&str; 3] = ["CsTrustedApplicationEndpoint", "CsDialInConferencingAccessNumber", "CsRgsWorkflow"];

fn get(work: &mut Work) -> Result<()> {
    let (application, pool) = (verb::text(work, "ApplicationId"), verb::text(work, "PoolFqdn"));
    if application.is_empty() && pool.is_empty() {
        return verb::show(work, &CONTACTS, |_| true);
    }
    let fits = |o: &Object| {
        let is = |name: &str, wanted: &str| o.text(name).is_some_and(|t| t.eq_ignore_ascii_case(wanted));
        (application.is_empty() || is("ApplicationId", &application) || is("OwnerUrn", &application))
            && (pool.is_empty() || is("TrustedApplicationPoolFqdn", &pool) || is("Pool", &pool))
    };
    for noun in CONTACTS {
        match work.all(noun) {
            Ok(all) => {
                for object in all.iter().filter(|o| fits(o)) {
                    work.emit(object)?;
                }
            }
            Err(fault) => return work.fail(&fault),
        }
    }
    Ok(())
}

fn move_endpoint(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let target = super::local::named_pool(work, "TargetApplicationPool").or_else(|fault| {
        work.target("CsTrustedApplicationPool", &work.bound.value("TargetApplicationPool")).map_err(|_| fault)
    });
    let found = target.and_then(|t| work.target("CsTrustedApplicationEndpoint", &identity).map(|o| (t, o)));
    let (target, endpoint) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&endpoint.name)? {
        return Ok(());
    }
    let mut properties = endpoint.properties.clone();
    properties.insert("TrustedApplicationPoolFqdn".to_owned(), target.name.into());
    let noun = match work.other("CsTrustedApplicationEndpoint") {
        Ok(noun) => noun,
        Err(fault) => return work.fail(&fault),
    };
    match work.save(noun, Some(&endpoint), &endpoint.name, &endpoint.container, properties)? {
        Some(id) if work.bound.switch("PassThru") => work.emit_id(id),
        _ => Ok(()),
    }
}
