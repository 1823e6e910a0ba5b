//! Get-MsolDirSyncFeatures: what of the synchronization is switched on.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode =
    NounCode { noun: "MsolDirSyncFeatures", heeds: &["Feature"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

/// The documented features, and whether a new tenant has them on.
const FEATURES: [(&str, bool); 9] = [
    ("BlockCloudObjectTakeoverThroughHardMatch", false),
    ("BlockSoftMatch", false),
    ("DeviceWriteback", false),
    ("DirectoryExtensions", false),
    ("DuplicateUPNResiliency", true),
    ("DuplicateProxyAddressResiliency", true),
    ("EnableSoftMatchOnUpn", true),
    ("PasswordSync", false),
    ("SynchronizeUpnForManagedUsers", true),
];

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let wanted = directory::verb::text(work, "Feature");
    let set = work.all("MsolDirSyncFeature")?;
    if !wanted.is_empty() && !FEATURES.iter().any(|(name, _)| name.eq_ignore_ascii_case(&wanted)) {
        let text = format!("The feature {wanted} is not one of synchronization.");
        return Err(Fault::argument("DirSyncFeature", text).at(&wanted));
    }
    Ok(FEATURES
        .iter()
        .filter(|(name, _)| wanted.is_empty() || name.eq_ignore_ascii_case(&wanted))
        .map(|(name, on)| {
            let is_it = |o: &&store::Object| o.text("Feature").unwrap_or(&o.name).eq_ignore_ascii_case(name);
            let on = set.iter().find(is_it).and_then(|o| o.flag("Enable")).unwrap_or(*on);
            Object::typed(
                "Microsoft.Online.Administration.DirSyncFeatureDetails",
                [("DirSyncFeature", Value::from(*name)), ("Enabled", Value::Bool(on))],
            )
        })
        .collect())
}
