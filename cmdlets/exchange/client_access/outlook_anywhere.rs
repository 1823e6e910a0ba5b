//! Outlook Anywhere of a server: there once it is enabled.

use command::Result;
use directory::{Fault, NounCode, Work, verb};
use serde_json::Value as Json;
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "OutlookAnywhere",
    heeds: &["*", "Identity", "Server"],
    verbs: &[("Enable", enable), ("Disable", disable)],
    ..NounCode::PLAIN
};

/// The short name of the server that the call names; of the first one when it names none.
fn server(work: &Work) -> std::result::Result<String, Fault> {
    let text = verb::text(work, "Server");
    let short = text.split('.').next().unwrap_or_default().to_owned();
    let servers = work.all("ExchangeServer")?;
    let facts = work.facts();
    match servers.iter().find(|s| short.is_empty() || s.name.eq_ignore_ascii_case(&short)) {
        Some(server) => Ok(server.name.clone()),
        None => Err(Fault::not_found("ExchangeServer", &text, &facts.controller)),
    }
}

fn of_server(work: &Work, server: &str) -> std::result::Result<Option<Object>, Fault> {
    let is_of = |o: &Object| o.text("Server").is_some_and(|s| s.eq_ignore_ascii_case(server));
    Ok(work.all("OutlookAnywhere")?.into_iter().find(is_of))
}

fn enable(work: &mut Work) -> Result<()> {
    let server = server(work).and_then(|server| match of_server(work, &server)? {
        Some(_) => {
            let text = format!("Outlook Anywhere is already enabled on the server '{server}'.");
            Err(Fault::exchange("InvalidOperationException", "OutlookAnywhere", text).at(&server))
        }
        None => Ok(server),
    });
    let server = match server {
        Ok(server) => server,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&server)? {
        return Ok(());
    }
    let noun = work.noun;
    let mut properties = directory::defaults(&noun);
    properties.insert("Server".to_owned(), Json::from(server.as_str()));
    for (parameter, value) in work.bound.iter() {
        let Some(property) = noun.property(parameter) else { continue };
        match directory::to_json(&property, value) {
            Ok(json) => properties.insert(property.name().to_owned(), json),
            Err(fault) => return work.fail(&fault),
        };
    }
    match work.save(noun, None, &format!("{server}\\Rpc (Default Web Site)"), "", properties)? {
        Some(id) => work.emit_id(id),
        None => Ok(()),
    }
}

fn disable(work: &mut Work) -> Result<()> {
    let found = match work.bound.get("Identity").filter(|v| !v.is_null()).cloned() {
        Some(identity) => work.target("OutlookAnywhere", &identity),
        None => server(work).and_then(|server| {
            let facts = work.facts();
            of_server(work, &server)?.ok_or_else(|| Fault::not_found("OutlookAnywhere", &server, &facts.controller))
        }),
    };
    let found = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if work.should(&found.name)? {
        work.write(|writer, _| Ok(writer.remove(found.id)?))?;
    }
    Ok(())
}
