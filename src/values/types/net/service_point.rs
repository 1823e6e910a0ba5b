//! System.Net.ServicePointManager and ServicePoint: settings that older scripts make for the whole process.

use std::collections::HashMap;
use std::sync::LazyLock;

use parking_lot::Mutex;

use crate::error::Result;
use crate::types::system::enumeration;
use crate::types::{Behaviour, Call, State, TypeDef, hold_named};
use crate::value::Value;

/// What was set, by property. .NET keeps these for the process, too.
static SLOTS: LazyLock<Mutex<HashMap<String, Value>>> = LazyLock::new(Mutex::default);

/// The callback that decides on certificates which were not found good.
pub fn callback() -> Value {
    SLOTS.lock().get("servercertificatevalidationcallback").cloned().unwrap_or_default()
}

fn default_of(name: &str) -> Value {
    match name {
        "securityprotocol" => enumeration::make("System.Net.SecurityProtocolType", 0),
        "encryptionpolicy" => enumeration::make("System.Net.Security.EncryptionPolicy", 0),
        "defaultconnectionlimit" => Value::I32(2),
        "dnsrefreshtimeout" => Value::I32(120_000),
        "maxservicepointidletime" => Value::I32(100_000),
        "maxservicepoints" => Value::I32(0),
        "expect100continue" | "usenaglealgorithm" => Value::Bool(true),
        "servercertificatevalidationcallback" => Value::Null,
        _ => Value::Bool(false),
    }
}

fn read(c: &mut Call<'_>) -> Result {
    let name = c.name.to_lowercase();
    Ok(SLOTS.lock().get(&name).cloned().unwrap_or_else(|| default_of(&name)))
}

fn write(c: &mut Call<'_>) -> Result {
    let (name, value) = (c.name.trim_end_matches('=').to_lowercase(), c.arg(0).clone());
    SLOTS.lock().insert(name, value);
    Ok(Value::Void)
}

const MANAGER: &[(&str, Behaviour)] = &[
    ("::CheckCertificateRevocationList", read),
    ("::CheckCertificateRevocationList=", write),
    ("::DefaultConnectionLimit", read),
    ("::DefaultConnectionLimit=", write),
    ("::DnsRefreshTimeout", read),
    ("::DnsRefreshTimeout=", write),
    ("::EnableDnsRoundRobin", read),
    ("::EnableDnsRoundRobin=", write),
    ("::EncryptionPolicy", read),
    ("::Expect100Continue", read),
    ("::Expect100Continue=", write),
    ("::MaxServicePointIdleTime", read),
    ("::MaxServicePointIdleTime=", write),
    ("::MaxServicePoints", read),
    ("::MaxServicePoints=", write),
    ("::ReusePort", read),
    ("::ReusePort=", write),
    ("::SecurityProtocol", read),
    ("::SecurityProtocol=", write),
    ("::ServerCertificateValidationCallback", read),
    ("::ServerCertificateValidationCallback=", write),
    ("::UseNagleAlgorithm", read),
    ("::UseNagleAlgorithm=", write),
    ("::SetTcpKeepAlive", |_| Ok(Value::Void)),
    ("::FindServicePoint", |c| Ok(of(c.arg(0).clone()))),
];

/// The settings for one address.
#[derive(Clone)]
struct Point {
    address: Value,
    slots: HashMap<String, Value>,
}
impl State for Point {}

/// The ServicePoint of an address.
pub fn of(address: Value) -> Value {
    hold_named("System.Net.ServicePoint", Point { address, slots: HashMap::new() })
}

fn point(c: &mut Call<'_>) -> Result {
    let name = c.name.to_lowercase();
    let otherwise = match name.as_str() {
        "connectionlimit" => Value::I32(2),
        "connectionleasetimeout" => Value::I32(-1),
        "maxidletime" => Value::I32(100_000),
        "currentconnections" => Value::I32(0),
        "connectionname" => Value::from("http"),
        "protocolversion" => {
            crate::types::system::version::parse("1.1").map_or(Value::Null, crate::types::system::version::make)
        }
        name => default_of(name),
    };
    c.with(|p: &mut Point| p.slots.get(&name).cloned().unwrap_or(otherwise))
}

fn set_point(c: &mut Call<'_>) -> Result {
    let (name, value) = (c.name.trim_end_matches('=').to_lowercase(), c.arg(0).clone());
    c.with(|p: &mut Point| p.slots.insert(name, value))?;
    Ok(Value::Void)
}

const POINT: &[(&str, Behaviour)] = &[
    ("Address", |c| c.with(|p: &mut Point| p.address.clone())),
    ("ConnectionName", point),
    ("ConnectionLimit", point),
    ("ConnectionLimit=", set_point),
    ("ConnectionLeaseTimeout", point),
    ("ConnectionLeaseTimeout=", set_point),
    ("CurrentConnections", point),
    ("Expect100Continue", point),
    ("Expect100Continue=", set_point),
    ("MaxIdleTime", point),
    ("MaxIdleTime=", set_point),
    ("ProtocolVersion", point),
    ("UseNagleAlgorithm", point),
    ("UseNagleAlgorithm=", set_point),
    ("CloseConnectionGroup()", |_| Ok(Value::Bool(false))),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Net.ServicePointManager", like: &[], members: MANAGER },
    TypeDef { name: "System.Net.ServicePoint", like: &[], members: POINT },
];
