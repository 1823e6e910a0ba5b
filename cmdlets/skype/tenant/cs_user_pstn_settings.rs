//! PSTN settings of users: international calls, and the site through which they call.

use command::{Result, Value};
use directory::{Fault, NounCode, Resolved, Work};
use serde_json::Value as Json;
use store::{Draft, Object};

pub static NOUN: NounCode = NounCode {
    noun: "CsUserPstnSettings",
    heeds: &["Identity", "AllowInternationalCalls", "HybridPSTNSite"],
    verbs: &[("Get", get), ("Set", set)],
    ..NounCode::PLAIN
};

fn user(work: &Work) -> std::result::Result<Object, Fault> {
    let value = work.bound.value("Identity");
    let named = Resolved::of(&value);
    let facts = work.facts();
    work.directory.store.read(|reader| {
        for noun in ["CsOnlineUser", "CsUser"] {
            let Some(row) = work.directory.library.noun(noun) else { continue };
            if let Some(found) =
                directory::find_all(reader, &work.directory.library, &facts, &row, &named)?.into_iter().next()
            {
                return Ok(Ok(found));
            }
        }
        Ok(Err(Fault::no_user(&named.text)))
    })?
}

fn key(user: &Object) -> String {
    user.id.to_string()
}

fn get(work: &mut Work) -> Result<()> {
    let user = match user(work) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let settings = match work.directory.store.read(|r| r.find("CsUserPstnSettings", "", &key(&user))) {
        Ok(settings) => settings,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let of = |name: &str| settings.as_ref().and_then(|s| s.get(name).cloned());
    let row = values::Object::typed(
        "UserPstnSettings",
        [
            ("Identity", Value::from(user.text("SipAddress").unwrap_or(&user.name))),
            (
                "AllowInternationalCalls",
                Value::Bool(of("AllowInternationalCalls").and_then(|v| v.as_bool()).unwrap_or(false)),
            ),
            ("HybridPSTNSite", of("HybridPSTNSite").and_then(|v| v.as_str().map(Value::from)).unwrap_or_default()),
        ],
    );
    work.session.write(row)
}

fn set(work: &mut Work) -> Result<()> {
    let user = match user(work) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&user.name)? {
        return Ok(());
    }
    let bound = work.bound;
    work.write(|writer, _| {
        let known = writer.find("CsUserPstnSettings", "", &key(&user))?;
        let mut draft = known.map_or_else(|| Draft::new("CsUserPstnSettings", "", &key(&user)), |k| k.draft());
        if let Some(value) = bound.get("AllowInternationalCalls") {
            draft.properties.insert("AllowInternationalCalls".to_owned(), Json::Bool(values::convert::to_bool(value)));
        }
        if bound.has("HybridPSTNSite") {
            match bound.str("HybridPSTNSite").filter(|s| !s.is_empty()) {
                None => {
                    draft.properties.remove("HybridPSTNSite");
                }
                Some(name) => {
                    let site = writer
                        .find("CsHybridPSTNSite", "", &name)?
                        .ok_or_else(|| Fault::no_document("HybridPstnSite", &name))?;
                    draft.properties.insert("HybridPSTNSite".to_owned(), Json::from(site.name));
                }
            }
        }
        writer.put(draft)?;
        Ok(())
    })?;
    Ok(())
}
