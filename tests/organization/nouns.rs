//! Every noun that cmdlets keep: created with the least and with every parameter, read back, changed, refused at each
//! documented limit, removed, and not removed while referred to. What is found is `docs/nouns.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use super::{Lab, library, s};
use catalogue::{CommandRow, NounRow, PropertyRow};
use command::Value;
use values::convert::to_display;

/// What the walk found of a noun.
#[derive(Default)]
struct Found {
    made: bool,
    made_fully: bool,
    read: (u32, u32),
    changed: (u32, u32),
    refused: (u32, u32),
    removed: Option<bool>,
    kept_while_referred: Option<bool>,
    wrong: Vec<String>,
}

/// A value that fits a property; the second one differs from the first.
fn sample(lab: &mut Lab, property: &PropertyRow, second: bool) -> Option<Value> {
    let one = one(lab, property, second)?;
    Some(if property.is_many() { Value::array(vec![one]) } else { one })
}

/// Properties whose rules want something in particular: first and second value.
const PARTICULAR: [(&str, &str, &str); 26] = [
    ("Usage", "Internal", "Internal"),
    ("CustomCallForwardingSimulRingUsages", "Internal", "Internal"),
    ("SipTcpListeningPort", "5062", "5064"),
    ("SipTlsListeningPort", "5063", "5065"),
    ("PstnUsages", "Internal", "Internal"),
    ("PstnGatewayList", "PstnGateway:gw01.contoso.com", "PstnGateway:gw01.contoso.com"),
    ("PilotIdentifierList", "+14255557001", "+14255557002"),
    ("DialPlans", "WalkSip", "WalkSip"),
    ("DTMFFallbackAutoAttendant", "WalkFallback", "WalkFallback"),
    ("ExchangeAutodiscoverUrl", "https://one.contoso.com/", "https://two.contoso.com/"),
    ("DisplayNumber", "+14255557003", "+14255557004"),
    ("SipAddress", "sip:walk1@contoso.com", "sip:walk2@contoso.com"),
    ("LineURI", "tel:+14255557005", "tel:+14255557006"),
    ("SamAccountName", "walk1", "walk2"),
    ("UserPrincipalName", "walk1@contoso.com", "walk2@contoso.com"),
    ("ConfiguredInCountryOrRegionGroups", "WalkGroup,91425*,91425*,", "WalkGroup,91206*,91206*,"),
    ("ConfiguredInternationalGroups", "WalkGroup,91425*,91425*,", "WalkGroup,91206*,91206*,"),
    ("AllowedInCountryOrRegionGroups", "WalkGroup", "WalkGroup"),
    ("AllowedInternationalGroups", "WalkGroup", "WalkGroup"),
    ("MaxCallDuration", "40", "50"),
    ("MaxRecordingDuration", "10", "11"),
    ("Phone", "+14255557007", "+14255557008"),
    ("OnPremLineURI", "tel:+14255557009", "tel:+14255557010"),
    ("RegistrarPool", "pool01.contoso.com", "pool01.contoso.com"),
    ("EmailAddresses", "SMTP:walk1@contoso.com", "SMTP:walk2@contoso.com"),
    ("NormalizationRules", "Name=Walk;Pattern=^1$;Translation=2", "Name=Walk;Pattern=^1$;Translation=3"),
];

fn one(lab: &mut Lab, property: &PropertyRow, second: bool) -> Option<Value> {
    if let Some((_, a, b)) = PARTICULAR.iter().find(|(name, _, _)| *name == property.name()) {
        return Some(s(if second { b } else { a }));
    }
    if !property.link().is_empty() {
        let target = library().noun(property.link())?;
        library().command(&format!("Get-{}", target.name()))?;
        let found = lab.call(&format!("Get-{}", target.name()), &[]);
        let object = found.get(usize::from(second)).or(found.first())?;
        return object.as_object()?.get("Identity").map(|v| s(&to_display(&v)));
    }
    let values: Vec<&str> = property.values().collect();
    if !values.is_empty() {
        return Some(s(if second { values[values.len() - 1] } else { values[0] }));
    }
    if !property.pattern().is_empty() {
        return Some(s(if second { "8" } else { "9" }));
    }
    let (low, high) = (property.minimum().parse::<i64>().ok(), property.maximum().parse::<i64>().ok());
    let number = match (low, high, second) {
        (Some(low), _, false) => low,
        (Some(low), Some(high), true) => high.min(low + 1),
        (Some(low), None, true) => low + 1,
        (None, Some(high), _) => high - i64::from(second),
        (None, None, _) => 1 + i64::from(second),
    };
    let small = i32::try_from(number).unwrap_or(1);
    let text = |a: &str, b: &str| s(if second { b } else { a });
    Some(match property.type_name() {
        "String" | "Word" => text("first", "second"),
        "Boolean" | "$true|$false" => Value::Bool(!second),
        "Int16" | "Int32" | "UInt16" | "UInt32" | "Byte" => Value::I32(small),
        "Int64" | "UInt64" => Value::I64(number),
        "Guid" => text("6f2a6d5c-3c5e-4d52-9a6e-0d0c3b1a7e11", "6f2a6d5c-3c5e-4d52-9a6e-0d0c3b1a7e12"),
        "DateTime" | "ExDateTime" => text("2026-01-02T03:04:05.0000000", "2027-01-02T03:04:05.0000000"),
        "TimeSpan" | "EnhancedTimeSpan" => text("1.00:00:00", "2.00:00:00"),
        "ByteQuantifiedSize" => text("10 MB (10,485,760 bytes)", "20 MB (20,971,520 bytes)"),
        "Fqdn" | "SmtpDomain" => text("one.contoso.com", "two.contoso.com"),
        "SmtpAddress" | "RoutingAddress" => text("one@contoso.com", "two@contoso.com"),
        "Uri" => text("https://one.contoso.com/", "https://two.contoso.com/"),
        "IPAddress" => text("192.0.2.1", "192.0.2.2"),
        "CultureInfo" | "UMLanguage" => text("en-US", "ko-KR"),
        name if name.starts_with("Unlimited") => match property.default_json().contains(':') {
            true => text("1.00:00:00", "2.00:00:00"),
            false => s(&number.to_string()),
        },
        name if name.ends_with("IdParameter") => text("first", "second"),
        _ => return None,
    })
}

/// A value beyond what the property allows.
fn beyond(property: &PropertyRow) -> Option<Value> {
    if !property.link().is_empty() {
        return Some(s("no such object"));
    }
    let values: Vec<&str> = property.values().collect();
    if !values.is_empty() {
        return Some(s("NoSuchValue"));
    }
    if let Ok(high) = property.maximum().parse::<i64>() {
        return Some(Value::I64(high.checked_add(1)?));
    }
    if property.max_length() > 0 {
        return Some(s(&"x".repeat(property.max_length() + 1)));
    }
    match property.type_name() {
        "Int16" | "Int32" | "UInt16" | "UInt32" | "Guid" | "Boolean" | "TimeSpan" | "EnhancedTimeSpan" => {
            Some(s("not at all"))
        }
        _ => None,
    }
}

/// Text to compare by: how a value is shown, without what differs between given and shown forms.
fn shown(value: &Value) -> String {
    let text = match value.as_array() {
        Some(items) => items.to_vec().iter().map(to_display).collect::<Vec<_>>().join(" "),
        None => match value {
            // A date without its zone.
            Value::DateTime(_) => {
                to_display(value).split('/').next_back().unwrap_or_default().chars().take(4).collect()
            }
            _ => to_display(value),
        },
    };
    text.to_lowercase()
}

fn is_same(property: &PropertyRow, given: &Value, read: &Value) -> bool {
    let (given, read) = (shown(given), shown(read));
    match property.type_name() {
        "DateTime" | "ExDateTime" => given.starts_with(&read),
        _ if !property.link().is_empty() => {
            read.ends_with(given.rsplit(['/', '\\']).next().unwrap_or(&given)) || given.contains(&read)
        }
        _ => given == read || given.trim_start_matches("tag:") == read,
    }
}

fn takes(row: &CommandRow, parameter: &str) -> bool {
    row.parameters().any(|p| p.name().eq_ignore_ascii_case(parameter))
}

fn command(verb: &str, noun: &NounRow) -> Option<CommandRow> {
    library().command(&format!("{verb}-{}", noun.name())).filter(|c| c.refused_as().is_empty())
}

/// What names a new object, and what its rules want beyond the mandatory parameters.
fn naming(noun: &NounRow, new: &CommandRow, name: &str) -> Vec<(&'static str, Value)> {
    let scopes: Vec<&str> = noun.scopes().collect();
    let mut given: Vec<(&'static str, Value)> = match noun.name() {
        "UMHuntGroup" => {
            vec![("UMDialPlan", s("WalkPlan")), ("UMIPGateway", s("WalkGateway")), ("PilotIdentifier", s("4711"))]
        }
        "UMIPGateway" => vec![("Address", s("walk-gateway.contoso.com"))],
        "UMAutoAttendant" | "UMMailboxPolicy" => vec![("UMDialPlan", s("WalkSip"))],
        "UMDialPlan" => vec![
            ("NumberOfDigitsInExtension", Value::I32(4)),
            ("CountryOrRegionCode", s("1")),
            ("GenerateUMMailboxPolicy", Value::Bool(false)),
        ],
        "MsolUser" => vec![("UserPrincipalName", s("walk@contoso.com")), ("DisplayName", s("Walk"))],
        "Mailbox" | "RemoteMailbox" | "MailUser" => {
            vec![("UserPrincipalName", s("walk@contoso.com")), ("Password", s("x"))]
        }
        "CsExUmContact" => vec![
            ("SipAddress", s("sip:walk@contoso.com")),
            ("RegistrarPool", s("pool01.contoso.com")),
            ("OU", s("OU=Contacts")),
            ("DisplayNumber", s("+14255559999")),
        ],
        _ => Vec::new(),
    };
    given.retain(|(parameter, _)| takes(new, parameter));
    if !noun.parent().is_empty() && noun.family() == "document" {
        let parent = library().noun(noun.parent());
        let has_global = parent.is_some_and(|p| p.scopes().any(|s| s == "Global"));
        let of = if has_global { "Global" } else { "Site:Redmond" };
        given.push(("Identity", s(&format!("{of}/{name}"))));
    } else if takes(new, "Identity") && noun.family() != "directory" {
        let identity = if scopes.is_empty() || scopes.contains(&"Tag") {
            name.to_owned()
        } else if scopes.contains(&"Site") {
            "Site:Redmond".to_owned()
        } else if scopes.contains(&"Service") {
            "Service:Registrar:pool01.contoso.com".to_owned()
        } else {
            name.to_owned()
        };
        given.push(("Identity", s(&identity)));
    } else {
        for parameter in ["Name", "Identity", "DisplayName", "DomainName"] {
            if takes(new, parameter) {
                given.push((parameter, s(name)));
                break;
            }
        }
    }
    given
}

/// The mandatory parameters of the set in which all of them can be filled.
fn least(
    lab: &mut Lab,
    noun: &NounRow,
    new: &CommandRow,
    given: &[(&'static str, Value)],
) -> Vec<(&'static str, Value)> {
    let sets: Vec<&str> = new.sets().map(|set| set.name).collect();
    let preferred = new.default_set();
    let mut order: Vec<&str> = sets.iter().copied().filter(|n| *n == preferred).collect();
    order.extend(sets.iter().copied().filter(|n| *n != preferred));
    if order.is_empty() {
        order.push("*");
    }
    let mut best: Vec<(&'static str, Value)> = Vec::new();
    for set in order {
        let mut arguments = given.to_vec();
        let mut complete = true;
        for parameter in new.parameters() {
            let wanted = parameter.places().any(|p| p.mandatory && (p.set == "*" || p.set == set));
            if !wanted || arguments.iter().any(|(n, _)| *n == parameter.name()) || parameter.name() == "Parent" {
                continue;
            }
            let value = match noun.property(parameter.name()) {
                Some(property) => sample(lab, &property, false),
                None => match parameter.type_name() {
                    "SwitchParameter" | "Boolean" => Some(Value::Bool(true)),
                    "Int32" => Some(Value::I32(1)),
                    _ => Some(s("first")),
                },
            };
            match value {
                Some(value) => arguments.push((parameter.name(), value)),
                None => complete = false,
            }
        }
        if complete {
            return arguments;
        }
        best = arguments;
    }
    best
}

fn error(lab: &Lab) -> String {
    lab.session.errors.first().map_or_else(|| "nothing came".to_owned(), |e| e.message().to_string())
}

/// Properties that a command may set, with samples.
fn settable(
    lab: &mut Lab,
    noun: &NounRow,
    row: &CommandRow,
    is_new: bool,
    second: bool,
    except: &[&str],
) -> Vec<(PropertyRow, Value)> {
    let mut found = Vec::new();
    for property in noun.properties() {
        let name = property.name();
        let may = !property.is_computed()
            && !property.is_hidden()
            && !property.is_read_only()
            && (is_new || !property.is_new_only());
        if !may || !takes(row, name) || except.contains(&name) || matches!(name, "Identity" | "Name") {
            continue;
        }
        // A place among others is worked out; what names the object can't be changed; rules are objects of their own.
        let is_apart = matches!(
            (noun.name(), name),
            (
                _,
                "Priority"
                    | "NormalizationRules"
                    | "ObjectId"
                    | "OutboundTranslationRulesList"
                    | "SipResponseCodeTranslationRulesList"
            ) | (_, "OutboundCallingNumberTranslationRulesList" | "Instance" | "InputObject")
                | ("CsPartnerApplication", "ApplicationIdentifier" | "MetadataUrl")
                | ("CsVoiceRoute", "SuppressCallerId")
                | ("ADUser", "Add" | "Clear" | "Remove" | "Replace")
                | ("Mailbox" | "User" | "MsolUser", "SamAccountName" | "EmailAddresses" | "UserPrincipalName")
                | ("UMAutoAttendant", "InfoAnnouncementEnabled")
        ) || property.type_name() == "SecureString";
        if is_apart {
            continue;
        }
        if let Some(value) = sample(lab, &property, second) {
            found.push((property, value));
        }
    }
    found
}

/// Compares what a Get shows with what was given; counts and complaints go into the noun's row.
fn compare(
    lab: &mut Lab,
    noun: &NounRow,
    identity: &str,
    given: &[(PropertyRow, Value)],
    what: &str,
    found: &mut Found,
) -> (u32, u32) {
    let Some(get) = command("Get", noun) else { return (0, 0) };
    let rows = lab.call(get.name(), &reading(&get, identity));
    let Some(object) = rows.first().and_then(Value::as_object) else {
        found.wrong.push(format!("Get after {what}: {}", error(lab)));
        return (0, u32::try_from(given.len()).unwrap_or(0));
    };
    let mut right = 0;
    for (property, value) in given {
        match object.get(property.name()) {
            Some(read) if is_same(property, value, &read) => right += 1,
            read => found.wrong.push(format!(
                "{} after {what}: {} instead of {}",
                property.name(),
                read.map_or_else(|| "nothing".to_owned(), |r| shown(&r)),
                shown(value)
            )),
        }
    }
    (right, u32::try_from(given.len()).unwrap_or(0))
}

/// How an object is asked for.
fn reading(get: &CommandRow, identity: &str) -> Vec<(&'static str, Value)> {
    let is_account = get.noun() == "MsolUser";
    let by = ["Identity", "UserPrincipalName"].into_iter().find(|n| takes(get, n) && (is_account || *n == "Identity"));
    let mut arguments: Vec<(&str, Value)> = by.map(|by| (by, s(identity))).into_iter().collect();
    if takes(get, "Properties") && get.module() == "ActiveDirectory" {
        arguments.push(("Properties", super::list(&["*"])));
    }
    arguments
}

fn named<'a>(list: &'a [(PropertyRow, Value)]) -> impl Iterator<Item = (&'static str, Value)> + 'a {
    list.iter().map(|(p, v)| (p.name(), v.clone()))
}

/// Changes each property, then goes beyond each limit.
fn change(lab: &mut Lab, noun: &NounRow, set: &CommandRow, identity: Option<&str>, found: &mut Found) {
    let by: Vec<(&str, Value)> = match identity {
        Some(identity) if takes(set, "Identity") => vec![("Identity", s(identity))],
        Some(identity) if noun.module() == "NetSecurity" && takes(set, "Name") => vec![("Name", s(identity))],
        Some(identity) if takes(set, "Server") => vec![("Server", s(identity))],
        Some(identity) if takes(set, "UserPrincipalName") => vec![("UserPrincipalName", s(identity))],
        _ => Vec::new(),
    };
    let wanted = settable(lab, noun, set, false, true, &[]);
    if !wanted.is_empty() {
        let mut arguments = by.clone();
        arguments.extend(named(&wanted));
        lab.call(set.name(), &arguments);
        let refused = !lab.session.errors.is_empty();
        if refused {
            // Rules tie properties to each other: one at a time, then.
            let mut accepted = Vec::new();
            for (property, value) in wanted {
                let mut arguments = by.clone();
                arguments.push((property.name(), value.clone()));
                lab.call(set.name(), &arguments);
                if lab.session.errors.is_empty() {
                    accepted.push((property, value));
                } else {
                    found.changed.1 += 1;
                    found.wrong.push(format!("Set {}: {}", property.name(), error(lab)));
                }
            }
            let (right, all) = compare(lab, noun, identity.unwrap_or("Global"), &accepted, "Set", found);
            found.changed = (found.changed.0 + right, found.changed.1 + all);
        } else {
            found.changed = compare(lab, noun, identity.unwrap_or("Global"), &wanted, "Set", found);
        }
    }
    for property in
        noun.properties().filter(|p| !p.is_computed() && !p.is_read_only() && !p.is_new_only() && takes(set, p.name()))
    {
        if matches!(property.name(), "Identity" | "Name") {
            continue;
        }
        let Some(value) = beyond(&property) else { continue };
        let mut arguments = by.clone();
        arguments.push((property.name(), value));
        found.refused.1 += 1;
        lab.call(set.name(), &arguments);
        if lab.session.errors.is_empty() {
            found.wrong.push(format!("{} beyond its limit was not refused", property.name()));
        } else {
            found.refused.0 += 1;
        }
    }
}

fn walk(lab: &mut Lab, noun: &NounRow) -> Option<Found> {
    let mut found = Found::default();
    let (new, set, remove) = (command("New", noun), command("Set", noun), command("Remove", noun));
    let get = command("Get", noun)?;
    // Certificates, and policies of groups, which must be there, have tests of their own.
    let is_tested = ["ExchangeCertificate", "CsGroupPolicyAssignment"].contains(&noun.name());
    if noun.family() == "action" || is_tested || !(new.is_some() || set.is_some()) {
        return None;
    }
    let Some(new) = new else {
        // One object that is always there, or one a server.
        let rows = lab.call(get.name(), &[]);
        let identity = rows.first().and_then(Value::as_object).and_then(|o| o.get("Identity")).map(|v| to_display(&v));
        let identity = identity?;
        found.made = true;
        change(lab, noun, &set?, Some(&identity), &mut found);
        return Some(found);
    };
    if takes(&new, "InMemory") && remove.is_none() {
        return None;
    }
    let given = naming(noun, &new, "Walk");
    let with_least = least(lab, noun, &new, &given);
    let made = lab.call(new.name(), &with_least);
    let made = if made.is_empty() && lab.session.errors.is_empty() {
        // Some give nothing back unless asked to.
        let name =
            given.iter().find(|(n, _)| matches!(*n, "Name" | "Identity")).map_or_else(|| s("Walk"), |(_, v)| v.clone());
        lab.call(get.name(), &[("Identity", name)])
    } else {
        made
    };
    let Some(first) = made.first().and_then(Value::as_object) else {
        found.wrong.push(format!("New: {}", error(lab)));
        return Some(found);
    };
    found.made = true;
    let identity = ["Identity", "DistinguishedName", "UserPrincipalName", "Name"]
        .iter()
        .find_map(|n| first.get(n))
        .map_or_else(|| "Walk".to_owned(), |v| to_display(&v));
    if let Some(set) = &set {
        change(lab, noun, set, Some(&identity), &mut found);
    }
    if let Some(remove) = &remove
        // A removed account of the tenant stays in the recycle bin.
        && noun.name() != "MsolUser"
        && let Some(by) = naming_of(remove)
    {
        lab.call(remove.name(), &[(by, s(&identity)), ("Confirm", Value::Bool(false))]);
        if !lab.session.errors.is_empty() {
            found.wrong.push(format!("Remove: {}", error(lab)));
        }
        let left = lab.call(get.name(), &reading(&get, &identity));
        let is_left = left
            .iter()
            .any(|o| o.as_object().and_then(|o| o.get("Identity")).is_some_and(|v| to_display(&v) == identity));
        found.removed = Some(left.is_empty() || !is_left);
        if is_left {
            found.wrong.push("still there after Remove".to_owned());
        }
    } else {
        // What can't be removed can't be made twice.
        return Some(found);
    }
    // Once more with every parameter.
    let except: Vec<&str> = with_least.iter().map(|(n, _)| *n).collect();
    let wanted = settable(lab, noun, &new, true, false, &except);
    let mut arguments = with_least.clone();
    arguments.extend(named(&wanted));
    let made = lab.call(new.name(), &arguments);
    if lab.session.errors.is_empty() {
        found.made_fully = true;
        let own = made.first().and_then(Value::as_object).and_then(|o| o.get("Identity")).map(|v| to_display(&v));
        let identity = own.unwrap_or(identity);
        found.read = compare(lab, noun, &identity, &wanted, "New", &mut found);
        take_away(lab, remove.as_ref(), &identity);
        return Some(found);
    }
    // Rules tie parameters to each other: one at a time, then.
    for (property, value) in wanted {
        let mut arguments = with_least.clone();
        arguments.push((property.name(), value.clone()));
        let made = lab.call(new.name(), &arguments);
        if !lab.session.errors.is_empty() {
            let is_said = lab.session.errors[0].full_id().starts_with("ParameterNotSupported");
            if !is_said {
                found.wrong.push(format!("New -{}: {}", property.name(), error(lab)));
            }
            continue;
        }
        let own = made.first().and_then(Value::as_object).and_then(|o| o.get("Identity")).map(|v| to_display(&v));
        let identity = own.unwrap_or_else(|| identity.clone());
        let (right, all) = compare(lab, noun, &identity, &[(property, value)], "New", &mut found);
        found.read = (found.read.0 + right, found.read.1 + all);
        take_away(lab, remove.as_ref(), &identity);
    }
    found.made_fully = true;
    Some(found)
}

fn take_away(lab: &mut Lab, remove: Option<&CommandRow>, identity: &str) {
    if let Some(remove) = remove
        && let Some(by) = naming_of(remove)
    {
        lab.call(remove.name(), &[(by, s(identity)), ("Confirm", Value::Bool(false))]);
    }
}

/// The parameter by which a command is told its object.
fn naming_of(row: &CommandRow) -> Option<&'static str> {
    let usual = ["Identity", "Name", "Id", "ObjectId", "UserPrincipalName", "GroupId", "DomainName"];
    usual.iter().find(|n| takes(row, n)).copied().or_else(|| {
        let mandatory = |p: &catalogue::ParameterRow| p.places().any(|place| place.mandatory);
        row.parameters().find(mandatory).map(|p| p.name())
    })
}

/// Makes an object with the least that it wants, and what is given besides; its identity.
fn make(lab: &mut Lab, noun: &NounRow, name: &str, more: &[(&'static str, Value)]) -> Option<String> {
    let new = command("New", noun)?;
    let mut given = naming(noun, &new, name);
    given.retain(|(n, _)| !more.iter().any(|(m, _)| m == n));
    given.extend(more.iter().cloned());
    let arguments = least(lab, noun, &new, &given);
    let made = lab.call(new.name(), &arguments);
    let first = made.first().and_then(Value::as_object)?;
    ["Identity", "DistinguishedName", "Name"].iter().find_map(|n| first.get(n)).map(|v| to_display(&v))
}

/// Removes an object; whether it was let go.
fn removed(lab: &mut Lab, noun: &NounRow, identity: &str) -> Option<bool> {
    let remove = command("Remove", noun)?;
    let by = naming_of(&remove)?;
    lab.call(remove.name(), &[(by, s(identity)), ("Confirm", Value::Bool(false))]);
    Some(lab.session.errors.is_empty())
}

/// What refers, for nouns whose referring objects are not simply made with New: a call that makes it, of a prepared organization.
fn refer_by_hand(lab: &mut Lab) {
    lab.call(
        "New-UMAutoAttendant",
        &[("Name", s("WalkMain")), ("UMDialPlan", s("WalkPlan")), ("DTMFFallbackAutoAttendant", s("WalkFallback"))],
    );
    lab.call("Set-CsPstnUsage", &[("Identity", s("Global")), ("Usage", super::change("Add", s("WalkUsage")))]);
    lab.call("New-CsVoicePolicy", &[("Identity", s("WalkPolicy")), ("PstnUsages", super::list(&["WalkUsage"]))]);
    lab.ok(
        "Enable-UMMailbox",
        &[("Identity", s("Kim Akers")), ("UMMailboxPolicy", s("WalkPlan Default Policy")), ("Extensions", s("1001"))],
    );
}

/// Nouns of which an object is referred to by then.
const REFERRED: [(&str, &str); 3] =
    [("UMDialPlan", "WalkPlan"), ("UMMailboxPolicy", "WalkPlan Default Policy"), ("UMAutoAttendant", "WalkFallback")];

/// Nothing is removed while something refers to it: each reference of the catalogue, and those made by hand.
fn referred(lab: &mut Lab, found: &mut BTreeMap<&'static str, Found>) {
    refer_by_hand(lab);
    let mut note = |noun: &'static str, by: &str, is_kept: bool| {
        let row = found.entry(noun).or_default();
        row.kept_while_referred = Some(is_kept && row.kept_while_referred != Some(false));
        if !is_kept {
            row.wrong.push(format!("was removed although {by} refers to it"));
        }
    };
    lab.call("Set-CsPstnUsage", &[("Identity", s("Global")), ("Usage", super::change("Remove", s("WalkUsage")))]);
    note("CsPstnUsage", "CsVoicePolicy", !lab.session.errors.is_empty());
    for (name, identity) in REFERRED {
        let Some(noun) = library().noun(name) else { continue };
        if let Some(gone) = removed(lab, &noun, identity) {
            note(noun.name(), "an object of the walk", !gone);
        }
    }
    for noun in library().nouns() {
        for by in noun.referred_by() {
            let Some((other, property)) = by.split_once('.') else { continue };
            let Some(other) = library().noun(other) else { continue };
            let Some(property) = other.property(property).map(|p| p.name()) else { continue };
            if !command("New", &other).is_some_and(|new| takes(&new, property)) {
                continue;
            }
            let Some(target) = make(lab, &noun, "WalkTarget", &[]) else { continue };
            let source = make(lab, &other, "WalkSource", &[(property, s(&target))]);
            if let Some(source) = source {
                if let Some(gone) = removed(lab, &noun, &target) {
                    note(noun.name(), by, !gone);
                }
                removed(lab, &other, &source);
            }
            removed(lab, &noun, &target);
        }
    }
}

/// Why a noun is not walked.
fn reason(noun: &NounRow) -> &'static str {
    let rows: Vec<CommandRow> =
        library().commands().filter(|c| c.noun_row().is_some_and(|n| n.name() == noun.name())).collect();
    let is_offered = |row: &&CommandRow| library().standing(row).is_none_or(|text| !text.contains("does not offer"));
    let offered: Vec<&str> = rows.iter().filter(is_offered).map(CommandRow::verb).collect();
    if offered.is_empty() {
        return "are not offered: each of their commands says so";
    }
    if noun.family() == "action" {
        return "are actions: nothing is kept of them, their commands have tests of their own";
    }
    if !["New", "Set", "Add", "Register"].iter().any(|verb| offered.contains(verb)) {
        return "are only read, switched or removed";
    }
    if !offered.contains(&"Get") {
        return "can't be read back: what they write shows at another noun";
    }
    if !["New", "Set"].iter().any(|verb| offered.contains(verb)) {
        return "are added to something: they come and go with what they belong to";
    }
    "have nothing to begin with: one object a server or user, none in this organization"
}

fn report(found: &BTreeMap<&'static str, Found>) -> String {
    let mut text = String::from(
        "# Nouns\n\nWritten by the walk over every noun that cmdlets keep (`tests/organization/nouns.rs`, `scripts/dev/agree`): each is made with the\n\
         least and with every parameter, read back, changed, refused at each documented limit and removed.\n\n\
         | Module | Nouns | Walked | Properties read back | Changed | Refused at limits | Removed | Drives the runtime | Checked | Recorded |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let mut modules: BTreeMap<&str, Vec<NounRow>> = BTreeMap::new();
    for noun in library().nouns() {
        modules.entry(noun.module()).or_default().push(noun);
    }
    let mut effects = [0u32; 3];
    for (module, nouns) in &modules {
        let mut sums = [(0, 0); 4];
        let (mut walked, mut effect) = (0, [0u32; 3]);
        for noun in nouns {
            let at = match noun.effect() {
                "runtime" => 0,
                "checked" => 1,
                _ => 2,
            };
            effect[at] += 1;
            effects[at] += 1;
            let Some(row) = found.get(noun.name()) else { continue };
            walked += 1;
            for (sum, part) in sums.iter_mut().zip([
                row.read,
                row.changed,
                row.refused,
                (u32::from(row.removed == Some(true)), u32::from(row.removed.is_some())),
            ]) {
                *sum = (sum.0 + part.0, sum.1 + part.1);
            }
        }
        let of = |(a, b): (u32, u32)| format!("{a} of {b}");
        let _ = writeln!(
            text,
            "| {module} | {} | {walked} | {} | {} | {} | {} | {} | {} | {} |",
            nouns.len(),
            of(sums[0]),
            of(sums[1]),
            of(sums[2]),
            of(sums[3]),
            effect[0],
            effect[1],
            effect[2]
        );
    }
    let all: u32 = effects.iter().sum();
    let _ = writeln!(
        text,
        "\nOf {all} nouns {} drive the runtime ({} %), {} are checked, {} are recorded only. {} refuse removal while they are referred to. {} are walked; of the others\n",
        effects[0],
        effects[0] * 100 / all.max(1),
        effects[1],
        effects[2],
        found.values().filter(|f| f.kept_while_referred == Some(true)).count(),
        found.len(),
    );
    let mut others: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for noun in library().nouns().filter(|n| !found.contains_key(n.name())) {
        others.entry(reason(&noun)).or_default().push(noun.name());
    }
    for (why, nouns) in &others {
        let _ = writeln!(text, "* {} {why}.", nouns.len());
    }
    text.push_str("\n## Not offered of the commands that the documents and pages name\n\n");
    for (command, why) in NOT_OFFERED {
        let _ = writeln!(text, "* {command}: {why}.");
    }
    text.push_str("\n## Tests that always end in Failure\n\nThey look at pool, users, ports and roles first and name what is wrong there; then the service that would answer is one that no\ncomputer of the organization runs:\n\n");
    for (command, what) in UNSERVED {
        let _ = writeln!(text, "* {command}: {what}.");
    }
    text.push_str("\n## What is not as it should be\n\n");
    for (noun, row) in found {
        if !row.wrong.is_empty() {
            let _ = writeln!(
                text,
                "- **{noun}**: {}",
                row.wrong.iter().take(6).cloned().collect::<Vec<_>>().join("; ").replace('\n', " ")
            );
        }
    }
    text
}

/// Commands of the first two tiers that answer CmdletNotOffered, and why.
const NOT_OFFERED: [(&str, &str); 3] = [
    ("Test-CsAVEdgeConnectivity", "the edge role hands out no relay addresses over the network"),
    ("Test-CsExStorageNotification", "no subscription for changes of a mailbox is kept"),
    ("Test-CsPhoneBootstrap", "telephones get no certificate in exchange for a PIN"),
];

/// Tests of services that no computer of the organization runs, with the service.
const UNSERVED: [(&str, &str); 15] = [
    ("Test-CsASConference", "the application sharing service"),
    ("Test-CsAudioConferencingProvider", "the audio conferencing provider"),
    ("Test-CsAVConference", "the A/V conferencing service"),
    ("Test-CsDataConference", "the data conferencing service"),
    ("Test-CsDialInConferencing", "the conferencing attendant"),
    ("Test-CsGroupIM", "the IM conferencing service"),
    ("Test-CsMcxConference", "the mobility service"),
    ("Test-CsMcxP2PIM", "the mobility service"),
    ("Test-CsP2PVideoInteropServerSipTrunkAV", "the video interop service"),
    ("Test-CsPersistentChatMessage", "the persistent chat service"),
    ("Test-CsUcwaConference", "the web conferencing interface"),
    ("Test-CsWebApp", "the web application"),
    ("Test-CsWebAppAnonymous", "the web application"),
    ("Test-CsWebScheduler", "the web scheduler"),
    ("Test-CsXmppIM", "the XMPP gateway"),
];

#[test]
fn every_noun_comes_and_goes() {
    let mut lab = Lab::new("nouns");
    lab.ok("New-DialtoneOrganization", &[]);
    lab.ok(
        "New-UMDialPlan",
        &[("Name", s("WalkPlan")), ("NumberOfDigitsInExtension", Value::I32(4)), ("CountryOrRegionCode", s("1"))],
    );
    lab.ok("New-UMIPGateway", &[("Name", s("WalkGateway")), ("Address", s("walk.contoso.com"))]);
    lab.ok("New-UMAutoAttendant", &[("Name", s("WalkFallback")), ("UMDialPlan", s("WalkPlan"))]);
    let sip = [("Name", s("WalkSip")), ("NumberOfDigitsInExtension", Value::I32(4)), ("CountryOrRegionCode", s("1"))];
    lab.ok("New-UMDialPlan", &[&sip[..], &[("URIType", s("SipName"))]].concat());
    lab.ok("New-MsolDomain", &[("Name", s("contoso.com"))]);
    for plan in ["WalkPlan", "WalkSip"] {
        let group = super::list(&["WalkGroup,91425*,91425*,"]);
        let groups = [("ConfiguredInCountryOrRegionGroups", group.clone()), ("ConfiguredInternationalGroups", group)];
        lab.ok("Set-UMDialPlan", &[&[("Identity", s(plan))][..], &groups].concat());
    }
    let proof = lab.ok("Get-MsolDomainVerificationDns", &[("DomainName", s("contoso.com"))]).remove(0);
    lab.refused("Confirm-MsolDomain", &[("DomainName", s("contoso.com"))]);
    let zone = [("ZoneName", s("contoso.com")), ("Name", s("@")), ("Txt", Value::Bool(true))];
    lab.ok(
        "Add-DnsServerResourceRecord",
        &[&zone[..], &[("DescriptiveText", s(&super::text(&proof, "Text")))]].concat(),
    );
    lab.ok("Confirm-MsolDomain", &[("DomainName", s("contoso.com"))]);
    let mut found: BTreeMap<&'static str, Found> = BTreeMap::new();
    for noun in library().nouns() {
        if let Some(row) = walk(&mut lab, &noun) {
            found.insert(noun.name(), row);
        }
    }
    referred(&mut lab, &mut found);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let right: BTreeSet<&str> = found.iter().filter(|(_, f)| f.wrong.is_empty()).map(|(n, _)| *n).collect();
    let list = root.join("tests/agreeing/nouns.txt");
    if std::env::var("DIALTONE_AGREE").is_ok_and(|v| v == "write") {
        std::fs::write(root.join("docs/nouns.md"), report(&found)).expect("the report is written");
        std::fs::write(&list, right.iter().map(|n| format!("{n}\n")).collect::<String>()).expect("the list is written");
        return;
    }
    let listed = std::fs::read_to_string(&list).unwrap_or_default();
    let lost: Vec<String> = listed
        .lines()
        .filter(|n| !right.contains(n))
        .map(|n| format!("{n}: {}", found.get(n).map_or_else(|| "not walked".to_owned(), |f| f.wrong.join("; "))))
        .collect();
    println!("{} nouns walked, {} without fault", found.len(), right.len());
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}
