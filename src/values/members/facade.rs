//! `.PSObject` and the objects that describe members: PSPropertyInfo and its kin, PSMethod, TypeNames.

use std::sync::Arc;

use parking_lot::Mutex;

use super::listing::{self, type_names};
use crate::context::Context;
use crate::error::Result;
use crate::object::{Foreign, PsMember};
use crate::string::Str;
use crate::types::define::Member;
use crate::types::{TypeRef, bind, fail};
use crate::value::Value;

fn automation(name: &str) -> TypeRef {
    TypeRef::find(&format!("System.Management.Automation.{name}")).unwrap_or(TypeRef::OBJECT)
}

/// `$x.PSObject`.
pub struct PsObjectView {
    pub object: Value,
}

impl Foreign for PsObjectView {
    fn type_ref(&self) -> TypeRef {
        TypeRef::PSOBJECT
    }

    fn display(&self, ctx: &mut dyn Context) -> Result<Option<Str>> {
        crate::convert::to_str(ctx, &self.object).map(Some)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let part = |filter| Value::foreign(MemberCollection { object: self.object.clone(), filter });
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "properties" => part(Filter::Properties),
            "methods" => part(Filter::Methods),
            "members" => part(Filter::All),
            "typenames" => type_name_list(&self.object),
            "baseobject" | "immediatebaseobject" => match self.object.base() {
                Value::Object(o) => o.outline().base.clone().unwrap_or_else(|| self.object.clone()),
                base => base.clone(),
            },
            _ => return Ok(None),
        }))
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "copy" => copy(&self.object),
            "tostring" => Value::Str(crate::convert::to_str(ctx, &self.object)?),
            "equals" => Value::Bool(args.first().is_some_and(|a| a.same(&self.object))),
            "gettype" => Value::Type(TypeRef::PSOBJECT),
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        ["BaseObject", "ImmediateBaseObject", "Members", "Methods", "Properties", "TypeNames"].map(Str::from).to_vec()
    }
}

/// A copy of an object with its added members (`.PSObject.Copy()`).
pub(super) fn copy(object: &Value) -> Value {
    match object {
        Value::Object(o) => {
            let data = o.lock();
            let made = crate::object::Object::of_type(o.ty, data.layout.clone(), data.slots.clone());
            {
                let mut to = made.lock();
                to.extra = data.extra.clone();
                to.type_names = data.type_names.clone();
                to.base = data.base.clone();
            }
            Value::Object(Arc::new(made))
        }
        Value::Dict(d) => {
            let data = d.lock().clone();
            Value::Dict(Arc::new(crate::collection::Dict::with_data(d.ty, d.key, d.value, data)))
        }
        Value::Array(a) if a.is_fixed && a.dims.is_none() => Value::typed_array(a.element, a.to_vec()),
        Value::Wrapped(w) => {
            let made = crate::object::Wrapped::new(copy(&w.base));
            *made.members.lock() = w.members.lock().clone();
            *made.type_names.lock() = w.type_names.lock().clone();
            Value::Wrapped(Arc::new(made))
        }
        other => other.clone(),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Filter {
    All,
    Properties,
    Methods,
}

/// `.PSObject.Properties`, `.Members`, `.Methods`.
struct MemberCollection {
    object: Value,
    filter: Filter,
}

impl MemberCollection {
    fn infos(&self, ctx: &mut dyn Context) -> Vec<super::MemberInfo> {
        let filter = self.filter;
        listing::members(ctx, &self.object)
            .into_iter()
            .filter(|m| match filter {
                Filter::All => true,
                Filter::Properties => super::PROPERTIES.contains(&m.kind) && m.kind != "ParameterizedProperty",
                Filter::Methods => m.kind.ends_with("Method"),
            })
            .collect()
    }

    fn member(&self, info: super::MemberInfo) -> Value {
        let added = stored_member(&self.object, &info.name);
        Value::foreign(MemberObject {
            object: Some(self.object.clone()),
            name: info.name,
            kind: info.kind,
            definition: info.definition,
            added: Mutex::new(added),
        })
    }

    fn find(&self, ctx: &mut dyn Context, name: &str) -> Option<Value> {
        let info = self.infos(ctx).into_iter().find(|m| m.name.eq_ignore_ascii_case(name))?;
        Some(self.member(info))
    }
}

/// The member stored on the instance itself.
fn stored_member(object: &Value, name: &str) -> Option<PsMember> {
    match object {
        Value::Object(o) => {
            let data = o.lock();
            if let Some(value) = data.get(name) {
                return Some(PsMember::Note(value));
            }
            data.extra.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, m)| m.clone())
        }
        Value::Wrapped(w) => w.find(name),
        _ => None,
    }
}

/// Stores a member on the instance; false when the value can't carry one.
fn store_member(object: &Value, name: &Str, member: PsMember) -> bool {
    match object {
        Value::Object(o) => {
            let mut data = o.lock();
            match member {
                PsMember::Note(value) => data.set(name, value),
                other => {
                    data.extra.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
                    data.extra.push((name.clone(), other));
                }
            }
            true
        }
        Value::Wrapped(w) => {
            let mut members = w.members.lock();
            members.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
            members.push((name.clone(), member));
            true
        }
        _ => false,
    }
}

impl Foreign for MemberCollection {
    fn type_ref(&self) -> TypeRef {
        TypeRef::find(match self.filter {
            Filter::Properties => "System.Management.Automation.PSMemberInfoIntegratingCollection[System.Management.Automation.PSPropertyInfo]",
            Filter::Methods => "System.Management.Automation.PSMemberInfoIntegratingCollection[System.Management.Automation.PSMethodInfo]",
            Filter::All => "System.Management.Automation.PSMemberInfoIntegratingCollection[System.Management.Automation.PSMemberInfo]",
        })
        .unwrap_or(TypeRef::OBJECT)
    }

    fn is_enumerable(&self) -> bool {
        true
    }

    fn enumerate(&self, ctx: &mut dyn Context) -> Result<Option<Vec<Value>>> {
        Ok(Some(self.infos(ctx).into_iter().map(|m| self.member(m)).collect()))
    }

    fn index(&self, ctx: &mut dyn Context, index: &[Value]) -> Result<Option<Value>> {
        let Some(first) = index.first() else { return Ok(None) };
        let name = crate::convert::to_str(ctx, first)?;
        Ok(Some(self.find(ctx, &name).unwrap_or(Value::Null)))
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        match name.to_ascii_lowercase().as_str() {
            "add" => {
                let Some(member) = args.first().and_then(|a| a.as_foreign::<MemberObject>()) else {
                    return fail::null("member").throw();
                };
                let Some(added) = member.added.lock().clone() else { return fail::null("member").throw() };
                if stored_member(&self.object, &member.name).is_some() && args.len() < 2 {
                    return crate::error::runtime_error(
                        "AlreadyPresentPSMemberInfoInternalCollectionAdd",
                        crate::error::ErrorCategory::NotSpecified,
                        Value::Null,
                        format!("Cannot add a member with the name \"{}\" because a member with that name already exists. To overwrite the member anyway, add the Force parameter to your command.", member.name),
                    )
                    .throw();
                }
                store_member(&self.object, &member.name, added);
                Ok(Some(Value::Void))
            }
            "remove" => {
                let Some(first) = args.first() else { return bind::count_error("Remove", 0).throw() };
                let name = crate::convert::to_str(ctx, first)?;
                match &self.object {
                    Value::Object(o) => {
                        let mut data = o.lock();
                        data.remove(&name);
                        data.extra.retain(|(n, _)| !n.eq_ignore_ascii_case(&name));
                    }
                    Value::Wrapped(w) => w.members.lock().retain(|(n, _)| !n.eq_ignore_ascii_case(&name)),
                    _ => {}
                }
                Ok(Some(Value::Void))
            }
            "match" => {
                let Some(first) = args.first() else { return bind::count_error("Match", 0).throw() };
                let pattern = crate::convert::to_str(ctx, first)?;
                let mut found = Vec::new();
                for info in self.infos(ctx) {
                    let name = Value::Str(info.name.clone());
                    let hit = crate::operators::binary(
                        ctx,
                        crate::operators::Binary::Like,
                        false,
                        &name,
                        &Value::Str(pattern.clone()),
                        &mut Default::default(),
                    )?;
                    if crate::convert::to_bool(&hit) {
                        found.push(self.member(info));
                    }
                }
                Ok(Some(Value::array(found)))
            }
            "item" => {
                let Some(first) = args.first() else { return Ok(None) };
                let name = crate::convert::to_str(ctx, first)?;
                Ok(Some(self.find(ctx, &name).unwrap_or(Value::Null)))
            }
            _ => Ok(None),
        }
    }
}

/// A property or method as an object: PSNoteProperty, PSProperty, PSScriptMethod and the others.
pub struct MemberObject {
    /// The object that has the member; none for one made by itself.
    pub object: Option<Value>,
    pub name: Str,
    /// Kind as in [`super::MemberInfo`].
    pub kind: &'static str,
    pub definition: Str,
    /// What is stored on the instance, or will be.
    pub added: Mutex<Option<PsMember>>,
}

impl MemberObject {
    /// A member that belongs to no object yet (`[psnoteproperty]::new('a', 1)`).
    pub fn detached(name: Str, member: PsMember) -> MemberObject {
        let info = listing::added(&name, &member);
        MemberObject {
            object: None,
            name,
            kind: info.kind,
            definition: info.definition,
            added: Mutex::new(Some(member)),
        }
    }

    /// What will be stored when it is added to an object.
    pub fn member(&self) -> Option<PsMember> {
        self.added.lock().clone()
    }

    fn value(&self, ctx: &mut dyn Context) -> Result {
        match (&self.object, self.member()) {
            (Some(object), _) => super::note_or_null(ctx, object, &self.name),
            (None, Some(PsMember::Note(value))) => Ok(value),
            _ => Ok(Value::Null),
        }
    }
}

impl Foreign for MemberObject {
    fn type_ref(&self) -> TypeRef {
        automation(&format!("PS{}", self.kind))
    }

    fn display_plain(&self) -> Option<Str> {
        Some(self.definition.clone())
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(Some(self.definition.clone()))
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let member = self.member();
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::Str(self.name.clone()),
            "membertype" => {
                let ty = automation("PSMemberTypes");
                super::get_static(ctx, ty, self.kind)?.unwrap_or(Value::Null)
            }
            "value" => return self.value(ctx).map(Some),
            "typenameofvalue" => {
                let value = self.value(ctx)?;
                Value::from(value.type_ref().map_or("System.Object", TypeRef::name))
            }
            "isinstance" => Value::Bool(self.object.as_ref().is_some_and(|o| stored_member(o, &self.name).is_some())),
            "isgettable" => Value::Bool(true),
            "issettable" => Value::Bool(match &member {
                Some(PsMember::ScriptProperty { set, .. }) => set.is_some(),
                Some(PsMember::CodeProperty { set, .. }) => set.is_some(),
                Some(_) => true,
                None => self.definition.contains("set;"),
            }),
            "overloaddefinitions" => {
                let list = self.definition.split(", ").map(Value::from).collect();
                Value::typed_array(TypeRef::STRING, list)
            }
            "referencedmembername" => match member {
                Some(PsMember::Alias { target, .. }) => Value::Str(target),
                _ => return Ok(None),
            },
            "conversiontype" => match member {
                Some(PsMember::Alias { convert, .. }) => convert.into(),
                _ => return Ok(None),
            },
            "getterscript" => match member {
                Some(PsMember::ScriptProperty { get, .. }) => get,
                _ => return Ok(None),
            },
            "setterscript" => match member {
                Some(PsMember::ScriptProperty { set, .. }) => set.unwrap_or(Value::Null),
                _ => return Ok(None),
            },
            "script" => match member {
                Some(PsMember::ScriptMethod(block)) => block,
                _ => return Ok(None),
            },
            "referencedpropertynames" => match member {
                Some(PsMember::PropertySet(names)) => {
                    Value::typed_array(TypeRef::STRING, names.into_iter().map(Value::Str).collect())
                }
                _ => return Ok(None),
            },
            "members" => match member {
                Some(PsMember::MemberSet(members)) => Value::array(
                    members.into_iter().map(|(n, m)| Value::foreign(MemberObject::detached(n, m))).collect(),
                ),
                _ => return Ok(None),
            },
            _ => match member {
                Some(PsMember::MemberSet(members)) => {
                    let hit = members.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
                    return match hit {
                        Some((n, m)) => super::read::of_member(ctx, &Value::Null, &n, &m).map(Some),
                        None => Ok(None),
                    };
                }
                _ => return Ok(None),
            },
        }))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        if !name.eq_ignore_ascii_case("Value") {
            return Ok(false);
        }
        match &self.object {
            Some(object) => super::set(ctx, object, &self.name, value.clone())?,
            None => *self.added.lock() = Some(PsMember::Note(value.clone())),
        }
        Ok(true)
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        match name.to_ascii_lowercase().as_str() {
            "invoke" => match &self.object {
                Some(object) => super::call(ctx, object, &self.name, &spread(args)).map(Some),
                None => Ok(None),
            },
            "copy" => Ok(Some(Value::foreign(MemberObject {
                object: None,
                name: self.name.clone(),
                kind: self.kind,
                definition: self.definition.clone(),
                added: Mutex::new(self.member()),
            }))),
            "tostring" => Ok(Some(Value::Str(self.definition.clone()))),
            _ => Ok(None),
        }
    }

    fn property_names(&self) -> Vec<Str> {
        let names: &[&str] = match self.kind {
            "Method" | "CodeMethod" => {
                &["MemberType", "OverloadDefinitions", "TypeNameOfValue", "Value", "Name", "IsInstance"]
            }
            "ScriptMethod" => {
                &["OverloadDefinitions", "MemberType", "TypeNameOfValue", "Script", "Value", "Name", "IsInstance"]
            }
            "AliasProperty" => &[
                "ReferencedMemberName",
                "ConversionType",
                "MemberType",
                "TypeNameOfValue",
                "IsSettable",
                "IsGettable",
                "Value",
                "Name",
                "IsInstance",
            ],
            "ScriptProperty" => &[
                "SetterScript",
                "GetterScript",
                "MemberType",
                "IsSettable",
                "IsGettable",
                "TypeNameOfValue",
                "Value",
                "Name",
                "IsInstance",
            ],
            _ => &["MemberType", "Value", "IsSettable", "IsGettable", "TypeNameOfValue", "Name", "IsInstance"],
        };
        names.iter().map(|n| Str::from(*n)).collect()
    }
}

/// A set of members as an object (`PSStandardMembers`).
pub(super) fn member_set(name: &str, members: &[(Str, PsMember)]) -> Value {
    Value::foreign(MemberObject::detached(Str::from(name), PsMember::MemberSet(members.to_vec())))
}

/// What a PSMethod calls.
pub enum MethodTarget {
    Net(&'static Member),
    Added(Str, PsMember),
}

/// The type of a method's object: `PSMethod[T]`, where the argument stands for the overloads.
fn method_type(member: &'static Member) -> TypeRef {
    let plain = automation("PSMethod");
    let delegate = |s: &crate::types::signature::Signature| {
        let mut types: Vec<TypeRef> = s.parameters.iter().map(|p| p.ty).collect();
        let head = s.text.strip_prefix("static ").unwrap_or(s.text);
        let returned = head.split(' ').next().filter(|t| *t != "void").and_then(TypeRef::find);
        let kind = if returned.is_some() { "Func" } else { "Action" };
        types.extend(returned);
        match TypeRef::find(&format!("System.{kind}`{}", types.len())) {
            Some(definition) if !types.is_empty() => crate::types::generic_of(definition, types),
            _ => TypeRef::find("System.Action").unwrap_or(plain),
        }
    };
    let mut all: Vec<TypeRef> = member.signatures().iter().map(delegate).collect();
    let group = match all.len() {
        0 => return plain,
        1 => all.swap_remove(0),
        many => {
            let name = format!("System.Management.Automation.MethodGroup`{many}");
            let definition = crate::types::register(&name, crate::types::TypeKind::Class, Some(TypeRef::OBJECT));
            crate::types::generic_of(definition, all)
        }
    };
    let name = "System.Management.Automation.PSMethod`1";
    let definition = crate::types::register(name, crate::types::TypeKind::Class, Some(plain));
    crate::types::generic_of(definition, vec![group])
}

/// A method read without parentheses: PSMethod.
pub struct MethodObject {
    pub target: MethodTarget,
    pub object: Value,
}

impl MethodObject {
    fn name(&self) -> Str {
        match &self.target {
            MethodTarget::Net(member) => Str::from(member.name),
            MethodTarget::Added(name, _) => name.clone(),
        }
    }

    fn definitions(&self) -> Vec<Str> {
        match &self.target {
            MethodTarget::Net(member) if member.texts.is_empty() => vec![listing::describe(member).definition],
            MethodTarget::Net(member) => member.overloads().iter().map(|t| Str::from(t.as_ref())).collect(),
            MethodTarget::Added(name, member) => vec![listing::added(name, member).definition],
        }
    }

    fn text(&self) -> Str {
        Str::from(self.definitions().iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", "))
    }
}

impl Foreign for MethodObject {
    fn type_ref(&self) -> TypeRef {
        automation(match &self.target {
            MethodTarget::Net(member) if member.is_indexed() => "PSParameterizedProperty",
            MethodTarget::Net(member) => return method_type(member),
            MethodTarget::Added(_, PsMember::CodeMethod(_)) => "PSCodeMethod",
            MethodTarget::Added(..) => "PSScriptMethod",
        })
    }

    fn display_plain(&self) -> Option<Str> {
        Some(self.text())
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(Some(self.text()))
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::Str(self.name()),
            "overloaddefinitions" => {
                Value::typed_array(TypeRef::STRING, self.definitions().into_iter().map(Value::Str).collect())
            }
            "value" => Value::foreign(MethodObject {
                target: match &self.target {
                    MethodTarget::Net(m) => MethodTarget::Net(m),
                    MethodTarget::Added(n, m) => MethodTarget::Added(n.clone(), m.clone()),
                },
                object: self.object.clone(),
            }),
            "isinstance" => Value::Bool(matches!(self.target, MethodTarget::Added(..))),
            "typenameofvalue" => Value::from(self.type_ref().name()),
            "script" => match &self.target {
                MethodTarget::Added(_, PsMember::ScriptMethod(block)) => block.clone(),
                _ => return Ok(None),
            },
            "membertype" => {
                let kind = self.type_ref().name_only().trim_start_matches("PS");
                super::get_static(ctx, automation("PSMemberTypes"), kind)?.unwrap_or(Value::Null)
            }
            _ => return Ok(None),
        }))
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        match name.to_ascii_lowercase().as_str() {
            "invoke" => match (&self.target, &self.object) {
                (MethodTarget::Net(m), Value::Type(ty)) if m.is_static => {
                    super::call_static(ctx, *ty, m.name, &spread(args)).map(Some)
                }
                _ => super::call(ctx, &self.object, &self.name(), &spread(args)).map(Some),
            },
            "tostring" => Ok(Some(Value::Str(self.text()))),
            _ => Ok(None),
        }
    }

    fn property_names(&self) -> Vec<Str> {
        ["OverloadDefinitions", "MemberType", "TypeNameOfValue", "Value", "Name", "IsInstance"].map(Str::from).to_vec()
    }
}

/// The arguments of `Invoke(params object[] arguments)`: an `Object[]` that stands alone is the list.
fn spread(args: &[Value]) -> std::borrow::Cow<'_, [Value]> {
    match args {
        [one] => match one.base() {
            Value::Array(list) if list.is_fixed && list.dims.is_none() && list.element == TypeRef::OBJECT => {
                list.to_vec().into()
            }
            _ => args.into(),
        },
        _ => args.into(),
    }
}

/// `.PSObject.TypeNames`: a list that writes through to the object.
struct TypeNameList {
    object: Value,
}

/// The type names of an object as a list that can be changed.
pub(super) fn type_name_list(object: &Value) -> Value {
    Value::foreign(TypeNameList { object: object.clone() })
}

impl TypeNameList {
    fn store(&self, names: Vec<Str>) {
        let names: Arc<[Str]> = names.into();
        match &self.object {
            Value::Object(o) => o.outline().type_names = Some(names),
            Value::Wrapped(w) => *w.type_names.lock() = Some(names),
            _ => {}
        }
    }
}

impl Foreign for TypeNameList {
    fn type_ref(&self) -> TypeRef {
        TypeRef::find("System.Management.Automation.Runspaces.ConsolidatedString").unwrap_or_else(|| {
            crate::types::register(
                "System.Management.Automation.Runspaces.ConsolidatedString",
                crate::types::TypeKind::Class,
                Some(TypeRef::OBJECT),
            )
        })
    }

    fn is_enumerable(&self) -> bool {
        true
    }

    fn enumerate(&self, _ctx: &mut dyn Context) -> Result<Option<Vec<Value>>> {
        Ok(Some(type_names(&self.object).into_iter().map(Value::Str).collect()))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(name.eq_ignore_ascii_case("Count").then(|| Value::I32(type_names(&self.object).len() as i32)))
    }

    fn index(&self, ctx: &mut dyn Context, index: &[Value]) -> Result<Option<Value>> {
        let list = Value::array(type_names(&self.object).into_iter().map(Value::Str).collect());
        super::index(ctx, &list, index).map(Some)
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let mut names = type_names(&self.object);
        let text = |ctx: &mut dyn Context, at: usize| match args.get(at) {
            Some(v) => crate::convert::to_str(ctx, v),
            None => Ok(Str::empty()),
        };
        let number = |at: usize| args.get(at).and_then(Value::as_i64).unwrap_or(0) as usize;
        let result = match name.to_ascii_lowercase().as_str() {
            "insert" => {
                let new = text(ctx, 1)?;
                if number(0) > names.len() {
                    return fail::index().throw();
                }
                names.insert(number(0), new);
                Value::Void
            }
            "add" => {
                names.push(text(ctx, 0)?);
                Value::Void
            }
            "clear" => {
                names.clear();
                Value::Void
            }
            "removeat" => {
                if number(0) >= names.len() {
                    return fail::index().throw();
                }
                names.remove(number(0));
                Value::Void
            }
            "remove" => {
                let gone = text(ctx, 0)?;
                let at = names.iter().position(|n| *n == gone);
                if let Some(at) = at {
                    names.remove(at);
                }
                Value::Bool(at.is_some())
            }
            "contains" => {
                let wanted = text(ctx, 0)?;
                return Ok(Some(Value::Bool(names.contains(&wanted))));
            }
            "indexof" => {
                let wanted = text(ctx, 0)?;
                return Ok(Some(Value::I32(names.iter().position(|n| *n == wanted).map_or(-1, |n| n as i32))));
            }
            _ => return Ok(None),
        };
        self.store(names);
        Ok(Some(result))
    }
}
