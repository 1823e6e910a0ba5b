//! What a record holds, as scripts see it: the text that the table shows, with the properties of its kind.

use std::sync::Arc;

use command::{Str, Value};
use store::Object;
use values::convert::to_display;
use values::{PsMember, Wrapped};

/// The property that holds what a record of a kind leads to.
fn property(kind: &str) -> &'static str {
    match kind.to_ascii_uppercase().as_str() {
        "A" => "IPv4Address",
        "AAAA" => "IPv6Address",
        "CNAME" => "HostNameAlias",
        "MX" => "MailExchange",
        "PTR" => "PtrDomainName",
        "NS" => "NameServer",
        "SRV" => "DomainName",
        "TXT" => "DescriptiveText",
        _ => "Data",
    }
}

/// Whether what a record of a kind leads to is a name, which ends in a dot.
fn is_name(kind: &str) -> bool {
    ["CNAME", "MX", "PTR", "NS", "SRV"].iter().any(|k| k.eq_ignore_ascii_case(kind))
}

/// The data of a record.
pub(super) fn shown(record: &Object) -> Value {
    let (kind, data) = (record.text("Type").unwrap_or_default(), record.text("Data").unwrap_or_default());
    let held = if is_name(kind) { format!("{data}.") } else { data.to_owned() };
    let number = |name: &str| record.number(name).unwrap_or(0);
    let word = |name: &str| Value::U16(u16::try_from(number(name)).unwrap_or(0));
    let (text, more) = match kind {
        "SRV" => (
            format!("[{}][{}][{}][{held}]", number("Priority"), number("Weight"), number("Port")),
            ["Port", "Priority", "Weight"].map(|n| (n, word(n))).to_vec(),
        ),
        "MX" => (format!("[{}][{held}]", number("Preference")), vec![("Preference", word("Preference"))]),
        _ => (held.clone(), Vec::new()),
    };
    let wrapped = Wrapped::new(Value::from(text));
    let own = match held.parse() {
        Ok(ip) if matches!(kind, "A" | "AAAA") => values::types::net::address::make(ip),
        _ => Value::from(held),
    };
    {
        let mut members = wrapped.members.lock();
        members.push((Str::from(property(kind)), PsMember::Note(own)));
        members.extend(more.into_iter().map(|(name, value)| (Str::from(name), PsMember::Note(value))));
    }
    let class = format!("DnsServerResourceRecord{kind}");
    *wrapped.type_names.lock() = Some(Arc::from([
        Str::from(format!("Microsoft.Management.Infrastructure.CimInstance#{class}")),
        Str::from("System.String"),
        Str::from("System.Object"),
    ]));
    Value::Wrapped(Arc::new(wrapped))
}

/// What the data of a row says for a record of its kind, as the record keeps it, with the numbers that go with it.
pub(super) fn read(kind: &str, data: &Value) -> (String, Vec<(&'static str, i64)>) {
    let Value::Wrapped(wrapped) = data else { return (plain(kind, &to_display(data)), Vec::new()) };
    let note = |name: &str| match wrapped.find(name) {
        Some(PsMember::Note(value)) => Some(to_display(&value)),
        _ => None,
    };
    let own = note(property(kind)).unwrap_or_else(|| to_display(data));
    let numbers = ["Port", "Priority", "Weight", "Preference"]
        .into_iter()
        .filter_map(|name| Some((name, note(name)?.parse().ok()?)))
        .collect();
    (plain(kind, &own), numbers)
}

/// Without the dot at the end of a name.
fn plain(kind: &str, text: &str) -> String {
    if is_name(kind) { text.trim_end_matches('.').to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_read_as_it_is_shown() {
        let record = |kind: &str, data: &str| {
            let properties = serde_json::json!({ "Type": kind, "Data": data, "Preference": 10, "Port": 5061 });
            Object::unsaved("DnsRecord", "", "x", properties.as_object().cloned().unwrap_or_default())
        };
        for (kind, data, text) in [
            ("A", "10.0.0.1", "10.0.0.1"),
            ("CNAME", "host.contoso.com", "host.contoso.com."),
            ("MX", "mail.contoso.com", "[10][mail.contoso.com.]"),
            ("SRV", "sip.contoso.com", "[0][0][5061][sip.contoso.com.]"),
            ("TXT", "v=spf1 -all", "v=spf1 -all"),
        ] {
            let value = shown(&record(kind, data));
            assert_eq!(to_display(&value), text);
            let (read, numbers) = read(kind, &value);
            assert_eq!(read, data);
            assert_eq!(numbers.contains(&("Port", 5061)), kind == "SRV");
        }
        assert_eq!(super::read("CNAME", &Value::from("b.contoso.com.")).0, "b.contoso.com");
    }
}
