//! Instances of the management classes that runbooks ask: computer system, operating system, disks, processor, processes.

use std::sync::Arc;

use command::{Bound, ErrorCategory, ErrorRecord, Exception, Result, Session, Str, TypeRef, Value, Wildcard};
use values::{Object, convert};

type Facts = Vec<(&'static str, Value)>;

/// The classes that are known.
const CLASSES: &[&str] = &[
    "Win32_ComputerSystem",
    "Win32_OperatingSystem",
    "Win32_LogicalDisk",
    "Win32_Processor",
    "Win32_BIOS",
    "Win32_Process",
    "Win32_TimeZone",
];

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn host() -> String {
    read("/proc/sys/kernel/hostname").trim().to_string()
}

/// A line of `/proc/meminfo` in kilobytes.
fn memory(name: &str) -> u64 {
    let text = read("/proc/meminfo");
    let line = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':'));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn processors() -> Vec<String> {
    let text = read("/proc/cpuinfo");
    text.lines()
        .filter_map(|l| l.strip_prefix("model name")?.split_once(':').map(|(_, v)| v.trim().to_string()))
        .collect()
}

fn release(name: &str) -> String {
    let text = read("/etc/os-release");
    let line = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix('='));
    line.map(|l| l.trim_matches('"').to_string()).unwrap_or_default()
}

fn big(number: u64) -> Value {
    Value::U64(number)
}

fn started(session: &mut dyn Session) -> Result {
    let seconds: f64 = read("/proc/uptime").split_whitespace().next().and_then(|t| t.parse().ok()).unwrap_or(0.0);
    let now = values::members::get_static(session, TypeRef::DATETIME, "Now")?.unwrap_or_default();
    values::members::call(session, &now, "AddSeconds", &[Value::F64(-seconds)])
}

/// The instances of a class.
fn instances(session: &mut dyn Session, class: &str) -> Result<Vec<Facts>> {
    let name = host();
    Ok(match class {
        "Win32_ComputerSystem" => vec![vec![
            ("Name", Value::from(name.as_str())),
            ("DNSHostName", Value::from(name.as_str())),
            ("Domain", Value::from(read("/proc/sys/kernel/domainname").trim().replace("(none)", "WORKGROUP"))),
            ("PartOfDomain", Value::Bool(false)),
            ("Manufacturer", Value::from(read("/sys/class/dmi/id/sys_vendor").trim())),
            ("Model", Value::from(read("/sys/class/dmi/id/product_name").trim())),
            ("NumberOfProcessors", Value::I32(1)),
            ("NumberOfLogicalProcessors", Value::I32(processors().len() as i32)),
            ("TotalPhysicalMemory", big(memory("MemTotal") * 1024)),
            ("UserName", session.environment("USER").map_or(Value::Null, Value::from)),
            ("SystemType", Value::from("x64-based PC")),
            ("Status", Value::from("OK")),
        ]],
        "Win32_OperatingSystem" => {
            let boot = started(session)?;
            let now = values::members::get_static(session, TypeRef::DATETIME, "Now")?.unwrap_or_default();
            vec![vec![
                ("CSName", Value::from(name.as_str())),
                ("Caption", Value::from(release("PRETTY_NAME"))),
                ("Version", Value::from(read("/proc/sys/kernel/osrelease").trim())),
                ("BuildNumber", Value::from(release("VERSION_ID"))),
                ("OSArchitecture", Value::from("64-bit")),
                ("LastBootUpTime", boot),
                ("LocalDateTime", now),
                ("TotalVisibleMemorySize", big(memory("MemTotal"))),
                ("FreePhysicalMemory", big(memory("MemAvailable"))),
                ("SystemDirectory", Value::from("/usr")),
                ("WindowsDirectory", Value::from("/usr")),
                ("ProductType", Value::U32(3)),
                ("Status", Value::from("OK")),
            ]]
        }
        "Win32_LogicalDisk" => {
            let mut found = Vec::new();
            for drive in session.drives() {
                let is_letter = drive.name.len() == 1 && drive.provider.as_str() == "FileSystem";
                if !is_letter {
                    continue;
                }
                let Ok(space) = rustix::fs::statvfs(drive.root.as_str()) else { continue };
                let id = if drive.name.as_str() == "/" { "/".to_string() } else { format!("{}:", drive.name) };
                found.push(vec![
                    ("DeviceID", Value::from(id.as_str())),
                    ("Name", Value::from(id.as_str())),
                    ("DriveType", Value::U32(3)),
                    ("Description", Value::from("Local Fixed Disk")),
                    ("FileSystem", Value::from("")),
                    ("Size", big(space.f_blocks * space.f_frsize)),
                    ("FreeSpace", big(space.f_bavail * space.f_frsize)),
                    ("VolumeName", Value::from("")),
                    ("SystemName", Value::from(name.as_str())),
                ]);
            }
            found
        }
        "Win32_Processor" => {
            let list = processors();
            vec![vec![
                ("DeviceID", Value::from("CPU0")),
                ("Name", Value::from(list.first().map(String::as_str).unwrap_or_default())),
                ("NumberOfCores", Value::U32(list.len() as u32)),
                ("NumberOfLogicalProcessors", Value::U32(list.len() as u32)),
                ("SystemName", Value::from(name.as_str())),
            ]]
        }
        "Win32_BIOS" => vec![vec![
            ("Manufacturer", Value::from(read("/sys/class/dmi/id/bios_vendor").trim())),
            ("Name", Value::from(read("/sys/class/dmi/id/bios_version").trim())),
            ("SMBIOSBIOSVersion", Value::from(read("/sys/class/dmi/id/bios_version").trim())),
            ("SerialNumber", Value::from(read("/sys/class/dmi/id/product_serial").trim())),
        ]],
        "Win32_TimeZone" => {
            let zone = session.time_zone().to_string();
            vec![vec![("Caption", Value::from(zone.as_str())), ("StandardName", Value::from(zone.as_str()))]]
        }
        _ => {
            let mut found = Vec::new();
            let mut ids: Vec<u32> = std::fs::read_dir("/proc")
                .map(|all| all.flatten().filter_map(|e| e.file_name().to_string_lossy().parse().ok()).collect())
                .unwrap_or_default();
            ids.sort_unstable();
            for id in ids {
                let stat = read(&format!("/proc/{id}/stat"));
                let Some((_, rest)) = stat.rsplit_once(')') else { continue };
                let parent: u32 = rest.split_whitespace().nth(1).and_then(|t| t.parse().ok()).unwrap_or(0);
                let line = read(&format!("/proc/{id}/cmdline")).replace('\0', " ");
                found.push(vec![
                    ("ProcessId", Value::U32(id)),
                    ("Name", Value::from(read(&format!("/proc/{id}/comm")).trim())),
                    ("ParentProcessId", Value::U32(parent)),
                    ("CommandLine", Value::from(line.trim_end())),
                    ("CSName", Value::from(name.as_str())),
                ]);
            }
            found
        }
    })
}

/// `select a, b from Class where condition`.
fn parse_query(query: &str) -> Option<(Vec<String>, String, Option<String>)> {
    let lower = query.to_ascii_lowercase();
    let from = lower.find(" from ")?;
    let names = query.get(..from)?.trim().split_at_checked(6).filter(|(s, _)| s.eq_ignore_ascii_case("select"))?.1;
    let rest = query.get(from + 6..)?.trim();
    let at = rest.to_ascii_lowercase().find(" where ");
    let (class, condition) = match at {
        Some(at) => (rest.get(..at)?, Some(rest.get(at + 7..)?.trim().to_string())),
        None => (rest, None),
    };
    let names = names.split(',').map(|n| n.trim().to_string()).filter(|n| n != "*" && !n.is_empty()).collect();
    Some((names, class.trim().to_string(), condition))
}

/// A condition of the query language: comparisons joined by `and`.
fn fits(facts: &Facts, condition: &str) -> Option<bool> {
    let mut all = true;
    let lower = condition.to_ascii_lowercase();
    let mut start = 0;
    let mut parts = Vec::new();
    for (at, _) in lower.match_indices(" and ") {
        parts.push(condition.get(start..at)?);
        start = at + 5;
    }
    parts.push(condition.get(start..)?);
    for part in parts {
        let part = part.trim().trim_matches(['(', ')']).trim();
        let (operator, at) = ["<>", "!=", "<=", ">=", " like ", "=", "<", ">"]
            .iter()
            .find_map(|o| part.to_ascii_lowercase().find(o).map(|at| (*o, at)))?;
        let name = part.get(..at)?.trim();
        let wanted = part.get(at + operator.len()..)?.trim().trim_matches(['\'', '"']);
        let (_, value) = facts.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        let have = convert::to_display(value);
        let order = match (have.parse::<f64>(), wanted.parse::<f64>()) {
            (Ok(a), Ok(b)) => a.partial_cmp(&b)?,
            _ => have.to_lowercase().cmp(&wanted.to_lowercase()),
        };
        all &= match operator {
            "=" => order.is_eq(),
            "<>" | "!=" => order.is_ne(),
            "<" => order.is_lt(),
            ">" => order.is_gt(),
            "<=" => order.is_le(),
            ">=" => order.is_ge(),
            _ => Wildcard::new(&wanted.replace('%', "*").replace('_', "?")).matches(&have),
        };
    }
    Some(all)
}

fn refuse(session: &mut dyn Session, is_cim: bool, id: &str, text: &str, class: &str) -> Result<()> {
    let ty = match is_cim {
        true => command::class("Microsoft.Management.Infrastructure.CimException", TypeRef::SYSTEM_EXCEPTION),
        false => command::class("System.Management.ManagementException", TypeRef::SYSTEM_EXCEPTION),
    };
    let exception = Exception::new(ty, text).identity(id, ErrorCategory::InvalidType, Value::from(class));
    session.write_error(ErrorRecord::from_exception(Arc::new(exception)))
}

/// Answers Get-WmiObject and Get-CimInstance.
pub fn query(session: &mut dyn Session, bound: &Bound, is_cim: bool) -> Result<()> {
    if bound.switch("List") {
        for class in CLASSES {
            session.write(Value::from(*class))?;
        }
        return Ok(());
    }
    let own = host();
    for computer in bound.strings("ComputerName") {
        let is_own = [".", "localhost", "127.0.0.1"].contains(&computer.as_str())
            || computer.split('.').next().is_some_and(|n| n.eq_ignore_ascii_case(&own));
        if !is_own {
            let text = format!(
                "The RPC server is unavailable. ('{computer}' is another computer; only this one can be asked.)"
            );
            return refuse(session, is_cim, "GetWMICOMException", &text, &computer);
        }
    }
    let mut names: Vec<String> = bound.strings("Property").iter().map(|n| n.to_string()).filter(|n| n != "*").collect();
    let mut class = bound.str(if is_cim { "ClassName" } else { "Class" }).unwrap_or_else(Str::empty).to_string();
    let mut condition = bound.str("Filter").map(|f| f.to_string()).filter(|f| !f.is_empty());
    if let Some(text) = bound.str("Query") {
        let Some((columns, from, filter)) = parse_query(&text) else {
            return refuse(session, is_cim, "GetWMIManagementException", "Invalid query ", &text);
        };
        (names, class, condition) = (columns, from, filter);
    }
    let Some(known) = CLASSES.iter().find(|c| c.eq_ignore_ascii_case(&class)) else {
        let id = if is_cim { "HRESULT 0x80041010" } else { "GetWMIManagementException" };
        return refuse(session, is_cim, id, "Invalid class ", &class);
    };
    for facts in instances(session, known)? {
        match condition.as_ref().map(|c| fits(&facts, c)) {
            Some(None) => return refuse(session, is_cim, "GetWMIManagementException", "Invalid query ", &class),
            Some(Some(false)) => continue,
            _ => {}
        }
        let mut kept: Facts = facts;
        if !names.is_empty() {
            kept.retain(|(n, _)| names.iter().any(|w| w.eq_ignore_ascii_case(n)));
        }
        let computer = if is_cim { "PSComputerName" } else { "__SERVER" };
        kept.push((computer, if is_cim { Value::Null } else { Value::from(own.as_str()) }));
        let ty = match is_cim {
            true => format!("Microsoft.Management.Infrastructure.CimInstance#root/cimv2/{known}"),
            false => format!("System.Management.ManagementObject#root\\cimv2\\{known}"),
        };
        session.write(Object::typed(&ty, kept))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_come_apart_and_conditions_hold() {
        let parsed = parse_query("SELECT Name, Size FROM Win32_LogicalDisk WHERE DriveType = 3");
        let (names, class, condition) = parsed.expect("a query");
        assert_eq!(
            (names.len(), class.as_str(), condition.as_deref()),
            (2, "Win32_LogicalDisk", Some("DriveType = 3"))
        );
        let facts: Facts = vec![("DriveType", Value::U32(3)), ("Name", Value::from("C:"))];
        for (condition, expected) in [
            ("DriveType=3", Some(true)),
            ("drivetype = 2", Some(false)),
            ("Name like 'C%' AND DriveType >= 3", Some(true)),
            ("Nope = 1", None),
        ] {
            assert_eq!(fits(&facts, condition), expected, "{condition}");
        }
    }
}
