//! Accounts as the directory's own cmdlets show them: the same objects as mailboxes and users.

use std::sync::Arc;

use command::{Bound, ErrorCategory, Result, Value};
use directory::{Change, Directory, Fault, Filter, NounCode, Resolved, Work};
use serde_json::{Map, Value as Json};
use store::Object;
use values::convert::to_display;

pub static NOUN: NounCode = NounCode {
    noun: "ADUser",
    heeds: &[
        "*",
        "AccountPassword",
        "OtherAttributes",
        "Properties",
        "Filter",
        "ResultSetSize",
        "SearchBase",
        "Identity",
        "LDAPFilter",
        "City",
        "Company",
        "Country",
        "Department",
        "Description",
        "DisplayName",
        "EmailAddress",
        "Enabled",
        "GivenName",
        "MobilePhone",
        "Name",
        "Office",
        "OfficePhone",
        "PassThru",
        "Path",
        "PostalCode",
        "SamAccountName",
        "StreetAddress",
        "Surname",
        "Title",
        "UserPrincipalName",
        "Add",
        "Clear",
        "Remove",
        "Replace",
    ],
    verbs: &[("Get", get), ("New", new), ("Set", set), ("Remove", remove)],
    ..NounCode::PLAIN
};

/// Attribute names of the directory, LDAP or cmdlet spelling, and the property that holds the value.
const ATTRIBUTES: [(&str, &str); 24] = [
    ("DisplayName", "DisplayName"),
    ("GivenName", "FirstName"),
    ("Surname", "LastName"),
    ("sn", "LastName"),
    ("mail", "PrimarySmtpAddress"),
    ("EmailAddress", "PrimarySmtpAddress"),
    ("OfficePhone", "Phone"),
    ("telephoneNumber", "Phone"),
    ("Department", "Department"),
    ("Title", "Title"),
    ("Company", "Company"),
    ("City", "City"),
    ("l", "City"),
    ("Country", "CountryOrRegion"),
    ("Office", "Office"),
    ("mailNickname", "Alias"),
    ("proxyAddresses", "EmailAddresses"),
    ("SamAccountName", "SamAccountName"),
    ("UserPrincipalName", "UserPrincipalName"),
    ("Description", "Notes"),
    ("MobilePhone", "MobilePhone"),
    ("mobile", "MobilePhone"),
    ("StreetAddress", "StreetAddress"),
    ("PostalCode", "PostalCode"),
];

pub(super) fn stored(attribute: &str) -> &str {
    ATTRIBUTES.iter().find(|(name, _)| name.eq_ignore_ascii_case(attribute)).map_or(attribute, |(_, property)| property)
}

/// An attribute of an account, by its LDAP or cmdlet name.
pub(super) fn value(directory: &Directory, user: &Object, attribute: &str) -> Json {
    let facts = directory.facts();
    match attribute.to_ascii_lowercase().as_str() {
        "name" | "cn" => Json::from(user.name.as_str()),
        "distinguishedname" => Json::from(facts.object_dn(&user.name, "Users", user.text("OrganizationalUnit"))),
        "objectclass" | "objectcategory" => Json::from("user"),
        "enabled" => Json::Bool(user.flag("AccountDisabled") != Some(true)),
        "objectguid" => Json::from(user.id.to_string()),
        "msrtcsip-primaryuseraddress" => {
            let cs = directory.store.read(|r| r.referrers(user.id)).unwrap_or_default();
            cs.iter()
                .find(|(o, p)| o.noun == "CsUser" && p == "User")
                .and_then(|(o, _)| o.get("SipAddress").cloned())
                .unwrap_or_default()
        }
        _ => user.get(stored(attribute)).cloned().unwrap_or_default(),
    }
}

pub(super) fn emit(work: &mut Work, user: &Object) -> Result<()> {
    let standard = ["DistinguishedName", "Enabled", "GivenName", "Name", "ObjectClass"];
    let mut pairs: Vec<(String, Value)> =
        standard.iter().map(|n| ((*n).to_owned(), directory::free(&value(&work.directory, user, n)))).collect();
    pairs.push(("ObjectGUID".to_owned(), Value::Guid(Arc::new(user.id))));
    pairs.push(("SamAccountName".to_owned(), directory::free(&value(&work.directory, user, "SamAccountName"))));
    // assumed: a security identifier that is stable for the object.
    let (a, b) = user.id.as_u64_pair();
    pairs.push((
        "SID".to_owned(),
        Value::from(format!("S-1-5-21-{}-{}-{}-{}", a >> 34, b >> 34, a & 0x3FFF_FFFF, 1000 + (b & 0xFFFF))),
    ));
    for name in ["Surname", "UserPrincipalName"] {
        pairs.push((name.to_owned(), directory::free(&value(&work.directory, user, name))));
    }
    for name in work.bound.strings("Properties") {
        if name.as_str() == "*" {
            for (attribute, _) in ATTRIBUTES {
                if !pairs.iter().any(|(n, _)| n.eq_ignore_ascii_case(attribute)) {
                    pairs.push((attribute.to_owned(), directory::free(&value(&work.directory, user, attribute))));
                }
            }
            for property in work.noun.properties() {
                let is_shown = pairs.iter().any(|(n, _)| n.eq_ignore_ascii_case(property.name()));
                if !is_shown && !NAMED.contains(&property.name()) {
                    let shown = directory::to_value(&property, Some(&value(&work.directory, user, property.name())));
                    pairs.push((property.name().to_owned(), shown));
                }
            }
        } else if !pairs.iter().any(|(n, _)| n.eq_ignore_ascii_case(&name)) {
            pairs.push((name.to_string(), directory::free(&value(&work.directory, user, &name))));
        }
    }
    pairs.sort_by_key(|p| p.0.to_lowercase());
    work.session.write(values::Object::typed("Microsoft.ActiveDirectory.Management.ADUser", pairs))
}

fn missing(work: &Work, text: &str) -> Fault {
    Fault::no_directory_object(&work.facts().domain_dn(), text)
}

fn named(work: &Work) -> std::result::Result<Object, Fault> {
    let identity = work.bound.value("Identity");
    let from_row = identity.as_object().and_then(|o| o.get("ObjectGUID"));
    let identity = from_row.unwrap_or(identity);
    work.target("User", &identity).map_err(|_| missing(work, &Resolved::of(&identity).text))
}

fn get(work: &mut Work) -> Result<()> {
    if work.bound.has("Identity") {
        return match named(work) {
            Ok(user) => emit(work, &user),
            Err(fault) => work.fail(&fault),
        };
    }
    let text = |name: &str| work.bound.get(name).map(to_display).filter(|t| !t.is_empty());
    let filter = match text("Filter") {
        Some(all) if all.trim() == "*" => None,
        Some(text) => match directory::read_filter(work, &text) {
            Ok(filter) => Some(filter),
            Err(fault) => return work.fail(&fault),
        },
        None => None,
    };
    let filter = match text("LDAPFilter").map(|text| Filter::parse_ldap(&text, &str::to_owned)) {
        None => filter,
        Some(Some(filter)) => Some(filter),
        Some(None) => {
            let fault = Fault::new(
                "ADFilterParsingException",
                "ActiveDirectoryCmdlet:Microsoft.ActiveDirectory.Management.ADFilterParsingException",
                ErrorCategory::ParserError,
                "The search filter cannot be recognized.",
            );
            return work.fail(&fault);
        }
    };
    let base = text("SearchBase").map(|b| b.to_lowercase());
    let limit = work.bound.int("ResultSetSize").and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    let all = match work.all("User") {
        Ok(all) => all,
        Err(fault) => return work.fail(&fault),
    };
    let mut given = 0;
    for user in all {
        if given == limit {
            break;
        }
        if base.as_ref().is_some_and(|b| {
            !value(&work.directory, &user, "DistinguishedName")
                .as_str()
                .is_some_and(|dn| dn.to_lowercase().ends_with(b))
        }) {
            continue;
        }
        if filter.as_ref().is_some_and(|f| !f.passes(&mut |name| value(&work.directory, &user, name))) {
            continue;
        }
        given += 1;
        emit(work, &user)?;
    }
    Ok(())
}

/// Properties that have a place of their own.
const NAMED: [&str; 9] = ["Name", "Enabled", "Path", "Add", "Clear", "Remove", "Replace", "OtherAttributes", "Server"];

/// Attributes that parameters name, as stored.
fn given(work: &Work, properties: &mut Map<String, Json>) -> std::result::Result<(), Fault> {
    for (parameter, value) in work.bound.iter() {
        if let Some((_, property)) = ATTRIBUTES.iter().find(|(name, _)| name.eq_ignore_ascii_case(parameter)) {
            // What the catalogue says of the parameter holds wherever the value goes.
            let json = match work.noun.property(parameter) {
                Some(known) => directory::to_json(&known, value)?,
                None => Json::from(to_display(value)),
            };
            properties.insert((*property).to_owned(), json);
        } else if let Some(property) = work.noun.property(parameter).filter(|p| !NAMED.contains(&p.name())) {
            // What only the directory's own cmdlets know is kept under its own name.
            properties.insert(property.name().to_owned(), directory::to_json(&property, value)?);
        }
        if parameter.eq_ignore_ascii_case("AccountPassword") {
            let secret = directory::secret(value);
            let hashes = store::pin::password_hashes(&secret);
            properties.extend(hashes.map(|(name, hash)| (name.to_owned(), Json::from(hash))));
        }
        if parameter.eq_ignore_ascii_case("Enabled") {
            if let Some(known) = work.noun.property(parameter) {
                directory::to_json(&known, value)?;
            }
            properties.insert("AccountDisabled".to_owned(), Json::Bool(!values::convert::to_bool(value)));
        }
    }
    Ok(())
}

fn save(work: &mut Work, old: Option<&Object>, name: &str, properties: Map<String, Json>) -> Result<()> {
    let row = match work.other("User") {
        Ok(row) => row,
        Err(fault) => return work.fail(&fault),
    };
    let (directory, facts, nothing) = (work.directory.clone(), work.facts(), Bound::new());
    let change = Change {
        library: &directory.library,
        facts: &facts,
        noun: row,
        bound: &nothing,
        old,
        name: name.to_owned(),
        container: String::new(),
        properties,
    };
    let done = work.write(|writer, warnings| {
        let id = change.write(writer, warnings)?;
        Ok(writer.get(id)?)
    })?;
    match done.flatten() {
        Some(user) if work.bound.switch("PassThru") => emit(work, &user),
        _ => Ok(()),
    }
}

fn new(work: &mut Work) -> Result<()> {
    let name = work.bound.str("Name").map_or_else(String::new, |t| t.to_string());
    if !work.should(&name)? {
        return Ok(());
    }
    let mut properties = Map::new();
    if let Err(fault) = given(work, &mut properties) {
        return work.fail(&fault);
    }
    if let Some(others) = work.bound.get("OtherAttributes").and_then(Value::as_dict) {
        for (key, value) in others.to_vec() {
            properties.insert(stored(&to_display(&key)).to_owned(), Json::from(to_display(&value)));
        }
    }
    if let Some(path) = work.bound.str("Path") {
        properties.insert("OrganizationalUnit".to_owned(), Json::from(path.as_str()));
    }
    save(work, None, &name, properties)
}

/// Changes properties of the account that is named, once that is confirmed.
pub(super) fn change(
    work: &mut Work,
    edit: impl FnOnce(&Work, &mut Map<String, Json>) -> std::result::Result<(), Fault>,
) -> Result<()> {
    let user = match named(work) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&user.name)? {
        return Ok(());
    }
    let mut properties = user.properties.clone();
    if let Err(fault) = edit(work, &mut properties) {
        return work.fail(&fault);
    }
    save(work, Some(&user), &user.name, properties)
}

fn set(work: &mut Work) -> Result<()> {
    change(work, edited)
}

/// Set-ADUser's own parameters, then what -Replace, -Add, -Clear and -Remove name.
fn edited(work: &Work, properties: &mut Map<String, Json>) -> std::result::Result<(), Fault> {
    given(work, properties)?;
    for (parameter, is_removal) in [("Replace", false), ("Add", false), ("Clear", true), ("Remove", true)] {
        let Some(value) = work.bound.get(parameter) else { continue };
        if let Some(table) = value.as_dict() {
            for (key, value) in table.to_vec() {
                let property = stored(&to_display(&key)).to_owned();
                if is_removal {
                    properties.remove(&property);
                } else {
                    properties.insert(property, Json::from(to_display(&value)));
                }
            }
        } else {
            for name in work.bound.strings(parameter) {
                properties.remove(stored(&name));
            }
        }
    }
    Ok(())
}

fn remove(work: &mut Work) -> Result<()> {
    let user = match named(work) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&user.name)? {
        return Ok(());
    }
    work.write(|writer, _| {
        for (other, property) in writer.referrers(user.id)? {
            if property == "User" {
                writer.remove(other.id)?;
            }
        }
        super::deleted::bury(writer, &user)?;
        Ok(writer.remove(user.id)?)
    })?;
    Ok(())
}
