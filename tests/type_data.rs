//! The views and the type data of the session against PowerShell's (`tests/compatibility/views.json` and `ets.json`): which
//! properties a view shows, how wide and how aligned; which members, default properties and depths a type has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

const SHELL: &str = env!("CARGO_BIN_EXE_dialtone");

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/compatibility")
}

fn text<'a>(json: &'a Json, key: &str) -> &'a str {
    json[key].as_str().unwrap_or("")
}

fn list<'a>(json: &'a Json, key: &str) -> Vec<&'a Json> {
    json[key].as_array().map(|l| l.iter().collect()).unwrap_or_default()
}

fn names(json: &Json, key: &str) -> String {
    list(json, key).iter().filter_map(|n| n.as_str()).collect::<Vec<_>>().join(",")
}

/// What stands in a cell: a property, or a script, of which the members that it reads are known.
fn entry(json: &Json) -> String {
    match json["p"].as_str() {
        Some(property) => format!("p={property}"),
        None if json["script"].is_object() => match list(&json["script"], "members").as_slice() {
            [only] if json["script"]["commands"].is_null() => format!("s of {}", only.as_str().unwrap_or("")),
            _ => "s".to_string(),
        },
        None => "p=".to_string(),
    }
}

fn facts_of_view(view: &Json, out: &mut Vec<String>) {
    let kind = text(view, "kind");
    let place = format!("view\t{}\t{}\t{kind}", names(view, "types"), text(view, "view"));
    let mut flags: Vec<&str> = ["oob", "auto", "noHeaders"].into_iter().filter(|f| view[*f] == true).collect();
    if view["group"].is_object() {
        flags.push("group");
    }
    out.push(format!("{place}\tflags\t{}", flags.join(",")));
    match kind {
        "table" => {
            for (at, column) in list(view, "cols").iter().enumerate() {
                let width = column["w"].as_u64().unwrap_or(0);
                let shown = (text(column, "label"), text(column, "al"), entry(column), text(column, "fmt"));
                out.push(format!("{place}\tcol {at}\t{}|{width}|{}|{}|{}", shown.0, shown.1, shown.2, shown.3));
            }
            if view["wrap"] == true {
                out.push(format!("{place}\twrap\t"));
            }
        }
        "list" => {
            let items =
                list(view, "entries").into_iter().flat_map(|e| list(e, "items").into_iter().map(move |i| (e, i)));
            for (at, (of, item)) in items.enumerate() {
                let (label, format) = (text(item, "label"), text(item, "fmt"));
                out.push(format!("{place}\titem {at}\t{}|{label}|{}|{format}", names(of, "for"), entry(item)));
            }
        }
        "wide" => {
            for (at, of) in list(view, "entries").iter().enumerate() {
                out.push(format!("{place}\tentry {at}\t{}|{}", names(of, "for"), entry(of)));
            }
        }
        _ => {}
    }
}

fn facts_of_type(data: &Json, out: &mut Vec<String>) {
    let place = format!("type\t{}", text(data, "t"));
    for member in list(data, "members") {
        let kind = text(member, "k").trim_start_matches("Script").trim_start_matches("Code");
        let target = member["to"].as_str().or(member["v"].as_str()).unwrap_or("");
        out.push(format!("{place}\tmember {}\t{kind}|{target}", text(member, "n")));
    }
    for key in ["display", "key", "serialize"] {
        if data[key].is_array() {
            out.push(format!("{place}\t{key}\t{}", names(data, key)));
        }
    }
    for key in ["displayProperty", "serMethod", "targetType"] {
        if data[key].is_string() {
            out.push(format!("{place}\t{key}\t{}", text(data, key)));
        }
    }
    if let Some(depth) = data["serDepth"].as_u64() {
        out.push(format!("{place}\tserDepth\t{depth}"));
    }
}

fn read(file: &str) -> Vec<Json> {
    let text = std::fs::read_to_string(folder().join(file)).expect("the reference is there");
    serde_json::from_str(&text).expect("it is JSON")
}

fn wanted() -> Vec<String> {
    let mut out = Vec::new();
    read("views.json").iter().for_each(|view| facts_of_view(view, &mut out));
    read("ets.json").iter().for_each(|data| facts_of_type(data, &mut out));
    out
}

fn got() -> Vec<String> {
    let output = Command::new(SHELL)
        .args(["-NoProfile", "-NonInteractive", "-File"])
        .arg(folder().join("type_data.ps1"))
        .stdin(Stdio::null())
        .output()
        .expect("the shell starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text.lines().map(str::to_string).collect()
}

/// Whether a fact of the session is the wanted one: a script that only reads a member may be a property of that name here.
fn agrees(wanted: &str, got: &str) -> bool {
    let Some((before, rest)) = wanted.split_once("|s of ") else { return wanted == got };
    let (member, after) = rest.split_once('|').map_or((rest, String::new()), |(m, a)| (m, format!("|{a}")));
    let shapes = [format!("{before}|p={member}{after}"), format!("{before}|s{after}")];
    shapes.iter().any(|shape| shape == got)
}

/// The agreeing and all facts by kind (`view`, `type`), and what differs.
pub fn compared() -> (BTreeMap<&'static str, (usize, usize)>, BTreeSet<String>) {
    let mut have: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let key = |fact: &str| fact.rsplit_once('\t').map_or(fact.to_string(), |(place, _)| place.to_lowercase());
    for fact in got() {
        have.entry(key(&fact)).or_default().push(fact);
    }
    let (mut figures, mut differing) = (BTreeMap::new(), BTreeSet::new());
    for fact in wanted() {
        let kind = if fact.starts_with("view") { "view" } else { "type" };
        let figure: &mut (usize, usize) = figures.entry(kind).or_default();
        figure.1 += 1;
        let found = have.get(&key(&fact));
        if found.is_some_and(|all| {
            all.iter().any(|other| agrees(&fact, other) || agrees(&fact.to_lowercase(), &other.to_lowercase()))
        }) {
            figure.0 += 1;
        } else {
            let other =
                found.and_then(|all| all.first()).and_then(|f| f.rsplit_once('\t')).map_or("(none)", |(_, v)| v);
            // One line each: headings of columns may have two.
            differing.insert(format!("{fact}\there: {other}").replace('\n', "\\n"));
        }
    }
    (figures, differing)
}

#[test]
fn views_and_type_data_are_powershells() {
    let (figures, differing) = compared();
    println!("{figures:?}");
    let path = folder().join("type-data-differences.txt");
    if std::env::var_os("DIALTONE_COMPATIBILITY").is_some_and(|v| v == "write") {
        let text: String = differing.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, text).expect("the list is written");
        return;
    }
    let known: BTreeSet<String> =
        std::fs::read_to_string(&path).unwrap_or_default().lines().map(str::to_string).collect();
    let new: Vec<&String> = differing.difference(&known).collect();
    assert!(new.is_empty(), "differences that were not there:\n{new:#?}");
    let gone: Vec<&String> = known.difference(&differing).collect();
    assert!(gone.is_empty(), "no longer true, run scripts/dev/compatibility:\n{gone:#?}");
}
