//! OAuth configuration: absolute URLs, partner applications and servers as they are.

use directory::{Edit, Facts, Fault, Library, NounCode};
use serde_json::{Map, Value as Json, json};
use store::{Object, Reader, StoreError};

pub static NOUN: NounCode =
    NounCode { noun: "CsOAuthConfiguration", before_write: Some(check), complete: Some(complete), ..NounCode::PLAIN };

fn check(edit: &mut Edit) -> Result<(), Fault> {
    let url = edit.text("ExchangeAutodiscoverUrl").to_owned();
    let lower = url.to_lowercase();
    let host = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    if !url.is_empty() && host.is_none_or(|h| h.is_empty() || h.starts_with('/') || h.contains(' ')) {
        let text =
            format!("\"{url}\" is not a valid ExchangeAutodiscoverUrl: it must be an absolute http or https URL.");
        return Err(Fault::argument("InvalidUrl", text).at(&url));
    }
    Ok(())
}

fn complete(
    reader: &Reader,
    _: &Library,
    facts: &Facts,
    object: &Object,
    properties: &mut Map<String, Json>,
) -> Result<(), StoreError> {
    let names =
        |noun: &str| -> Result<Vec<String>, StoreError> { Ok(reader.all(noun)?.into_iter().map(|o| o.name).collect()) };
    properties.insert("PartnerApplications".to_owned(), json!(names("CsPartnerApplication")?));
    properties.insert("OAuthServers".to_owned(), json!(names("CsOAuthServer")?));
    if object.text("Realm").is_none() {
        properties.insert("Realm".to_owned(), Json::from(facts.domain.as_str()));
    }
    Ok(())
}
