//! Records of the organisation's DNS; the telephony service resolves names by them.

use std::net::IpAddr;

use command::{ErrorCategory, Result, Value};
use directory::{Facts, Fault, NounCode, Work};
use store::{Draft, Object, Reader, StoreError};
use values::convert::to_display;

use super::record_data;

pub static NOUN: NounCode = NounCode {
    noun: "DnsServerResourceRecord",
    heeds: &[
        "ZoneName",
        "PassThru",
        "AllowUpdateAny",
        "AgeRecord",
        "CreatePtr",
        "Name",
        "TimeToLive",
        "Type",
        "RecordData",
        "DescriptiveText",
        "Txt",
        "DomainName",
        "Priority",
        "Weight",
        "Port",
        "Srv",
        "Preference",
        "PtrDomainName",
        "Ptr",
        "NameServer",
        "NS",
        "MailExchange",
        "MX",
        "HostNameAlias",
        "CName",
        "IPv6Address",
        "AAAA",
        "IPv4Address",
        "A",
        "RRType",
        "InputObject",
        "OldInputObject",
        "NewInputObject",
    ],
    verbs: &[("Get", get), ("Add", add), ("Set", set), ("Remove", remove)],
    ..NounCode::PLAIN
};

fn refused(id: &str, category: ErrorCategory, text: String) -> Fault {
    Fault::new("CimException", id, category, text)
}

/// The name of the server that keeps the zones.
fn server(facts: &Facts) -> String {
    facts.controller.split('.').next().unwrap_or_default().to_uppercase()
}

fn no_record(facts: &Facts, name: &str, zone: &str) -> Fault {
    let text = format!("Failed to get {name} record in {zone} zone on {} server.", server(facts));
    refused("WIN32 9714", ErrorCategory::ObjectNotFound, text).at(name)
}

fn no_zone(facts: &Facts, zone: &str) -> Fault {
    let text = format!("The zone {zone} was not found on server {}.", server(facts));
    refused("WIN32 9601", ErrorCategory::ObjectNotFound, text).at(zone)
}

/// Whether the server keeps a zone: the domain's own is there of itself.
fn has_zone(reader: &Reader, facts: &Facts, zone: &str) -> std::result::Result<bool, StoreError> {
    Ok(reader.find("DnsServerPrimaryZone", "", zone)?.is_some() || zone.eq_ignore_ascii_case(&facts.domain))
}

fn full_name(name: &str, zone: &str) -> String {
    if name == "@" || name.is_empty() { zone.to_owned() } else { format!("{name}.{zone}") }
}

/// A record as it is stored; `None` when it is there already.
fn draft(
    reader: &Reader,
    zone: &str,
    name: &str,
    kind: &str,
    data: &str,
) -> std::result::Result<Option<Draft>, StoreError> {
    let full = full_name(name, zone);
    let draft = Draft::new("DnsRecord", "", &format!("{kind}/{full}/{data}"))
        .with("Zone", zone)
        .with("HostName", name)
        .with("Name", full)
        .with("Type", kind)
        .with("Data", data);
    Ok(reader.find("DnsRecord", "", &draft.name)?.is_none().then_some(draft))
}

/// The zone of a pointer to an address, and the pointer's name in it: the longest zone that the server keeps.
fn pointer(reader: &Reader, facts: &Facts, data: &str) -> std::result::Result<Option<(String, String)>, StoreError> {
    let labels: Vec<String> = match data.parse() {
        Ok(IpAddr::V4(ip)) => ip.octets().iter().rev().map(u8::to_string).chain(["in-addr".to_owned()]).collect(),
        Ok(IpAddr::V6(ip)) => {
            let nibbles = ip.octets().into_iter().rev().flat_map(|o| [o & 15, o >> 4]).map(|n| format!("{n:x}"));
            nibbles.chain(["ip6".to_owned()]).collect()
        }
        Err(_) => return Ok(None),
    };
    for at in 1..labels.len() {
        let zone = format!("{}.arpa", labels[at..].join("."));
        if has_zone(reader, facts, &zone)? {
            return Ok(Some((zone, labels[..at].join("."))));
        }
    }
    Ok(None)
}

/// Adds a record under the name that the call gives.
pub(super) fn put(work: &mut Work, kind: &str, data: &str, more: &[(&str, i64)]) -> Result<()> {
    let name = work.bound.str("Name").map_or_else(String::new, |t| t.to_string());
    put_as(work, &name, kind, data.trim_end_matches('.'), more)
}

/// Adds a record to a zone that exists.
fn put_as(work: &mut Work, name: &str, kind: &str, data: &str, more: &[(&str, i64)]) -> Result<()> {
    let zone = work.bound.str("ZoneName").map_or_else(String::new, |t| t.to_string());
    let lifetime = work.bound.get("TimeToLive").filter(|v| !v.is_null()).map(to_display).unwrap_or_default();
    let (ages, is_open, points) =
        (work.bound.switch("AgeRecord"), work.bound.switch("AllowUpdateAny"), work.bound.switch("CreatePtr"));
    if !work.should(&format!("{name}.{zone}"))? {
        return Ok(());
    }
    let facts = work.facts();
    let common = |mut draft: Draft| {
        if !lifetime.is_empty() {
            draft = draft.with("TimeToLive", lifetime.as_str());
        }
        if is_open {
            draft = draft.with("AllowUpdateAny", true);
        }
        if ages {
            // Ages are told in hours.
            let now = directory::iso(now()).get(..13).map(|hour| format!("{hour}:00:00Z")).unwrap_or_default();
            draft = draft.with("Timestamp", now);
        }
        draft
    };
    let done = work.write(|writer, _| {
        if !has_zone(writer, &facts, &zone)? {
            return Err(no_zone(&facts, &zone));
        }
        let Some(mut own) = draft(writer, &zone, name, kind, data)?.map(common) else {
            let text = format!("Failed to create resource record {name} in zone {zone} on server {}.", server(&facts));
            return Err(refused("WIN32 9711", ErrorCategory::ResourceExists, text).at(name));
        };
        for (property, value) in more {
            own = own.with(property, *value);
        }
        let full = full_name(name, &zone);
        let id = writer.insert(own)?;
        let mut has_pointer = true;
        if points {
            match pointer(writer, &facts, data)? {
                Some((zone, name)) => {
                    if let Some(pointer) = draft(writer, &zone, &name, "PTR", &full)? {
                        writer.insert(common(pointer))?;
                    }
                }
                None => has_pointer = false,
            }
        }
        Ok((writer.get(id)?, has_pointer))
    })?;
    let Some((record, has_pointer)) = done else { return Ok(()) };
    if !has_pointer {
        let server = server(&facts);
        let text = format!(
            "Failed to create PTR record. Resource record {name} in zone {zone} on server {server} is created successfully, but corresponding PTR record could not be created."
        );
        work.fail(&refused("WIN32 9715", ErrorCategory::NotSpecified, text).at(name))?;
    }
    match record {
        Some(record) if work.bound.switch("PassThru") => emit(work, &record),
        _ => Ok(()),
    }
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The number of a kind of record (RFC 1035 and its successors).
fn number(kind: &str) -> Value {
    let kinds = [("A", 1), ("NS", 2), ("CNAME", 5), ("PTR", 12), ("MX", 15), ("TXT", 16), ("AAAA", 28), ("SRV", 33)];
    kinds.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind)).map_or(Value::Null, |(_, n)| Value::U16(*n))
}

fn emit(work: &mut Work, record: &Object) -> Result<()> {
    let text = |name: &str| record.text(name).unwrap_or_default();
    // An hour, unless the record says otherwise.
    let lifetime = match (record.get("TimeToLive"), work.noun.property("TimeToLive")) {
        (Some(kept), Some(property)) => directory::to_value(&property, Some(kept)),
        _ => Value::TimeSpan(36_000_000_000),
    };
    let dn = format!(
        "DC={},DC={},cn=MicrosoftDNS,DC=DomainDnsZones,{}",
        text("HostName"),
        text("Zone"),
        work.facts().domain_dn()
    );
    let row = values::Object::typed(
        "Microsoft.Management.Infrastructure.CimInstance#root/Microsoft/Windows/DNS/DnsServerResourceRecord",
        [
            ("DistinguishedName", Value::from(dn)),
            ("HostName", Value::from(text("HostName"))),
            ("RecordClass", Value::from("IN")),
            ("RecordData", record_data::shown(record)),
            ("RecordType", Value::from(text("Type"))),
            ("Timestamp", record.text("Timestamp").map_or(Value::Null, directory::moment_of)),
            ("TimeToLive", lifetime),
            ("Type", number(text("Type"))),
            ("ZoneName", Value::from(text("Zone"))),
            ("AllowUpdateAny", Value::Bool(record.flag("AllowUpdateAny") == Some(true))),
            ("PSComputerName", Value::Null),
        ],
    );
    work.session.write(row)
}

fn add(work: &mut Work) -> Result<()> {
    let text = |name: &str| work.bound.str(name).map(|t| t.to_string()).filter(|t| !t.is_empty());
    let number = |name: &str| work.bound.int(name).unwrap_or(0);
    let kinds = [
        ("IPv4Address", "A"),
        ("IPv6Address", "AAAA"),
        ("HostNameAlias", "CNAME"),
        ("MailExchange", "MX"),
        ("PtrDomainName", "PTR"),
        ("NameServer", "NS"),
        ("DescriptiveText", "TXT"),
    ];
    if let Some(target) = text("DomainName").filter(|_| work.bound.switch("Srv")) {
        let more = [("Priority", number("Priority")), ("Weight", number("Weight")), ("Port", number("Port"))];
        return put(work, "SRV", &target, &more);
    }
    for (parameter, kind) in kinds {
        if let Some(data) = text(parameter) {
            return put(work, kind, &data, &[("Preference", number("Preference"))]);
        }
    }
    if let Some(row) = work.bound.get("InputObject").and_then(Value::as_object) {
        let part = |name: &str| row.get(name).map(|v| to_display(&v)).unwrap_or_default();
        let kind = part("RecordType");
        let (data, numbers) = record_data::read(&kind, &row.get("RecordData").unwrap_or_default());
        return put_as(work, &part("HostName"), &kind, &data, &numbers);
    }
    work.fail(&Fault::unsupported(work.command.name(), work.bound.parameter_set()))
}

/// The records that the call means; what it names and nothing fits is refused, and so is a zone that is not there.
fn fitting(work: &Work) -> std::result::Result<Vec<Object>, Fault> {
    let part = |name: &str| work.bound.str(name).map(|t| t.to_string()).filter(|t| !t.is_empty());
    let (zone, name, kind) = (part("ZoneName"), part("Name"), part("RRType"));
    let data = work.bound.strings("RecordData");
    let input = work.bound.get("InputObject").and_then(Value::as_object);
    let same = |value: Option<&str>, wanted: &Option<String>| {
        wanted.as_ref().is_none_or(|w| value.is_some_and(|v| v.eq_ignore_ascii_case(w)))
    };
    let of_input = |r: &Object| {
        input.is_none_or(|row| {
            let is = |property: &str, kept: &str| {
                row.get(property).is_some_and(|v| r.text(kept).is_some_and(|k| to_display(&v).eq_ignore_ascii_case(k)))
            };
            let kind = r.text("Type").unwrap_or_default();
            let held = row.get("RecordData").map(|v| record_data::read(kind, &v).0);
            is("HostName", "HostName") && is("RecordType", "Type") && held.as_deref() == r.text("Data")
        })
    };
    let fits = |r: &Object| {
        let holds = |wanted: &str| {
            let number = |property: &str| r.number(property).is_some_and(|n| n.to_string() == wanted);
            r.text("Data").is_some_and(|d| d.eq_ignore_ascii_case(wanted.trim_end_matches('.')))
                || ["Preference", "Priority", "Weight", "Port"].into_iter().any(number)
        };
        same(r.text("Zone"), &zone)
            && same(r.text("HostName"), &name)
            && same(r.text("Type"), &kind)
            && data.iter().all(|d| holds(d))
            && of_input(r)
    };
    let facts = work.facts();
    let found: Vec<Object> = work.all("DnsRecord")?.into_iter().filter(fits).collect();
    let zone = zone.unwrap_or_default();
    if !work.directory.store.read(|reader| has_zone(reader, &facts, &zone))? {
        return Err(no_zone(&facts, &zone));
    }
    match name {
        Some(name) if found.is_empty() => Err(no_record(&facts, &name, &zone)),
        _ => Ok(found),
    }
}

fn get(work: &mut Work) -> Result<()> {
    match fitting(work) {
        Ok(found) => found.iter().try_for_each(|r| emit(work, r)),
        Err(fault) => work.fail(&fault),
    }
}

/// Puts a changed record in the place of what it was. Its name and type stay: those make it another record.
fn set(work: &mut Work) -> Result<()> {
    let zone = work.bound.str("ZoneName").map_or_else(String::new, |t| t.to_string());
    let mut part = |object: &str, name: &str| -> Result<Value> {
        let object = work.bound.get(object).cloned().unwrap_or_default();
        Ok(values::members::get(work.session, &object, name)?.unwrap_or_default())
    };
    let mut both =
        |name: &str| -> Result<(Value, Value)> { Ok((part("OldInputObject", name)?, part("NewInputObject", name)?)) };
    let text = |value: &Value| if value.is_null() { String::new() } else { to_display(value) };
    let (name, kind, data, lifetime) =
        (both("HostName")?, both("RecordType")?, both("RecordData")?, both("TimeToLive")?.1);
    let (name, new_name) = (text(&name.0), text(&name.1));
    let (kind, new_kind) = (text(&kind.0), text(&kind.1));
    if !(name.eq_ignore_ascii_case(&new_name) && kind.eq_ignore_ascii_case(&new_kind)) {
        let text = "The name and the type of a record cannot be changed: remove it, and add another.".to_string();
        return work.fail(&refused("WIN32 87", ErrorCategory::InvalidArgument, text));
    }
    let (old, (new, numbers)) = (record_data::read(&kind, &data.0).0, record_data::read(&kind, &data.1));
    let is_it = |r: &Object| {
        [("Zone", &zone), ("HostName", &name), ("Type", &kind), ("Data", &old)]
            .iter()
            .all(|(property, wanted)| r.text(property).is_some_and(|v| v.eq_ignore_ascii_case(wanted)))
    };
    let found = match work.all("DnsRecord") {
        Ok(records) => records.into_iter().find(is_it),
        Err(fault) => return work.fail(&fault),
    };
    let Some(record) = found else {
        let fault = no_record(&work.facts(), &name, &zone);
        return work.fail(&fault);
    };
    if !work.should(&record.name)? {
        return Ok(());
    }
    let full = record.text("Name").unwrap_or_default();
    let name = format!("{kind}/{full}/{new}");
    let draft = Draft { id: record.id, properties: record.properties.clone(), ..Draft::new("DnsRecord", "", &name) };
    let mut draft = draft.with("Data", new.as_str()).with("TimeToLive", text(&lifetime));
    for (property, value) in numbers {
        draft = draft.with(property, value);
    }
    let done = work.write(|writer, _| {
        writer.update(draft)?;
        Ok(writer.get(record.id)?)
    })?;
    match done.flatten() {
        Some(record) if work.bound.switch("PassThru") => emit(work, &record),
        _ => Ok(()),
    }
}

fn remove(work: &mut Work) -> Result<()> {
    let found = match fitting(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    for record in found {
        if work.should(&record.name)? {
            work.write(|writer, _| Ok(writer.remove(record.id)?))?;
        }
    }
    Ok(())
}
