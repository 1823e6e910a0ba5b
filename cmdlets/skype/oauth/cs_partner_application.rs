//! Partner applications: how they are authenticated.

use directory::{Edit, Facts, Fault, Library, NounCode};
use serde_json::{Map, Value as Json};
use store::{Object, Reader, StoreError};

pub static NOUN: NounCode = NounCode {
    noun: "CsPartnerApplication",
    heeds: &["UseOAuthServer"],
    before_write: Some(check),
    complete: Some(complete),
    ..NounCode::PLAIN
};

fn check(edit: &mut Edit) -> Result<(), Fault> {
    let (metadata, application) = (edit.text("MetadataUrl").to_owned(), edit.text("ApplicationIdentifier").to_owned());
    if !metadata.is_empty()
        && !application.is_empty()
        && edit.bound.has("MetadataUrl")
        && edit.bound.has("ApplicationIdentifier")
    {
        return Err(Fault::argument(
            "PartnerApplicationSource",
            "MetadataUrl and ApplicationIdentifier exclude each other.",
        ));
    }
    if metadata.is_empty() && application.is_empty() {
        return Err(Fault::argument(
            "PartnerApplicationSource",
            "Either MetadataUrl or ApplicationIdentifier must be given.",
        ));
    }
    // Exchange's metadata document names Exchange's own identifier.
    if application.is_empty() {
        edit.set("ApplicationIdentifier", "00000002-0000-0ff1-ce00-000000000000");
    }
    let application = edit.text("ApplicationIdentifier").to_owned();
    let realm = edit.text("Realm").to_owned();
    for other in edit.writer.all("CsPartnerApplication")? {
        let same = other.text("ApplicationIdentifier") == Some(application.as_str())
            && other.text("Realm").unwrap_or_default() == realm;
        if other.id != edit.id && same {
            let text =
                format!("The partner application \"{}\" has the same application identifier and realm.", other.name);
            return Err(Fault::state("PartnerApplicationTwice", text).at(&application));
        }
    }
    Ok(())
}

fn complete(
    _: &Reader,
    _: &Library,
    facts: &Facts,
    object: &Object,
    properties: &mut Map<String, Json>,
) -> Result<(), StoreError> {
    let token = match (object.flag("UseOAuthServer"), object.text("MetadataUrl")) {
        (Some(true), _) => "OAuthServer".to_owned(),
        (_, Some(url)) => format!("Value={url}"),
        _ => String::new(),
    };
    properties.insert("AuthToken".to_owned(), Json::from(token));
    if object.text("Realm").is_none() {
        properties.insert("Realm".to_owned(), Json::from(facts.domain.as_str()));
    }
    Ok(())
}
