//! Hybrid mediation servers: an account of the tenant that stands for one.

use command::{Result, Value};
use directory::{Fault, NounCode, Resolved, Work};
use serde_json::Value as Json;
use store::{Draft, Object, Reader};

pub static NOUN: NounCode = NounCode {
    noun: "CsHybridMediationServer",
    heeds: &["Identity", "Fqdn", "AccessProxyExternalFqdn"],
    verbs: &[("Get", get), ("Set", set)],
    ..NounCode::PLAIN
};

fn refuse(id: &str, text: String) -> Fault {
    Fault::state(id, text)
}

/// The tenant's account with that name.
fn account(reader: &Reader, text: &str) -> std::result::Result<Option<Object>, Fault> {
    let all = reader.all("MsolUser")?;
    Ok(all.into_iter().find(|u| {
        u.text("DisplayName").is_some_and(|n| n.eq_ignore_ascii_case(text)) || u.name.eq_ignore_ascii_case(text)
    }))
}

fn get(work: &mut Work) -> Result<()> {
    let value = work.bound.value("Identity");
    let text = if value.is_null() { String::new() } else { Resolved::of(&value).text };
    let fqdn = work.bound.str("Fqdn");
    let all = match work.all("CsHybridMediationServer") {
        Ok(all) => all,
        Err(fault) => return work.fail(&fault),
    };
    let fits = |o: &Object| {
        (text.is_empty() || o.name.eq_ignore_ascii_case(&text))
            && fqdn.as_ref().is_none_or(|f| o.text("Fqdn").is_some_and(|t| t.eq_ignore_ascii_case(f)))
    };
    let found: Vec<Object> = all.into_iter().filter(fits).collect();
    if found.is_empty() && !text.is_empty() {
        return work.fail(&Fault::no_user(&text));
    }
    for object in found {
        let text = |name: &str| Value::from(object.text(name).unwrap_or_default());
        let row = values::Object::typed(
            "Microsoft.Rtc.Management.Hosted.HybridMediationServer",
            [
                ("Identity", Value::from(object.name.as_str())),
                ("Fqdn", text("Fqdn")),
                ("AccessProxyExternalFqdn", text("AccessProxyExternalFqdn")),
            ],
        );
        work.session.write(row)?;
    }
    Ok(())
}

fn set(work: &mut Work) -> Result<()> {
    let text = Resolved::of(&work.bound.value("Identity")).text;
    let part = |name: &str| work.bound.str(name).map_or_else(String::new, |t| t.to_string());
    let (fqdn, proxy) = (part("Fqdn"), part("AccessProxyExternalFqdn"));
    if !work.should(&text)? {
        return Ok(());
    }
    let directory = work.directory.clone();
    let domain = work.facts().domain;
    work.write(|writer, _| {
        let account = account(writer, &text)?.ok_or_else(|| Fault::no_user(&text))?;
        if !account.text("Department").is_some_and(|d| d.eq_ignore_ascii_case("HybridMediationServer")) {
            let text = format!("The account \"{text}\" is not marked as a mediation server: set its Department to HybridMediationServer.");
            return Err(refuse("AccountIsNoMediationServer", text));
        }
        let name = account.text("DisplayName").unwrap_or(&account.name).to_owned();
        for other in writer.all("CsHybridMediationServer")? {
            if !other.name.eq_ignore_ascii_case(&name) && other.text("Fqdn").is_some_and(|f| f.eq_ignore_ascii_case(&fqdn)) {
                return Err(refuse("MediationServerFqdnInUse", format!("The FQDN \"{fqdn}\" is already registered for \"{}\".", other.name)));
            }
        }
        let known = writer.find("CsHybridMediationServer", "", &name)?;
        let mut draft = known.map_or_else(|| Draft::new("CsHybridMediationServer", "", &name), |k| k.draft());
        draft.properties.insert("Fqdn".to_owned(), Json::from(fqdn.as_str()));
        draft.properties.insert("AccessProxyExternalFqdn".to_owned(), Json::from(proxy.as_str()));
        writer.put(draft)?;
        // The account's SIP side becomes the server's.
        if let Some(mut online) = writer.find("CsOnlineUser", "", &name)? {
            online.properties.insert("SipAddress".to_owned(), Json::from(format!("sip:{fqdn}@{domain}")));
            online.properties.insert("HostingProvider".to_owned(), Json::from(proxy.as_str()));
            writer.update(directory::changed_draft(&directory.library, online))?;
        }
        Ok(())
    })?;
    Ok(())
}
