//! MethodInfo, PropertyInfo, FieldInfo and ConstructorInfo out of the facts.

use crate::context::Context;
use crate::error::Result;
use crate::object::Foreign;
use crate::string::Str;
use crate::types::{TypeRef, facts};
use crate::value::Value;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Method,
    Property,
    Field,
    Constructor,
}

/// A member of a type as reflection shows it.
struct Info {
    kind: Kind,
    owner: TypeRef,
    name: &'static str,
    is_static: bool,
    /// Overload text of a method, type name of a property or field.
    text: &'static str,
    can_write: bool,
}

impl Info {
    fn value_type(&self) -> TypeRef {
        let (parameters, arguments) = facts::generics_of(self.owner);
        let text = match self.kind {
            Kind::Method | Kind::Constructor => {
                let head = self.text.split('(').next().unwrap_or_default().trim_start_matches("static ");
                head.rsplit_once(' ').map_or(head, |(ty, _)| ty)
            }
            _ => self.text,
        };
        facts::type_of(text, parameters, arguments).unwrap_or(TypeRef::OBJECT)
    }

    fn describe(&self) -> String {
        match self.kind {
            Kind::Method | Kind::Constructor => {
                let signature = crate::types::signature::parse(self.owner, 0, self.text);
                let list: Vec<String> =
                    signature.map(|s| s.parameters.iter().map(|p| shown(p.ty)).collect()).unwrap_or_default();
                if self.kind == Kind::Constructor {
                    return format!("Void .ctor({})", list.join(", "));
                }
                format!("{} {}({})", shown(self.value_type()), self.name, list.join(", "))
            }
            _ => format!("{} {}", shown(self.value_type()), self.name),
        }
    }
}

/// A type as reflection prints it in signatures: primitives by their bare name.
fn shown(ty: TypeRef) -> String {
    let of = ty.element().unwrap_or(ty);
    let is_short = of == TypeRef::VOID
        || matches!(
            of,
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
        );
    if is_short { ty.name().trim_start_matches("System.").to_string() } else { ty.name().to_string() }
}

impl Foreign for Info {
    fn type_ref(&self) -> TypeRef {
        let name = match self.kind {
            Kind::Method => "System.Reflection.MethodInfo",
            Kind::Property => "System.Reflection.PropertyInfo",
            Kind::Field => "System.Reflection.FieldInfo",
            Kind::Constructor => "System.Reflection.ConstructorInfo",
        };
        TypeRef::find(name).unwrap_or(TypeRef::OBJECT)
    }

    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(self.describe()))
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::from(self.name),
            "declaringtype" | "reflectedtype" => Value::Type(self.owner),
            "isstatic" => Value::Bool(self.is_static),
            "ispublic" | "canread" => Value::Bool(true),
            "isprivate" | "isabstract" | "isspecialname" => Value::Bool(false),
            "canwrite" => Value::Bool(self.can_write),
            "isinitonly" => Value::Bool(!self.can_write),
            "returntype" if self.kind == Kind::Method => Value::Type(self.value_type()),
            "propertytype" if self.kind == Kind::Property => Value::Type(self.value_type()),
            "fieldtype" if self.kind == Kind::Field => Value::Type(self.value_type()),
            "membertype" => crate::types::system::enumeration::make(
                "System.Reflection.MemberTypes",
                match self.kind {
                    Kind::Constructor => 1,
                    Kind::Field => 4,
                    Kind::Method => 8,
                    Kind::Property => 16,
                },
            ),
            _ => return Ok(None),
        }))
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let target = args.first().cloned().unwrap_or_default();
        match (name.to_ascii_lowercase().as_str(), self.kind) {
            ("invoke", Kind::Method | Kind::Constructor) => {
                let list = args.last().and_then(|a| a.as_array().map(|a| a.to_vec())).unwrap_or_default();
                if self.kind == Kind::Constructor {
                    return crate::members::construct(ctx, self.owner, &list).map(Some);
                }
                if self.is_static {
                    return crate::members::call_static(ctx, self.owner, self.name, &list).map(Some);
                }
                crate::members::call(ctx, &target, self.name, &list).map(Some)
            }
            ("getvalue", Kind::Property | Kind::Field) => {
                if self.is_static {
                    return crate::members::get_static(ctx, self.owner, self.name);
                }
                crate::members::note_or_null(ctx, &target, self.name).map(Some)
            }
            ("setvalue", Kind::Property | Kind::Field) => {
                let value = args.get(1).cloned().unwrap_or_default();
                if self.is_static {
                    crate::members::set_static(ctx, self.owner, self.name, value)?;
                } else {
                    crate::members::set(ctx, &target, self.name, value)?;
                }
                Ok(Some(Value::Void))
            }
            ("getparameters", _) => {
                let signature = crate::types::signature::parse(self.owner, 0, self.text);
                let rows =
                    signature.map(|s| s.parameters).unwrap_or_default().into_iter().enumerate().map(|(at, p)| {
                        crate::object::Object::typed(
                            "System.Reflection.ParameterInfo",
                            [
                                ("ParameterType", Value::Type(p.ty)),
                                ("Name", Value::from(p.name)),
                                ("Position", Value::I32(at as i32)),
                                ("IsOptional", Value::Bool(p.default.is_some())),
                                ("IsOut", Value::Bool(p.is_ref)),
                            ],
                        )
                    });
                Ok(Some(Value::array(rows.collect())))
            }
            ("getcustomattributes", _) => Ok(Some(Value::array(Vec::new()))),
            _ => Ok(None),
        }
    }

    fn property_names(&self) -> Vec<Str> {
        let list: &[&str] = match self.kind {
            Kind::Method => &["Name", "DeclaringType", "ReturnType", "MemberType", "IsStatic", "IsPublic"],
            Kind::Property => &["MemberType", "Name", "DeclaringType", "PropertyType", "CanRead", "CanWrite"],
            Kind::Field => &["Name", "MemberType", "DeclaringType", "FieldType", "IsInitOnly", "IsStatic"],
            Kind::Constructor => &["Name", "MemberType", "DeclaringType"],
        };
        list.iter().map(|n| Str::from(*n)).collect()
    }
}

fn hit(name: &str, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|w| w == name)
}

fn array(kind: &str, list: Vec<Value>) -> Value {
    Value::typed_array(TypeRef::find(kind).unwrap_or(TypeRef::OBJECT), list)
}

/// The public methods of a type, one for each overload.
pub fn methods(ty: TypeRef, wanted: Option<&str>) -> Value {
    let list = facts::of(ty).map(|f| &f.methods[..]).unwrap_or_default();
    let made = list.iter().filter(|m| hit(m.name, wanted)).flat_map(|m| {
        m.overloads
            .iter()
            .filter(|t| !t.split('(').next().is_some_and(|h| h.rsplit(' ').next().is_some_and(|n| n.contains('.'))))
            .map(move |text| {
                Value::foreign(Info {
                    kind: Kind::Method,
                    owner: ty,
                    name: m.name,
                    is_static: m.is_static,
                    text,
                    can_write: false,
                })
            })
    });
    array("System.Reflection.MethodInfo", made.collect())
}

/// The public properties of a type.
pub fn properties(ty: TypeRef, wanted: Option<&str>) -> Value {
    let list = facts::of(ty).map(|f| &f.properties[..]).unwrap_or_default();
    let made = list.iter().filter(|p| hit(p.name, wanted)).map(|p| {
        Value::foreign(Info {
            kind: Kind::Property,
            owner: ty,
            name: p.name,
            is_static: p.is_static,
            text: p.ty,
            can_write: p.can_write,
        })
    });
    array("System.Reflection.PropertyInfo", made.collect())
}

/// The public fields of a type.
pub fn fields(ty: TypeRef, wanted: Option<&str>) -> Value {
    let list = facts::of(ty).map(|f| &f.fields[..]).unwrap_or_default();
    let made = list.iter().filter(|p| hit(p.name, wanted)).map(|p| {
        Value::foreign(Info {
            kind: Kind::Field,
            owner: ty,
            name: p.name,
            is_static: p.is_static,
            text: p.ty,
            can_write: !p.is_read_only,
        })
    });
    array("System.Reflection.FieldInfo", made.collect())
}

/// The public constructors of a type.
pub fn constructors(ty: TypeRef) -> Value {
    let list = facts::of(ty).map(|f| &f.constructors[..]).unwrap_or_default();
    let made = list.iter().map(|text| {
        Value::foreign(Info {
            kind: Kind::Constructor,
            owner: ty,
            name: ".ctor",
            is_static: false,
            text,
            can_write: false,
        })
    });
    array("System.Reflection.ConstructorInfo", made.collect())
}
