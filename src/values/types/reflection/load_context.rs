//! System.Runtime.Loader.AssemblyLoadContext: the one context that all assemblies lie in.

use super::assembly;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold_named};
use crate::value::Value;

const NAME: &str = "System.Runtime.Loader.AssemblyLoadContext";

/// The default context, or one that a script made.
#[derive(Clone, PartialEq)]
struct Context {
    name: String,
    is_collectible: bool,
    is_default: bool,
}

impl State for Context {
    fn text(&self) -> Option<String> {
        let kind = if self.is_default { "System.Runtime.Loader.DefaultAssemblyLoadContext" } else { NAME };
        Some(format!("\"{}\" {kind} #{}", self.name, u8::from(!self.is_default)))
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
}

fn default() -> Value {
    let own = Context { name: "Default".to_string(), is_collectible: false, is_default: true };
    hold_named("System.Runtime.Loader.DefaultAssemblyLoadContext", own)
}

/// The assemblies of a context; those that a script made are empty.
fn assemblies(c: &mut Call<'_>) -> crate::error::Result {
    let is_default = c.with(|own: &mut Context| own.is_default)?;
    if !is_default {
        return Ok(Value::array(Vec::new()));
    }
    let domain = TypeRef::find("System.AppDomain").unwrap_or(TypeRef::OBJECT);
    let domain = crate::members::get_static(c.ctx, domain, "CurrentDomain")?.unwrap_or_default();
    crate::members::call(c.ctx, &domain, "GetAssemblies", &[])
}

fn load(c: &mut Call<'_>, method: &str) -> crate::error::Result {
    let ty = TypeRef::find("System.Reflection.Assembly").unwrap_or(TypeRef::OBJECT);
    let given = [c.arg(0).clone()];
    crate::types::system::convert::unwrapped(crate::members::call_static(c.ctx, ty, method, &given))
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let own = Context { name: c.str(0).to_string(), is_collectible: c.bool(1), is_default: false };
        Ok(hold_named(NAME, own))
    }),
    ("::Default", |_| Ok(default())),
    ("::All", |_| Ok(Value::array(vec![default()]))),
    ("::CurrentContextualReflectionContext", |_| Ok(Value::Null)),
    ("::GetLoadContext", |c| if c.has(0) { Ok(default()) } else { fail::null("assembly").throw() }),
    ("::GetAssemblyName", |c| {
        let path = c.need_str(0)?;
        match std::path::Path::new(path.as_str()).file_stem().and_then(|n| n.to_str()) {
            Some(simple) if assembly::known(simple) => {
                let own = assembly::make(simple);
                crate::members::call(c.ctx, &own, "GetName", &[])
            }
            _ => fail::named(
                "System.IO.FileNotFoundException",
                format!("Could not load file or assembly '{path}'. The system cannot find the file specified.\n"),
            )
            .throw(),
        }
    }),
    ("Name", |c| c.with(|own: &mut Context| Value::from(own.name.as_str()))),
    ("IsCollectible", |c| c.with(|own: &mut Context| Value::Bool(own.is_collectible))),
    ("Assemblies", assemblies),
    ("LoadFromAssemblyPath", |c| load(c, "LoadFrom")),
    ("LoadFromAssemblyName", |c| load(c, "Load")),
    ("LoadFromStream", |_| fail::named("System.PlatformNotSupportedException", assembly::NO_IMAGES).throw()),
    ("Unload", |c| {
        if c.with(|own: &mut Context| own.is_collectible)? {
            return Ok(Value::Void);
        }
        fail::invalid("Cannot unload non-collectible AssemblyLoadContext.").throw()
    }),
];

pub static TYPES: &[TypeDef] = &[TypeDef { name: NAME, like: &[], members: MEMBERS }];
