//! Records of the organisation's DNS; the telephony service resolves names by them.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use store::{Draft, Object};
use values::convert::to_display;

pub static NOUN: NounCode = NounCode {
    noun: "DnsServerResourceRecord",
    heeds: &[
        "ZoneName",
        "PassThru",
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
        "OldInputObject",
        "NewInputObject",
    ],
    verbs: &[("Get", get), ("Add", add), ("Set", set), ("Remove", remove)],
    ..NounCode::PLAIN
};

/// Adds a record to a zone that exists.
pub(crate) fn put(work: &mut Work, kind: &str, data: &str, more: &[(&str, i64)]) -> Result<()> {
    let part = |name: &str| work.bound.str(name).map_or_else(String::new, |t| t.to_string());
    let (zone, name) = (part("ZoneName"), part("Name"));
    let lifetime = work.bound.get("TimeToLive").filter(|v| !v.is_null()).map(to_display).unwrap_or_default();
    if !work.should(&format!("{name}.{zone}"))? {
        return Ok(());
    }
    let full = if name == "@" || name.is_empty() { zone.clone() } else { format!("{name}.{zone}") };
    let done = work.write(|writer, _| {
        let exists = writer.find("DnsServerPrimaryZone", "", &zone)?.is_some()
            || zone.eq_ignore_ascii_case(&directory::Facts::read(writer)?.domain);
        if !exists {
            let text = format!("The zone {zone} was not found on server dc01.");
            return Err(
                Fault::new("CimException", "WIN32 9601", command::ErrorCategory::ObjectNotFound, text).at(&zone)
            );
        }
        let mut draft = Draft::new("DnsRecord", "", &format!("{kind}/{full}/{data}"))
            .with("Zone", zone.as_str())
            .with("HostName", name.as_str())
            .with("Name", full.as_str())
            .with("Type", kind)
            .with("Data", data);
        if !lifetime.is_empty() {
            draft = draft.with("TimeToLive", lifetime.as_str());
        }
        for (property, value) in more {
            draft = draft.with(property, *value);
        }
        if writer.find("DnsRecord", "", &draft.name)?.is_some() {
            let text = format!(
                "Failed to create resource record {name} in zone {zone} on server dc01: the record already exists."
            );
            return Err(
                Fault::new("CimException", "WIN32 9711", command::ErrorCategory::ResourceExists, text).at(&full)
            );
        }
        let id = writer.insert(draft)?;
        Ok(writer.get(id)?)
    })?;
    match done.flatten() {
        Some(record) if work.bound.switch("PassThru") => emit(work, &record),
        _ => Ok(()),
    }
}

fn emit(work: &mut Work, record: &Object) -> Result<()> {
    let text = |name: &str| Value::from(record.text(name).unwrap_or_default());
    // An hour, unless the record says otherwise.
    let lifetime = match record.text("TimeToLive") {
        Some(text) => Value::from(text),
        None => Value::TimeSpan(36_000_000_000),
    };
    let row = values::Object::typed(
        "Microsoft.Management.Infrastructure.CimInstance#DnsServerResourceRecord",
        [
            ("HostName", text("HostName")),
            ("RecordType", text("Type")),
            ("Type", Value::Null),
            ("Timestamp", Value::I32(0)),
            ("TimeToLive", lifetime),
            ("RecordData", text("Data")),
            ("ZoneName", text("Zone")),
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
        return put(work, "SRV", target.trim_end_matches('.'), &more);
    }
    for (parameter, kind) in kinds {
        if let Some(data) = text(parameter) {
            return put(work, kind, data.trim_end_matches('.'), &[("Preference", number("Preference"))]);
        }
    }
    work.fail(&Fault::unsupported(work.command.name(), work.bound.parameter_set()))
}

fn fitting(work: &Work) -> std::result::Result<Vec<Object>, Fault> {
    let part = |name: &str| work.bound.str(name).map(|t| t.to_string()).filter(|t| !t.is_empty());
    let (zone, name, kind) = (part("ZoneName"), part("Name"), part("RRType"));
    let data = work.bound.get("RecordData").map(to_display).filter(|t| !t.is_empty());
    let same = |value: Option<&str>, wanted: &Option<String>| {
        wanted.as_ref().is_none_or(|w| value.is_some_and(|v| v.eq_ignore_ascii_case(w)))
    };
    let fits = |r: &Object| {
        same(r.text("Zone"), &zone)
            && same(r.text("HostName"), &name)
            && same(r.text("Type"), &kind)
            && same(r.text("Data"), &data)
    };
    Ok(work.all("DnsRecord")?.into_iter().filter(fits).collect())
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
    let mut part = |object: &str, name: &str| -> Result<String> {
        let object = work.bound.get(object).cloned().unwrap_or_default();
        let value = values::members::get(work.session, &object, name)?.unwrap_or_default();
        Ok(if value.is_null() { String::new() } else { to_display(&value) })
    };
    let names = ["HostName", "RecordType", "RecordData", "TimeToLive"];
    let mut old = Vec::new();
    let mut new = Vec::new();
    for name in names {
        old.push(part("OldInputObject", name)?);
        new.push(part("NewInputObject", name)?);
    }
    let refused =
        |id: &'static str, text: String| Fault::new("CimException", id, command::ErrorCategory::InvalidArgument, text);
    if !(old[0].eq_ignore_ascii_case(&new[0]) && old[1].eq_ignore_ascii_case(&new[1])) {
        let text = "The name and the type of a record cannot be changed: remove it, and add another.".to_string();
        return work.fail(&refused("WIN32 87", text));
    }
    let is_it = |r: &Object| {
        [("Zone", &zone), ("HostName", &old[0]), ("Type", &old[1]), ("Data", &old[2])]
            .iter()
            .all(|(property, wanted)| r.text(property).is_some_and(|v| v.eq_ignore_ascii_case(wanted)))
    };
    let found = match work.all("DnsRecord") {
        Ok(records) => records.into_iter().find(is_it),
        Err(fault) => return work.fail(&fault),
    };
    let Some(record) = found else {
        let text = format!("Failed to get {} record in zone {zone}: the record does not exist.", old[0]);
        return work.fail(&refused("WIN32 9714", text));
    };
    if !work.should(&record.name)? {
        return Ok(());
    }
    let full = record.text("Name").unwrap_or_default();
    let name = format!("{}/{full}/{}", old[1], new[2]);
    let draft = Draft { id: record.id, properties: record.properties.clone(), ..Draft::new("DnsRecord", "", &name) };
    let draft = draft.with("Data", new[2].as_str()).with("TimeToLive", new[3].as_str());
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
    if found.is_empty() {
        let name = work.bound.str("Name").map_or_else(String::new, |t| t.to_string());
        return work.fail(
            &Fault::new(
                "CimException",
                "WIN32 9714",
                command::ErrorCategory::ObjectNotFound,
                format!("Failed to get {name} record: the record does not exist."),
            )
            .at(&name),
        );
    }
    for record in found {
        if work.should(&record.name)? {
            work.write(|writer, _| Ok(writer.remove(record.id)?))?;
        }
    }
    Ok(())
}
