//! Users of Skype for Business: enabling an account, addresses and lines, moving and disabling.

use command::{Result, Value};
use directory::{Change, Derived, Edit, Facts, Fault, NounCode, Resolved, Scope, Work};
use serde_json::{Map, Value as Json};
use store::{Match, Object, Reader, StoreError};

pub static NOUN: NounCode = NounCode {
    noun: "CsUser",
    heeds: &[
        "Identity",
        "PassThru",
        "RegistrarPool",
        "SipAddressType",
        "SipDomain",
        "SipAddress",
        "HostingProviderProxyFqdn",
        "Target",
        "OnPremLineURI",
        "HostedVoiceMail",
        "EnterpriseVoiceEnabled",
        "LineURI",
        "*",
    ],
    before_write: Some(check),
    derived: Some(&Derived { names: &["DisplayName", "HomeServer"], run: derive }),
    verbs: &[("Enable", enable), ("Disable", disable), ("Move", move_user), ("Set", set)],
    ..NounCode::PLAIN
};

/// Nouns whose objects have SIP addresses and lines.
const REACHABLE: [&str; 3] = ["CsUser", "CsExUmContact", "CsCommonAreaPhone"];

/// Refuses an address or line that somebody else has.
pub(crate) fn only_one(
    reader: &Reader,
    id: store::ObjectId,
    property: &str,
    value: &str,
) -> std::result::Result<(), Fault> {
    if value.is_empty() {
        return Ok(());
    }
    for noun in REACHABLE {
        let taken = reader.matching(noun, property, &Match::Is(value.to_owned()))?;
        if let Some(other) = taken.iter().find(|o| o.id != id) {
            let text = match property {
                "SipAddress" => format!("SIP address \"{value}\" is already in use by \"{}\".", other.name),
                _ => format!("{property} \"{value}\" is already in use by \"{}\".", other.name),
            };
            let id = if property == "SipAddress" { "SipAddressInUse" } else { "LineUriInUse" };
            return Err(Fault::state(id, text).at(value));
        }
    }
    Ok(())
}

/// A SIP address with its scheme, in a domain that the organisation has.
pub(crate) fn sip_address(reader: &Reader, text: &str) -> std::result::Result<String, Fault> {
    let bare = if text.len() > 4 && text[..4].eq_ignore_ascii_case("sip:") { &text[4..] } else { text };
    let Some((user, domain)) =
        bare.split_once('@').filter(|(u, d)| !u.is_empty() && !d.is_empty() && !bare.contains(' '))
    else {
        return Err(Fault::argument("InvalidSipAddress", format!("\"{text}\" is not a valid SIP address.")).at(text));
    };
    if reader.find("CsSipDomain", "", domain)?.is_none() {
        let text = format!("The SIP domain \"{domain}\" is not a SIP domain of the deployment.");
        return Err(Fault::argument("SipDomainNotFound", text).at(domain));
    }
    Ok(format!("sip:{user}@{domain}"))
}

/// A line as `tel:+digits[;ext=digits]`.
fn line(text: &str) -> std::result::Result<String, Fault> {
    let lower = text.trim().to_lowercase();
    let number = lower.strip_prefix("tel:").unwrap_or(&lower);
    let (digits, ext) = number.split_once(";ext=").unwrap_or((number, ""));
    let plain = digits.strip_prefix('+').unwrap_or(digits);
    let fits = !plain.is_empty()
        && plain.chars().all(|c| c.is_ascii_digit())
        && ext.chars().all(|c| c.is_ascii_digit())
        && !number.ends_with(";ext=");
    if lower.starts_with("sip:") || !fits {
        let text = format!("\"{text}\" is not a valid line URI. Use tel:+<number> or tel:+<number>;ext=<extension>.");
        return Err(Fault::argument("InvalidLineUri", text));
    }
    Ok(format!("tel:{number}"))
}

fn check(edit: &mut Edit) -> std::result::Result<(), Fault> {
    if !edit.text("SipAddress").is_empty() {
        let address = sip_address(edit.writer, edit.text("SipAddress"))?;
        only_one(edit.writer, edit.id, "SipAddress", &address)?;
        edit.set("SipAddress", address);
    }
    if !edit.text("LineURI").is_empty() {
        let uri = line(edit.text("LineURI"))?;
        only_one(edit.writer, edit.id, "LineURI", &uri)?;
        edit.set("LineURI", uri);
    }
    if edit.flag("EnterpriseVoiceEnabled") && edit.text("LineURI").is_empty() && edit.changes("EnterpriseVoiceEnabled")
    {
        let text = format!("The user \"{}\" cannot be enabled for Enterprise Voice without a LineURI.", edit.name);
        return Err(Fault::state("LineUriMissing", text).at(&edit.name));
    }
    if edit.flag("HostedVoiceMail") && edit.changes("HostedVoiceMail") && destination(edit)?.is_empty() {
        let text = format!(
            "The user \"{}\" cannot be enabled for hosted voice mail: the hosted voice mail policy that applies has no Destination.",
            edit.name
        );
        return Err(Fault::state("HostedVoicemailDestinationMissing", text).at(&edit.name));
    }
    if edit.text("RegistrarPool").is_empty() {
        return Ok(());
    }
    let pool = edit.text("RegistrarPool").to_owned();
    let Some(found) = edit.writer.find("CsPool", "", &pool)? else {
        return Err(Fault::no_document("Pool", &pool));
    };
    edit.set("RegistrarPool", found.name.as_str());
    Ok(())
}

/// Destination of the hosted voice mail policy that applies to the user.
fn destination(edit: &Edit) -> std::result::Result<String, StoreError> {
    let own = edit.text("HostedVoicemailPolicy");
    let site = edit
        .writer
        .find("CsPool", "", edit.text("RegistrarPool"))?
        .and_then(|p| p.text("Site").map(str::to_owned))
        .unwrap_or_default();
    for name in [if own.is_empty() { String::new() } else { format!("Tag:{own}") }, site, "Global".to_owned()] {
        if let Some(policy) = edit.writer.find("CsHostedVoicemailPolicy", "", &name)? {
            return Ok(policy.text("Destination").unwrap_or_default().to_owned());
        }
    }
    Ok(String::new())
}

fn derive(facts: &Facts, user: &Object, properties: &mut Map<String, Json>) {
    if !properties.contains_key("DisplayName") {
        properties.insert("DisplayName".to_owned(), Json::from(user.name.as_str()));
    }
    if let Some(pool) = user.text("RegistrarPool") {
        let dn = format!(
            "CN=Lc Services,CN=Microsoft,CN={pool},CN=Pools,CN=RTC Service,CN=Services,CN=Configuration,{}",
            facts.domain_dn()
        );
        properties.insert("HomeServer".to_owned(), Json::from(dn));
    }
}

/// The address that -SipAddressType wants.
fn typed_address(account: &Object, kind: &str, domain: &str) -> std::result::Result<String, Fault> {
    let of = |property: &str| account.text(property).unwrap_or_default().to_owned();
    let first_last = || {
        let (first, last) = (of("FirstName"), of("LastName"));
        if first.is_empty() && last.is_empty() {
            account.name.split(' ').collect::<Vec<_>>().join(".")
        } else {
            format!("{first}.{last}")
        }
    };
    let local = match kind.to_ascii_lowercase().as_str() {
        "emailaddress" => return Ok(of("PrimarySmtpAddress")),
        "userprincipalname" => return Ok(of("UserPrincipalName")),
        "samaccountname" => of("SamAccountName"),
        "firstlastname" => first_last(),
        other => {
            let text = format!(
                "\"{other}\" is not a type of SIP address: use EmailAddress, UserPrincipalName, SamAccountName or FirstLastName."
            );
            return Err(Fault::argument("SipAddressType", text).at(other));
        }
    };
    if domain.is_empty() {
        return Err(Fault::argument("SipDomainMissing", format!("SipAddressType {kind} requires SipDomain.")));
    }
    Ok(format!("{}@{domain}", local.to_lowercase()))
}

fn enable(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let account = match work.target("User", &identity) {
        Ok(account) => account,
        Err(_) => return work.fail(&Fault::no_user(&Resolved::of(&identity).text)),
    };
    let text = |name: &str| work.bound.str(name).map(|t| t.to_string()).filter(|t| !t.is_empty());
    let address = match (text("SipAddress"), text("SipAddressType")) {
        (Some(address), _) => Ok(address),
        (None, Some(kind)) => typed_address(&account, &kind, &text("SipDomain").unwrap_or_default()),
        (None, None) => Err(Fault::argument("SipAddressMissing", "Either SipAddress or SipAddressType must be given.")),
    };
    let address = match address {
        Ok(address) => address,
        Err(fault) => return work.fail(&fault),
    };
    let hosted = text("HostingProviderProxyFqdn");
    let Some(pool) = text("RegistrarPool").or_else(|| hosted.as_ref().map(|_| String::new())) else {
        return work.fail(&Fault::argument("RegistrarPoolMissing", "RegistrarPool must be given."));
    };
    if !work.should(&account.name)? {
        return Ok(());
    }
    let (noun, facts, directory, bound) = (work.noun, work.facts(), work.directory.clone(), work.bound);
    let done = work.write(|writer, warnings| {
        let known = writer.referrers(account.id)?.into_iter().any(|(o, p)| o.noun == "CsUser" && p == "User");
        if known {
            let text = format!("The user \"{}\" is already enabled for Skype for Business Server.", account.name);
            return Err(Fault::state("UserAlreadyEnabled", text).at(&account.name));
        }
        let mut properties = directory::defaults(&noun);
        for name in ["SamAccountName", "UserPrincipalName", "OrganizationalUnit"] {
            if let Some(value) = account.text(name) {
                properties.insert(name.to_owned(), Json::from(value));
            }
        }
        properties.insert("DisplayName".to_owned(), Json::from(account.text("DisplayName").unwrap_or(&account.name)));
        properties.insert("User".to_owned(), Json::from(account.id.to_string()));
        properties.insert("ExUmEnabled".to_owned(), Json::Bool(account.flag("UMEnabled") == Some(true)));
        properties.insert("SipAddress".to_owned(), Json::from(address));
        properties.insert("RegistrarPool".to_owned(), Json::from(pool));
        if let Some(proxy) = hosted {
            properties.insert("HostingProvider".to_owned(), Json::from(proxy));
        }
        let change = Change {
            library: &directory.library,
            facts: &facts,
            noun,
            bound,
            old: None,
            name: account.name.clone(),
            container: String::new(),
            properties,
        };
        change.write(writer, warnings)
    })?;
    match done {
        Some(id) if work.bound.switch("PassThru") => work.emit_id(id),
        _ => Ok(()),
    }
}

/// Set-CsUser changes on-premises users, and online ones where there is no such user on premises.
fn set(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let named = Resolved::of(&identity);
    let facts = work.facts();
    let found = work.directory.store.read(|reader| {
        let on_premises = directory::find_all(reader, &work.directory.library, &facts, &work.noun, &named)?;
        let online = match work.directory.library.noun("CsOnlineUser") {
            Some(row) => directory::find_all(reader, &work.directory.library, &facts, &row, &named)?,
            None => Vec::new(),
        };
        Ok((on_premises.is_empty(), online.into_iter().next()))
    });
    match found {
        Ok((true, Some(user))) => set_online(work, &user),
        Ok(_) => directory::verb::set(work),
        Err(error) => work.fail(&Fault::from(error)),
    }
}

/// Voice settings of an online user: with a line of an on-premises gateway the voice policy is HybridVoice.
fn set_online(work: &mut Work, user: &Object) -> Result<()> {
    let mut properties = user.properties.clone();
    let truth = |name: &str| work.bound.get(name).map(values::convert::to_bool);
    for (parameter, value) in work.bound.iter() {
        let known = [
            "Identity",
            "EnterpriseVoiceEnabled",
            "HostedVoiceMail",
            "OnPremLineURI",
            "LineURI",
            "PassThru",
            "DomainController",
            "Tenant",
            "WhatIf",
            "Confirm",
        ];
        if !known.iter().any(|k| parameter.eq_ignore_ascii_case(k))
            && !directory::is_steering(parameter)
            && values::convert::to_bool(value)
        {
            return work.fail(&Fault::unsupported(work.command.name(), parameter));
        }
    }
    for name in ["EnterpriseVoiceEnabled", "HostedVoiceMail"] {
        if let Some(value) = truth(name) {
            properties.insert(name.to_owned(), Json::Bool(value));
        }
    }
    if let Some(given) = work.bound.str("OnPremLineURI").or_else(|| work.bound.str("LineURI")) {
        if given.is_empty() {
            properties.remove("OnPremLineURI");
            properties.remove("LineURI");
        } else {
            match line(&given) {
                Ok(uri) => {
                    properties.insert("OnPremLineURI".to_owned(), Json::from(uri.as_str()));
                    properties.insert("OnPremLineURIManuallySet".to_owned(), Json::Bool(true));
                    properties.insert("LineURI".to_owned(), Json::from(uri));
                }
                Err(fault) => return work.fail(&fault),
            }
        }
    }
    let is_voice = properties.get("EnterpriseVoiceEnabled").and_then(Json::as_bool) == Some(true);
    if is_voice && properties.contains_key("OnPremLineURI") {
        properties.insert("VoicePolicy".to_owned(), Json::from("HybridVoice"));
    }
    if !work.should(&user.name)? {
        return Ok(());
    }
    let directory = work.directory.clone();
    let licensed = user.text("UserPrincipalName").unwrap_or_default().to_owned();
    work.write(|writer, _| {
        let account = writer.find("MsolUser", "", &licensed)?;
        if is_voice && account.as_ref().is_some_and(|a| a.flag("isLicensed") != Some(true)) {
            let text = format!("The user \"{licensed}\" has no licence for Phone System.");
            return Err(Fault::state("UserNotLicensed", text).at(&licensed));
        }
        if let Some(uri) = properties.get("LineURI").and_then(Json::as_str) {
            let taken = writer.matching("CsOnlineUser", "LineURI", &Match::Is(uri.to_owned()))?;
            if let Some(other) = taken.iter().find(|o| o.id != user.id) {
                return Err(Fault::state(
                    "LineUriInUse",
                    format!("LineURI \"{uri}\" is already in use by \"{}\".", other.name),
                )
                .at(uri));
            }
        }
        writer.update(directory::store_draft(
            &directory.library,
            "CsOnlineUser",
            user.id,
            &user.name,
            &user.container,
            properties,
        ))?;
        Ok(())
    })?;
    Ok(())
}

fn disable(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let user = match work.target("CsUser", &identity) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    if work.should(&user.name)? {
        work.write(|writer, _| Ok(writer.remove(user.id)?))?;
    }
    Ok(())
}

fn move_user(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let user = match work.target("CsUser", &identity) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let target = work.bound.str("Target").map_or_else(String::new, |t| t.to_string());
    if !work.should(&user.name)? {
        return Ok(());
    }
    let mut properties = user.properties.clone();
    if target.eq_ignore_ascii_case("sipfed.online.lync.com") {
        properties.insert("HostingProvider".to_owned(), Json::from("sipfed.online.lync.com"));
        properties.remove("RegistrarPool");
    } else {
        properties.insert("RegistrarPool".to_owned(), Json::from(target));
        properties.remove("HostingProvider");
    }
    let noun = work.noun;
    let done = work.save(noun, Some(&user), &user.name, &user.container, properties)?;
    match done {
        Some(id) if work.bound.switch("PassThru") => work.emit_id(id),
        _ => Ok(()),
    }
}

/// The policy that applies to a user: own, site's, global (used by Get-CsEffectivePolicy).
pub(crate) fn effective(reader: &Reader, user: &Object, noun: &str) -> std::result::Result<String, StoreError> {
    let property = noun.strip_prefix("Cs").unwrap_or(noun);
    if let Some(own) = user.text(property).filter(|p| !p.is_empty()) {
        return Ok(Scope::Tag(own.to_owned()).to_string());
    }
    let site = match user.text("RegistrarPool") {
        Some(pool) => reader.find("CsPool", "", pool)?.and_then(|p| p.text("Site").map(str::to_owned)),
        None => None,
    };
    if let Some(site) = site
        && reader.find(noun, "", &site)?.is_some()
    {
        return Ok(site);
    }
    Ok("Global".to_owned())
}

/// A value or nothing, for rows.
pub(crate) fn text_value(text: &str) -> Value {
    Value::from(text)
}
