//! What the process says of itself: AppDomain, Platform, ServicePointManager, GC's figures, IntPtr.

use std::collections::HashMap;
use std::sync::LazyLock;

use parking_lot::Mutex;

use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold};
use crate::value::Value;

/// The one domain of the process, with what scripts keep in it.
struct Domain;
impl State for Domain {
    fn text(&self) -> Option<String> {
        Some("Name:dialtone\nThere are no context policies.\n".into())
    }
}

static KEPT: LazyLock<Mutex<HashMap<String, Value>>> = LazyLock::new(Default::default);

fn folder() -> String {
    let exe = std::env::current_exe().ok();
    exe.and_then(|p| p.parent().map(|p| format!("{}/", p.display()))).unwrap_or_else(|| "/".to_string())
}

fn no_domains() -> Result {
    fail::named("System.PlatformNotSupportedException", "Secondary AppDomains are not supported on this platform.")
        .throw()
}

const DOMAIN: &[(&str, Behaviour)] = &[
    ("::CurrentDomain", |c| Ok(hold(c.ty, Domain))),
    ("BaseDirectory", |_| Ok(Value::from(folder()))),
    ("DynamicDirectory", |_| Ok(Value::Null)),
    ("RelativeSearchPath", |_| Ok(Value::Null)),
    ("FriendlyName", |_| Ok(Value::from("pwsh"))),
    ("Id", |_| Ok(Value::I32(1))),
    ("IsFullyTrusted", |_| Ok(Value::Bool(true))),
    ("IsHomogenous", |_| Ok(Value::Bool(true))),
    ("ShadowCopyFiles", |_| Ok(Value::Bool(false))),
    ("::MonitoringIsEnabled", |_| Ok(Value::Bool(true))),
    ("IsDefaultAppDomain", |_| Ok(Value::Bool(true))),
    ("IsFinalizingForUnload", |_| Ok(Value::Bool(false))),
    ("::GetCurrentThreadId", |_| Ok(Value::I32(std::process::id() as i32))),
    ("GetAssemblies", |c| {
        let mut names: Vec<&str> =
            (0..crate::types::facts::count()).map(|row| crate::types::facts::at(row).1.assembly).collect();
        names.sort_unstable();
        names.dedup();
        let ty = TypeRef::find("System.Reflection.Assembly").unwrap_or(TypeRef::OBJECT);
        let mut list = Vec::new();
        for name in names.into_iter().filter(|n| !n.is_empty()) {
            list.push(crate::members::call_static(c.ctx, ty, "Load", &[Value::from(name)])?);
        }
        Ok(Value::typed_array(ty, list))
    }),
    ("GetData", |c| Ok(KEPT.lock().get(c.str(0).as_str()).cloned().unwrap_or_default())),
    ("SetData", |c| {
        KEPT.lock().insert(c.str(0).to_string(), c.arg(1).clone());
        Ok(Value::Void)
    }),
    ("ToString", |_| Ok(Value::from(Domain.text().unwrap_or_default()))),
    ("IsCompatibilitySwitchSet", |_| Ok(Value::Null)),
    ("ApplyPolicy", |c| Ok(c.arg(0).clone())),
    ("::CreateDomain", |_| no_domains()),
    ("::Unload", |_| no_domains()),
    ("SetDynamicBase", |_| Ok(Value::Void)),
    ("SetCachePath", |_| Ok(Value::Void)),
    ("SetShadowCopyFiles", |_| Ok(Value::Void)),
    ("SetShadowCopyPath", |_| Ok(Value::Void)),
    ("ClearPrivatePath", |_| Ok(Value::Void)),
    ("ClearShadowCopyPath", |_| Ok(Value::Void)),
    ("AppendPrivatePath", |_| Ok(Value::Void)),
    ("MonitoringTotalAllocatedMemorySize", |_| Ok(Value::I64(resident()))),
    ("MonitoringSurvivedMemorySize", |_| Ok(Value::I64(resident()))),
    ("::MonitoringSurvivedProcessMemorySize", |_| Ok(Value::I64(resident()))),
    ("MonitoringTotalProcessorTime", |_| Ok(Value::TimeSpan(processor_time()))),
];

/// The process's memory in use, in bytes.
fn resident() -> i64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|n| n.parse::<i64>().ok()).unwrap_or(0) * 4096
}

/// The processor time of the process in ticks of 100 ns.
fn processor_time() -> i64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let rest = text.rsplit(')').next().unwrap_or_default();
    let fields: Vec<i64> = rest.split_whitespace().map(|f| f.parse().unwrap_or(0)).collect();
    (fields.get(11).unwrap_or(&0) + fields.get(12).unwrap_or(&0)) * 100_000
}

/// Settings that scripts make and read back.
static SETTINGS: LazyLock<Mutex<HashMap<String, Value>>> = LazyLock::new(Default::default);

fn setting(c: &mut Call<'_>, default: Value) -> Result {
    Ok(SETTINGS.lock().get(c.name).cloned().unwrap_or(default))
}

fn set(c: &mut Call<'_>) -> Result {
    SETTINGS.lock().insert(c.name.to_string(), c.arg(0).clone());
    Ok(Value::Void)
}

const SERVICE_POINTS: &[(&str, Behaviour)] = &[
    ("::SecurityProtocol", |c| setting(c, super::enumeration::make("System.Net.SecurityProtocolType", 0))),
    ("::SecurityProtocol=", set),
    ("::Expect100Continue", |c| setting(c, Value::Bool(true))),
    ("::Expect100Continue=", set),
    ("::CheckCertificateRevocationList", |c| setting(c, Value::Bool(false))),
    ("::CheckCertificateRevocationList=", set),
    ("::DefaultConnectionLimit", |c| setting(c, Value::I32(2))),
    ("::DefaultConnectionLimit=", set),
    ("::DnsRefreshTimeout", |c| setting(c, Value::I32(120_000))),
    ("::DnsRefreshTimeout=", set),
    ("::EnableDnsRoundRobin", |c| setting(c, Value::Bool(false))),
    ("::EnableDnsRoundRobin=", set),
    ("::EncryptionPolicy", |_| Ok(super::enumeration::make("System.Net.Security.EncryptionPolicy", 0))),
    ("::MaxServicePointIdleTime", |c| setting(c, Value::I32(100_000))),
    ("::MaxServicePointIdleTime=", set),
    ("::MaxServicePoints", |c| setting(c, Value::I32(0))),
    ("::MaxServicePoints=", set),
    ("::ReusePort", |c| setting(c, Value::Bool(false))),
    ("::ReusePort=", set),
    ("::ServerCertificateValidationCallback", |c| setting(c, Value::Null)),
    ("::ServerCertificateValidationCallback=", set),
    ("::UseNagleAlgorithm", |c| setting(c, Value::Bool(true))),
    ("::UseNagleAlgorithm=", set),
    ("::SetTcpKeepAlive", |_| Ok(Value::Void)),
];

const PLATFORM: &[(&str, Behaviour)] = &[
    ("::IsLinux", |_| Ok(Value::Bool(cfg!(target_os = "linux")))),
    ("::IsMacOS", |_| Ok(Value::Bool(cfg!(target_os = "macos")))),
    ("::IsWindows", |_| Ok(Value::Bool(cfg!(windows)))),
    ("::IsCoreCLR", |_| Ok(Value::Bool(true))),
    ("::IsNanoServer", |_| Ok(Value::Bool(false))),
    ("::IsIoT", |_| Ok(Value::Bool(false))),
    ("::IsWindowsDesktop", |_| Ok(Value::Bool(false))),
    ("::IsStaSupported", |_| Ok(Value::Bool(false))),
    ("::SelectProductNameForDirectory", |c| {
        let home = c.ctx.env_get("HOME").unwrap_or_default();
        Ok(Value::from(match c.long(0) {
            0 => format!("{home}/.cache/powershell"),
            1 => format!("{home}/.config/powershell"),
            2 => format!("{home}/.local/share/powershell"),
            3 => format!("{home}/.local/share/powershell/Modules"),
            4 => "/usr/local/share/powershell/Modules".to_string(),
            _ => format!("{home}/.local/share/powershell"),
        }))
    }),
];

/// A number of the machine's width.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(super) struct Pointer(pub(super) i64);
impl State for Pointer {
    fn text(&self) -> Option<String> {
        Some(self.0.to_string())
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
    fn order(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.0.partial_cmp(&other.0)
    }
    fn hash(&self) -> Option<u64> {
        Some(self.0 as u64)
    }
}

/// An IntPtr of an address.
pub fn pointer_to(address: i64) -> Value {
    crate::types::hold_named("System.IntPtr", Pointer(address))
}

/// The address in a pointer or number argument.
pub fn pointer(c: &Call<'_>, at: usize) -> i64 {
    crate::types::state_of::<Pointer>(c.arg(at)).map_or_else(|| c.long(at), |p| p.0)
}

fn made(c: &Call<'_>, n: i64) -> Result {
    Ok(hold(c.ty, Pointer(n)))
}

const POINTER: &[(&str, Behaviour)] = &[
    ("new", |c| made(c, c.long(0))),
    ("::Zero", |c| made(c, 0)),
    ("::Size", |_| Ok(Value::I32(8))),
    ("::MaxValue", |c| made(c, i64::MAX)),
    ("::MinValue", |c| made(c, i64::MIN)),
    ("ToInt32", |c| {
        let n = c.with(|p: &mut Pointer| p.0)?;
        match i32::try_from(n) {
            Ok(n) => Ok(Value::I32(n)),
            Err(_) => fail::overflow("Arithmetic operation resulted in an overflow.").throw(),
        }
    }),
    ("ToInt64", |c| c.with(|p: &mut Pointer| Value::I64(p.0))),
    ("CompareTo", |c| {
        let other = pointer(c, 0);
        c.with(|p: &mut Pointer| Value::I32(p.0.cmp(&other) as i32))
    }),
    ("::Add", |c| made(c, pointer(c, 0).wrapping_add(c.long(1)))),
    ("::Subtract", |c| made(c, pointer(c, 0).wrapping_sub(c.long(1)))),
    ("::op_Addition", |c| made(c, pointer(c, 0).wrapping_add(c.long(1)))),
    ("::op_Subtraction", |c| made(c, pointer(c, 0).wrapping_sub(c.long(1)))),
    ("::op_Explicit", |c| {
        let n = pointer(c, 0);
        if c.signature.is_some_and(|s| s.text.starts_with("static int ")) {
            return Ok(Value::I32(n as i32));
        }
        if c.signature.is_some_and(|s| s.text.starts_with("static long ")) { Ok(Value::I64(n)) } else { made(c, n) }
    }),
    ("::Abs", |c| made(c, pointer(c, 0).wrapping_abs())),
    ("::Sign", |c| Ok(Value::I32(pointer(c, 0).signum() as i32))),
    ("::Max", |c| made(c, pointer(c, 0).max(pointer(c, 1)))),
    ("::Min", |c| made(c, pointer(c, 0).min(pointer(c, 1)))),
    ("::Clamp", |c| made(c, pointer(c, 0).max(pointer(c, 1)).min(pointer(c, 2)))),
    ("::IsNegative", |c| Ok(Value::Bool(pointer(c, 0) < 0))),
    ("::IsPositive", |c| Ok(Value::Bool(pointer(c, 0) >= 0))),
    ("::IsEvenInteger", |c| Ok(Value::Bool(pointer(c, 0) & 1 == 0))),
    ("::IsOddInteger", |c| Ok(Value::Bool(pointer(c, 0) & 1 == 1))),
    ("::IsPow2", |c| Ok(Value::Bool(pointer(c, 0) > 0 && pointer(c, 0).count_ones() == 1))),
    ("::PopCount", |c| made(c, i64::from(pointer(c, 0).count_ones()))),
    ("::LeadingZeroCount", |c| made(c, i64::from(pointer(c, 0).leading_zeros()))),
    ("::TrailingZeroCount", |c| made(c, i64::from(pointer(c, 0).trailing_zeros()))),
    ("::RotateLeft", |c| made(c, pointer(c, 0).rotate_left(c.long(1) as u32 & 63))),
    ("::RotateRight", |c| made(c, pointer(c, 0).rotate_right(c.long(1) as u32 & 63))),
    ("::BigMul", |c| {
        let product = i128::from(pointer(c, 0)) * i128::from(pointer(c, 1));
        c.set_ref(2, pointer_to(product as i64))?;
        made(c, (product >> 64) as i64)
    }),
    ("::CopySign", |c| {
        let n = pointer(c, 0).wrapping_abs();
        made(c, if pointer(c, 1) < 0 { n.wrapping_neg() } else { n })
    }),
    ("::CreateChecked", |c| match c.arg(0).as_i64() {
        Some(n) => made(c, n),
        None => fail::overflow("Arithmetic operation resulted in an overflow.").throw(),
    }),
    ("::CreateSaturating", |c| {
        let n = c.float(0);
        made(c, c.arg(0).as_i64().unwrap_or(n as i64))
    }),
    ("::CreateTruncating", |c| made(c, c.long(0))),
    ("::Log2", |c| match pointer(c, 0) {
        n if n < 0 => fail::range("Non-negative number required.", "value").throw(),
        n => made(c, i64::from(63 - (n | 1).leading_zeros())),
    }),
    ("::MaxMagnitude", |c| {
        let (a, b) = (pointer(c, 0), pointer(c, 1));
        made(c, if a.unsigned_abs() >= b.unsigned_abs() { a } else { b })
    }),
    ("::MinMagnitude", |c| {
        let (a, b) = (pointer(c, 0), pointer(c, 1));
        made(c, if a.unsigned_abs() <= b.unsigned_abs() { a } else { b })
    }),
    ("GetByteCount", |_| Ok(Value::I32(8))),
    ("::Parse", |c| match c.str(0).trim().parse() {
        Ok(n) => made(c, n),
        Err(_) => fail::format(format!("The input string '{}' was not in a correct format.", c.str(0))).throw(),
    }),
    ("::TryParse", |c| {
        let found = c.str(0).trim().parse::<i64>().ok();
        let (value, out) = (made(c, found.unwrap_or(0))?, c.count() - 1);
        c.set_ref(out, value)?;
        Ok(Value::Bool(found.is_some()))
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.AppDomain", like: &[], members: DOMAIN },
    TypeDef { name: "System.Net.ServicePointManager", like: &[], members: SERVICE_POINTS },
    TypeDef { name: "System.Management.Automation.Platform", like: &[], members: PLATFORM },
    TypeDef { name: "System.IntPtr", like: &[], members: POINTER },
];
