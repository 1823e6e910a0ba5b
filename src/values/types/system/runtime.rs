//! What the runtime tells of itself and of the terminal: GC, further members of Console, Thread and BitConverter.

use std::io::Read;

use super::enumeration;
use crate::error::Result;
use crate::stop::Readable;
use crate::types::io::stream::Stream;
use crate::types::{Behaviour, Call, TypeDef, TypeRef, fail, hold_named};
use crate::value::Value;

fn nothing(_: &mut Call<'_>) -> Result {
    Ok(Value::Void)
}

fn unsupported(_: &mut Call<'_>) -> Result {
    fail::named("System.PlatformNotSupportedException", "Operation is not supported on this platform.").throw()
}

/// Bytes that the process holds.
fn resident() -> i64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split_whitespace().nth(1).and_then(|n| n.parse::<i64>().ok()).unwrap_or(0) * 4096
}

/// Bytes of memory that the machine has and has free.
fn machine(key: &str) -> i64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find(|l| l.starts_with(key));
    line.and_then(|l| l.split_whitespace().nth(1)).and_then(|n| n.parse::<i64>().ok()).unwrap_or(0) * 1024
}

fn array_of(c: &mut Call<'_>) -> Result {
    let length = c.long(0);
    if length < 0 {
        return fail::overflow("Arithmetic operation resulted in an overflow.").throw();
    }
    let element = c.signature.and_then(|s| s.arguments.first().copied()).unwrap_or(TypeRef::OBJECT);
    crate::members::construct(c.ctx, element.array_of(1), &[Value::I64(length)])
}

/// System.GCNotificationStatus.NotApplicable: notifications need a collector that runs beside the program.
fn not_applicable(_: &mut Call<'_>) -> Result {
    Ok(enumeration::make("System.GCNotificationStatus", 4))
}

/// Memory here is freed when its last use ends; no collector runs.
const COLLECTOR: &[(&str, Behaviour)] = &[
    ("::AddMemoryPressure", |c| if c.long(0) > 0 { nothing(c) } else { pressure() }),
    ("::RemoveMemoryPressure", |c| if c.long(0) > 0 { nothing(c) } else { pressure() }),
    ("::AllocateArray", |c| array_of(c)),
    ("::AllocateUninitializedArray", |c| array_of(c)),
    ("::ReRegisterForFinalize", |c| if c.has(0) { nothing(c) } else { fail::null("obj").throw() }),
    ("::RefreshMemoryLimit", |c| nothing(c)),
    ("::CancelFullGCNotification", |c| nothing(c)),
    ("::RegisterForFullGCNotification", |c| nothing(c)),
    ("::WaitForFullGCApproach", |c| not_applicable(c)),
    ("::WaitForFullGCComplete", |c| not_applicable(c)),
    ("::TryStartNoGCRegion", |_| Ok(Value::Bool(true))),
    ("::EndNoGCRegion", |c| nothing(c)),
    ("::RegisterNoGCRegionCallback", |_| {
        fail::invalid("The NoGCRegion mode must be in progress to register a callback.").throw()
    }),
    ("::GetTotalPauseDuration", |_| Ok(Value::TimeSpan(0))),
    ("::GetTotalAllocatedBytes", |_| Ok(Value::I64(resident()))),
    ("::GetAllocatedBytesForCurrentThread", |_| Ok(Value::I64(resident()))),
    ("::GetConfigurationVariables", |_| {
        let data = crate::collection::DictData::new(crate::collection::KeyComparer::Ordinal);
        let ty = TypeRef::find("System.Collections.Generic.Dictionary[string,object]").unwrap_or(TypeRef::HASHTABLE);
        let dict = crate::collection::Dict::with_data(ty, TypeRef::STRING, TypeRef::OBJECT, data);
        Ok(Value::Dict(std::sync::Arc::new(dict)))
    }),
    ("::GetGCMemoryInfo", |_| {
        let (total, free) = (machine("MemTotal:"), machine("MemAvailable:"));
        let number = |n: i64| Value::I64(n);
        Ok(crate::object::Object::typed(
            "System.GCMemoryInfo",
            [
                ("HighMemoryLoadThresholdBytes", number(total / 10 * 9)),
                ("MemoryLoadBytes", number(total - free)),
                ("TotalAvailableMemoryBytes", number(total)),
                ("HeapSizeBytes", number(resident())),
                ("FragmentedBytes", number(0)),
            ],
        ))
    }),
];

fn pressure() -> Result {
    fail::range("Positive number required.", "bytesAllocated").throw()
}

/// A stream over one of the process's own descriptors.
fn standard(path: &str, writes: bool) -> Result {
    let opened = std::fs::OpenOptions::new().read(!writes).write(writes).open(path);
    match opened {
        Ok(file) => Ok(hold_named(
            "System.IO.FileStream",
            Stream::File { file: Readable::of(file), path: String::new(), reads: !writes, writes },
        )),
        Err(e) => fail::io(&e, path).throw(),
    }
}

fn read_unit(c: &mut Call<'_>) -> Result {
    if let Some(line) = c.ctx.console_read_line()? {
        return Ok(Value::I32(line.chars().next().map_or(10, |ch| ch as i32)));
    }
    Ok(Value::I32(-1))
}

/// A key of the terminal as ConsoleKeyInfo; without a terminal there are none.
fn read_key(_: &mut Call<'_>) -> Result {
    use std::io::IsTerminal;
    if !std::io::stdin().is_terminal() {
        let text = "Cannot read keys when either application does not have a console or when console input has been redirected. Try Console.Read.";
        return fail::invalid(text).throw();
    }
    let mut byte = [0];
    let read = std::io::stdin().read(&mut byte);
    if !matches!(read, Ok(1)) {
        return fail::named("System.IO.EndOfStreamException", "Attempted to read past the end of the stream.").throw();
    }
    let key = byte[0].to_ascii_uppercase();
    Ok(crate::object::Object::typed(
        "System.ConsoleKeyInfo",
        [
            ("KeyChar", Value::Char(u16::from(byte[0]))),
            ("Key", enumeration::make("System.ConsoleKey", i64::from(key))),
            ("Modifiers", enumeration::make("System.ConsoleModifiers", 0)),
        ],
    ))
}

const CONSOLE: &[(&str, Behaviour)] = &[
    ("::CapsLock", |c| unsupported(c)),
    ("::NumberLock", |c| unsupported(c)),
    ("::CursorSize", |_| Ok(Value::I32(100))),
    ("::CursorSize=", |c| unsupported(c)),
    ("::CursorVisible", |c| unsupported(c)),
    ("::Title", |c| unsupported(c)),
    ("::WindowLeft", |_| Ok(Value::I32(0))),
    ("::WindowLeft=", |c| unsupported(c)),
    ("::WindowTop", |_| Ok(Value::I32(0))),
    ("::WindowTop=", |c| unsupported(c)),
    ("::MoveBufferArea", |c| unsupported(c)),
    ("::SetBufferSize", |c| unsupported(c)),
    ("::SetWindowPosition", |c| unsupported(c)),
    ("::SetWindowSize", |c| {
        let text = format!("\u{1b}[8;{};{}t", c.long(1), c.long(0));
        c.ctx.console_write(&text, false)?;
        Ok(Value::Void)
    }),
    ("::GetCursorPosition", |c| {
        let ty = TypeRef::find("System.ValueTuple[int,int]").unwrap_or(TypeRef::OBJECT);
        crate::members::construct(c.ctx, ty, &[Value::I32(0), Value::I32(0)])
    }),
    ("::Read", |c| read_unit(c)),
    ("::ReadKey", |c| read_key(c)),
    ("::OpenStandardInput", |_| standard("/dev/stdin", false)),
    ("::OpenStandardOutput", |_| standard("/dev/stdout", true)),
    ("::OpenStandardError", |_| standard("/dev/stderr", true)),
];

const THREAD: &[(&str, Behaviour)] = &[
    ("::CurrentPrincipal", |_| Ok(Value::Null)),
    ("ExecutionContext", |_| Ok(Value::Null)),
    ("Abort", |c| aborting(c)),
    ("::ResetAbort", |c| aborting(c)),
    ("Suspend", |_| suspended("Thread suspend is not supported on this platform.")),
    ("Resume", |_| suspended("Thread suspend is not supported on this platform.")),
    ("Interrupt", |c| nothing(c)),
    ("DisableComObjectEagerCleanup", |c| nothing(c)),
    ("GetCompressedStack", |_| fail::invalid("Code Access Security is not supported on this platform.").throw()),
    ("SetCompressedStack", |_| fail::invalid("Code Access Security is not supported on this platform.").throw()),
    ("SetApartmentState", |_| {
        let text = "COM Interop is not supported on this platform.";
        fail::named("System.PlatformNotSupportedException", text).throw()
    }),
    ("TrySetApartmentState", |c| Ok(Value::Bool(c.long(0) == 2))),
    ("::VolatileRead", |c| {
        let reference = c.arg(0).clone();
        crate::members::note_or_null(c.ctx, &reference, "Value")
    }),
    ("::VolatileWrite", |c| {
        let value = c.arg(1).clone();
        c.set_ref(0, value)?;
        Ok(Value::Void)
    }),
];

fn aborting(_: &mut Call<'_>) -> Result {
    suspended("Thread abort is not supported on this platform.")
}

fn suspended(text: &str) -> Result {
    fail::named("System.PlatformNotSupportedException", text).throw()
}

const BITS: &[(&str, Behaviour)] = &[
    ("::SingleToUInt32Bits", |c| Ok(Value::U32((c.float(0) as f32).to_bits()))),
    ("::UInt32BitsToSingle", |c| Ok(Value::F32(f32::from_bits(c.long(0) as u32)))),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.GC", like: &[], members: COLLECTOR },
    TypeDef { name: "System.Console", like: &[], members: CONSOLE },
    TypeDef { name: "System.Threading.Thread", like: &[], members: THREAD },
    TypeDef { name: "System.BitConverter", like: &[], members: BITS },
];
