//! System.Diagnostics.FileVersionInfo: files of Linux name their path and nothing more.

use crate::error::Result;
use crate::types::{Call, TypeDef, TypeRef, facts, fail, record};
use crate::value::Value;

const NAME: &str = "System.Diagnostics.FileVersionInfo";

fn of_file(c: &mut Call<'_>) -> Result {
    let path = c.need_str(0)?;
    let full = c.ctx.working_directory().join(path.as_str());
    if !full.is_file() {
        return fail::named("System.IO.FileNotFoundException", format!("Could not find file '{}'.", full.display()))
            .throw();
    }
    let ty = TypeRef::find(NAME).unwrap_or(TypeRef::OBJECT);
    let mut values = Vec::new();
    for property in facts::of(ty).into_iter().flat_map(|f| &f.properties) {
        let blank = TypeRef::find(property.ty).filter(|t| *t != TypeRef::STRING).map(crate::members::default_of);
        values.push((property.name, blank.unwrap_or_default()));
    }
    values.retain(|(name, _)| *name != "FileName");
    values.push(("FileName", Value::from(full.display().to_string())));
    Ok(record::make(NAME, values))
}

fn text(c: &mut Call<'_>) -> Result {
    let names = ["FileName", "InternalName", "OriginalFilename", "FileVersion", "FileDescription", "ProductName"];
    let flags = ["IsDebug", "IsPatched", "IsPreRelease", "IsPrivateBuild", "IsSpecialBuild"];
    let labels = ["File:", "InternalName:", "OriginalFilename:", "FileVersion:", "FileDescription:", "Product:"];
    let flag_labels = ["Debug:", "Patched:", "PreRelease:", "PrivateBuild:", "SpecialBuild:"];
    let shown = |name: &str| {
        let value = record::field(c.this, name).unwrap_or_default();
        if value.is_null() { String::new() } else { crate::convert::to_display(&value).to_string() }
    };
    let mut out = String::new();
    for (label, name) in labels.iter().zip(names) {
        out.push_str(&format!("{label:<18}{}\n", shown(name)));
    }
    out.push_str(&format!("{:<18}{}\n", "ProductVersion:", shown("ProductVersion")));
    for (label, name) in flag_labels.iter().zip(flags) {
        out.push_str(&format!("{label:<18}{}\n", shown(name)));
    }
    out.push_str(&format!("{:<18}{}\n", "Language:", shown("Language")));
    Ok(Value::from(out))
}

pub static TYPES: &[TypeDef] =
    &[TypeDef { name: NAME, like: &[], members: &[("::GetVersionInfo", of_file), ("ToString", text)] }];
