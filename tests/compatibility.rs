//! How much of .NET's types is there: compared member by member with what reflection lists, kept in `docs/compatibility.md`.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use values::types::coverage::{Coverage, coverage, of_type};

const SHELL: &str = env!("CARGO_BIN_EXE_dialtone");

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The types that scripts name most, the most named first.
fn most_used() -> Vec<String> {
    let text =
        std::fs::read_to_string(root().join("tests/compatibility/most-used-types.txt")).expect("the list is there");
    let names = text.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split('\t').next());
    names.map(str::to_string).collect()
}

/// The kind of a missing member, as the probe takes it: property or method, of instances or static, or constructors.
fn kind(ty: &str, member: &str) -> Option<&'static str> {
    let facts = values::types::facts::find(ty)?;
    if member == "new" {
        return Some("n");
    }
    let (name, is_static) = match member.strip_prefix("::") {
        Some(name) => (name, true),
        None => (member, false),
    };
    let is_method = facts.methods.iter().any(|m| m.name == name && m.is_static == is_static);
    Some(match (is_method, is_static) {
        (true, true) => "c",
        (true, false) => "m",
        (false, true) => "s",
        (false, false) => "p",
    })
}

/// Takes out of the missing members those that objects answer by themselves; a script asks them.
fn ask_objects(all: &mut BTreeMap<String, Coverage>) {
    let mut list = String::new();
    for (name, found) in all.iter() {
        for member in &found.missing {
            if let Some(kind) = kind(name, member) {
                let _ = writeln!(list, "{name}\t{kind}\t{}", member.trim_start_matches("::"));
            }
        }
    }
    let folder = std::env::temp_dir().join(format!("dialtone-compatibility-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the list");
    let path = folder.join("members.txt");
    std::fs::write(&path, list).expect("the list is written");
    let probe = root().join("tests/compatibility/probe.ps1");
    let output = Command::new(SHELL)
        .args(["-NoProfile", "-NonInteractive", "-File"])
        .arg(&probe)
        .arg(&path)
        .env("HOME", &folder)
        .stdin(Stdio::null())
        .output()
        .expect("the shell starts");
    let _ = std::fs::remove_dir_all(&folder);
    let answers: HashSet<(String, String, String)> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let mut parts = line.split('\t');
            Some((parts.next()?.to_string(), parts.next()?.to_string(), parts.next()?.to_string()))
        })
        .collect();
    assert!(!answers.is_empty(), "the probe said nothing: {}", String::from_utf8_lossy(&output.stderr));
    for (name, found) in all.iter_mut() {
        found.missing.retain(|member| {
            let Some(kind) = kind(name, member) else { return true };
            !answers.contains(&(name.clone(), kind.to_string(), member.trim_start_matches("::").to_string()))
        });
    }
}

fn share(have: usize, listed: usize) -> String {
    if listed == 0 { "100.0 %".to_string() } else { format!("{:.1} %", have as f64 * 100.0 / listed as f64) }
}

fn page() -> (String, f64) {
    let used = most_used();
    let all = coverage().into_iter().filter(|c| !c.missing.is_empty());
    let mut asked: BTreeMap<String, Coverage> =
        all.chain(used.iter().filter_map(|name| of_type(name))).map(|c| (c.name.to_string(), c)).collect();
    ask_objects(&mut asked);

    let mut text = String::from(
        "# Compatibility of the types\n\n\
         Written by `scripts/dev/compatibility`; a test fails when it is out of date. Compared is what reflection lists of the types of\n\
         PowerShell 7.6.5 on Linux with what the type table has code for. Enumerations and delegates need no code of their own;\n\
         overloads that take pointers or spans only are out of every script's reach and are not counted.\n\n\
         ## By file of the reference\n\n\
         | File | Types | Members | With behaviour | Share | Overloads that can be called |\n|---|---:|---:|---:|---:|---:|\n",
    );
    let mut files: BTreeMap<&'static str, (usize, usize, usize, usize, usize)> = BTreeMap::new();
    for mut found in coverage() {
        let facts = values::types::facts::find(found.name);
        if let Some(known) = asked.get(found.name) {
            found.missing.clone_from(&known.missing);
        }
        let row = files.entry(facts.map_or("", |f| f.file)).or_default();
        row.0 += 1;
        row.1 += found.listed;
        row.2 += found.listed - found.missing.len();
        row.3 += found.overloads;
        row.4 += found.callable;
    }
    let mut total = (0, 0, 0, 0, 0);
    for (file, row) in &files {
        let _ = writeln!(
            text,
            "| {file} | {} | {} | {} | {} | {} |",
            row.0,
            row.1,
            row.2,
            share(row.2, row.1),
            share(row.4, row.3)
        );
        total = (total.0 + row.0, total.1 + row.1, total.2 + row.2, total.3 + row.3, total.4 + row.4);
    }
    let _ = writeln!(
        text,
        "| **all** | {} | {} | {} | {} | {} |",
        total.0,
        total.1,
        total.2,
        share(total.2, total.1),
        share(total.4, total.3)
    );

    let mut seen = HashSet::new();
    let top: Vec<&Coverage> =
        used.iter().take(150).filter_map(|name| asked.get(name)).filter(|c| seen.insert(c.name)).collect();
    let (listed, missing): (usize, usize) = top.iter().fold((0, 0), |(l, m), c| (l + c.listed, m + c.missing.len()));
    let covered = (listed - missing) as f64 * 100.0 / listed.max(1) as f64;
    let _ = write!(
        text,
        "\n## The 150 types that scripts name most\n\n{} of {listed} members have behaviour: {}. Of each type that lacks some, what it lacks:\n\n| Type | Share | Without behaviour |\n|---|---:|---|\n",
        listed - missing,
        share(listed - missing, listed)
    );
    for found in top.iter().filter(|c| !c.missing.is_empty()) {
        let mut names: Vec<String> = found.missing.iter().map(|m| format!("`{m}`")).collect();
        if names.len() > 24 {
            let more = names.len() - 24;
            names.truncate(24);
            names.push(format!("and {more} more"));
        }
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            found.name,
            share(found.listed - found.missing.len(), found.listed),
            names.join(" ")
        );
    }
    let (figures, differing) = crate::type_data::compared();
    text.push_str("\n## Views and type data\n\nCompared fact by fact with PowerShell's own format and type files (`tests/type_data.rs`): of views their columns,\nlabels, widths, alignment, items and groups; of type data members, default properties, serialization.\n\n| Of | Facts | The same | Share |\n|---|---:|---:|---:|\n");
    for (kind, (same, all)) in &figures {
        let name = if *kind == "view" { "format views" } else { "type data" };
        let _ = writeln!(text, "| {name} | {all} | {same} | {} |", share(*same, *all));
    }
    let _ = writeln!(
        text,
        "\nThe {} that differ are listed in `tests/compatibility/type-data-differences.txt`.",
        differing.len()
    );
    (text, covered)
}

#[test]
fn the_page_of_compatibility_is_up_to_date() {
    let path: &Path = &root().join("docs/compatibility.md");
    let (text, covered) = page();
    if std::env::var_os("DIALTONE_COMPATIBILITY").is_some_and(|v| v == "write") {
        std::fs::write(path, text).expect("the page is written");
        return;
    }
    let old = std::fs::read_to_string(path).unwrap_or_default();
    assert!(old == text, "docs/compatibility.md is out of date: run scripts/dev/compatibility");
    assert!(covered >= LEAST, "the most used types have {covered:.1} % of their members, it was {LEAST} %");
}

/// What was reached: it must not become less.
const LEAST: f64 = 90.0;

#[test]
fn the_most_used_types_exist() {
    let unknown: Vec<String> =
        most_used().into_iter().take(300).filter(|n| values::types::TypeRef::find(n).is_none()).collect();
    assert!(unknown.is_empty(), "not known: {}", unknown.join(", "));
}

/// How many of the 300 types may be missing, by reason. The numbers may only become smaller.
const ABSENT: [(&str, usize); 3] = [("windows", 4), ("module", 44), ("script", 26)];

#[test]
fn the_first_300_types_are_there_or_have_a_reason() {
    let path = root().join("tests/compatibility/first-300-types.txt");
    let text = std::fs::read_to_string(path).expect("the list is there");
    let (mut wrong, mut absent, mut count) = (Vec::new(), BTreeMap::<&str, usize>::new(), 0);
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        count += 1;
        let mut parts = line.split('\t');
        let (name, verdict, note) =
            (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let found = match verdict {
            "using" => values::types::TypeRef::find(&format!("{note}.{name}")),
            _ => values::types::TypeRef::find(name),
        };
        match (verdict, found) {
            ("" | "using", Some(_)) => {}
            ("" | "using", None) => wrong.push(format!("{name} is not known")),
            (reason, None) if !note.is_empty() => *absent.entry(reason).or_default() += 1,
            (_, None) => wrong.push(format!("{name} has no reason")),
            (_, Some(_)) => wrong.push(format!("{name} is there: strike its reason off")),
        }
    }
    assert_eq!(count, 300);
    assert!(wrong.is_empty(), "{}", wrong.join(", "));
    for (reason, most) in ABSENT {
        let have = absent.remove(reason).unwrap_or(0);
        assert!(have <= most, "{have} types are absent for the reason '{reason}', it was {most}");
    }
    assert!(absent.is_empty(), "unknown reasons: {absent:?}");
}
