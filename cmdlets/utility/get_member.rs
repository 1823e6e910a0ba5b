//! Get-Member.

use std::collections::HashSet;

use command::{
    Bound, Cmdlet, Command, Context, ErrorCategory, ErrorRecord, NativeObject, Result, Session, Str, TypeRef, Value,
    Wildcard, class, enum_value,
};
use values::members::MemberInfo;
use values::{Layout, members};

pub static COMMAND: Command = Command { name: "Get-Member", create: || Box::new(GetMember::default()) };

#[derive(Default)]
struct GetMember {
    seen: HashSet<String>,
    has_input: bool,
}

impl Cmdlet for GetMember {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let item = bound.value("InputObject");
        if item.is_null() {
            return Ok(());
        }
        self.has_input = true;
        let is_static = bound.switch("Static");
        let type_name = match (is_static, item.base()) {
            (true, Value::Type(t)) => Str::from(t.name()),
            (true, other) => other.type_ref().map_or_else(Str::empty, |t| Str::from(t.name())),
            (false, _) => members::type_names(&item).into_iter().next().unwrap_or_else(Str::empty),
        };
        if !self.seen.insert(type_name.to_string()) {
            return Ok(());
        }
        let mut found = {
            let context: &mut dyn Context = session;
            match item.base() {
                Value::Type(t) if is_static => members::static_members(*t),
                other if is_static => other.type_ref().map(members::static_members).unwrap_or_default(),
                _ if bound.switch("Force") => members::all_members(context, &item),
                _ => members::members(context, &item),
            }
        };
        shown_by_culture(session, &item, &mut found)?;
        let names: Vec<Wildcard> = bound.strings("Name").iter().map(|n| Wildcard::new(n)).collect();
        let kinds = wanted_kinds(bound);
        let views = bound.enum_name("View").map_or_else(|| "Adapted, Extended".to_string(), |v| v.to_string());
        let is_forced = bound.switch("Force");
        let found: Vec<MemberInfo> = found
            .into_iter()
            .filter(|m| kinds.as_ref().is_none_or(|k| k.contains(&m.kind)))
            .filter(|m| is_forced || !is_hidden(&m.name))
            .filter(|m| in_view(m.kind, &views))
            .collect();
        // The members of each name, in the order of the names.
        let any = [Wildcard::new("*")];
        let mut list: Vec<MemberInfo> = Vec::new();
        for name in if names.is_empty() { &any[..] } else { &names[..] } {
            let mut part: Vec<MemberInfo> = found.iter().filter(|m| name.matches(&m.name)).cloned().collect();
            part.sort_by(|a, b| {
                let order = kind_order(a.kind).cmp(&kind_order(b.kind));
                order.then_with(|| a.name.to_lowercase().cmp(&b.name.to_lowercase()))
            });
            list.extend(part);
        }
        let layout = Layout::new(["TypeName", "Name", "MemberType", "Definition"].map(Str::from).to_vec());
        let ty = class("Microsoft.PowerShell.Commands.MemberDefinition", TypeRef::OBJECT);
        for member in list {
            let slots = vec![
                Value::Str(type_name.clone()),
                Value::Str(member.name),
                enum_value("System.Management.Automation.PSMemberTypes", member.kind),
                Value::Str(member.definition),
            ];
            session.write(
                NativeObject::new(ty, layout.clone(), slots).with_text(|o| o.text_of("Definition")).into_value(),
            )?;
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        if self.has_input {
            return Ok(());
        }
        session.write_error(ErrorRecord::simple(
            TypeRef::INVALID_OPERATION_EXCEPTION,
            "You must specify an object for the Get-Member cmdlet.",
            "NoObjectInGetMember",
            ErrorCategory::CloseError,
            Value::Null,
        ))
    }
}

/// Get-Member's order of kinds: by PSMemberTypes number, as the pipeline sorts.
fn kind_order(kind: &str) -> usize {
    const ORDER: &[&str] = &[
        "AliasProperty",
        "CodeMethod",
        "Method",
        "ParameterizedProperty",
        "CodeProperty",
        "Event",
        "NoteProperty",
        "Property",
        "PropertySet",
        "ScriptMethod",
        "ScriptProperty",
        "MemberSet",
    ];
    ORDER.iter().position(|k| *k == kind).unwrap_or(ORDER.len())
}

/// Accessor methods and the members that PowerShell adds to everything show up with -Force only.
fn is_hidden(name: &str) -> bool {
    ["get_", "set_", "add_", "remove_", "op_"].iter().any(|p| name.starts_with(p))
        || ["psbase", "psadapted", "psextended", "psobject", "pstypenames"]
            .contains(&name.to_ascii_lowercase().as_str())
}

fn in_view(kind: &str, views: &str) -> bool {
    if views.contains("All") {
        return true;
    }
    let is_extended = !matches!(kind, "Property" | "Method" | "ParameterizedProperty" | "Event");
    if is_extended { views.contains("Extended") } else { views.contains("Adapted") || views.contains("Base") }
}

fn wanted_kinds(bound: &Bound) -> Option<Vec<&'static str>> {
    const PROPERTIES: &[&str] = &["AliasProperty", "CodeProperty", "Property", "NoteProperty", "ScriptProperty"];
    const METHODS: &[&str] = &["CodeMethod", "Method", "ScriptMethod"];
    const REST: &[&str] =
        &["PropertySet", "ParameterizedProperty", "MemberSet", "Event", "Dynamic", "InferredProperty"];
    let text = bound.enum_name("MemberType")?;
    let mut kinds = Vec::new();
    for name in text.split(',').map(str::trim) {
        if name.eq_ignore_ascii_case("All") {
            return None;
        } else if name.eq_ignore_ascii_case("Properties") {
            kinds.extend(PROPERTIES);
        } else if name.eq_ignore_ascii_case("Methods") {
            kinds.extend(METHODS);
        } else {
            let all = PROPERTIES.iter().chain(METHODS).chain(REST);
            kinds.extend(all.copied().find(|k| k.eq_ignore_ascii_case(name)));
        }
    }
    Some(kinds)
}

/// Dates and numbers of notes as the session's culture writes them.
fn shown_by_culture(session: &mut dyn Session, item: &Value, list: &mut [MemberInfo]) -> Result<()> {
    let context: &mut dyn Context = session;
    for member in list.iter_mut().filter(|m| m.kind == "NoteProperty") {
        let value = members::get(context, item, &member.name)?.unwrap_or_default();
        if !matches!(value.base(), Value::DateTime(_) | Value::F64(_) | Value::F32(_) | Value::Decimal(_)) {
            continue;
        }
        let text = values::convert::net_string(context, value.base())?;
        if let Some((head, _)) = member.definition.split_once('=') {
            member.definition = Str::from(format!("{head}={text}"));
        }
    }
    Ok(())
}
