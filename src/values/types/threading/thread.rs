//! System.Threading basics and System.Diagnostics.Stopwatch.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::Result;
use crate::types::{Call, State, TypeDef, TypeRef, fail, hold_named};
use crate::value::Value;

/// The state of a Stopwatch.
struct Watch {
    kept: Duration,
    since: Option<Instant>,
}
impl State for Watch {
    fn text(&self) -> Option<String> {
        let ticks = self.elapsed().as_nanos() as i64 / 100;
        crate::time::format_span(crate::time::TimeSpan(ticks), "", &crate::culture::Culture::invariant().number).ok()
    }
}

impl Watch {
    fn elapsed(&self) -> Duration {
        self.kept + self.since.map_or(Duration::ZERO, |s| s.elapsed())
    }
}

/// The state of a thread.
struct Plain {
    name: String,
}
impl State for Plain {}

/// The state of a cancellation source, shared with its tokens.
#[derive(Clone)]
struct Cancel(Arc<std::sync::atomic::AtomicBool>);
impl State for Cancel {}

fn sleep(c: &mut Call<'_>) -> Result {
    let millis = match c.arg(0).base() {
        Value::TimeSpan(t) => t / 10_000,
        _ => c.long(0),
    };
    if millis < -1 {
        return fail::below("millisecondsTimeout", millis, -1).throw();
    }
    // -1 is endless.
    crate::stop::sleep(c.ctx, u64::try_from(millis).ok().map(Duration::from_millis));
    Ok(Value::Void)
}

/// A small number for the running thread, as .NET counts managed threads.
fn thread_number() -> i32 {
    static NEXT: std::sync::atomic::AtomicI32 = std::sync::atomic::AtomicI32::new(1);
    thread_local! { static OWN: i32 = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed) }
    OWN.with(|n| *n)
}

/// Changes the number that a `[ref]` holds and gives old and new.
fn change(c: &mut Call<'_>, f: impl FnOnce(i64) -> i64) -> Result<(Value, Value)> {
    let reference = c.arg(0).clone();
    let old = crate::members::note_or_null(c.ctx, &reference, "Value")?;
    let n = f(old.as_i64().unwrap_or(0));
    let new = match old.base() {
        Value::I64(_) => Value::I64(n),
        _ => Value::I32(n as i32),
    };
    c.set_ref(0, new.clone())?;
    Ok((old, new))
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Threading.Thread",
        like: &[],
        members: &[
            ("::Sleep", |c| sleep(c)),
            ("::Yield", |_| Ok(Value::Bool(true))),
            ("::CurrentThread", |_| {
                Ok(hold_named("System.Threading.Thread", Plain { name: "Pipeline Execution Thread".into() }))
            }),
            ("Name", |c| c.with(|p: &mut Plain| Value::from(p.name.as_str()))),
            ("Name=", |c| {
                let name = c.str(0).to_string();
                c.with(|p: &mut Plain| p.name = name)?;
                Ok(Value::Void)
            }),
            ("ManagedThreadId", |_| Ok(Value::I32(thread_number()))),
            ("ThreadState", |_| Ok(crate::types::system::enumeration::make("System.Threading.ThreadState", 0))),
            ("Priority", |_| Ok(crate::types::system::enumeration::make("System.Threading.ThreadPriority", 2))),
            ("Priority=", |_| Ok(Value::Void)),
            ("IsBackground=", |_| Ok(Value::Void)),
            ("CurrentCulture=", |c| crate::types::globalization::culture_info::set_current(c)),
            ("CurrentUICulture=", |_| Ok(Value::Void)),
            ("::MemoryBarrier", |_| Ok(Value::Void)),
            ("::BeginCriticalRegion", |_| Ok(Value::Void)),
            ("::EndCriticalRegion", |_| Ok(Value::Void)),
            ("::BeginThreadAffinity", |_| Ok(Value::Void)),
            ("::EndThreadAffinity", |_| Ok(Value::Void)),
            ("::SpinWait", |c| {
                for _ in 0..c.long(0).clamp(0, 1_000_000) {
                    std::hint::spin_loop();
                }
                Ok(Value::Void)
            }),
            ("::GetCurrentProcessorId", |_| Ok(Value::I32(0))),
            ("::GetDomain", |c| {
                let ty = TypeRef::find("System.AppDomain").unwrap_or(TypeRef::OBJECT);
                Ok(crate::members::get_static(c.ctx, ty, "CurrentDomain")?.unwrap_or_default())
            }),
            ("::GetDomainID", |_| Ok(Value::I32(1))),
            ("IsAlive", |_| Ok(Value::Bool(true))),
            ("IsBackground", |_| Ok(Value::Bool(false))),
            ("IsThreadPoolThread", |_| Ok(Value::Bool(false))),
            ("CurrentCulture", |c| Ok(crate::types::globalization::culture_info::make(c.culture()))),
            ("CurrentUICulture", |c| {
                let culture = crate::types::call::culture_named(c.ctx.ui_culture_name());
                Ok(crate::types::globalization::culture_info::make(culture))
            }),
            ("GetApartmentState", |_| {
                Ok(crate::types::system::enumeration::make("System.Threading.ApartmentState", 1))
            }),
            ("ApartmentState", |_| Ok(crate::types::system::enumeration::make("System.Threading.ApartmentState", 1))),
        ],
    },
    TypeDef {
        name: "System.Threading.Interlocked",
        like: &[],
        members: &[
            ("::Increment", |c| Ok(change(c, |n| n.wrapping_add(1))?.1)),
            ("::Decrement", |c| Ok(change(c, |n| n.wrapping_sub(1))?.1)),
            ("::Add", |c| {
                let by = c.long(1);
                Ok(change(c, |n| n.wrapping_add(by))?.1)
            }),
            ("::Exchange", |c| {
                let reference = c.arg(0).clone();
                let old = crate::members::note_or_null(c.ctx, &reference, "Value")?;
                let new = c.arg(1).clone();
                c.set_ref(0, new)?;
                Ok(old)
            }),
            ("::CompareExchange", |c| {
                let reference = c.arg(0).clone();
                let old = crate::members::note_or_null(c.ctx, &reference, "Value")?;
                if crate::types::system::object::equals(&old, c.arg(2)) {
                    let new = c.arg(1).clone();
                    c.set_ref(0, new)?;
                }
                Ok(old)
            }),
            ("::Read", |c| {
                let reference = c.arg(0).clone();
                crate::members::note_or_null(c.ctx, &reference, "Value")
            }),
        ],
    },
    TypeDef {
        name: "System.Threading.CancellationTokenSource",
        like: &[],
        members: &[
            ("new", |_| Ok(hold_named("System.Threading.CancellationTokenSource", Cancel(Arc::default())))),
            ("Token", |c| c.with(|s: &mut Cancel| hold_named("System.Threading.CancellationToken", s.clone()))),
            ("IsCancellationRequested", |c| {
                c.with(|s: &mut Cancel| Value::Bool(s.0.load(std::sync::atomic::Ordering::Relaxed)))
            }),
            ("Cancel", |c| {
                c.with(|s: &mut Cancel| s.0.store(true, std::sync::atomic::Ordering::Relaxed))?;
                Ok(Value::Void)
            }),
            ("Dispose", |_| Ok(Value::Void)),
        ],
    },
    TypeDef {
        name: "System.Threading.CancellationToken",
        like: &[],
        members: &[
            ("new", |_| Ok(hold_named("System.Threading.CancellationToken", Cancel(Arc::default())))),
            ("::None", |_| Ok(hold_named("System.Threading.CancellationToken", Cancel(Arc::default())))),
            ("CanBeCanceled", |_| Ok(Value::Bool(true))),
            ("IsCancellationRequested", |c| {
                c.with(|s: &mut Cancel| Value::Bool(s.0.load(std::sync::atomic::Ordering::Relaxed)))
            }),
        ],
    },
    TypeDef {
        name: "System.Diagnostics.Stopwatch",
        like: &[],
        members: &[
            ("new", |_| Ok(hold_named("System.Diagnostics.Stopwatch", Watch { kept: Duration::ZERO, since: None }))),
            ("::StartNew", |_| {
                Ok(hold_named(
                    "System.Diagnostics.Stopwatch",
                    Watch { kept: Duration::ZERO, since: Some(Instant::now()) },
                ))
            }),
            ("::Frequency", |_| Ok(Value::I64(1_000_000_000))),
            ("::IsHighResolution", |_| Ok(Value::Bool(true))),
            ("::GetTimestamp", |c| Ok(Value::I64((c.ctx.utc_now_ticks() - 621_355_968_000_000_000) * 100))),
            ("::GetElapsedTime", |c| {
                let now = (c.ctx.utc_now_ticks() - 621_355_968_000_000_000) * 100;
                let end = if c.count() == 2 { c.long(1) } else { now };
                Ok(Value::TimeSpan((end - c.long(0)) / 100))
            }),
            ("Start", |c| {
                c.with(|w: &mut Watch| w.since = w.since.or_else(|| Some(Instant::now())))?;
                Ok(Value::Void)
            }),
            ("Stop", |c| {
                c.with(|w: &mut Watch| {
                    w.kept = w.elapsed();
                    w.since = None;
                })?;
                Ok(Value::Void)
            }),
            ("Reset", |c| {
                c.with(|w: &mut Watch| *w = Watch { kept: Duration::ZERO, since: None })?;
                Ok(Value::Void)
            }),
            ("Restart", |c| {
                c.with(|w: &mut Watch| *w = Watch { kept: Duration::ZERO, since: Some(Instant::now()) })?;
                Ok(Value::Void)
            }),
            ("IsRunning", |c| c.with(|w: &mut Watch| Value::Bool(w.since.is_some()))),
            ("Elapsed", |c| c.with(|w: &mut Watch| Value::TimeSpan(w.elapsed().as_nanos() as i64 / 100))),
            ("ElapsedMilliseconds", |c| c.with(|w: &mut Watch| Value::I64(w.elapsed().as_millis() as i64))),
            ("ElapsedTicks", |c| c.with(|w: &mut Watch| Value::I64(w.elapsed().as_nanos() as i64))),
        ],
    },
    TypeDef {
        name: "System.Lazy`1",
        like: &[],
        members: &[
            ("new", |c| {
                let factory = c.arg(0).clone();
                Ok(crate::types::hold(c.ty, Late { factory, value: None }))
            }),
            ("IsValueCreated", |c| c.with(|l: &mut Late| Value::Bool(l.value.is_some()))),
            ("Value", |c| {
                let (factory, known) = c.with(|l: &mut Late| (l.factory.clone(), l.value.clone()))?;
                if let Some(known) = known {
                    return Ok(known);
                }
                let made = crate::types::invoke_delegate(c.ctx, &factory, &[])?;
                let wanted =
                    c.ty.info().generic.as_ref().and_then(|(_, a)| a.first().copied()).unwrap_or(TypeRef::OBJECT);
                let made = crate::types::bind::to_type(c.ctx, &made, wanted)?;
                c.with(|l: &mut Late| l.value = Some(made.clone()))?;
                Ok(made)
            }),
        ],
    },
];

/// The state of a Lazy.
struct Late {
    factory: Value,
    value: Option<Value>,
}
impl State for Late {}
