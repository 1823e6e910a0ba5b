//! UM mailboxes: enabling, disabling, extensions and SIP addresses, and what is worked out of them on reading.

use command::Result;
use directory::{Edit, Facts, Fault, Library, NounCode, Resolved, Work};
use serde_json::{Map, Value as Json, json};
use store::{Object, ObjectId, Reader, StoreError};

pub static NOUN: NounCode = NounCode {
    noun: "UMMailbox",
    heeds: &[
        "Identity",
        "KeepProperties",
        "Extensions",
        "NotifyEmail",
        "PIN",
        "PINExpired",
        "SIPResourceIdentifier",
        "ValidateOnly",
        "UMMailboxPolicy",
        "SendWelcomeMail",
        "AutomaticSpeechRecognitionEnabled",
        "EnableCloudVoiceMail",
        "PilotNumber",
        "PIN",
    ],
    before_write: Some(check),
    complete: Some(complete),
    shows: Some(is_enabled),
    verbs: &[("Enable", enable), ("Disable", disable)],
    ..NounCode::PLAIN
};

/// Whether an account has a UM mailbox.
pub(crate) fn is_enabled(user: &Object) -> bool {
    user.flag("UMEnabled") == Some(true)
}

/// The dial plan of a UM-enabled user.
pub(crate) fn plan_of(reader: &Reader, user: &Object) -> Option<ObjectId> {
    let policy = reader.get(*user.links("UMMailboxPolicy").first()?).ok()??;
    policy.links("UMDialPlan").first().copied()
}

fn refuse(name: &str, text: String) -> Fault {
    Fault::exchange("UMMailboxException", "UMMailbox", text).at(name)
}

fn complete(
    reader: &Reader,
    _: &Library,
    facts: &Facts,
    user: &Object,
    properties: &mut Map<String, Json>,
) -> std::result::Result<(), StoreError> {
    if let Some(plan) = plan_of(reader, user) {
        properties.insert("UMDialPlan".to_owned(), Json::from(plan.to_string()));
        if let Some(plan) = reader.get(plan)? {
            properties.insert("AccessTelephoneNumbers".to_owned(), json!(plan.texts("AccessTelephoneNumbers")));
        }
    }
    let addresses: Vec<&str> = user
        .texts("EmailAddresses")
        .into_iter()
        .filter(|a| a.len() > 4 && a[..4].eq_ignore_ascii_case("eum:"))
        .collect();
    properties.insert("UMAddresses".to_owned(), json!(addresses));
    let server = user.text("ServerName").unwrap_or_default();
    if !server.is_empty() {
        let dn = format!(
            "/o={}/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Configuration/cn=Servers/cn={server}",
            facts.organization
        );
        properties.insert("ServerLegacyDN".to_owned(), Json::from(dn));
    }
    if !properties.contains_key("DisplayName") {
        properties.insert("DisplayName".to_owned(), Json::from(user.name.as_str()));
    }
    Ok(())
}

/// Set-UMMailbox may choose another policy, of the same plan only.
fn check(edit: &mut Edit) -> std::result::Result<(), Fault> {
    let Some(old) = edit.old else { return Ok(()) };
    if edit.changes("UMMailboxPolicy") && is_enabled(old) {
        let policy = edit.linked("UMMailboxPolicy")?;
        let plan = policy.as_ref().and_then(|p| p.links("UMDialPlan").first().copied());
        if plan != plan_of(edit.writer, old) {
            let text = format!(
                "The UM mailbox policy '{}' belongs to another UM dial plan than the mailbox '{}'. Disable and enable the mailbox for UM to change its dial plan.",
                policy.map_or_else(String::new, |p| p.name),
                old.name
            );
            return Err(refuse(&old.name, text));
        }
    }
    Ok(())
}

/// Checks that nobody else of the plan has the extension.
fn free_extension(reader: &Reader, plan: &Object, extension: &str, user: ObjectId) -> std::result::Result<(), Fault> {
    for other in reader.matching("User", "Extensions", &store::Match::Is(extension.to_owned()))? {
        if other.id != user && plan_of(reader, &other) == Some(plan.id) {
            let text = format!(
                "The extension '{extension}' is already in use in the UM dial plan '{}' by the mailbox '{}'.",
                plan.name, other.name
            );
            return Err(refuse(extension, text));
        }
    }
    for attendant in
        reader.matching("UMAutoAttendant", "PilotIdentifierList", &store::Match::Is(extension.to_owned()))?
    {
        if attendant.links("UMDialPlan").contains(&plan.id) {
            let text = format!(
                "The extension '{extension}' is already in use in the UM dial plan '{}' by the UM auto attendant '{}'.",
                plan.name, attendant.name
            );
            return Err(refuse(extension, text));
        }
    }
    Ok(())
}

struct Wanted {
    policy: Resolved,
    extensions: Vec<String>,
    sip: Option<String>,
    pin: Option<String>,
    is_pin_expired: bool,
    /// Settings that are kept as they are given.
    settings: Vec<(&'static str, bool)>,
    /// The number that the welcome message names, instead of the plan's.
    pilot: Option<String>,
}

/// Properties with the UM side added; checks everything that Enable-UMMailbox checks.
fn enabled(
    reader: &Reader,
    work: &Parts,
    user: &Object,
    wanted: &Wanted,
) -> std::result::Result<Map<String, Json>, Fault> {
    if is_enabled(user) {
        return Err(refuse(
            &user.name,
            format!("The mailbox '{}' is already enabled for Unified Messaging.", user.name),
        ));
    }
    let missing = |noun: &str| Fault::state("NounUnknown", format!("The noun {noun} is not known."));
    let row = work.library.noun("UMMailboxPolicy").ok_or_else(|| missing("UMMailboxPolicy"))?;
    let policy = directory::resolve(reader, work.library, work.facts, &row, &wanted.policy)?;
    let plan = match policy.links("UMDialPlan").first() {
        Some(id) => reader.get(*id)?,
        None => None,
    };
    let plan = plan.ok_or_else(|| {
        refuse(&policy.name, format!("The UM mailbox policy '{}' isn't linked to a UM dial plan.", policy.name))
    })?;
    let digits = usize::try_from(plan.number("NumberOfDigitsInExtension").unwrap_or(0)).unwrap_or(0);
    let mut extensions = wanted.extensions.clone();
    if extensions.is_empty() {
        let phone: String = user.text("Phone").unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        if phone.len() < digits || digits == 0 {
            let text = format!(
                "An extension couldn't be derived from the phone number of '{}'. Specify the Extensions parameter.",
                user.name
            );
            return Err(refuse(&user.name, text));
        }
        extensions.push(phone[phone.len() - digits..].to_owned());
    }
    for extension in &extensions {
        if extension.len() != digits || !extension.chars().all(|c| c.is_ascii_digit()) {
            let text = format!(
                "The extension '{extension}' isn't valid: the UM dial plan '{}' requires {digits} digits.",
                plan.name
            );
            return Err(refuse(extension, text));
        }
        free_extension(reader, &plan, extension, user.id)?;
    }
    let kind = plan.text("URIType").unwrap_or("TelExtn");
    let sip = match (kind, &wanted.sip) {
        ("TelExtn", Some(sip)) => {
            let text = format!(
                "SIPResourceIdentifier '{sip}' can't be specified, because the UM dial plan '{}' is of type TelExtn.",
                plan.name
            );
            return Err(refuse(sip, text));
        }
        ("TelExtn", None) => None,
        (_, None) => {
            let text = format!(
                "The SIPResourceIdentifier parameter is required, because the UM dial plan '{}' is of type {kind}.",
                plan.name
            );
            return Err(refuse(&user.name, text));
        }
        (_, Some(sip)) => Some(checked_sip(kind, sip)?),
    };
    if let Some(sip) = &sip {
        let taken = reader.matching("User", "SIPResourceIdentifier", &store::Match::Is(sip.clone()))?;
        if let Some(other) = taken.iter().find(|o| o.id != user.id && is_enabled(o)) {
            return Err(refuse(
                sip,
                format!("The SIP resource identifier '{sip}' is already in use by the mailbox '{}'.", other.name),
            ));
        }
    }
    let pin = super::um_mailbox_pin::new_pin(&policy, wanted.pin.as_deref(), &extensions)?;
    let mut properties = user.properties.clone();
    let context = plan.text("PhoneContext").unwrap_or_default();
    let mut addresses: Vec<String> = user
        .texts("EmailAddresses")
        .iter()
        .filter(|a| !a[..4.min(a.len())].eq_ignore_ascii_case("eum:"))
        .map(|a| (*a).to_owned())
        .collect();
    let mut values: Vec<&str> = sip.as_deref().into_iter().collect();
    values.extend(extensions.iter().map(String::as_str));
    for (i, value) in values.iter().enumerate() {
        let prefix = if i == 0 { "EUM" } else { "eum" };
        addresses.push(format!("{prefix}:{value};phone-context={context}"));
    }
    properties.insert("EmailAddresses".to_owned(), json!(addresses));
    properties.insert("UMEnabled".to_owned(), Json::Bool(true));
    properties.insert("UMMailboxPolicy".to_owned(), Json::from(policy.id.to_string()));
    properties.insert("Extensions".to_owned(), json!(extensions));
    if let Some(sip) = sip {
        properties.insert("SIPResourceIdentifier".to_owned(), Json::from(sip));
    }
    for (name, value) in &wanted.settings {
        properties.insert((*name).to_owned(), Json::Bool(*value));
    }
    properties.insert("UMPin".to_owned(), super::um_mailbox_pin::kept(work.key, &pin, wanted.is_pin_expired, &[]));
    Ok(properties)
}

fn checked_sip(kind: &str, text: &str) -> std::result::Result<String, Fault> {
    let text = text.strip_prefix("sip:").unwrap_or(text);
    let fits = match kind {
        "E164" => text.strip_prefix('+').is_some_and(|d| !d.is_empty() && d.chars().all(|c| c.is_ascii_digit())),
        _ => text
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !text.contains(' ')),
    };
    if fits {
        Ok(text.to_owned())
    } else {
        Err(refuse(text, format!("'{text}' isn't a valid SIP resource identifier for a UM dial plan of type {kind}.")))
    }
}

/// What a transaction needs of the call.
struct Parts<'a> {
    library: &'a Library,
    facts: &'a Facts,
    key: &'a store::HomeKey,
}

fn enable(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let user = match work.target("Mailbox", &identity) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let wanted = Wanted {
        policy: Resolved::of(&work.bound.value("UMMailboxPolicy")),
        extensions: work.bound.strings("Extensions").iter().map(ToString::to_string).collect(),
        sip: work.bound.str("SIPResourceIdentifier").map(|s| s.to_string()).filter(|s| !s.is_empty()),
        pin: work.bound.str("Pin").map(|s| s.to_string()),
        // Without an own PIN the generated one must be changed at the first call.
        is_pin_expired: work.bound.get("PINExpired").is_none_or(values::convert::to_bool),
        settings: ["AutomaticSpeechRecognitionEnabled", "EnableCloudVoiceMail"]
            .into_iter()
            .filter_map(|name| work.bound.get(name).map(|value| (name, values::convert::to_bool(value))))
            .collect(),
        pilot: work.bound.str("PilotNumber").map(|s| s.to_string()).filter(|s| !s.is_empty()),
    };
    if !work.should(&user.name)? {
        return Ok(());
    }
    let (directory, facts) = (work.directory.clone(), work.facts());
    let key = match directory.store.home_key() {
        Ok(key) => key,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let only_check = work.bound.switch("ValidateOnly");
    let notify = work.bound.str("NotifyEmail").map(|s| s.to_string());
    let send = work.bound.get("SendWelcomeMail").is_none_or(values::convert::to_bool);
    let done = work.write(|writer, _| {
        let parts = Parts { library: &directory.library, facts: &facts, key: &key };
        let user = writer.get(user.id)?.ok_or_else(|| Fault::not_found("UMMailbox", &user.name, &facts.controller))?;
        let properties = enabled(writer, &parts, &user, &wanted)?;
        if only_check {
            return Ok(None);
        }
        writer.update(directory::store_draft(
            &directory.library,
            "User",
            user.id,
            &user.name,
            &user.container,
            properties,
        ))?;
        mark(writer, &directory.library, user.id, true)?;
        if send {
            welcome(writer, &user, notify.as_deref(), &wanted)?;
        }
        Ok(Some(user.id))
    })?;
    match done.flatten() {
        Some(id) => work.emit_id(id),
        None => Ok(()),
    }
}

/// Tells the person's side of Skype for Business whether voice mail is there.
fn mark(
    writer: &mut store::Writer,
    library: &Library,
    user: ObjectId,
    is_on: bool,
) -> std::result::Result<(), StoreError> {
    for (other, property) in writer.referrers(user)? {
        if other.noun == "CsUser" && property == "User" {
            let mut properties = other.properties.clone();
            properties.insert("ExUmEnabled".to_owned(), Json::Bool(is_on));
            writer.update(directory::store_draft(
                library,
                "CsUser",
                other.id,
                &other.name,
                &other.container,
                properties,
            ))?;
        }
    }
    Ok(())
}

/// The welcome message; it waits in the mailbox for whoever reads it.
fn welcome(
    writer: &mut store::Writer,
    user: &Object,
    to: Option<&str>,
    wanted: &Wanted,
) -> std::result::Result<(), Fault> {
    let to = to.or(user.text("PrimarySmtpAddress")).unwrap_or_default();
    let access: Vec<String> = match (&wanted.pilot, writer.get(user.id)?.as_ref().and_then(|u| plan_of(writer, u))) {
        (Some(pilot), _) => vec![pilot.clone()],
        (None, Some(plan)) => {
            let plan = writer.get(plan)?;
            plan.iter().flat_map(|p| p.texts("AccessTelephoneNumbers")).map(str::to_owned).collect()
        }
        (None, None) => Vec::new(),
    };
    let draft = store::Draft::new("UMNotification", "", &uuid::Uuid::new_v4().to_string())
        .with("Kind", "Welcome")
        .with("To", to)
        .with("Subject", "Welcome to Exchange Unified Messaging")
        .with("Extensions", json!(wanted.extensions))
        .with("AccessNumbers", json!(access))
        .linked("User", user.id);
    writer.insert(draft)?;
    Ok(())
}

fn disable(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let user = match work.target("UMMailbox", &identity) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&user.name)? {
        return Ok(());
    }
    let directory = work.directory.clone();
    let keep = work.bound.get("KeepProperties").is_none_or(values::convert::to_bool);
    work.write(|writer, _| {
        let Some(mut user) = writer.get(user.id)? else { return Ok(()) };
        let addresses: Vec<String> = user
            .texts("EmailAddresses")
            .iter()
            .filter(|a| !a[..4.min(a.len())].eq_ignore_ascii_case("eum:"))
            .map(|a| (*a).to_owned())
            .collect();
        user.properties.insert("EmailAddresses".to_owned(), json!(addresses));
        for gone in ["UMEnabled", "UMMailboxPolicy", "Extensions", "SIPResourceIdentifier"] {
            user.properties.remove(gone);
        }
        if !keep {
            for gone in ["UMPin", "OperatorNumber", "UMDtmfMap", "CallAnsweringAudioCodec"] {
                user.properties.remove(gone);
            }
        }
        let id = user.id;
        writer.update(directory::changed_draft(&directory.library, user))?;
        mark(writer, &directory.library, id, false)?;
        Ok(())
    })?;
    Ok(())
}
