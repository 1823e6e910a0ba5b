//! Packs the reflection facts into one blob and lists the files of `types/<namespace>/`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

#[allow(clippy::print_stdout, reason = "a build script talks to cargo on its standard output")]
fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=types");
    let outcome = pack(&root.join("types/facts"), &out).and_then(|()| discover(&root.join("types"), &out));
    if let Err(error) = outcome {
        println!("cargo::error={error}");
    }
}

/// Writes `facts.bin`: `u32` count, then sorted rows of four `u32` (name offset, name length, record offset, record
/// length), then the texts. A record is lines of tab-separated fields; the first character of a line tells its kind.
fn pack(folder: &Path, out: &Path) -> Result<(), String> {
    let mut records: BTreeMap<String, String> = BTreeMap::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).map_err(|e| e.to_string())?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    files.sort();
    for path in &files {
        let is_types = path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with("types-"));
        let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let stem = path.file_stem().and_then(|n| n.to_str()).unwrap_or_default().to_string();
        let rows: Vec<Value> = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        for row in rows {
            if is_types {
                let full = text_of(&row["t"]);
                let plain = plain_name(&full).to_string();
                records.entry(plain.clone()).or_insert_with(|| record(&row, &full, &plain, &stem));
                names.entry(plain.to_lowercase()).or_insert(plain);
            } else {
                let target = text_of(&row["t"]);
                names.insert(text_of(&row["n"]).to_lowercase(), plain_name(&target).to_string());
            }
        }
    }
    names.retain(|_, target| records.contains_key(target));
    let mut pool = String::new();
    let places: BTreeMap<&str, (u32, u32)> = records
        .iter()
        .map(|(name, body)| {
            let at = pool.len() as u32;
            pool.push_str(body);
            (name.as_str(), (at, body.len() as u32))
        })
        .collect();
    let mut blob = (names.len() as u32).to_le_bytes().to_vec();
    for (name, target) in &names {
        let (at, length) = places[target.as_str()];
        for n in [pool.len() as u32, name.len() as u32, at, length] {
            blob.extend(n.to_le_bytes());
        }
        pool.push_str(name);
    }
    blob.extend(pool.as_bytes());
    fs::write(out.join("facts.bin"), blob).map_err(|e| e.to_string())
}

/// The name without the list of generic parameters behind the arity.
fn plain_name(name: &str) -> &str {
    match name.find('[') {
        Some(at) if name.contains('`') => &name[..at],
        _ => name,
    }
}

fn text_of(v: &Value) -> String {
    match v {
        Value::String(s) => s.replace(['\n', '\t'], " "),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn list(v: &Value) -> &[Value] {
    v.as_array().map_or(&[], Vec::as_slice)
}

fn joined(v: &Value, separator: &str) -> String {
    match v {
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(separator),
        other => text_of(other),
    }
}

fn record(row: &Value, full: &str, plain: &str, file: &str) -> String {
    let generics = full[plain.len()..].trim_start_matches('[').trim_end_matches(']');
    let mut t = String::new();
    let kind = joined(&row["kind"], ",");
    let is_flags = row["flagsEnum"].as_bool().unwrap_or(false);
    let _ = writeln!(
        t,
        "N{plain}\t{}\t{}\t{kind}\t{}\t{}\t{generics}\t{}\t{file}\t{}",
        text_of(&row["ps"]),
        text_of(&row["base"]),
        text_of(&row["under"]),
        u8::from(is_flags),
        text_of(&row["asm"]),
        text_of(&row["usage"])
    );
    if !list(&row["ifaces"]).is_empty() {
        let _ = writeln!(t, "I{}", joined(&row["ifaces"], "\t"));
    }
    if let Some(values) = row["values"].as_object() {
        let all: Vec<String> = values.iter().map(|(n, v)| format!("{n}={}", text_of(v))).collect();
        let _ = writeln!(t, "V{}", all.join("\t"));
    }
    for c in list(&row["ctors"]) {
        let _ = writeln!(t, "C{}", text_of(c));
    }
    for p in list(&row["props"]) {
        let _ = writeln!(t, "P{}\t{}\t{}\t{}", text_of(&p[0]), text_of(&p[1]), text_of(&p[2]), joined(&p[3], ";"));
    }
    for f in list(&row["fields"]) {
        let flag = |name: &str, mark: &'static str| if f[name].as_bool().unwrap_or(false) { mark } else { "" };
        let _ = writeln!(
            t,
            "F{}\t{}\t{}{}{}\t{}",
            text_of(&f["n"]),
            text_of(&f["t"]),
            flag("s", "s"),
            flag("ro", "r"),
            flag("const", "c"),
            text_of(&f["v"])
        );
    }
    for m in list(&row["methods"]) {
        let _ = writeln!(t, "M{}", joined(m, "\t"));
    }
    for e in list(&row["events"]) {
        let _ = writeln!(t, "E{}\t{}", text_of(&e["n"]), text_of(&e["t"]));
    }
    t
}

/// Writes `modules.rs`: a module for each file below `types/<namespace>/` and the table `DEFINITIONS` of their `TYPES`.
fn discover(root: &Path, out: &Path) -> Result<(), String> {
    let mut text = String::new();
    let mut tables = Vec::new();
    for folder in sorted(root)? {
        if !folder.is_dir() || folder.ends_with("facts") {
            continue;
        }
        let Some(namespace) = folder.file_name().and_then(|n| n.to_str()) else { continue };
        let _ = writeln!(text, "/// Types of one namespace.\npub mod {namespace} {{");
        for file in sorted(&folder)? {
            let Some(stem) = file.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_suffix(".rs")) else {
                continue;
            };
            let _ = writeln!(text, "    #[path = {:?}]\n    pub mod {stem};", file.display().to_string());
            let source = fs::read_to_string(&file).map_err(|e| e.to_string())?;
            if source.contains("pub static TYPES:") {
                tables.push(format!("{namespace}::{stem}::TYPES"));
            }
        }
        text.push_str("}\n");
    }
    let _ = writeln!(
        text,
        "/// Every type with behaviour.\npub static DEFINITIONS: &[&[TypeDef]] = &[{}];",
        tables.join(", ")
    );
    fs::write(out.join("modules.rs"), text).map_err(|e| e.to_string())
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).map_err(|e| e.to_string())?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    entries.sort();
    Ok(entries)
}
