//! Get-TypeData.

use std::sync::Arc;

use command::{
    Bound, Cmdlet, Command, NativeObject, Result, Session, Str, TypeRef, Value, Wildcard, class, enum_value,
};
use values::error::Result as ValueResult;
use values::object::PsMember;
use values::typedata::TypeEntry;
use values::{Context, Dict, Foreign, KeyComparer};

pub static COMMAND: Command = Command { name: "Get-TypeData", create: || Box::new(GetTypeData) };

struct GetTypeData;

impl Cmdlet for GetTypeData {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut names = bound.strings("TypeName");
        if names.is_empty() {
            names.push(Str::from("*"));
        }
        let patterns: Vec<Wildcard> = names.iter().map(|n| Wildcard::new(n)).collect();
        let entries = session.type_data().map(|d| d.entries()).unwrap_or_default();
        for entry in entries {
            if Wildcard::any(&patterns, &entry.name) {
                session.write(Value::foreign(TypeDataObject { entry: (*entry).clone() }))?;
            }
        }
        Ok(())
    }
}

/// System.Management.Automation.Runspaces.TypeData.
pub struct TypeDataObject {
    pub entry: TypeEntry,
}

const NAMES: &[&str] = &[
    "TypeName",
    "Members",
    "TypeConverter",
    "TypeAdapter",
    "IsOverride",
    "SerializationMethod",
    "TargetTypeForDeserialization",
    "SerializationDepth",
    "DefaultDisplayProperty",
    "InheritPropertySerializationSet",
    "StringSerializationSource",
    "DefaultDisplayPropertySet",
    "DefaultKeyPropertySet",
    "PropertySerializationSet",
];

impl Foreign for TypeDataObject {
    fn type_ref(&self) -> TypeRef {
        class("System.Management.Automation.Runspaces.TypeData", TypeRef::OBJECT)
    }

    fn property_names(&self) -> Vec<Str> {
        NAMES.iter().map(|n| Str::from(*n)).collect()
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> ValueResult<Option<Value>> {
        let standard = &self.entry.standard;
        let text = |t: &Option<Str>| -> Value { t.clone().into() };
        let set = |names: &[Str]| match names.is_empty() {
            true => Value::Null,
            false => {
                let items = names.iter().cloned().map(Value::Str).collect();
                NativeObject::of(
                    "System.Management.Automation.Runspaces.PropertySetData",
                    vec![("ReferencedProperties", Value::typed_array(TypeRef::STRING, items))],
                )
            }
        };
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "typename" => Value::Str(self.entry.name.clone()),
            "members" => {
                let table = Dict::new(TypeRef::HASHTABLE, TypeRef::STRING, TypeRef::OBJECT, KeyComparer::IgnoreCase);
                for (name, member) in &self.entry.members {
                    table.insert(Value::Str(name.clone()), member_data(name, member));
                }
                Value::Dict(Arc::new(table))
            }
            "typeconverter" => text(&standard.converter),
            "typeadapter" => text(&standard.adapter),
            "isoverride" => Value::Bool(false),
            "serializationmethod" => text(&standard.method),
            "targettypefordeserialization" => text(&standard.target_type),
            "serializationdepth" => Value::I32(standard.depth.unwrap_or(0)),
            "defaultdisplayproperty" => text(&standard.display_property),
            "inheritpropertyserializationset" => Value::Bool(standard.inherit.unwrap_or(false)),
            "stringserializationsource" => text(&standard.string_source),
            "defaultdisplaypropertyset" => set(&standard.display),
            "defaultkeypropertyset" => set(&standard.key),
            "propertyserializationset" => set(&standard.serialize),
            _ => return Ok(None),
        }))
    }
}

/// What is said of a member, under the type that belongs to its kind.
fn member_data(name: &Str, member: &PsMember) -> Value {
    let named = |kind: &str, mut pairs: Vec<(&str, Value)>| {
        pairs.push(("Name", Value::Str(name.clone())));
        NativeObject::of(&format!("System.Management.Automation.Runspaces.{kind}"), pairs)
    };
    match member {
        PsMember::Note(value) | PsMember::Variable(value) => named("NotePropertyData", vec![("Value", value.clone())]),
        PsMember::Alias { target, convert } => named(
            "AliasPropertyData",
            vec![
                ("ReferencedMemberName", Value::Str(target.clone())),
                ("MemberType", convert.map(Value::Type).unwrap_or_default()),
            ],
        ),
        PsMember::ScriptProperty { get, set } => named(
            "ScriptPropertyData",
            vec![("GetScriptBlock", get.clone()), ("SetScriptBlock", set.clone().unwrap_or_default())],
        ),
        PsMember::ScriptMethod(block) => named("ScriptMethodData", vec![("Script", block.clone())]),
        PsMember::CodeProperty { .. } => named("CodePropertyData", Vec::new()),
        PsMember::CodeMethod(_) => named("CodeMethodData", Vec::new()),
        PsMember::PropertySet(names) => named(
            "PropertySetData",
            vec![(
                "ReferencedProperties",
                Value::typed_array(TypeRef::STRING, names.iter().cloned().map(Value::Str).collect()),
            )],
        ),
        PsMember::MemberSet(_) => named(
            "MemberSetData",
            vec![("MemberType", enum_value("System.Management.Automation.PSMemberTypes", "MemberSet"))],
        ),
    }
}
