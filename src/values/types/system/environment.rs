//! System.Environment, System.GC, System.Activator, System.AppContext, System.OperatingSystem.

use std::sync::Arc;

use crate::collection::Dict;
use crate::types::{Call, State, TypeDef, TypeRef, fail, hold_named};
use crate::value::Value;

/// The state of an OperatingSystem.
struct System(String);
impl State for System {
    fn text(&self) -> Option<String> {
        Some(format!("Unix {}", self.0))
    }
}

fn kernel() -> String {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let numbers: Vec<&str> =
        release.trim().split(|c: char| !c.is_ascii_digit()).filter(|t| !t.is_empty()).take(4).collect();
    let mut numbers: Vec<String> = numbers.into_iter().map(str::to_string).collect();
    numbers.resize(4, "0".to_string());
    numbers.join(".")
}

fn process_start() -> i64 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").map_or(0, |m| m.ctime())
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Environment",
        like: &[],
        members: &[
            ("::NewLine", |_| Ok(Value::from("\n"))),
            ("::MachineName", |_| {
                Ok(Value::from(std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim()))
            }),
            ("::UserName", |_| Ok(Value::from(user()))),
            ("::UserDomainName", |_| {
                Ok(Value::from(std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim()))
            }),
            ("::UserInteractive", |_| Ok(Value::Bool(true))),
            ("::IsPrivilegedProcess", |_| Ok(Value::Bool(user() == "root"))),
            ("::ProcessorCount", |_| {
                Ok(Value::I32(std::thread::available_parallelism().map_or(1, |n| n.get() as i32)))
            }),
            ("::ProcessId", |_| Ok(Value::I32(std::process::id() as i32))),
            ("::ProcessPath", |_| {
                Ok(std::env::current_exe().map_or(Value::Null, |p| Value::from(p.display().to_string())))
            }),
            ("::CommandLine", |_| Ok(Value::from(std::env::args().collect::<Vec<_>>().join(" ")))),
            ("::CurrentDirectory", |c| Ok(Value::from(c.ctx.working_directory().display().to_string()))),
            ("::CurrentDirectory=", |c| {
                let path = c.str(0).to_string();
                std::env::set_current_dir(&path)
                    .map(|()| Value::Void)
                    .or_else(|error| crate::types::fail::io(&error, &path).throw())
            }),
            ("::SystemDirectory", |_| Ok(Value::from(""))),
            ("::SystemPageSize", |_| Ok(Value::I32(4096))),
            ("::Is64BitProcess", |_| Ok(Value::Bool(true))),
            ("::Is64BitOperatingSystem", |_| Ok(Value::Bool(true))),
            ("::HasShutdownStarted", |_| Ok(Value::Bool(false))),
            ("::CurrentManagedThreadId", |_| Ok(Value::I32(1))),
            ("::ExitCode", |_| Ok(Value::I32(0))),
            ("::StackTrace", |_| Ok(Value::from(""))),
            ("::WorkingSet", |_| {
                let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
                let resident: i64 = pages.split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
                Ok(Value::I64(resident * 4096))
            }),
            ("::TickCount", |c| Ok(Value::I32(ticks(c) as i32))),
            ("::TickCount64", |c| Ok(Value::I64(ticks(c)))),
            ("::Version", |c| crate::members::construct(c.ctx, TypeRef::VERSION, &[Value::from("10.0.0")])),
            ("::OSVersion", |_| Ok(hold_named("System.OperatingSystem", System(kernel())))),
            ("::GetEnvironmentVariable", |c| {
                let name = c.need_str(0)?;
                if c.count() == 2 && c.long(1) != 0 {
                    return Ok(Value::Null);
                }
                Ok(c.ctx.env_get(&name).map_or(Value::Null, Value::from))
            }),
            ("::SetEnvironmentVariable", |c| {
                let name = c.need_str(0)?;
                if name.is_empty() {
                    return fail::argument("The value cannot be an empty string.", "variable").throw();
                }
                if name.starts_with('\0') || name.contains('=') {
                    return fail::argument("Environment variable name cannot contain equal character.", "variable")
                        .throw();
                }
                if c.count() == 2 || c.long(2) == 0 {
                    let value = c.args.get(1).filter(|v| !v.is_null()).map(|_| c.str(1)).filter(|v| !v.is_empty());
                    if !c.ctx.env_set(&name, value.as_deref()) {
                        return fail::not_implemented(c.ty, c.name).throw();
                    }
                }
                Ok(Value::Void)
            }),
            ("::GetEnvironmentVariables", |c| {
                let dict = Dict::new(
                    TypeRef::HASHTABLE,
                    TypeRef::OBJECT,
                    TypeRef::OBJECT,
                    crate::collection::KeyComparer::Ordinal,
                );
                for (name, value) in c.ctx.env_all() {
                    dict.insert(Value::from(name), Value::from(value));
                }
                Ok(Value::Dict(Arc::new(dict)))
            }),
            ("::ExpandEnvironmentVariables", |c| Ok(Value::from(expand(c, &c.need_str(0)?)))),
            ("::GetCommandLineArgs", |_| {
                Ok(Value::typed_array(TypeRef::STRING, std::env::args().map(Value::from).collect()))
            }),
            ("::GetLogicalDrives", |_| Ok(Value::typed_array(TypeRef::STRING, vec![Value::from("/")]))),
            ("::GetFolderPath", |c| Ok(Value::from(folder(c.long(0))))),
            ("::Exit", |c| Err(Box::new(crate::error::Flow::Exit(c.int(0))))),
            ("::FailFast", |_| Err(Box::new(crate::error::Flow::Exit(134)))),
        ],
    },
    TypeDef {
        name: "System.OperatingSystem",
        like: &[],
        members: &[
            ("VersionString", |c| c.with(|s: &mut System| Value::from(format!("Unix {}", s.0)))),
            ("Platform", |_| Ok(super::enumeration::make("System.PlatformID", 4))),
            ("ServicePack", |_| Ok(Value::from(""))),
            ("Version", |c| {
                let text = c.with(|s: &mut System| s.0.clone())?;
                crate::members::construct(c.ctx, TypeRef::VERSION, &[Value::from(text)])
            }),
            ("::IsWindows", |_| Ok(Value::Bool(false))),
            ("::IsLinux", |_| Ok(Value::Bool(cfg!(target_os = "linux")))),
            ("::IsMacOS", |_| Ok(Value::Bool(cfg!(target_os = "macos")))),
            ("::IsFreeBSD", |_| Ok(Value::Bool(false))),
            ("::IsAndroid", |_| Ok(Value::Bool(false))),
        ],
    },
    TypeDef {
        name: "System.Runtime.InteropServices.RuntimeInformation",
        like: &[],
        members: &[
            ("::OSDescription", |_| {
                let text = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
                let name =
                    text.lines().find_map(|l| l.strip_prefix("PRETTY_NAME=")).map(|t| t.trim_matches('"').to_string());
                Ok(Value::from(name.unwrap_or_else(|| "Linux".to_string())))
            }),
            ("::FrameworkDescription", |_| Ok(Value::from(".NET 10.0.0"))),
            ("::OSArchitecture", |_| {
                Ok(super::enumeration::make(
                    "System.Runtime.InteropServices.Architecture",
                    if cfg!(target_arch = "aarch64") { 3 } else { 1 },
                ))
            }),
            ("::ProcessArchitecture", |_| {
                Ok(super::enumeration::make(
                    "System.Runtime.InteropServices.Architecture",
                    if cfg!(target_arch = "aarch64") { 3 } else { 1 },
                ))
            }),
            ("::RuntimeIdentifier", |_| Ok(Value::from("linux-x64"))),
            ("::IsOSPlatform", |c| Ok(Value::Bool(crate::convert::to_display(c.arg(0)).eq_ignore_ascii_case("LINUX")))),
        ],
    },
    TypeDef {
        name: "System.GC",
        like: &[],
        members: &[
            ("::Collect", |_| Ok(Value::Void)),
            ("::WaitForPendingFinalizers", |_| Ok(Value::Void)),
            ("::SuppressFinalize", |_| Ok(Value::Void)),
            ("::KeepAlive", |_| Ok(Value::Void)),
            ("::MaxGeneration", |_| Ok(Value::I32(2))),
            ("::CollectionCount", |_| Ok(Value::I32(0))),
            ("::GetGeneration", |_| Ok(Value::I32(0))),
            ("::GetTotalMemory", |_| {
                let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
                let resident: i64 = pages.split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
                Ok(Value::I64(resident * 4096))
            }),
        ],
    },
    TypeDef {
        name: "System.Activator",
        like: &[],
        members: &[("::CreateInstance", |c| {
            let Some(ty) = c.type_arg(0) else { return fail::null("type").throw() };
            let args = if c.signature.and_then(|s| s.parameters.get(1)).is_some_and(|p| p.is_params) {
                c.items(1)
            } else {
                Default::default()
            };
            if args.is_empty() && ty == TypeRef::STRING {
                return no_instance(ty, "Uninitialized Strings cannot be created.");
            }
            match crate::members::construct(c.ctx, ty, &args) {
                Err(flow) if args.is_empty() && crate::convert::is_missing(&flow) => {
                    no_instance(ty, "No parameterless constructor defined.")
                }
                made => made,
            }
        })],
    },
    TypeDef {
        name: "System.AppContext",
        like: &[],
        members: &[
            ("::BaseDirectory", |_| {
                Ok(std::env::current_exe().ok().and_then(|p| p.parent().map(|p| format!("{}/", p.display()))).into())
            }),
            ("::TargetFrameworkName", |_| Ok(Value::from(".NETCoreApp,Version=v10.0"))),
            ("::GetData", |_| Ok(Value::Null)),
            ("::SetSwitch", |_| Ok(Value::Void)),
        ],
    },
];

fn no_instance(ty: TypeRef, why: &str) -> crate::error::Result {
    let text = format!("Cannot dynamically create an instance of type '{}'. Reason: {why}", ty.name());
    fail::named("System.MissingMethodException", &text).throw()
}

fn user() -> String {
    std::env::var("USER").ok().filter(|u| !u.is_empty()).unwrap_or_else(|| {
        use std::os::unix::fs::MetadataExt;
        let id = std::fs::metadata("/proc/self").map_or(0, |m| m.uid());
        let text = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let row = text.lines().find(|l| l.split(':').nth(2) == Some(id.to_string().as_str()));
        row.and_then(|l| l.split(':').next()).unwrap_or("root").to_string()
    })
}

fn ticks(c: &Call<'_>) -> i64 {
    (c.ctx.utc_now_ticks() - 621_355_968_000_000_000) / 10_000 - process_start() * 1000 + 1_000_000
}

/// `%NAME%` replaced where the variable exists.
fn expand(c: &Call<'_>, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(from) = rest.find('%') {
        let Some(length) = rest[from + 1..].find('%') else { break };
        let name = &rest[from + 1..from + 1 + length];
        out.push_str(&rest[..from]);
        match c.ctx.env_get(name) {
            Some(value) if !name.is_empty() => {
                out.push_str(&value);
                rest = &rest[from + length + 2..];
            }
            _ => {
                out.push_str(&rest[from..from + 1 + length]);
                rest = &rest[from + 1 + length..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// `GetFolderPath` as on Linux.
fn folder(code: i64) -> String {
    let home = std::env::var("HOME").unwrap_or_default();
    let config = std::env::var("XDG_CONFIG_HOME").unwrap_or_else(|_| format!("{home}/.config"));
    let data = std::env::var("XDG_DATA_HOME").unwrap_or_else(|_| format!("{home}/.local/share"));
    match code {
        0 | 16 => existing(format!("{home}/Desktop")),
        5 | 40 => home,
        13 => existing(format!("{home}/Music")),
        14 => existing(format!("{home}/Videos")),
        39 => existing(format!("{home}/Pictures")),
        26 => config,
        28 => data,
        35 => "/usr/share".to_string(),
        21 => existing(format!("{home}/Templates")),
        _ => String::new(),
    }
}

fn existing(path: String) -> String {
    if std::path::Path::new(&path).is_dir() { path } else { String::new() }
}
