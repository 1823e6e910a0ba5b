//! Accounts of the directory, whether or not they are enabled for Skype for Business.

use directory::{Facts, Library, NounCode};
use serde_json::{Map, Value as Json, json};
use store::{Object, Reader, StoreError};

pub static NOUN: NounCode = NounCode { noun: "CsAdUser", complete: Some(complete), ..NounCode::PLAIN };

fn complete(
    reader: &Reader,
    _: &Library,
    _: &Facts,
    user: &Object,
    properties: &mut Map<String, Json>,
) -> Result<(), StoreError> {
    let enabled = reader.referrers(user.id)?.into_iter().find(|(o, p)| o.noun == "CsUser" && p == "User");
    properties.insert("Enabled".to_owned(), Json::Bool(enabled.is_some()));
    if let Some(address) = enabled.as_ref().and_then(|(o, _)| o.text("SipAddress")) {
        properties.insert("SipAddress".to_owned(), Json::from(address));
    }
    properties.insert("ProxyAddresses".to_owned(), json!(user.texts("EmailAddresses")));
    Ok(())
}
