//! Identities: every form in which an object may be named.

use catalogue::NounRow;
use command::Value;
use store::{Match, Object, Reader, StoreError};
use uuid::Uuid;
use values::convert::to_display;

use crate::fault::Fault;
use crate::kinds::ObjectIdValue;
use crate::library::Library;
use crate::organization::Facts;
use crate::scope;
use crate::settings;

/// An identity as a script gave it.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// Id of the object, when an object was given.
    pub id: Option<Uuid>,
    /// Text, for messages and for lookup.
    pub text: String,
}

impl Resolved {
    /// Of a parameter's value: text, an ADObjectId, or an object from another cmdlet.
    pub fn of(value: &Value) -> Resolved {
        if let Some(id) = value.as_foreign::<ObjectIdValue>() {
            return Resolved { id: Some(id.id), text: id.text.clone() };
        }
        let Some(object) = value.as_object() else {
            return Resolved { id: None, text: to_display(value) };
        };
        let id = match object.get("Guid") {
            Some(Value::Guid(id)) => Some(*id),
            _ => None,
        };
        let named = ["Identity", "DistinguishedName", "UserPrincipalName", "SipAddress", "PrimarySmtpAddress", "Name"];
        let text = named.iter().filter_map(|n| object.get(n)).map(|v| to_display(&v)).find(|t| !t.is_empty());
        Resolved { id, text: text.unwrap_or_else(|| to_display(value)) }
    }
}

/// The CN of a DN; `None` when the text is no DN.
fn common_name(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("CN=").or_else(|| text.strip_prefix("cn="))?;
    let end = rest.find(",CN=").or_else(|| rest.find(",OU=")).or_else(|| rest.find(",DC="))?;
    Some(&rest[..end])
}

/// Nouns by whose indexed properties an account is found, in this order.
const ACCOUNT: [&str; 5] = ["Alias", "UserPrincipalName", "PrimarySmtpAddress", "SamAccountName", "DisplayName"];

/// All objects that an identity may mean.
pub fn find_all(
    reader: &Reader,
    library: &Library,
    facts: &Facts,
    noun: &NounRow,
    identity: &Resolved,
) -> Result<Vec<Object>, StoreError> {
    let found = find_stored(reader, library, facts, noun, identity)?;
    if found.is_empty() { settings::of_accounts(reader, library, facts, noun, identity) } else { Ok(found) }
}

fn find_stored(
    reader: &Reader,
    library: &Library,
    facts: &Facts,
    noun: &NounRow,
    identity: &Resolved,
) -> Result<Vec<Object>, StoreError> {
    let stored = noun.stored_as();
    let shown = |objects: Vec<Object>| match library.code(noun.name()).and_then(|c| c.shows) {
        Some(shows) => objects.into_iter().filter(shows).collect(),
        None => objects,
    };
    let id = identity.id.or_else(|| Uuid::parse_str(identity.text.trim()).ok());
    if let Some(object) = id.map(|id| reader.get(id)).transpose()?.flatten() {
        if object.noun == stored {
            return Ok(shown(vec![object]));
        }
        // An account given where its telephony side is meant, and the other way round.
        let other: Vec<Object> = reader
            .referrers(object.id)?
            .into_iter()
            .filter(|(o, p)| o.noun == stored && p == "User")
            .map(|(o, _)| o)
            .collect();
        if !other.is_empty() {
            return Ok(shown(other));
        }
        if let Some(user) = object.links("User").first()
            && let Some(user) = reader.get(*user)?
            && user.noun == stored
        {
            return Ok(shown(vec![user]));
        }
    }
    let text = identity.text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let scopes: Vec<&str> = noun.scopes().collect();
    if !scopes.is_empty() {
        return Ok(shown(reader.find(stored, "", &scope::canonical(text, &scopes))?.into_iter().collect()));
    }
    if !noun.parent().is_empty() {
        return Ok(shown(child(reader, library, facts, noun, text)?));
    }
    if matches!(stored, "User" | "CsUser" | "CsOnlineUser" | "MsolUser" | "CsExUmContact" | "ADComputer") {
        return Ok(shown(account(reader, facts, stored, text)?));
    }
    if let Some(name) = common_name(text) {
        return Ok(shown(reader.named(stored, name)?));
    }
    let mut found = reader.named(stored, text)?;
    if found.is_empty() && text.contains('/') {
        found = reader.named(stored, text.rsplit('/').next().unwrap_or(text))?;
    }
    if found.is_empty()
        && let Some((host, _)) = text.split_once('.')
        && noun.container() == "Servers"
    {
        found = reader.named(stored, host)?;
    }
    Ok(shown(found))
}

/// `Gateway\Group`, `Tag:Plan/Rule`.
fn child(
    reader: &Reader,
    library: &Library,
    facts: &Facts,
    noun: &NounRow,
    text: &str,
) -> Result<Vec<Object>, StoreError> {
    let Some(parent) = library.noun(noun.parent()) else { return Ok(Vec::new()) };
    if noun.family() == "document" {
        let Some((container, name)) = text.rsplit_once('/') else { return Ok(Vec::new()) };
        let scopes: Vec<&str> = parent.scopes().collect();
        let container = scope::canonical(container, &scopes);
        return Ok(reader.find(noun.stored_as(), &container.to_lowercase(), name)?.into_iter().collect());
    }
    let (container, name) = match common_name(text) {
        Some(name) => {
            let rest = &text[text.find(',').map_or(text.len(), |at| at + 1)..];
            (common_name(rest).unwrap_or_default().to_owned(), name.to_owned())
        }
        None => match text.split_once('\\') {
            Some((container, name)) => (container.to_owned(), name.to_owned()),
            None => return Ok(Vec::new()),
        },
    };
    let mut found = Vec::new();
    for parent in find_all(reader, library, facts, &parent, &Resolved { id: None, text: container })? {
        found.extend(reader.find(noun.stored_as(), &parent.id.to_string(), &name)?);
    }
    Ok(found)
}

fn account(reader: &Reader, facts: &Facts, stored: &str, text: &str) -> Result<Vec<Object>, StoreError> {
    if let Some(name) = common_name(text) {
        return reader.named(stored, name);
    }
    let is = |value: &str| Match::Is(value.to_owned());
    let sip =
        if text.len() > 4 && text[..4].eq_ignore_ascii_case("sip:") { text.to_owned() } else { format!("sip:{text}") };
    if text.contains('@') {
        for (property, value) in
            [("SipAddress", sip.as_str()), ("UserPrincipalName", text), ("PrimarySmtpAddress", text)]
        {
            let found = reader.matching(stored, property, &is(value))?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        let found = reader.matching(stored, "EmailAddresses", &is(&format!("smtp:{text}")))?;
        return if found.is_empty() { reader.named(stored, text) } else { Ok(found) };
    }
    if let Some((domain, name)) = text.split_once('\\') {
        let fits = domain.eq_ignore_ascii_case(&facts.flat) || domain.eq_ignore_ascii_case(&facts.domain);
        return if fits { reader.matching(stored, "SamAccountName", &is(name)) } else { Ok(Vec::new()) };
    }
    if text.len() > 3 && text[..3].eq_ignore_ascii_case("/o=") {
        let all = reader.all(stored)?;
        let fits = |o: &Object| o.text("LegacyExchangeDN").is_some_and(|dn| dn.eq_ignore_ascii_case(text));
        return Ok(all.into_iter().filter(fits).collect());
    }
    let found = reader.named(stored, text)?;
    if !found.is_empty() {
        return Ok(found);
    }
    for property in ACCOUNT {
        let found = reader.matching(stored, property, &is(text))?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    if let Some((_, name)) = text.rsplit_once('/') {
        return reader.named(stored, name);
    }
    Ok(Vec::new())
}

/// The property that holds an attribute of the directory, by its LDAP name.
pub(crate) fn attribute(noun: &NounRow, name: &str) -> String {
    let known = [
        ("cn", "Name"),
        ("sn", "LastName"),
        ("givenName", "FirstName"),
        ("mail", "PrimarySmtpAddress"),
        ("mailNickname", "Alias"),
        ("telephoneNumber", "Phone"),
        ("mobile", "MobilePhone"),
        ("l", "City"),
        ("st", "StateOrProvince"),
        ("co", "CountryOrRegion"),
        ("physicalDeliveryOfficeName", "Office"),
        ("proxyAddresses", "EmailAddresses"),
        ("msRTCSIP-PrimaryUserAddress", "SipAddress"),
        ("msRTCSIP-Line", "LineURI"),
        ("msRTCSIP-UserEnabled", "Enabled"),
    ];
    let found = known.iter().find(|(ldap, _)| ldap.eq_ignore_ascii_case(name)).map_or(name, |(_, property)| property);
    noun.property(found).map_or_else(|| found.to_owned(), |p| p.name().to_owned())
}

/// The one object that an identity means.
pub fn resolve(
    reader: &Reader,
    library: &Library,
    facts: &Facts,
    noun: &NounRow,
    identity: &Resolved,
) -> Result<Object, Fault> {
    let mut found = find_all(reader, library, facts, noun, identity)?;
    match found.len() {
        1 => Ok(found.swap_remove(0)),
        0 => Err(absent(facts, noun, &identity.text)),
        _ => Err(Fault::ambiguous(noun.name(), &identity.text)),
    }
}

/// The error that the noun's family gives for an unknown identity.
pub(crate) fn absent(facts: &Facts, noun: &NounRow, text: &str) -> Fault {
    match noun.module() {
        "ActiveDirectory" => return Fault::no_directory_object(&facts.domain_dn(), text),
        "DnsServer" => {
            let server = facts.controller.split('.').next().unwrap_or_default().to_uppercase();
            let (what, id) = match noun.name().trim_start_matches("DnsServer") {
                kind if kind.ends_with("Zone") => ("zone".to_owned(), "WIN32 9601"),
                kind => (kind.to_lowercase(), "WIN32 9714"),
            };
            let message = format!("The {what} {text} was not found on server {server}.");
            return Fault::new("CimException", id, command::ErrorCategory::ObjectNotFound, message).at(text);
        }
        "NetSecurity" => {
            let class = noun.name();
            let message = format!(
                "No MSFT_{class} objects found with property 'InstanceID' equal to '{text}'.  Verify the value of the property and retry."
            );
            let id = "CmdletizationQuery_NotFound_InstanceID";
            return Fault::new("CimJobException", id, command::ErrorCategory::ObjectNotFound, message).at(text);
        }
        _ => {}
    }
    if matches!(noun.stored_as(), "CsUser" | "CsExUmContact" | "CsOnlineUser") {
        return Fault::no_user(text);
    }
    if noun.stored_as() == "MsolUser" {
        let text = format!("User Not Found. User: {text}.");
        return Fault::new(
            "MicrosoftOnlineException",
            "Microsoft.Online.Administration.Automation.UserNotFoundException",
            command::ErrorCategory::OperationStopped,
            text,
        );
    }
    if matches!(noun.family(), "document" | "tenant") {
        let scopes: Vec<&str> = noun.scopes().collect();
        return Fault::no_document(document(noun), &scope::canonical(text, &scopes));
    }
    Fault::not_found(noun.name(), text, &facts.controller)
}

/// The document's name in messages.
pub(crate) fn document<'a>(noun: &NounRow) -> &'a str
where
    'static: 'a,
{
    if noun.document().is_empty() { noun.name().strip_prefix("Cs").unwrap_or(noun.name()) } else { noun.document() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguished_names() {
        assert_eq!(common_name("CN=Kim, Akers,OU=Sales,DC=contoso,DC=com"), Some("Kim, Akers"));
        assert_eq!(common_name("cn=Plan,CN=UM DialPlan Container,DC=x"), Some("Plan"));
        assert_eq!(common_name("Kim"), None);
    }
}
