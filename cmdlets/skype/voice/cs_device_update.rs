//! Import-CsDeviceUpdate: a cabinet file of updates for telephones becomes a rule that waits for approval.

use command::Result;
use directory::{Fault, NounCode, Work, verb};
use store::Draft;

pub static NOUN: NounCode = NounCode {
    noun: "CsDeviceUpdate",
    heeds: &["Identity", "FileName"],
    verbs: &[("Import", import)],
    ..NounCode::PLAIN
};

/// The service of a web server that an identity names.
pub(super) fn service(work: &Work) -> std::result::Result<String, Fault> {
    let identity = verb::text(work, "Identity");
    let pool = identity.rsplit(':').next().unwrap_or_default();
    let pool = work.target("CsPool", &command::Value::from(pool))?;
    Ok(format!("Service:WebServer:{}", pool.name))
}

fn import(work: &mut Work) -> Result<()> {
    let name = verb::text(work, "FileName");
    let path = work.session.file_path(&name)?;
    let read = std::fs::read(&path)
        .map_err(|e| Fault::argument("DeviceUpdateFile", format!("{}: {e}", path.display())).at(&name));
    // Updates come as cabinet files.
    let read = read.and_then(|bytes| match bytes.starts_with(b"MSCF") {
        true => Ok(bytes.len()),
        false => Err(Fault::argument("DeviceUpdateFile", format!("{} is no cabinet file.", path.display())).at(&name)),
    });
    let (service, size) = match service(work).and_then(|s| Ok((s, read?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&service)? {
        return Ok(());
    }
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    // The version stands in the file's name, as `UCUpdates 4.0.7577.4451` has it.
    let version = stem
        .split([' ', '_', '-'])
        .find(|p| p.split('.').count() == 4 && p.chars().all(|c| c.is_ascii_digit() || c == '.'));
    let version = version.unwrap_or("1.0.0.0").to_owned();
    let rule = format!("{service}/{}", uuid::Uuid::new_v4());
    let done = work.write(|writer, _| {
        let draft = Draft::new("CsDeviceUpdateRule", "", &rule)
            .with("PendingVersion", version.as_str())
            .with("DeviceType", "UCPhone")
            .with("Brand", "Microsoft")
            .with("Locale", "ENU");
        let id = writer.insert(draft)?;
        writer.put(
            Draft::new("CsDeviceUpdateFile", "", &format!("{service}/{stem}"))
                .with("Size", size)
                .with("Version", version.as_str()),
        )?;
        Ok(writer.get(id)?)
    })?;
    match (done.flatten(), work.other("CsDeviceUpdateRule")) {
        (Some(made), Ok(row)) => work.emit_as(row, &made),
        _ => Ok(()),
    }
}
