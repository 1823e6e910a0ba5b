//! Users of an earlier deployment, moved to a pool of this one.

use command::Result;
use directory::{NounCode, Work};
use serde_json::Value as Json;

pub static NOUN: NounCode = NounCode {
    noun: "CsLegacyUser",
    heeds: &[
        "Identity",
        "Target",
        "PassThru",
        "ExcludeArchivingPolicy",
        "ExcludeConferencingPolicy",
        "ExcludeDialPlan",
        "ExcludeExternalAccessPolicy",
        "ExcludePresencePolicy",
        "ExcludeVoicePolicy",
    ],
    verbs: &[("Move", move_user)],
    ..NounCode::PLAIN
};

/// Policies that stay behind when their switch is given.
const POLICIES: [(&str, &str); 6] = [
    ("ExcludeArchivingPolicy", "ArchivingPolicy"),
    ("ExcludeConferencingPolicy", "ConferencingPolicy"),
    ("ExcludeDialPlan", "DialPlan"),
    ("ExcludeExternalAccessPolicy", "ExternalAccessPolicy"),
    ("ExcludePresencePolicy", "PresencePolicy"),
    ("ExcludeVoicePolicy", "VoicePolicy"),
];

fn move_user(work: &mut Work) -> Result<()> {
    let (identity, target) = (work.bound.value("Identity"), work.bound.value("Target"));
    let found = work.target("CsPool", &target).and_then(|pool| Ok((pool, work.target("CsUser", &identity)?)));
    let found = found.and_then(|(pool, user)| Ok((pool, user, work.other("CsUser")?)));
    let (pool, user, noun) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&user.name)? {
        return Ok(());
    }
    let mut properties = user.properties.clone();
    properties.insert("RegistrarPool".to_owned(), Json::from(pool.name));
    for (switch, policy) in POLICIES {
        if work.bound.switch(switch) {
            properties.remove(policy);
        }
    }
    match work.save(noun, Some(&user), &user.name, &user.container, properties)? {
        Some(id) if work.bound.switch("PassThru") => {
            let moved = work.directory.store.read(|reader| reader.get(id));
            match moved {
                Ok(Some(moved)) => work.emit_as(noun, &moved),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}
