//! Components of servers, in service or not.

use command::Result;
use directory::{Fault, NounCode, Resolved, Work};
use serde_json::Value as Json;
use store::{Draft, Object};

pub static NOUN: NounCode = NounCode {
    noun: "ServerComponentState",
    heeds: &["Identity", "Component", "Requester", "State"],
    verbs: &[("Get", get), ("Set", set)],
    ..NounCode::PLAIN
};

/// Who may ask for a state.
const REQUESTERS: [&str; 5] = ["HealthAPI", "Maintenance", "Sidelined", "Functional", "Deployment"];

fn server(work: &Work) -> std::result::Result<Object, Fault> {
    let value = work.bound.value("Identity");
    let text = Resolved::of(&value).text;
    let short = text.split('.').next().unwrap_or(&text).to_owned();
    let facts = work.facts();
    let found = work.directory.store.read(|r| r.find("ExchangeServer", "", &short))?;
    found.ok_or_else(|| Fault::not_found("ExchangeServer", &text, &facts.controller))
}

fn emit(work: &mut Work, state: &Object) -> Result<()> {
    let text = |name: &str| command::Value::from(state.text(name).unwrap_or_default());
    let row = values::Object::typed(
        "Microsoft.Exchange.Data.ServerComponentState",
        [
            ("Server", text("Server")),
            ("Component", text("Component")),
            ("State", text("State")),
            ("Requester", text("Requester")),
        ],
    );
    work.session.write(row)
}

fn get(work: &mut Work) -> Result<()> {
    let (server, all) = match server(work).and_then(|s| Ok((s, work.all("ServerComponentState")?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let component = work.bound.str("Component");
    for state in all {
        let fits = state.text("Server").is_some_and(|s| s.eq_ignore_ascii_case(&server.name))
            && component.as_ref().is_none_or(|c| state.text("Component").is_some_and(|t| t.eq_ignore_ascii_case(c)));
        if fits {
            emit(work, &state)?;
        }
    }
    Ok(())
}

fn set(work: &mut Work) -> Result<()> {
    let server = match server(work) {
        Ok(server) => server,
        Err(fault) => return work.fail(&fault),
    };
    let part = |name: &str| work.bound.str(name).map_or_else(String::new, |t| t.to_string());
    let (component, state, requester) = (part("Component"), part("State"), part("Requester"));
    let Some(state) = ["Active", "Inactive", "Draining"].iter().find(|s| s.eq_ignore_ascii_case(&state)) else {
        return work.fail(&Fault::argument(
            "ComponentState",
            format!("\"{state}\" is not a state of a component: use Active, Inactive or Draining."),
        ));
    };
    let Some(requester) = REQUESTERS.iter().find(|r| r.eq_ignore_ascii_case(&requester)) else {
        return work.fail(&Fault::argument(
            "ComponentRequester",
            format!("\"{requester}\" is not a requester: use {}.", REQUESTERS.join(", ")),
        ));
    };
    if !work.should(&format!("{}/{component}", server.name))? {
        return Ok(());
    }
    work.write(|writer, _| {
        let name = format!("{}/{component}", server.name);
        let known = writer.find("ServerComponentState", "", &name)?;
        let mut draft = known.map_or_else(|| Draft::new("ServerComponentState", "", &name), |k| k.draft());
        for (property, value) in [("Server", server.name.as_str()), ("State", state), ("Requester", requester)] {
            draft.properties.insert(property.to_owned(), Json::from(value));
        }
        draft.properties.entry("Component").or_insert_with(|| Json::from(component.as_str()));
        writer.put(draft)?;
        Ok(())
    })?;
    Ok(())
}
