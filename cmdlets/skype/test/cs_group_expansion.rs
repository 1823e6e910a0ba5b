//! Test-CsGroupExpansion: whether the members of a distribution group can be told.

use command::Result;
use directory::{NounCode, Work};

use super::configured::named;
use super::configured::{scene, served};
use super::synthetic::{found, write};

pub static NOUN: NounCode = NounCode {
    noun: "CsGroupExpansion",
    heeds: &["TargetFqdn", "UserSipAddress", "RegistrarPort", "TargetUri", "GroupEmailAddress"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let error = looked_at(work).err();
    write(work, &found(error))
}

fn looked_at(work: &Work) -> std::result::Result<(), String> {
    let scene = scene(work, "UserSipAddress", "FirstTestUserSipUri")?;
    served(work, &scene.pool, "WebServer")?;
    let settings = work.all("CsWebServiceConfiguration").map_err(|f| f.message)?;
    if settings.iter().any(|s| s.flag("EnableGroupExpansion") == Some(false)) {
        return Err("Group expansion is switched off in the web service configuration.".to_owned());
    }
    let address = named(work, "GroupEmailAddress");
    let groups = work.all("DistributionGroup").map_err(|f| f.message)?;
    let is_it = |g: &&store::Object| {
        g.text("PrimarySmtpAddress").is_some_and(|a| a.eq_ignore_ascii_case(&address))
            || g.name.eq_ignore_ascii_case(&address)
    };
    groups.iter().find(is_it).map(|_| ()).ok_or_else(|| format!("No distribution group has the address {address}."))
}
