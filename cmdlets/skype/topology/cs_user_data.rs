//! What the servers keep of users, as files: written, taken in, brought into another form.

use command::Result;
use directory::{Fault, NounCode, Work, verb};
use serde_json::{Map, Value as Json, json};
use store::Object;

use super::local;

pub static NOUN: NounCode = NounCode {
    noun: "CsUserData",
    heeds: &["Identity", "PoolFqdn", "FileName", "UserFilter", "InputFile", "OutputFile", "TargetVersion"],
    verbs: &[("Export", export), ("Import", import), ("Convert", convert)],
    ..NounCode::PLAIN
};

/// First line of the file.
const FORM: &str = "dialtone user data";
/// Versions that -TargetVersion takes.
const VERSIONS: [&str; 4] = ["Lync2010", "Lync2013", "SkypeForBusiness", "Current"];

/// What a file does not hold: the store keeps it sealed.
const SECRETS: [&str; 1] = ["LabPassword"];

/// The users that the call means.
fn users(work: &Work) -> std::result::Result<Vec<Object>, Fault> {
    let wanted = verb::text(work, "UserFilter").trim_start_matches("sip:").to_lowercase();
    let is_wanted = |u: &Object| {
        wanted.is_empty()
            || u.text("SipAddress").is_some_and(|a| directory::like(a.trim_start_matches("sip:"), &wanted))
    };
    if let Some(identity) = work.bound.get("Identity").filter(|v| !v.is_null()) {
        return Ok(vec![work.target("CsUser", identity)?]);
    }
    let all = work.all("CsUser")?;
    let pool = if work.bound.has("PoolFqdn") { local::named_pool(work, "PoolFqdn")?.name } else { local::pool(work)? };
    let is_of = |u: &Object| u.text("RegistrarPool").is_some_and(|p| p.eq_ignore_ascii_case(&pool));
    Ok(all.into_iter().filter(|u| is_of(u) && is_wanted(u)).collect())
}

fn export(work: &mut Work) -> Result<()> {
    let users = match users(work) {
        Ok(users) => users,
        Err(fault) => return work.fail(&fault),
    };
    let rows: Vec<Json> = users
        .iter()
        .map(|u| {
            let mut properties = u.properties.clone();
            properties.retain(|name, _| !SECRETS.contains(&name.as_str()));
            json!({ "name": u.name, "address": u.text("SipAddress"), "properties": properties })
        })
        .collect();
    let text = json!({ "form": FORM, "version": VERSIONS[3], "users": rows });
    keep(work, "FileName", &text)
}

fn keep(work: &mut Work, parameter: &str, text: &Json) -> Result<()> {
    let name = verb::text(work, parameter);
    let path = work.session.file_path(&name)?;
    match std::fs::write(&path, format!("{text:#}\n")) {
        Ok(()) => Ok(()),
        Err(error) => work.fail(&Fault::argument("UserDataFile", format!("{}: {error}", path.display())).at(&name)),
    }
}

/// What a file of this kind holds.
fn read(work: &mut Work, parameter: &str) -> Result<std::result::Result<Map<String, Json>, Fault>> {
    let name = verb::text(work, parameter);
    let path = work.session.file_path(&name)?;
    let refuse = |text: String| Fault::argument("UserDataFile", text).at(&name);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => return Ok(Err(refuse(format!("{}: {error}", path.display())))),
    };
    Ok(match serde_json::from_str::<Json>(&text) {
        Ok(Json::Object(map)) if map.get("form").and_then(Json::as_str) == Some(FORM) => Ok(map),
        _ => Err(refuse(format!("{} is no file of Export-CsUserData.", path.display()))),
    })
}

/// Import: the settings of users that are enabled; nobody is enabled by it.
fn import(work: &mut Work) -> Result<()> {
    let file = match read(work, "FileName")? {
        Ok(file) => file,
        Err(fault) => return work.fail(&fault),
    };
    let wanted = verb::text(work, "UserFilter").trim_start_matches("sip:").to_lowercase();
    let only = match work.bound.get("Identity").filter(|v| !v.is_null()) {
        Some(identity) => match work.target("CsUser", identity) {
            Ok(user) => Some(user.id),
            Err(fault) => return work.fail(&fault),
        },
        None => None,
    };
    let rows = file.get("users").and_then(Json::as_array).cloned().unwrap_or_default();
    let directory = work.directory.clone();
    for row in rows {
        let address = row.get("address").and_then(Json::as_str).unwrap_or_default().to_owned();
        if !wanted.is_empty() && !directory::like(address.trim_start_matches("sip:"), &wanted) {
            continue;
        }
        let Ok(user) = work.target("CsUser", &command::Value::from(address.as_str())) else {
            work.session.write_warning(&format!("The user {address} is not enabled: nothing was imported for it."))?;
            continue;
        };
        if only.is_some_and(|id| id != user.id) {
            continue;
        }
        let Some(Json::Object(kept)) = row.get("properties") else { continue };
        let mut properties = kept.clone();
        // Who the user is stays as it is.
        for name in ["User", "RegistrarPool", "SipAddress", "LineURI"].iter().chain(&SECRETS).copied() {
            match user.get(name) {
                Some(value) => properties.insert(name.to_owned(), value.clone()),
                None => properties.remove(name),
            };
        }
        work.write(|writer, _| {
            let draft =
                directory::store_draft(&directory.library, "CsUser", user.id, &user.name, &user.container, properties);
            Ok(writer.update(draft)?)
        })?;
    }
    Ok(())
}

/// Convert: the same data, marked for another version.
fn convert(work: &mut Work) -> Result<()> {
    let version = verb::text(work, "TargetVersion");
    let Some(version) = VERSIONS.iter().find(|v| v.eq_ignore_ascii_case(&version)) else {
        let text = format!("\"{version}\" is not a version: use {}.", VERSIONS.join(", "));
        return work.fail(&Fault::argument("TargetVersion", text));
    };
    match read(work, "InputFile")? {
        Ok(mut file) => {
            file.insert("version".to_owned(), json!(version));
            keep(work, "OutputFile", &Json::Object(file))
        }
        Err(fault) => work.fail(&fault),
    }
}
