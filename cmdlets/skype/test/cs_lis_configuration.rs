//! Test-CsLisConfiguration: whether the location database knows where a telephone stands.

use command::Result;
use directory::{NounCode, Work};

use super::configured::named;
use super::configured::{scene, served};
use super::synthetic::{found, write};

pub static NOUN: NounCode = NounCode {
    noun: "CsLisConfiguration",
    heeds: &[
        "TargetFqdn",
        "UserSipAddress",
        "RegistrarPort",
        "TargetUri",
        "BssId",
        "ChassisId",
        "Mac",
        "PortId",
        "Subnet",
        "*",
    ],
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
    for (parameter, noun, property) in [
        ("BssId", "CsLisWirelessAccessPoint", "BSSID"),
        ("ChassisId", "CsLisSwitch", "ChassisID"),
        // Switches are known by the hardware address of their chassis.
        ("Mac", "CsLisSwitch", "ChassisID"),
        ("PortId", "CsLisPort", "PortID"),
        ("Subnet", "CsLisSubnet", "Subnet"),
    ] {
        let wanted = named(work, parameter);
        if wanted.is_empty() {
            continue;
        }
        let all = work.all(noun).map_err(|f| f.message)?;
        let is_it = |o: &&store::Object| {
            o.name.eq_ignore_ascii_case(&wanted) || o.text(property).is_some_and(|t| t.eq_ignore_ascii_case(&wanted))
        };
        if all.iter().any(|o| is_it(&o)) {
            return Ok(());
        }
    }
    Err("The location database has no location for what was given.".to_owned())
}
