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

pub(super) fn known(simple: &str) -> bool {
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
            ("::Load", |c| {
                if c.parameter(0) == TypeRef::STRING || c.arg(0).as_str().is_some() {
                    return load(c);
                }
                match crate::types::state_of::<Name>(c.arg(0)) {
                    Some(name) if known(&name.0) => Ok(make(&name.0)),
                    Some(name) => missing(&full_assembly(&name.0)),
                    None => fail::named("System.PlatformNotSupportedException", NO_IMAGES).throw(),
                }
            }),
            ("::LoadFile", |c| from_file(c)),
            ("::LoadFrom", |c| from_file(c)),
            ("::UnsafeLoadFrom", |c| from_file(c)),
            ("::ReflectionOnlyLoad", |_| no_reflection_only()),
            ("::ReflectionOnlyLoadFrom", |_| no_reflection_only()),
            ("::CreateQualifiedName", |c| Ok(Value::from(format!("{}, {}", c.str(1), c.str(0))))),
            ("CodeBase", |_| Ok(Value::Null)),
            ("EscapedCodeBase", |_| Ok(Value::Null)),
            ("CustomAttributes", |_| Ok(Value::array(Vec::new()))),
            ("GetCustomAttributes", |_| Ok(Value::array(Vec::new()))),
            ("GetCustomAttributesData", |_| Ok(Value::array(Vec::new()))),
            ("IsDefined", |_| Ok(Value::Bool(false))),
            ("DefinedTypes", |c| types(c)),
            ("ExportedTypes", |c| types(c)),
            ("GetForwardedTypes", |_| Ok(crate::types::system::type_object::types(Vec::new()))),
            ("EntryPoint", |_| Ok(Value::Null)),
            ("HostContext", |_| Ok(Value::I64(0))),
            ("IsCollectible", |_| Ok(Value::Bool(false))),
            ("IsFullyTrusted", |_| Ok(Value::Bool(true))),
            ("ReflectionOnly", |_| Ok(Value::Bool(false))),
            ("SecurityRuleSet", |_| Ok(crate::types::system::enumeration::make("System.Security.SecurityRuleSet", 0))),
            ("ManifestModule", |c| c.with(|a: &mut Assembly| super::module::make(&a.0))),
            ("Modules", |c| modules(c)),
            ("GetModules", |c| modules(c)),
            ("GetLoadedModules", |c| modules(c)),
            ("GetModule", |c| {
                let name = c.need_str(0)?;
                let own = c.with(|a: &mut Assembly| a.0.clone())?;
                Ok(if name.eq_ignore_ascii_case(&format!("{own}.dll")) {
                    super::module::make(&own)
                } else {
                    Value::Null
                })
            }),
            ("GetManifestResourceNames", |_| Ok(Value::typed_array(TypeRef::STRING, Vec::new()))),
            ("GetManifestResourceInfo", |_| Ok(Value::Null)),
            ("GetManifestResourceStream", |_| Ok(Value::Null)),
            ("GetFiles", |_| Ok(Value::array(Vec::new()))),
            ("GetFile", |_| Ok(Value::Null)),
            ("GetReferencedAssemblies", |c| {
                let own = c.with(|a: &mut Assembly| a.0.clone())?;
                let core = (own != "System.Private.CoreLib")
                    .then(|| hold_named("System.Reflection.AssemblyName", Name("System.Private.CoreLib".to_string())));
                Ok(Value::array(core.into_iter().collect()))
            }),
            ("GetSatelliteAssembly", |c| {
                let own = c.with(|a: &mut Assembly| a.0.clone())?;
                missing(&format!("{own}.resources"))
            }),
            ("CreateInstance", |c| {
                let (name, own) = (c.need_str(0)?, c.with(|a: &mut Assembly| a.0.clone())?);
                let ignores = c.place("ignoreCase").is_some_and(|at| c.bool(at));
                let found = TypeRef::find(&name).filter(|t| {
                    (t.name() == name.as_str() || ignores && t.name().eq_ignore_ascii_case(&name))
                        && crate::types::system::type_object::simple_assembly(*t) == own
                });
                match found {
                    Some(ty) => {
                        let args = c.place("args").map(|at| c.items(at)).unwrap_or_default();
                        crate::members::construct(c.ctx, ty, &args)
                    }
                    None => Ok(Value::Null),
                }
            }),
            ("Equals", |c| {
                let other = crate::types::state_of::<Assembly>(c.arg(0));
                c.with(|a: &mut Assembly| Value::Bool(other.is_some_and(|o| o.0 == a.0)))
            }),
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

pub(super) const NO_IMAGES: &str = "Assemblies of .NET can't be loaded into this process.";

fn missing(name: &str) -> crate::error::Result {
    let text = format!("Could not load file or assembly '{name}'. The system cannot find the file specified.\n");
    fail::named("System.IO.FileNotFoundException", text).throw()
}

/// A file that holds an assembly: the ones that are known by name stand for their files, others can't be loaded.
fn from_file(c: &mut crate::types::Call<'_>) -> crate::error::Result {
    let path = c.need_str(0)?;
    let file = std::path::Path::new(path.as_str());
    let simple = file.file_stem().and_then(|n| n.to_str()).unwrap_or_default();
    if known(simple) {
        return Ok(make(simple));
    }
    if c.ctx.working_directory().join(file).exists() {
        return fail::named("System.PlatformNotSupportedException", NO_IMAGES).throw();
    }
    missing(&path)
}

fn no_reflection_only() -> crate::error::Result {
    let text = "ReflectionOnly loading is not supported on this platform.";
    fail::named("System.PlatformNotSupportedException", text).throw()
}

fn modules(c: &mut crate::types::Call<'_>) -> crate::error::Result {
    let own = c.with(|a: &mut Assembly| super::module::make(&a.0))?;
    Ok(Value::array(vec![own]))
}

fn types(c: &mut crate::types::Call<'_>) -> crate::error::Result {
    let own = c.with(|a: &mut Assembly| a.0.clone())?;
    let mut names: Vec<&'static str> =
        (0..facts::count()).map(|row| facts::at(row).1).filter(|f| f.assembly == own).map(|f| f.name).collect();
    names.sort_unstable();
    names.dedup();
    Ok(crate::types::system::type_object::types(names.into_iter().filter_map(TypeRef::find).collect()))
}
