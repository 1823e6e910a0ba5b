//! What was removed from the directory: kept with all it said, until it is restored.

use command::Value;
use directory::{Facts, Fault, Work};
use store::{Draft, Object, ObjectId, StoreError, Writer};

/// Noun of what was removed.
const NOUN: &str = "ADDeletedObject";

/// Keeps an object that is about to go.
pub(super) fn bury(writer: &mut Writer, object: &Object) -> Result<(), StoreError> {
    let draft = Draft::new(NOUN, "", &object.id.to_string())
        .with("Noun", object.noun.as_str())
        .with("Container", object.container.as_str())
        .with("Name", object.name.as_str())
        .with("Properties", serde_json::Value::Object(object.properties.clone()));
    writer.put(draft)
}

/// Name of a removed object as the directory writes it.
pub(super) fn name(object: &Object) -> String {
    format!("{}\nDEL:{}", object.text("Name").unwrap_or_default(), object.name)
}

/// Where it lies now.
pub(super) fn dn(facts: &Facts, object: &Object) -> String {
    format!(
        "CN={}\\0ADEL:{},CN=Deleted Objects,{}",
        object.text("Name").unwrap_or_default(),
        object.name,
        facts.domain_dn()
    )
}

/// All that was removed.
pub(super) fn all(work: &Work) -> std::result::Result<Vec<Object>, Fault> {
    work.all(NOUN)
}

/// The removed object that an identity means: its number, its name or its place.
pub(super) fn named(work: &Work, identity: &Value) -> std::result::Result<Object, Fault> {
    let facts = work.facts();
    let from_row = identity.as_object().and_then(|o| o.get("ObjectGUID"));
    let text = directory::Resolved::of(from_row.as_ref().unwrap_or(identity)).text;
    let found = all(work)?.into_iter().find(|o| {
        o.name.eq_ignore_ascii_case(&text)
            || dn(&facts, o).eq_ignore_ascii_case(&text)
            || o.text("Name").is_some_and(|n| n.eq_ignore_ascii_case(&text))
    });
    found.ok_or_else(|| Fault::no_directory_object(&facts.domain_dn(), &text))
}

/// Puts a removed object back, under another name or in another place where that is wanted.
pub(super) fn restore(
    work: &mut Work,
    removed: &Object,
    new_name: Option<String>,
    place: Option<String>,
) -> command::Result<Option<ObjectId>> {
    let directory = work.directory.clone();
    let (noun, container) =
        (removed.text("Noun").unwrap_or_default().to_owned(), removed.text("Container").unwrap_or_default().to_owned());
    let name = new_name.unwrap_or_else(|| removed.text("Name").unwrap_or_default().to_owned());
    let mut properties = match removed.get("Properties") {
        Some(serde_json::Value::Object(properties)) => properties.clone(),
        _ => serde_json::Map::new(),
    };
    if let Some(place) = place {
        properties.insert("OrganizationalUnit".to_owned(), place.as_str().into());
        properties.insert("Path".to_owned(), place.into());
    }
    let id = uuid::Uuid::parse_str(&removed.name).unwrap_or_else(|_| uuid::Uuid::new_v4());
    work.write(|writer, _| {
        if writer.find(&noun, &container, &name)?.is_some() {
            let text = format!(
                "An attempt was made to add an object to the directory with a name that is already in use: {name}."
            );
            return Err(Fault::state("ActiveDirectoryServer:8305", text).at(&name));
        }
        writer.remove(removed.id)?;
        writer.insert(directory::store_draft(&directory.library, &noun, id, &name, &container, properties))?;
        Ok(id)
    })
}
