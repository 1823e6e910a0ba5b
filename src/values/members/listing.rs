//! Lists of members: for Get-Member, formatting, Select-Object and `.PSObject`.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use parking_lot::RwLock;

use super::MemberInfo;
use crate::context::Context;
use crate::error::{Flow, Result};
use crate::object::PsMember;
use crate::string::Str;
use crate::types::define::{Member, MemberKind, lookup};
use crate::types::{TypeRef, facts};
use crate::value::Value;

/// `PSTypeNames`: the type chain that views, type data and Get-Member go by.
pub fn type_names(value: &Value) -> Vec<Str> {
    match value {
        Value::Object(o) => {
            let data = o.outline();
            if let Some(names) = &data.type_names {
                return names.to_vec();
            }
        }
        Value::Wrapped(w) => {
            if let Some(names) = &*w.type_names.lock() {
                return names.to_vec();
            }
            return type_names(&w.base);
        }
        Value::Foreign(f) => {
            if let Some(names) = f.type_names() {
                return names;
            }
        }
        _ => {}
    }
    value.type_ref().map(|t| chain(t).to_vec()).unwrap_or_default()
}

/// Full names of a type and its bases.
fn chain(ty: TypeRef) -> Arc<[Str]> {
    static CACHE: LazyLock<RwLock<HashMap<u32, Arc<[Str]>>>> = LazyLock::new(Default::default);
    if let Some(found) = CACHE.read().get(&ty.id()) {
        return found.clone();
    }
    let mut names = Vec::new();
    let mut at = Some(ty);
    while let Some(t) = at {
        names.push(t.full_name());
        match t {
            TypeRef::RUNTIME_TYPE => names.push(Str::from("System.Reflection.TypeInfo")),
            TypeRef::TYPE => names.push(Str::from("System.Reflection.MemberInfo")),
            _ => {}
        }
        at = t.base();
    }
    let names: Arc<[Str]> = names.into();
    CACHE.write().insert(ty.id(), names.clone());
    names
}

/// Names of the .NET properties and fields of a type that can be read, in the order of the facts.
fn net_properties(ty: TypeRef, is_static: bool) -> Vec<&'static Member> {
    net_names(ty, is_static)
        .into_iter()
        .filter_map(|n| lookup(ty, n, is_static))
        .filter(|m| matches!(m.kind, MemberKind::Property | MemberKind::Field) && !m.is_indexed() && m.can_read)
        .collect()
}

fn net_names(ty: TypeRef, is_static: bool) -> Vec<&'static str> {
    let mut names = names_by_facts(ty, is_static);
    super::order::sort(ty, &mut names);
    names
}

fn names_by_facts(ty: TypeRef, is_static: bool) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    let mut at = Some(ty);
    while let Some(t) = at {
        match facts::of(t) {
            Some(f) => {
                let own = f.properties.iter().filter(|p| p.is_static == is_static).map(|p| p.name);
                let fields = f.fields.iter().filter(|p| p.is_static == is_static).map(|p| p.name);
                let methods = f.methods.iter().filter(|p| p.is_static == is_static).map(|p| p.name);
                let events = f.events.iter().filter(|_| !is_static).map(|e| e.0);
                for name in own.chain(fields).chain(methods).chain(events) {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
            None => {
                for def in crate::types::define::definitions(t.name()) {
                    for (key, _) in def.members {
                        let (name, own) = match key.strip_prefix("::") {
                            Some(rest) => (rest, true),
                            None => (*key, false),
                        };
                        let name = name.trim_end_matches("()");
                        if own == is_static
                            && !name.ends_with('=')
                            && name != "new"
                            && !name.starts_with('[')
                            && !names.contains(&name)
                        {
                            names.push(name);
                        }
                    }
                }
            }
        }
        at = t.base();
    }
    if !is_static {
        // What a type implements for an interface only is a property of its objects too.
        for interface in facts::interfaces(ty) {
            for property in facts::of(interface).iter().flat_map(|f| &f.properties) {
                if !property.is_static && !names.contains(&property.name) {
                    names.push(property.name);
                }
            }
        }
        for name in ["Equals", "GetHashCode", "GetType", "ToString"] {
            if !names.contains(&name) && ty.info().base.is_some() {
                names.push(name);
            }
        }
    }
    names
}

/// Names and values of all properties that formatting, Select-Object and serialisation see, in order.
pub fn properties(ctx: &mut dyn Context, object: &Value) -> Result<Vec<(Str, Value)>> {
    let mut found: Vec<(Str, Value)> = Vec::new();
    let mut pending: Vec<Str> = Vec::new();
    match object {
        Value::Object(o) => {
            let (pairs, extra, base) = {
                let data = o.lock();
                let pairs: Vec<(Str, Value)> =
                    data.layout.names().iter().cloned().zip(data.slots.iter().cloned()).collect();
                let extra: Vec<Str> =
                    data.extra.iter().filter(|(_, m)| is_property(m)).map(|(n, _)| n.clone()).collect();
                (pairs, extra, data.base.clone())
            };
            if o.ty.info().class.get().is_some() {
                // What was added comes before what the class declares.
                let mut first = extra;
                for type_name in type_names(object) {
                    let more = ctx.type_members(&type_name).into_iter().filter(|(_, m)| is_property(m));
                    first.extend(more.map(|(name, _)| name));
                }
                for name in first {
                    if !found.iter().any(|(n, _)| n.eq_ignore_ascii_case(&name)) {
                        let value = read_for_listing(ctx, object, &name)?;
                        found.push((name, value));
                    }
                }
            }
            for (name, value) in pairs {
                if !found.iter().any(|(n, _)| n.eq_ignore_ascii_case(&name)) {
                    found.push((name, value));
                }
            }
            pending.extend(o.lock().extra.iter().filter(|(_, m)| is_property(m)).map(|(n, _)| n.clone()));
            if let Some(base) = base {
                found.extend(properties(ctx, &base)?);
            }
        }
        Value::Wrapped(w) => {
            pending = w.members.lock().iter().filter(|(_, m)| is_property(m)).map(|(n, _)| n.clone()).collect();
            if let Value::Object(_) = &w.base {
                found = properties(ctx, &w.base)?;
            }
        }
        _ => {}
    }
    if !matches!(object.base(), Value::Object(_))
        && let Some(ty) = object.type_ref()
    {
        let mut names: Vec<Str> = Vec::new();
        if let Value::Foreign(f) = object.base() {
            names = f.property_names();
            super::order::sort_texts(ty, &mut names);
        }
        if ty.is_enum() {
            names.push(Str::from("value__"));
        }
        if names.is_empty() {
            let stored = matches!(object.base(), Value::Exception(_));
            names = net_properties(ty, false)
                .into_iter()
                .filter(|m| m.run.is_some() || stored || m.constant.is_some())
                .map(|m| Str::from(m.name))
                .collect();
        }
        pending = names.into_iter().chain(pending).collect();
    }
    for type_name in type_names(object) {
        for (name, member) in ctx.type_members(&type_name) {
            if is_property(&member) && !pending.iter().any(|n| n.eq_ignore_ascii_case(&name)) {
                pending.push(name);
            }
        }
    }
    for name in pending {
        if found.iter().any(|(n, _)| n.eq_ignore_ascii_case(&name)) {
            continue;
        }
        let value = read_for_listing(ctx, object, &name)?;
        found.push((name, value));
    }
    Ok(found)
}

/// A property's value; one that can't be read shows nothing.
fn read_for_listing(ctx: &mut dyn Context, object: &Value, name: &str) -> Result {
    match super::get(ctx, object, name) {
        Ok(value) => Ok(value.unwrap_or(Value::Null)),
        Err(flow) if matches!(*flow, Flow::Throw(_)) => Ok(Value::Null),
        Err(flow) => Err(flow),
    }
}

fn is_property(member: &PsMember) -> bool {
    matches!(
        member,
        PsMember::Note(_)
            | PsMember::Variable(_)
            | PsMember::Alias { .. }
            | PsMember::ScriptProperty { .. }
            | PsMember::CodeProperty { .. }
    )
}

/// The members of an object, for listings: the hidden ones of a script class are left out.
pub fn members(ctx: &mut dyn Context, object: &Value) -> Vec<MemberInfo> {
    let hidden = hidden_members(ctx, object);
    let mut list = all_members(ctx, object);
    if !hidden.is_empty() {
        list.retain(|m| !hidden.contains(&m.name));
    }
    list
}

/// Names of the members that a script class declares hidden.
pub fn hidden_members(ctx: &mut dyn Context, object: &Value) -> Vec<Str> {
    match object.base() {
        Value::Object(o) if o.ty.info().class.get().is_some() => {
            ctx.class_members(o.ty).into_iter().filter(|(_, is_hidden)| *is_hidden).map(|(m, _)| m.name).collect()
        }
        _ => Vec::new(),
    }
}

/// All members, for `Get-Member -Force` and `.PSObject.Members`.
pub fn all_members(ctx: &mut dyn Context, object: &Value) -> Vec<MemberInfo> {
    let mut list: Vec<MemberInfo> = Vec::new();
    match object {
        Value::Object(o) => {
            let (pairs, extra, base) = {
                let data = o.lock();
                let pairs: Vec<(Str, Value)> =
                    data.layout.names().iter().cloned().zip(data.slots.iter().cloned()).collect();
                (pairs, data.extra.clone(), data.base.clone())
            };
            let is_class = o.ty.info().class.get().is_some();
            let declared = if is_class { ctx.class_members(o.ty) } else { Vec::new() };
            if is_class {
                // What was added comes before what the class declares.
                list.extend(extra.iter().map(|(n, m)| added(n, m)));
                for type_name in type_names(object) {
                    let more = ctx.type_members(&type_name);
                    add_missing(&mut list, more.iter().map(|(n, m)| added(n, m)).collect());
                }
            }
            add_missing(&mut list, declared.into_iter().map(|(m, _)| m).collect());
            for (name, value) in pairs {
                if list.iter().any(|m| m.name == name) {
                    continue;
                }
                list.push(if is_class {
                    let definition = format!("{} {name} {{get;set;}}", short_type(&value));
                    MemberInfo { name, kind: "Property", definition: Str::from(definition) }
                } else {
                    note(name, &value)
                });
            }
            add_missing(&mut list, extra.iter().map(|(n, m)| added(n, m)).collect());
            if let Some(base) = base {
                add_missing(&mut list, members(ctx, &base));
            }
        }
        Value::Wrapped(w) => {
            let extra = w.members.lock().clone();
            list.extend(extra.iter().map(|(n, m)| added(n, m)));
            if let Value::Object(_) = &w.base {
                add_missing(&mut list, members(ctx, &w.base));
            }
        }
        _ => {}
    }
    for type_name in type_names(object) {
        let more = ctx.type_members(&type_name);
        add_missing(&mut list, more.iter().map(|(n, m)| added(n, m)).collect());
    }
    if let Some(ty) = object.type_ref() {
        if let Value::Foreign(f) = object.base() {
            let own = f.property_names().into_iter().map(|name| {
                let known = lookup(ty, &name, false).filter(|m| m.kind != MemberKind::Method);
                known.map(describe).unwrap_or_else(|| MemberInfo {
                    definition: Str::from(format!("System.Object {name} {{get;set;}}")),
                    name,
                    kind: "Property",
                })
            });
            let own: Vec<MemberInfo> = own.collect();
            add_missing(&mut list, own);
            let methods = f.method_names().into_iter().map(|name| {
                let known = lookup(ty, &name, false).filter(|m| m.kind == MemberKind::Method);
                known.map(describe).unwrap_or_else(|| MemberInfo {
                    definition: Str::from(format!("System.Object {name}()")),
                    name,
                    kind: "Method",
                })
            });
            let methods: Vec<MemberInfo> = methods.collect();
            add_missing(&mut list, methods);
        }
        // A deserialised object shows what was read of it, not what a property bag is made of.
        let is_bag = ty == TypeRef::PSOBJECT && matches!(object.base(), Value::Foreign(_));
        if ty.derives_from(TypeRef::XML_NODE) || ty.name() == "System.Data.DataRow" {
            // An XML node has attributes and elements for properties, a row its columns, and both .NET's methods.
            let is_own = |m: &MemberInfo| !matches!(m.kind, "Property" | "Event");
            add_missing(&mut list, net_members(ty, false).into_iter().filter(is_own).collect());
        } else if !is_bag {
            add_missing(&mut list, net_members(ty, false));
        }
    }
    list
}

/// The static members of a type.
pub fn static_members(ty: TypeRef) -> Vec<MemberInfo> {
    let mut list = net_members(ty, true);
    if let crate::types::TypeKind::Enum { values, .. } = &ty.info().kind {
        list.extend(values.iter().map(|(name, _)| MemberInfo {
            name: name.clone(),
            kind: "Property",
            definition: Str::from(format!("static {} {name} {{get;}}", ty.ps_name())),
        }));
    }
    if let Some(new) = crate::types::define::constructors(ty) {
        list.push(MemberInfo {
            name: Str::from("new"),
            kind: "Method",
            definition: Str::from(new.overloads().join(", ")),
        });
    }
    list
}

/// The .NET members of a type.
pub fn net_members(ty: TypeRef, is_static: bool) -> Vec<MemberInfo> {
    net_names(ty, is_static)
        .into_iter()
        .filter_map(|n| lookup(ty, n, is_static))
        .filter(|m| !(m.kind == MemberKind::Method && m.name.starts_with("op_") && !m.is_static))
        .map(describe)
        .collect()
}

fn add_missing(list: &mut Vec<MemberInfo>, more: Vec<MemberInfo>) {
    for member in more {
        if !list.iter().any(|m| m.name.eq_ignore_ascii_case(&member.name)) {
            list.push(member);
        }
    }
}

/// The definition text of a .NET member.
pub(super) fn describe(member: &'static Member) -> MemberInfo {
    let prefix = if member.is_static { "static " } else { "" };
    let ty = || member.value_type().map_or_else(|| member.type_text.to_string(), |t| t.ps_name().to_string());
    let access = match (member.can_read, member.can_write) {
        (true, true) => "{get;set;}",
        (false, true) => "{set;}",
        _ => "{get;}",
    };
    let (kind, definition) = match member.kind {
        MemberKind::Method => ("Method", member.overloads().join(", ")),
        MemberKind::Event => ("Event", format!("{} {}", ty(), member.name)),
        _ if member.is_indexed() => {
            let (parameters, arguments) = facts::generics_of(member.ty);
            let list: Vec<String> = member
                .index
                .iter()
                .map(|t| {
                    let name = facts::type_of(t, parameters, arguments)
                        .map_or_else(|| t.to_string(), |t| t.ps_name().to_string());
                    let what = if name == "int" { "index" } else { "key" };
                    format!("{name} {what}")
                })
                .collect();
            ("ParameterizedProperty", format!("{} {}({}) {access}", ty(), member.name, list.join(", ")))
        }
        _ => ("Property", format!("{prefix}{} {} {access}", ty(), member.name)),
    };
    MemberInfo { name: Str::from(member.name), kind, definition: Str::from(definition) }
}

fn short_type(value: &Value) -> String {
    match value {
        Value::Object(o) if o.ty == TypeRef::PSCUSTOMOBJECT => {
            "System.Management.Automation.PSCustomObject".to_string()
        }
        other => other.type_ref().map_or_else(|| "object".to_string(), |t| t.ps_name().to_string()),
    }
}

/// The name of a value's type without namespaces.
fn note_type(value: &Value) -> String {
    match value {
        Value::Object(_) => short_type(value),
        other => {
            let name = short_type(other);
            let at = name.find('[').unwrap_or(name.len());
            let (outer, rest) = name.split_at(at);
            let outer = outer.rsplit('.').next().unwrap_or(outer);
            match (outer, rest) {
                ("object", "[]") => "Object[]".to_string(),
                _ => format!("{outer}{rest}"),
            }
        }
    }
}

fn note(name: Str, value: &Value) -> MemberInfo {
    let text = match value.base() {
        Value::Null | Value::Void => "null".to_string(),
        // Arrays and tables have no text but their type's name.
        Value::Array(a) => a.ty.full_name().to_string(),
        Value::Dict(d) => d.ty.full_name().to_string(),
        _ => crate::convert::to_display(value),
    };
    let definition = Str::from(format!("{} {name}={text}", note_type(value)));
    MemberInfo { name, kind: "NoteProperty", definition }
}

/// The members of the type table that are code in PowerShell too; the others that have a native getter here are scripts there.
const IN_CODE: &[&str] = &[
    "Flags",
    "InstanceId",
    "LastWriteTimeString",
    "LengthString",
    "LinkType",
    "Mode",
    "ModeWithoutHardLink",
    "NameString",
    "Parent",
    "ResolvedTarget",
    "SerializedInvocationInfo",
];

/// What Get-Member says of an added member.
pub fn added(name: &Str, member: &PsMember) -> MemberInfo {
    let (kind, definition) = match member {
        PsMember::Note(value) => return note(name.clone(), value),
        PsMember::Variable(_) => ("NoteProperty", format!("object {name}")),
        PsMember::Alias { target, convert } => (
            "AliasProperty",
            match convert {
                Some(ty) => format!("{name} = ({}){target}", ty.name()),
                None => format!("{name} = {target}"),
            },
        ),
        PsMember::ScriptProperty { get, set } => {
            let mut text = format!("System.Object {name} {{get={};", crate::convert::to_display(get));
            if let Some(set) = set {
                text.push_str(&format!("set={};", crate::convert::to_display(set)));
            }
            text.push('}');
            ("ScriptProperty", text)
        }
        PsMember::ScriptMethod(_) => ("ScriptMethod", format!("System.Object {name}();")),
        PsMember::CodeProperty { set: None, .. } if !IN_CODE.contains(&name.as_str()) => {
            ("ScriptProperty", format!("System.Object {name} {{get=...;}}"))
        }
        PsMember::CodeProperty { set, .. } => (
            "CodeProperty",
            format!(
                "System.Object {name}{{get={name};{}}}",
                if set.is_some() { format!("set={name};") } else { String::new() }
            ),
        ),
        PsMember::CodeMethod(_) => ("CodeMethod", format!("static System.Object {name}(psobject instance)")),
        PsMember::PropertySet(names) => {
            let list: Vec<&str> = names.iter().map(|n| n.as_str()).collect();
            ("PropertySet", format!("{name} {{{}}}", list.join(", ")))
        }
        PsMember::MemberSet(members) => {
            let list: Vec<&str> = members.iter().map(|(n, _)| n.as_str()).collect();
            ("MemberSet", format!("{name} {{{}}}", list.join(", ")))
        }
    };
    MemberInfo { name: name.clone(), kind, definition: Str::from(definition) }
}
