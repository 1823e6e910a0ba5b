//! System.Type: its members by reflection, and what metadata says of it.

use super::enumeration;
use super::type_object::{own, types};
use crate::error::Result;
use crate::types::reflection::member_info::{self, Wanted};
use crate::types::{Call, TypeDef, TypeKind, TypeRef, facts, fail};
use crate::value::Value;

fn flags(c: &Call<'_>) -> Option<i64> {
    c.named_int("bindingAttr")
}

fn all<'a>(c: &Call<'_>) -> Wanted<'a> {
    Wanted { name: None, flags: flags(c) }
}

/// The types of a `Type[]` argument.
fn given(c: &Call<'_>, name: &str) -> Option<Vec<TypeRef>> {
    let at = c.place(name)?;
    Some(
        c.items(at)
            .iter()
            .filter_map(|v| match v.base() {
                Value::Type(ty) => Some(*ty),
                _ => None,
            })
            .collect(),
    )
}

fn named(c: &mut Call<'_>, list: fn(&mut Call<'_>, Wanted<'_>) -> Value) -> Result {
    let name = c.need_str(0)?;
    let flags = flags(c);
    let found = list(c, Wanted { name: Some(&name), flags });
    member_info::choose(&found, given(c, "types").as_deref())
}

fn methods(c: &mut Call<'_>, wanted: Wanted<'_>) -> Value {
    let ty = own(c);
    member_info::methods(c.ctx, ty, wanted)
}

fn properties(c: &mut Call<'_>, wanted: Wanted<'_>) -> Value {
    let ty = own(c);
    member_info::properties(c.ctx, ty, wanted)
}

fn fields(c: &mut Call<'_>, wanted: Wanted<'_>) -> Value {
    member_info::fields(own(c), wanted)
}

/// Methods, constructors, properties and fields in reflection's order.
fn members(c: &mut Call<'_>, wanted: Wanted<'_>) -> Value {
    let constructors = match wanted.name {
        Some(name) if name != ".ctor" => Value::Null,
        _ => member_info::constructors(own(c)),
    };
    let lists = [methods(c, wanted), constructors, properties(c, wanted), fields(c, wanted)];
    let found = lists.iter().filter_map(Value::as_array).flat_map(|a| a.to_vec()).collect();
    Value::typed_array(TypeRef::find("System.Reflection.MemberInfo").unwrap_or(TypeRef::OBJECT), found)
}

/// A pattern of `GetMember` ends in `*` for a beginning.
fn member(c: &mut Call<'_>) -> Result {
    let name = c.need_str(0)?;
    let flags = flags(c);
    let Some(head) = name.strip_suffix('*') else {
        return Ok(members(c, Wanted { name: Some(&name), flags }));
    };
    let found = members(c, Wanted { name: None, flags });
    let mut kept = Vec::new();
    for value in found.as_array().map(|a| a.to_vec()).unwrap_or_default() {
        let own_name = crate::members::note_or_null(c.ctx, &value, "Name")?;
        if own_name.as_str().is_some_and(|n| n.starts_with(head)) {
            kept.push(value);
        }
    }
    Ok(Value::typed_array(TypeRef::find("System.Reflection.MemberInfo").unwrap_or(TypeRef::OBJECT), kept))
}

/// System.Reflection.TypeAttributes.
fn attributes(ty: TypeRef) -> i64 {
    let is = |what: &str| facts::of(ty).is_some_and(|f| f.is(what));
    let visibility = if ty.name().contains('+') { 2 } else { 1 };
    let kind = match ty.info().kind {
        TypeKind::Interface => 0x20 | 0x80,
        TypeKind::Struct | TypeKind::Array { .. } => 0x100 | 0x8,
        TypeKind::Enum { .. } => 0x100,
        _ => 0,
    };
    let sealed = if is("sealed") || is("static") { 0x100 } else { 0 };
    let is_abstract = if is("abstract") || is("static") { 0x80 } else { 0 };
    let serializable = if is_serializable(ty) { 0x2000 } else { 0 };
    visibility | kind | sealed | is_abstract | serializable | 0x10_0000
}

/// Whether the type says that it is serializable; collections and exceptions of the base library do.
pub fn is_serializable(ty: TypeRef) -> bool {
    let name = ty.info().generic.as_ref().map_or(ty.name(), |(definition, _)| definition.name());
    match &ty.info().kind {
        TypeKind::Enum { .. } | TypeKind::Delegate | TypeKind::Array { .. } => return true,
        TypeKind::Interface => return false,
        _ => {}
    }
    let is_static = facts::of(ty).is_some_and(|f| f.is("static"));
    if is_static || ty.info().class.get().is_some() {
        return false;
    }
    if ty.derives_from(TypeRef::EXCEPTION) || name == "System.Attribute" {
        return true;
    }
    SERIALIZABLE.contains(&name) || name.starts_with("System.Tuple`") || name.starts_with("System.ValueTuple")
}

const SERIALIZABLE: &[&str] = &[
    "System.Boolean",
    "System.Byte",
    "System.Char",
    "System.DateTime",
    "System.DateTimeOffset",
    "System.DBNull",
    "System.Decimal",
    "System.Double",
    "System.Guid",
    "System.Int16",
    "System.Int32",
    "System.Int64",
    "System.IntPtr",
    "System.Nullable`1",
    "System.Numerics.BigInteger",
    "System.Numerics.Complex",
    "System.Object",
    "System.OperatingSystem",
    "System.SByte",
    "System.Single",
    "System.String",
    "System.StringComparer",
    "System.TimeSpan",
    "System.TimeZoneInfo",
    "System.UInt16",
    "System.UInt32",
    "System.UInt64",
    "System.UIntPtr",
    "System.Uri",
    "System.Version",
    "System.ValueType",
    "System.Enum",
    "System.Array",
    "System.Void",
    "System.Collections.BitArray",
    "System.Collections.Hashtable",
    "System.Collections.Queue",
    "System.Collections.SortedList",
    "System.Collections.Stack",
    "System.Collections.ArrayList",
    "System.Collections.CaseInsensitiveComparer",
    "System.Collections.Comparer",
    "System.Collections.DictionaryEntry",
    "System.Collections.CollectionBase",
    "System.Collections.ObjectModel.Collection`1",
    "System.Collections.ObjectModel.KeyedCollection`2",
    "System.Collections.ObjectModel.ReadOnlyCollection`1",
    "System.Collections.Specialized.HybridDictionary",
    "System.Collections.Specialized.ListDictionary",
    "System.Collections.Specialized.NameValueCollection",
    "System.Collections.Specialized.OrderedDictionary",
    "System.Collections.Specialized.StringCollection",
    "System.Collections.Specialized.StringDictionary",
    "System.Collections.Generic.Dictionary`2",
    "System.Collections.Generic.HashSet`1",
    "System.Collections.Generic.KeyValuePair`2",
    "System.Collections.Generic.LinkedList`1",
    "System.Collections.Generic.List`1",
    "System.Collections.Generic.Queue`1",
    "System.Collections.Generic.SortedDictionary`2",
    "System.Collections.Generic.SortedList`2",
    "System.Collections.Generic.SortedSet`1",
    "System.Collections.Generic.Stack`1",
    "System.Globalization.CompareInfo",
    "System.Net.Cookie",
    "System.Net.CookieCollection",
    "System.Net.CookieContainer",
    "System.Text.StringBuilder",
    "System.Data.DataSet",
    "System.Data.DataTable",
    "System.Management.Automation.PSCredential",
    "System.Management.Automation.PSObject",
    "System.Management.Automation.ErrorRecord",
];

fn no(_: &mut Call<'_>) -> Result {
    Ok(Value::Bool(false))
}

fn none(_: &mut Call<'_>) -> Result {
    Ok(types(Vec::new()))
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Type",
    like: &[],
    members: &[
        ("GetMethods", |c| Ok(methods(c, all(c)))),
        ("GetMethod", |c| named(c, methods)),
        ("GetProperties", |c| Ok(properties(c, all(c)))),
        ("GetProperty", |c| named(c, properties)),
        ("GetFields", |c| Ok(fields(c, all(c)))),
        ("GetField", |c| named(c, fields)),
        ("GetConstructors", |c| Ok(member_info::constructors(own(c)))),
        ("GetConstructor", |c| {
            let types = given(c, "types").unwrap_or_default();
            member_info::choose(&member_info::constructors(own(c)), Some(&types))
        }),
        ("GetMembers", |c| Ok(members(c, all(c)))),
        ("GetMember", |c| member(c)),
        ("GetDefaultMembers", |c| {
            let item = if own(c) == TypeRef::STRING { "Chars" } else { "Item" };
            Ok(members(c, Wanted { name: Some(item), flags: None }))
        }),
        ("GetEvents", |c| events(c, None)),
        ("GetEvent", |c| {
            let name = c.need_str(0)?;
            let found = events(c, Some(&name))?;
            Ok(found.as_array().and_then(|a| a.get(0)).unwrap_or(Value::Null))
        }),
        ("GetNestedTypes", |c| Ok(types(nested(own(c), None)))),
        ("GetNestedType", |c| {
            let name = c.need_str(0)?;
            Ok(nested(own(c), Some(&name)).first().copied().map_or(Value::Null, Value::Type))
        }),
        ("FindInterfaces", |c| {
            let (all, criteria) = (facts::interfaces(own(c)), c.arg(1).clone());
            let mut kept = Vec::new();
            for ty in all {
                let takes = c.invoke(0, &[Value::Type(ty), criteria.clone()])?;
                if crate::convert::to_bool(&takes) {
                    kept.push(ty);
                }
            }
            Ok(types(kept))
        }),
        ("Attributes", |c| Ok(enumeration::make("System.Reflection.TypeAttributes", attributes(own(c))))),
        ("CustomAttributes", |_| Ok(Value::array(Vec::new()))),
        ("GetCustomAttributesData", |_| Ok(Value::array(Vec::new()))),
        ("DeclaringMethod", |c| not_a_parameter(c)),
        ("GenericParameterAttributes", |c| not_a_parameter(c)),
        ("GenericParameterPosition", |c| not_a_parameter(c)),
        ("GetGenericParameterConstraints", |c| not_a_parameter(c)),
        ("IsAnsiClass", |_| Ok(Value::Bool(true))),
        ("IsAutoLayout", |c| Ok(Value::Bool(attributes(own(c)) & 0x18 == 0))),
        ("IsLayoutSequential", |c| Ok(Value::Bool(attributes(own(c)) & 0x18 == 8))),
        ("IsAutoClass", |c| no(c)),
        ("IsUnicodeClass", |c| no(c)),
        ("IsExplicitLayout", |c| no(c)),
        ("IsByRefLike", |c| {
            Ok(Value::Bool(
                own(c).name().starts_with("System.Span`") || own(c).name().starts_with("System.ReadOnlySpan`"),
            ))
        }),
        ("IsCollectible", |c| no(c)),
        ("IsContextful", |c| no(c)),
        ("IsFunctionPointer", |c| no(c)),
        ("IsUnmanagedFunctionPointer", |c| no(c)),
        ("IsGenericMethodParameter", |c| no(c)),
        ("IsGenericTypeParameter", |c| no(c)),
        ("IsImport", |c| no(c)),
        ("IsMarshalByRef", |c| Ok(Value::Bool(is_by_reference(own(c))))),
        ("IsNestedAssembly", |c| no(c)),
        ("IsNestedFamANDAssem", |c| no(c)),
        ("IsNestedFamily", |c| no(c)),
        ("IsNestedFamORAssem", |c| no(c)),
        ("IsNestedPrivate", |c| no(c)),
        ("IsSecurityCritical", |_| Ok(Value::Bool(true))),
        ("IsSecuritySafeCritical", |c| no(c)),
        ("IsSecurityTransparent", |c| no(c)),
        ("IsSignatureType", |c| no(c)),
        ("IsSpecialName", |c| no(c)),
        ("IsSerializable", |c| Ok(Value::Bool(is_serializable(own(c))))),
        ("IsSZArray", |c| Ok(Value::Bool(matches!(own(c).info().kind, TypeKind::Array { rank: 1, .. })))),
        ("IsVariableBoundArray", |c| {
            Ok(Value::Bool(matches!(own(c).info().kind, TypeKind::Array { rank, .. } if rank > 1)))
        }),
        ("IsTypeDefinition", |c| Ok(Value::Bool(own(c).info().generic.is_none() && own(c).element().is_none()))),
        ("MetadataToken", |c| Ok(Value::I32(0x0200_0000 | own(c).id() as i32))),
        ("StructLayoutAttribute", |_| Ok(Value::Null)),
        ("TypeInitializer", |_| Ok(Value::Null)),
        ("GetFunctionPointerCallingConventions", |c| not_a_pointer(c)),
        ("GetFunctionPointerParameterTypes", |c| not_a_pointer(c)),
        ("GetFunctionPointerReturnType", |c| not_a_pointer(c)),
        ("GetOptionalCustomModifiers", |c| none(c)),
        ("GetRequiredCustomModifiers", |c| none(c)),
        ("GetEnumValuesAsUnderlyingType", |c| {
            let ty = own(c);
            let under = enumeration::underlying(ty);
            let mut numbers = Vec::new();
            for (_, number) in enumeration::sorted(ty) {
                numbers.push(crate::convert::convert(c.ctx, &Value::I64(number), under)?);
            }
            Ok(Value::typed_array(under, numbers))
        }),
        ("HasSameMetadataDefinitionAs", |c| {
            let definition = |ty: TypeRef| ty.info().generic.as_ref().map_or(ty, |(d, _)| *d);
            Ok(Value::Bool(c.type_arg(0).is_some_and(|t| definition(t) == definition(own(c)))))
        }),
        ("IsDefined", |c| {
            let wanted = c.type_arg(0).map_or("", TypeRef::name);
            let is_flags = matches!(own(c).info().kind, TypeKind::Enum { is_flags: true, .. });
            Ok(Value::Bool(
                wanted == "System.FlagsAttribute" && is_flags
                    || wanted == "System.SerializableAttribute" && is_serializable(own(c)),
            ))
        }),
        ("::op_Inequality", |c| Ok(Value::Bool(!c.arg(0).same(c.arg(1))))),
        ("::GetTypeArray", |c| {
            let items = c.items(0);
            if items.iter().any(Value::is_null) {
                return fail::null("args").throw();
            }
            Ok(types(items.iter().filter_map(Value::type_ref).collect()))
        }),
        ("::GetTypeFromCLSID", |_| no_com()),
        ("::GetTypeFromProgID", |_| no_com()),
        ("::ReflectionOnlyGetType", |_| {
            let text = "ReflectionOnly loading is not supported on this platform.";
            fail::named("System.PlatformNotSupportedException", text).throw()
        }),
    ],
}];

fn no_com() -> Result {
    fail::named("System.PlatformNotSupportedException", "COM Interop is not supported on this platform.").throw()
}

fn not_a_parameter(_: &mut Call<'_>) -> Result {
    fail::invalid("Method may only be called on a Type for which Type.IsGenericParameter is true.").throw()
}

fn not_a_pointer(_: &mut Call<'_>) -> Result {
    fail::invalid("Operation is not valid due to the current state of the object.").throw()
}

fn is_by_reference(ty: TypeRef) -> bool {
    std::iter::successors(Some(ty), |t| t.base()).any(|t| t.name() == "System.MarshalByRefObject")
}

/// The public types declared inside a type.
fn nested(ty: TypeRef, wanted: Option<&str>) -> Vec<TypeRef> {
    let head = format!("{}+", ty.name());
    let mut found: Vec<&'static str> = (0..facts::count())
        .map(|row| facts::at(row).1.name)
        .filter(|name| name.strip_prefix(&head).is_some_and(|n| !n.contains('+') && wanted.is_none_or(|w| w == n)))
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().filter_map(TypeRef::find).collect()
}

/// Events as objects with a name and the type of the handler.
fn events(c: &mut Call<'_>, wanted: Option<&str>) -> Result {
    let ty = own(c);
    let (parameters, arguments) = facts::generics_of(ty);
    let rows = facts::of(ty).into_iter().flat_map(|f| &f.events).filter(|(n, _)| wanted.is_none_or(|w| w == *n));
    let made = rows.map(|(name, text)| {
        let handler = facts::type_of(text, parameters, arguments).map_or(Value::Null, Value::Type);
        crate::object::Object::typed(
            "System.Reflection.EventInfo",
            [
                ("Name", Value::from(*name)),
                ("EventHandlerType", handler),
                ("DeclaringType", Value::Type(ty)),
                ("MemberType", enumeration::make("System.Reflection.MemberTypes", 2)),
                ("IsMulticast", Value::Bool(true)),
            ],
        )
    });
    Ok(Value::array(made.collect()))
}
