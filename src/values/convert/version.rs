//! `[version]` of a semantic version.

use std::sync::Arc;

use crate::context::Context;
use crate::error::Result;
use crate::members;
use crate::object::{PsMember, Wrapped};
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// The name that a semantic version's type has.
pub const SEMANTIC: &str = "System.Management.Automation.SemanticVersion";

/// Major, minor and patch as a Version; labels are kept beside it as PowerShell's cast operator keeps them.
pub fn of_semantic(ctx: &mut dyn Context, value: &Value) -> Result {
    let mut numbers = Vec::with_capacity(3);
    for name in ["Major", "Minor", "Patch"] {
        numbers.push(members::get(ctx, value, name)?.unwrap_or_default());
    }
    let version = members::construct(ctx, TypeRef::VERSION, &numbers)?;
    let mut labels = Vec::new();
    for (from, to) in [("PreReleaseLabel", "PSSemVerPreReleaseLabel"), ("BuildLabel", "PSSemVerBuildLabel")] {
        let label = members::get(ctx, value, from)?.unwrap_or_default();
        if label.as_str().is_some_and(|text| !text.is_empty()) {
            labels.push((Str::from(to), PsMember::Note(label)));
        }
    }
    if labels.is_empty() {
        return Ok(version);
    }
    let wrapped = Wrapped::new(version);
    *wrapped.members.lock() = labels;
    let names = ["System.Version#IncludeLabel", "System.Version", "System.Object"].map(Str::from);
    *wrapped.type_names.lock() = Some(Arc::from(names));
    Ok(Value::Wrapped(Arc::new(wrapped)))
}
