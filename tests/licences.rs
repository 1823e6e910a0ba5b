//! The rules of `deny.toml` about licences, sources and banned crates, held without cargo-deny: it is seldom installed.

use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const INDEX: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All packages that the workspace is built from.
fn packages() -> Vec<Json> {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .expect("cargo starts");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: Json = serde_json::from_slice(&cargo.stdout).expect("cargo's metadata");
    metadata["packages"].as_array().expect("packages").clone()
}

fn texts(list: &toml::Value) -> BTreeSet<String> {
    let list = list.as_array().expect("a list of names");
    list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

/// Whether a licence expression (SPDX; the old `/` stands for OR) leaves a choice that is allowed as a whole.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let is = either(&mut words, allowed);
    is && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(words: &mut Words, allowed: &BTreeSet<String>) -> bool {
    let mut is = both(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        is |= both(words, allowed);
    }
    is
}

fn both(words: &mut Words, allowed: &BTreeSet<String>) -> bool {
    let mut is = licence(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        is &= licence(words, allowed);
    }
    is
}

fn licence(words: &mut Words, allowed: &BTreeSet<String>) -> bool {
    let Some(word) = words.next() else { return false };
    if word == "(" {
        let is = either(words, allowed);
        return words.next() == Some(")") && is;
    }
    match words.next_if_eq(&"WITH") {
        Some(_) => allowed.contains(&format!("{word} WITH {}", words.next().unwrap_or_default())),
        None => allowed.contains(word),
    }
}

#[test]
fn packages_come_from_where_and_under_what_is_allowed() {
    let rules = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let rules: toml::Value = toml::from_str(&rules).expect("deny.toml");
    let general = texts(&rules["licenses"]["allow"]);
    let named = |list: &str, name: &str| {
        let list = rules["licenses"].get(list).and_then(toml::Value::as_array);
        list.and_then(|list| list.iter().find(|entry| entry["name"].as_str() == Some(name))).cloned()
    };
    let banned = rules["bans"]["deny"].as_array().expect("bans");
    let packages = packages();
    assert!(packages.len() > 100, "only {} packages", packages.len());
    let mut wrong = Vec::new();
    for package in packages.iter().filter(|p| !p["source"].is_null()) {
        let name = package["name"].as_str().unwrap_or_default();
        if package["source"] != INDEX {
            wrong.push(format!("{name} comes from {}", package["source"]));
        }
        if banned.iter().any(|entry| entry["name"].as_str() == Some(name)) {
            wrong.push(format!("{name} is banned"));
        }
        let said = named("clarify", name).and_then(|entry| entry["expression"].as_str().map(str::to_owned));
        let licence = said.or_else(|| package["license"].as_str().map(str::to_owned)).unwrap_or_default();
        let own = named("exceptions", name).map(|entry| texts(&entry["allow"])).unwrap_or_default();
        if !is_allowed(&licence, &general.union(&own).cloned().collect()) {
            wrong.push(format!("{name} is under '{licence}'"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn expressions_are_read() {
    let allowed = BTreeSet::from(["MIT".to_owned(), "ISC".to_owned()]);
    for (expression, is) in [
        ("MIT OR GPL-3.0", true),
        ("(MIT OR Apache-2.0) AND ISC", true),
        ("MIT AND GPL-3.0", false),
        ("", false),
        ("GPL-3.0/MIT", true),
    ] {
        assert_eq!(is_allowed(expression, &allowed), is, "{expression}");
    }
}
