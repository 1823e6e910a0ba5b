//! System.Reflection.Assembly, as far as names go.

use crate::types::system::type_object::full_assembly;
use crate::types::{State, TypeDef, TypeRef, facts, fail, hold_named};
use crate::value::Value;

/// An assembly by its simple name.
#[derive(Clone)]
pub struct Assembly(String);

impl State for Assembly {
    fn text(&self) -> Option<String> {
        Some(full_assembly(&self.0))
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// The simple name as an AssemblyName.
#[derive(Clone)]
struct Name(String);
impl State for Name {
    fn text(&self) -> Option<String> {
        Some(full_assembly(&self.0))
    }
}

/// An Assembly value.
pub fn make(simple: &str) -> Value {
    hold_named("System.Reflection.Assembly", Assembly(simple.to_string()))
}

fn known(simple: &str) -> bool {
    (0..facts::count()).any(|row| facts::at(row).1.assembly.eq_ignore_ascii_case(simple))
        || matches!(
            simple.to_ascii_lowercase().as_str(),
            "system" | "mscorlib" | "netstandard" | "system.core" | "system.web" | "system.windows.forms"
        )
}

fn load(c: &mut crate::types::Call<'_>) -> crate::error::Result {
    let name = c.str(0);
    let simple = name.split(',').next().unwrap_or_default().trim();
    if known(simple) {
        return Ok(make(simple));
    }
    fail::named(
        "System.IO.FileNotFoundException",
        format!("Could not load file or assembly '{name}, Culture=neutral, PublicKeyToken=null'. The system cannot find the file specified.\n"),
    )
    .throw()
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Reflection.Assembly",
        like: &[],
        members: &[
            ("FullName", |c| c.with(|a: &mut Assembly| Value::from(full_assembly(&a.0)))),
            ("Location", |_| Ok(Value::from(""))),
            ("IsDynamic", |_| Ok(Value::Bool(false))),
            ("GlobalAssemblyCache", |_| Ok(Value::Bool(false))),
            ("ImageRuntimeVersion", |_| Ok(Value::from("v4.0.30319"))),
            ("GetName", |c| {
                let name = c.with(|a: &mut Assembly| a.0.clone())?;
                Ok(hold_named("System.Reflection.AssemblyName", Name(name)))
            }),
            ("GetType", |c| {
                if c.count() == 0 {
                    return Ok(c.this.type_ref().map(Value::Type).unwrap_or(Value::Null));
                }
                Ok(TypeRef::find(&c.str(0)).map(Value::Type).unwrap_or(Value::Null))
            }),
            ("GetTypes", |c| types(c)),
            ("GetExportedTypes", |c| types(c)),
            ("::Load", |c| load(c)),
            ("::LoadWithPartialName", |c| {
                let name = c.str(0);
                Ok(if known(&name) { make(&name) } else { Value::Null })
            }),
            ("::GetExecutingAssembly", |_| Ok(make("System.Management.Automation"))),
            ("::GetEntryAssembly", |_| Ok(make("pwsh"))),
            ("::GetCallingAssembly", |_| Ok(make("System.Management.Automation"))),
            ("::GetAssembly", |c| {
                Ok(c.type_arg(0).map_or(Value::Null, |t| make(crate::types::system::type_object::simple_assembly(t))))
            }),
        ],
    },
    TypeDef {
        name: "System.Reflection.AssemblyName",
        like: &[],
        members: &[
            ("new", |c| {
                Ok(hold_named(
                    "System.Reflection.AssemblyName",
                    Name(c.str(0).split(',').next().unwrap_or_default().to_string()),
                ))
            }),
            ("Name", |c| c.with(|n: &mut Name| Value::from(n.0.as_str()))),
            ("FullName", |c| c.with(|n: &mut Name| Value::from(full_assembly(&n.0)))),
            ("CultureName", |_| Ok(Value::from(""))),
            ("Version", |c| {
                let full = c.with(|n: &mut Name| full_assembly(&n.0))?;
                let text =
                    full.split("Version=").nth(1).and_then(|t| t.split(',').next()).unwrap_or("0.0.0.0").to_string();
                crate::members::construct(c.ctx, TypeRef::VERSION, &[Value::from(text)])
            }),
        ],
    },
];

fn types(c: &mut crate::types::Call<'_>) -> crate::error::Result {
    let own = c.with(|a: &mut Assembly| a.0.clone())?;
    let mut names: Vec<&'static str> =
        (0..facts::count()).map(|row| facts::at(row).1).filter(|f| f.assembly == own).map(|f| f.name).collect();
    names.sort_unstable();
    names.dedup();
    Ok(crate::types::system::type_object::types(names.into_iter().filter_map(TypeRef::find).collect()))
}
