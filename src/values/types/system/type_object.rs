//! System.Type: what a type says of itself.

use crate::error::Result;
use crate::members::static_members;
use crate::types::{Call, TypeDef, TypeKind, TypeRef, facts, fail, generic_of};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Type",
    like: &[],
    members: &[
        ("Name", |c| Ok(Value::from(own(c).name_only()))),
        ("FullName", |c| Ok(Value::Str(own(c).full_name()))),
        ("Namespace", |c| Ok(own(c).namespace().map(Value::from).unwrap_or(Value::Null))),
        ("BaseType", |c| Ok(own(c).base().map(Value::Type).unwrap_or(Value::Null))),
        ("UnderlyingSystemType", |c| Ok(Value::Type(own(c)))),
        ("AssemblyQualifiedName", |c| {
            let ty = own(c);
            Ok(Value::from(format!("{}, {}", ty.full_name(), assembly_name(ty))))
        }),
        ("Assembly", |c| Ok(super::super::reflection::assembly::make(simple_assembly(own(c))))),
        ("Module", |c| Ok(super::super::reflection::module::make(simple_assembly(own(c))))),
        ("DeclaringType", |c| {
            let name = own(c).name();
            Ok(name
                .rsplit_once('+')
                .and_then(|(outer, _)| TypeRef::find(outer))
                .map(Value::Type)
                .unwrap_or(Value::Null))
        }),
        ("ReflectedType", |_| Ok(Value::Null)),
        ("MemberType", |_| Ok(super::enumeration::make("System.Reflection.MemberTypes", 32))),
        ("IsArray", |c| kind(c, |k, _| matches!(k, TypeKind::Array { .. }))),
        ("IsEnum", |c| kind(c, |k, _| matches!(k, TypeKind::Enum { .. }))),
        ("IsInterface", |c| kind(c, |k, _| matches!(k, TypeKind::Interface))),
        ("IsClass", |c| {
            kind(c, |k, t| {
                !matches!(k, TypeKind::Interface | TypeKind::Struct | TypeKind::Enum { .. }) && t != TypeRef::VOID
            })
        }),
        ("IsValueType", |c| kind(c, |_, t| t.is_value_type())),
        ("IsPrimitive", |c| kind(c, |_, t| is_primitive(t))),
        ("IsAbstract", |c| kind(c, |k, t| matches!(k, TypeKind::Interface) || is(t, "abstract") || is(t, "static"))),
        ("IsSealed", |c| {
            kind(c, |k, t| {
                matches!(k, TypeKind::Array { .. } | TypeKind::Struct | TypeKind::Enum { .. })
                    || is(t, "sealed")
                    || is(t, "static")
            })
        }),
        ("IsPublic", |c| kind(c, |_, t| !t.name().contains('+'))),
        ("IsNotPublic", |_| Ok(Value::Bool(false))),
        ("IsVisible", |_| Ok(Value::Bool(true))),
        ("IsNested", |c| kind(c, |_, t| t.name().contains('+'))),
        ("IsNestedPublic", |c| kind(c, |_, t| t.name().contains('+'))),
        ("IsByRef", |_| Ok(Value::Bool(false))),
        ("IsPointer", |_| Ok(Value::Bool(false))),
        ("IsCOMObject", |_| Ok(Value::Bool(false))),
        ("HasElementType", |c| kind(c, |k, _| matches!(k, TypeKind::Array { .. }))),
        ("IsGenericType", |c| {
            kind(c, |_, t| t.info().generic.is_some() || t.name().contains('`') && t.element().is_none())
        }),
        ("IsGenericTypeDefinition", |c| {
            kind(c, |_, t| t.info().generic.is_none() && t.name().contains('`') && t.element().is_none())
        }),
        ("IsConstructedGenericType", |c| kind(c, |_, t| t.info().generic.is_some())),
        ("ContainsGenericParameters", |c| kind(c, |_, t| t.info().generic.is_none() && t.name().contains('`'))),
        ("IsGenericParameter", |_| Ok(Value::Bool(false))),
        ("GenericTypeArguments", |c| Ok(types(arguments(own(c))))),
        ("GetGenericArguments", |c| Ok(types(arguments(own(c))))),
        ("GetGenericTypeDefinition", |c| match &own(c).info().generic {
            Some((definition, _)) => Ok(Value::Type(*definition)),
            None => fail::invalid("This operation is only valid on generic types.").throw(),
        }),
        ("MakeGenericType", |c| {
            let wanted: Vec<TypeRef> = c
                .items(0)
                .iter()
                .filter_map(|v| match v.base() {
                    Value::Type(t) => Some(*t),
                    _ => None,
                })
                .collect();
            let ty = own(c);
            let arity = ty.name().rsplit_once('`').and_then(|(_, n)| n.parse::<usize>().ok());
            if arity != Some(wanted.len()) {
                return fail::argument(
                    "The number of generic arguments provided doesn't equal the arity of the generic type definition.",
                    "instantiation",
                )
                .throw();
            }
            Ok(Value::Type(generic_of(ty, wanted)))
        }),
        ("MakeArrayType", |c| {
            Ok(Value::Type(own(c).array_of(if c.count() == 1 { c.long(0).max(1) as usize } else { 1 })))
        }),
        ("GetElementType", |c| Ok(own(c).element().map(Value::Type).unwrap_or(Value::Null))),
        ("GetArrayRank", |c| {
            Ok(Value::I32(match &own(c).info().kind {
                TypeKind::Array { rank, .. } => *rank as i32,
                _ => return fail::argument("Must be an array type.", "").throw(),
            }))
        }),
        ("GetInterfaces", |c| Ok(types(facts::interfaces(own(c))))),
        ("GetInterface", |c| {
            let wanted = c.str(0);
            let found = facts::interfaces(own(c))
                .into_iter()
                .find(|i| i.name_only() == wanted.as_str() || i.name() == wanted.as_str());
            Ok(found.map(Value::Type).unwrap_or(Value::Null))
        }),
        ("IsAssignableFrom", |c| Ok(Value::Bool(c.type_arg(0).is_some_and(|t| facts::is_assignable(t, own(c)))))),
        ("IsAssignableTo", |c| Ok(Value::Bool(c.type_arg(0).is_some_and(|t| facts::is_assignable(own(c), t))))),
        ("IsSubclassOf", |c| Ok(Value::Bool(c.type_arg(0).is_some_and(|t| own(c) != t && own(c).derives_from(t))))),
        ("IsInstanceOfType", |c| Ok(Value::Bool(c.arg(0).type_ref().is_some_and(|t| facts::is_assignable(t, own(c)))))),
        ("IsEquivalentTo", |c| Ok(Value::Bool(c.type_arg(0) == Some(own(c))))),
        ("GetEnumNames", |c| {
            Ok(Value::typed_array(
                TypeRef::STRING,
                super::enumeration::sorted(own(c)).into_iter().map(|(n, _)| Value::Str(n)).collect(),
            ))
        }),
        ("GetEnumValues", |c| {
            let ty = own(c);
            Ok(Value::typed_array(
                ty,
                super::enumeration::sorted(ty).into_iter().map(|(_, v)| Value::Enum(ty, v)).collect(),
            ))
        }),
        ("GetEnumName", |c| {
            let n = c.long(0);
            Ok(super::enumeration::sorted(own(c)).into_iter().find(|(_, v)| *v == n).map(|(name, _)| name).into())
        }),
        ("GetEnumUnderlyingType", |c| Ok(Value::Type(super::enumeration::underlying(own(c))))),
        ("IsEnumDefined", |c| {
            let list = super::enumeration::sorted(own(c));
            Ok(Value::Bool(match c.arg(0).base() {
                Value::Str(s) => list.iter().any(|(n, _)| n == s),
                other => list.iter().any(|(_, v)| Some(*v) == other.as_i64()),
            }))
        }),
        ("GetCustomAttributes", |_| Ok(Value::array(Vec::new()))),
        ("GetTypeInfo", |c| Ok(Value::Type(own(c)))),
        ("AsType", |c| Ok(Value::Type(own(c)))),
        ("ToString", |c| {
            let ty = own(c);
            // A definition shows its parameters.
            let parameters = match (&ty.info().generic, crate::types::facts::of(ty)) {
                (None, Some(facts)) if ty.name().contains('`') => facts.generics.join(","),
                _ => String::new(),
            };
            let tail = if parameters.is_empty() { String::new() } else { format!("[{parameters}]") };
            Ok(Value::from(format!("{}{tail}", ty.name())))
        }),
        ("Equals", |c| Ok(Value::Bool(c.type_arg(0) == Some(own(c))))),
        ("GetType", |_| Ok(Value::Type(TypeRef::RUNTIME_TYPE))),
        ("GUID", |_| Ok(crate::members::default_of(TypeRef::GUID))),
        ("::EmptyTypes", |_| Ok(types(Vec::new()))),
        ("::GetType", |c| {
            let name = c.str(0);
            let plain = name.split(',').next().unwrap_or_default().trim().to_string();
            let found = if name.contains('[') { TypeRef::find(&name) } else { TypeRef::find(&plain) };
            let ignores = c.place("ignoreCase").is_some_and(|at| c.bool(at));
            // Only full names count here, to the letter unless asked otherwise.
            let found = found.filter(|t| {
                t.name() == plain || ignores && t.name().eq_ignore_ascii_case(&plain) || name.contains('[')
            });
            match found {
                Some(ty) => Ok(Value::Type(ty)),
                None if c.place("throwOnError").is_some_and(|at| c.bool(at)) => fail::named(
                    "System.TypeLoadException",
                    format!("Could not load type '{name}' from assembly 'System.Management.Automation'."),
                )
                .throw(),
                None => Ok(Value::Null),
            }
        }),
        ("::GetTypeCode", |c| {
            let code =
                c.type_arg(0).map_or(0, |t| match super::integer::type_code(&crate::members::default_of(t)).as_i64() {
                    Some(0) | None if t == TypeRef::STRING => 18,
                    Some(0) | None => 1,
                    Some(n) => n,
                });
            Ok(super::enumeration::make("System.TypeCode", code))
        }),
        ("::op_Equality", |c| Ok(Value::Bool(c.arg(0).same(c.arg(1))))),
        ("InvokeMember", |c| {
            let (name, target, args) = (c.str(0), c.arg(3).clone(), c.items(4));
            let ty = own(c);
            if static_members(ty).iter().any(|m| m.name.eq_ignore_ascii_case(&name)) {
                return crate::members::call_static(c.ctx, ty, &name, &args);
            }
            crate::members::call(c.ctx, &target, &name, &args)
        }),
    ],
}];

/// The type behind the object.
pub fn own(c: &Call<'_>) -> TypeRef {
    match c.this.base() {
        Value::Type(t) => *t,
        _ => TypeRef::OBJECT,
    }
}

fn kind(c: &Call<'_>, test: fn(&TypeKind, TypeRef) -> bool) -> Result {
    let ty = own(c);
    Ok(Value::Bool(test(&ty.info().kind, ty)))
}

fn is(ty: TypeRef, what: &str) -> bool {
    facts::of(ty).is_some_and(|f| f.is(what))
}

/// What `Type.IsPrimitive` says.
pub(crate) fn is_primitive(t: TypeRef) -> bool {
    matches!(
        t,
        TypeRef::BOOL
            | TypeRef::CHAR
            | TypeRef::SBYTE
            | TypeRef::BYTE
            | TypeRef::INT16
            | TypeRef::UINT16
            | TypeRef::INT32
            | TypeRef::UINT32
            | TypeRef::INT64
            | TypeRef::UINT64
            | TypeRef::SINGLE
            | TypeRef::DOUBLE
    ) || matches!(t.name(), "System.IntPtr" | "System.UIntPtr")
}

fn arguments(ty: TypeRef) -> Vec<TypeRef> {
    ty.info().generic.as_ref().map(|(_, a)| a.clone()).unwrap_or_default()
}

/// A `Type[]`.
pub fn types(list: Vec<TypeRef>) -> Value {
    Value::typed_array(TypeRef::TYPE, list.into_iter().map(Value::Type).collect())
}

/// The simple name of the assembly that holds a type.
pub fn simple_assembly(ty: TypeRef) -> &'static str {
    if ty.info().class.get().is_some() {
        return "PowerShell Class Assembly";
    }
    let of = ty.element().unwrap_or(ty);
    match facts::of(of) {
        Some(f) if !f.assembly.is_empty() => f.assembly,
        _ => "System.Private.CoreLib",
    }
}

/// The full name of the assembly that holds a type.
pub fn assembly_name(ty: TypeRef) -> String {
    full_assembly(simple_assembly(ty))
}

/// The full name of an assembly.
pub fn full_assembly(simple: &str) -> String {
    match simple {
        "System.Private.CoreLib" => {
            "System.Private.CoreLib, Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e".to_string()
        }
        s if s.starts_with("System.Management.Automation") || s.starts_with("Microsoft.PowerShell") => {
            format!("{s}, Version=7.6.5.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35")
        }
        "PowerShell Class Assembly" => {
            "PowerShell Class Assembly, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null".to_string()
        }
        s => format!("{s}, Version=10.0.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a"),
    }
}
