//! What a fresh organisation has: its own description, Global documents, and the seeds of the catalogue.

use serde_json::{Map, Value as Json};
use store::{Draft, Store, Writer};

use crate::draft::{defaults, store_draft};
use crate::fault::Fault;
use crate::library::Library;
use crate::organization::{Facts, ORGANIZATION};
use crate::scope::canonical;

/// Makes what is missing. Runs once for each version of the catalogue.
pub(crate) fn prepare(store: &Store, library: &Library) -> Result<(), Fault> {
    let version = format!("{}/{}/2", library.nouns().count(), library.commands().count());
    let known =
        store.read(|reader| Ok(reader.all(ORGANIZATION)?.first().and_then(|o| o.text("Seeded").map(str::to_owned))))?;
    if known.as_deref() == Some(version.as_str()) {
        return Ok(());
    }
    store.write(|writer| {
        let facts = match writer.all(ORGANIZATION)?.into_iter().next() {
            Some(mut organization) => {
                organization.properties.insert("Seeded".to_owned(), Json::from(version.as_str()));
                writer.update(organization.draft())?;
                Facts::read(writer)?
            }
            None => {
                let facts = Facts::default();
                let draft = Draft::new(ORGANIZATION, "", &facts.organization)
                    .with("Domain", facts.domain.as_str())
                    .with("Site", facts.site.as_str())
                    .with("Seeded", version.as_str());
                writer.insert(draft)?;
                facts
            }
        };
        roles(writer, library)?;
        for noun in library.nouns() {
            if noun.scopes().any(|s| s == "Global") {
                add(writer, library, &noun, "Global", defaults(&noun))?;
            }
            for seed in noun.seeds() {
                let Ok(Json::Object(mut given)) = serde_json::from_str::<Json>(seed) else { continue };
                let identity = given.remove("Identity").or_else(|| given.get("Name").cloned());
                let Some(identity) = identity.as_ref().and_then(Json::as_str) else { continue };
                let mut properties = defaults(&noun);
                properties.extend(given);
                let scopes: Vec<&str> = noun.scopes().collect();
                let name = canonical(&identity.replace("{domain}", &facts.domain), &scopes);
                add(writer, library, &noun, &name, properties)?;
            }
        }
        Ok(())
    })
}

/// Built-in role groups and roles; the first administrator manages the organisation.
fn roles(writer: &mut Writer, library: &Library) -> Result<(), Fault> {
    for (group, roles) in crate::role::GROUPS {
        let Some(noun) = library.noun("RoleGroup") else { continue };
        let mut properties = defaults(&noun);
        let all: Vec<&str> = match roles {
            ["*"] => crate::role::ROLES.iter().map(|(name, _)| *name).chain(["*"]).collect(),
            some => some.to_vec(),
        };
        properties.insert("Roles".to_owned(), serde_json::json!(all));
        properties.insert("RoleGroupType".to_owned(), Json::from("Standard"));
        let members = if group == "Organization Management" { vec!["Administrator"] } else { Vec::new() };
        properties.insert("Members".to_owned(), serde_json::json!(members));
        add(writer, library, &noun, group, properties)?;
    }
    for (role, _) in crate::role::ROLES {
        let Some(noun) = library.noun("ManagementRole") else { continue };
        let mut properties = defaults(&noun);
        properties.insert("RoleType".to_owned(), Json::from(role.replace([' ', '-'], "")));
        add(writer, library, &noun, role, properties)?;
    }
    for (role, commands) in crate::role::CS_ROLES {
        let Some(noun) = library.noun("CsAdminRole") else { continue };
        let mut properties = defaults(&noun);
        properties.insert("IsStandardRole".to_owned(), Json::from("True"));
        properties.insert("Cmdlets".to_owned(), serde_json::json!(commands));
        add(writer, library, &noun, role, properties)?;
    }
    Ok(())
}

fn add(
    writer: &mut Writer,
    library: &Library,
    noun: &catalogue::NounRow,
    name: &str,
    mut properties: Map<String, Json>,
) -> Result<(), Fault> {
    let (container, name) = match name.rsplit_once('/') {
        Some((parent, name)) if !noun.parent().is_empty() => {
            properties.insert("Parent".to_owned(), Json::from(parent));
            properties.insert("Name".to_owned(), Json::from(name));
            (parent.to_lowercase(), name.to_owned())
        }
        _ => (String::new(), name.to_owned()),
    };
    if writer.find(noun.stored_as(), &container, &name)?.is_none() {
        let draft = store_draft(library, noun.stored_as(), uuid::Uuid::new_v4(), &name, &container, properties);
        writer.insert(draft)?;
    }
    Ok(())
}
