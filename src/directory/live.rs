//! Values of the organisation that parameters of the nouns' commands offer to completion.

use std::sync::Arc;

use catalogue::NounRow;
use command::{Flow, Result, Session};
use store::Object;

use crate::fault::Fault;
use crate::library::Library;
use crate::session::directory;

/// By what people are called beside their names; each is indexed.
const SIGN_IN_NAMES: [&str; 4] = ["SamAccountName", "Alias", "UserPrincipalName", "SipAddress"];

/// The noun whose objects a parameter names: the command's own for its identity, the linked one for a link, else the noun
/// that is called like the parameter.
fn target(library: &Library, command: &str, parameter: &str) -> Option<NounRow> {
    let noun = library.command(command)?.noun_row()?;
    let is = |name: &str| parameter.eq_ignore_ascii_case(name);
    if is("Identity") || is("PolicyName") || (is("Name") && !command.to_ascii_lowercase().starts_with("new-")) {
        return Some(noun);
    }
    let linked = noun.property(parameter).map(|p| p.link()).filter(|link| !link.is_empty());
    if let Some(link) = linked {
        return library.noun(link.split(['.', ' ']).next().unwrap_or(link));
    }
    library.noun(parameter)
}

/// Names of objects that begin with a text, and what they are (of people also their addresses and aliases, and whose they are); none where the parameter names no objects.
pub fn live_values(
    library: &Arc<Library>,
    session: &mut dyn Session,
    (command, parameter): (&str, &str),
    prefix: &str,
    limit: usize,
) -> Result<Option<Vec<(String, String)>>> {
    let Some(noun) = target(library, command, parameter) else { return Ok(None) };
    let directory = directory(session, library)?;
    let stored = noun.stored_as();
    let shows = library.code(noun.name()).and_then(|code| code.shows);
    // A policy of a tag is called by what stands behind the colon as well.
    let beginnings = [prefix.to_string(), format!("Tag:{prefix}")];
    let is_shown = |object: &Object| shows.is_none_or(|shows| shows(object));
    let found = directory.store.read(|reader| {
        let mut names = Vec::new();
        for beginning in &beginnings {
            let found = reader.beginning(stored, beginning, limit)?.into_iter().filter(is_shown);
            names.extend(found.map(|object| (object.name, noun.name().to_string())));
        }
        let others: &[&str] =
            if parameter.eq_ignore_ascii_case("Identity") && !prefix.is_empty() { &SIGN_IN_NAMES } else { &[] };
        for property in others {
            let found = reader.first_matching(stored, property, prefix, limit)?.into_iter().filter(is_shown);
            names.extend(found.filter_map(|object| Some((object.text(property)?.to_string(), object.name))));
        }
        Ok(names)
    });
    let mut names: Vec<(String, String)> = found.map_err(|error| Flow::throw(Fault::from(error).record()))?;
    names.sort_by_key(|(name, _)| name.to_lowercase());
    names.dedup();
    names.truncate(limit);
    Ok(Some(names))
}
