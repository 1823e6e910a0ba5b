//! MethodInfo, PropertyInfo, FieldInfo and ConstructorInfo out of the facts.

use std::collections::HashSet;
use std::sync::LazyLock;

use parking_lot::Mutex;

use crate::context::Context;
use crate::error::Result;
use crate::object::Foreign;
use crate::string::Str;
use crate::types::system::type_object::is_primitive;
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
    /// Text of a constant.
    constant: Option<&'static str>,
    /// Type arguments that the method was closed with.
    generics: Vec<TypeRef>,
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
    let is_short = of == TypeRef::VOID || is_primitive(of);
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

    fn equals(&self, other: &Value) -> bool {
        other
            .as_foreign::<Info>()
            .is_some_and(|o| o.kind == self.kind && o.owner == self.owner && o.name == self.name && o.text == self.text)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let is_code = matches!(self.kind, Kind::Method | Kind::Constructor);
        let is_accessor = self.name.starts_with("get_") || self.name.starts_with("set_");
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::from(self.name),
            "declaringtype" | "reflectedtype" => Value::Type(self.owner),
            "module" => super::module::make(crate::types::system::type_object::simple_assembly(self.owner)),
            "isstatic" => Value::Bool(self.is_static),
            "ispublic" => Value::Bool(true),
            "canread" if self.kind == Kind::Property => Value::Bool(true),
            "canwrite" if self.kind == Kind::Property => Value::Bool(self.can_write),
            "isinitonly" if self.kind == Kind::Field => Value::Bool(!self.can_write && self.constant.is_none()),
            "isliteral" if self.kind == Kind::Field => Value::Bool(self.constant.is_some()),
            "isspecialname" => {
                Value::Bool(is_code && (is_accessor || self.name.starts_with("op_") || self.name == ".ctor"))
            }
            "isprivate"
            | "isabstract"
            | "iscollectible"
            | "isassembly"
            | "isfamily"
            | "isfamilyandassembly"
            | "isfamilyorassembly"
            | "issecuritysafecritical"
            | "issecuritytransparent"
            | "isfinal"
            | "isconstructedgenericmethod"
            | "isnotserialized"
            | "ispinvokeimpl" => Value::Bool(false),
            "issecuritycritical" | "ishidebysig" => Value::Bool(true),
            "isconstructor" => Value::Bool(self.kind == Kind::Constructor),
            "isvirtual" => Value::Bool(["ToString", "Equals", "GetHashCode"].contains(&self.name) && !self.is_static),
            "isgenericmethod" | "isgenericmethoddefinition" | "containsgenericparameters" if is_code => {
                Value::Bool(self.signature().is_some_and(|s| !s.generics.is_empty()))
            }
            "callingconvention" if is_code => crate::types::system::enumeration::make(
                "System.Reflection.CallingConventions",
                if self.is_static { 1 } else { 33 },
            ),
            "customattributes" => Value::array(Vec::new()),
            "getmethod" | "setmethod" if self.kind == Kind::Property => {
                self.accessor(name.eq_ignore_ascii_case("SetMethod"))
            }
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
        let done = match (name.to_ascii_lowercase().as_str(), self.kind) {
            ("invoke", Kind::Method | Kind::Constructor) => self.invoke(ctx, &target, args)?,
            ("getvalue" | "getrawconstantvalue" | "getconstantvalue", Kind::Property | Kind::Field) => {
                self.read(ctx, &target, args.get(1), name)?
            }
            ("setvalue", Kind::Property | Kind::Field) => {
                let value = args.get(1).cloned().unwrap_or_default();
                if self.is_static {
                    crate::members::set_static(ctx, self.owner, self.name, value)?;
                } else {
                    crate::members::set(ctx, &target, self.name, value)?;
                }
                Value::Void
            }
            ("getparameters", Kind::Method | Kind::Constructor) => self.parameters(),
            ("getindexparameters", Kind::Property) => Value::array(Vec::new()),
            ("getgetmethod" | "getsetmethod", Kind::Property) => {
                self.accessor(name.eq_ignore_ascii_case("GetSetMethod"))
            }
            ("getaccessors", Kind::Property) => {
                let list = [self.accessor(false), self.accessor(true)].into_iter().filter(|v| !v.is_null()).collect();
                array("System.Reflection.MethodInfo", list)
            }
            ("getbasedefinition" | "getgenericmethoddefinition", Kind::Method) => self.again(&[]),
            ("makegenericmethod", Kind::Method) => {
                let listed = args.iter().flat_map(|a| match a.base() {
                    Value::Array(items) => items.to_vec(),
                    other => vec![other.clone()],
                });
                let types: Vec<TypeRef> = listed
                    .filter_map(|v| match v.base() {
                        Value::Type(ty) => Some(*ty),
                        _ => None,
                    })
                    .collect();
                self.again(&types)
            }
            ("getgenericarguments", Kind::Method) => crate::types::system::type_object::types(self.generics.clone()),
            ("isdefined", _) => Value::Bool(false),
            ("getcustomattributes" | "getcustomattributesdata", _) => Value::array(Vec::new()),
            _ => return Ok(None),
        };
        Ok(Some(done))
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

    fn method_names(&self) -> Vec<Str> {
        let list: &[&str] = match self.kind {
            Kind::Method => {
                &["Invoke", "GetParameters", "GetGenericArguments", "MakeGenericMethod", "GetBaseDefinition"]
            }
            Kind::Constructor => &["Invoke", "GetParameters"],
            Kind::Property => &["GetValue", "SetValue", "GetGetMethod", "GetSetMethod", "GetAccessors"],
            Kind::Field => &["GetValue", "SetValue", "GetRawConstantValue"],
        };
        list.iter().map(|n| Str::from(*n)).collect()
    }
}

impl Info {
    fn new(kind: Kind, owner: TypeRef, name: &'static str, is_static: bool, text: &'static str) -> Info {
        Info { kind, owner, name, is_static, text, can_write: false, constant: None, generics: Vec::new() }
    }

    fn signature(&self) -> Option<crate::types::signature::Signature> {
        crate::types::signature::parse(self.owner, 0, self.text)
    }

    /// The member anew, with type arguments.
    fn again(&self, generics: &[TypeRef]) -> Value {
        let mut made = Info::new(self.kind, self.owner, self.name, self.is_static, self.text);
        made.generics = generics.to_vec();
        Value::foreign(made)
    }

    /// The method that reads or writes the property; none where it can't be written.
    fn accessor(&self, writes: bool) -> Value {
        if writes && !self.can_write {
            return Value::Null;
        }
        let head = if self.is_static { "static " } else { "" };
        let text = match writes {
            true => format!("{head}void set_{}({} value)", self.name, self.text),
            false => format!("{head}{} get_{}()", self.text, self.name),
        };
        let name = format!("{}_{}", if writes { "set" } else { "get" }, self.name);
        Value::foreign(Info::new(Kind::Method, self.owner, intern(&name), self.is_static, intern(&text)))
    }

    fn invoke(&self, ctx: &mut dyn Context, target: &Value, args: &[Value]) -> Result {
        // A single argument stands for a list of it.
        let list = match args.get(if self.kind == Kind::Constructor { 0 } else { 1 }).or(args.last()).map(Value::base) {
            Some(Value::Array(items)) => items.to_vec(),
            Some(Value::Null) | None => Vec::new(),
            Some(_) if args.len() < 2 && self.kind == Kind::Method => Vec::new(),
            Some(other) => vec![other.clone()],
        };
        if self.kind == Kind::Constructor {
            return crate::members::construct(ctx, self.owner, &list);
        }
        let property = self.name.strip_prefix("get_").or_else(|| self.name.strip_prefix("set_"));
        if self.is_static {
            return match property {
                Some(name) if list.is_empty() => {
                    Ok(crate::members::get_static(ctx, self.owner, name)?.unwrap_or_default())
                }
                Some(name) => {
                    let value = list.first().cloned().unwrap_or_default();
                    crate::members::set_static(ctx, self.owner, name, value).map(|()| Value::Void)
                }
                None => crate::members::call_static_generic(ctx, self.owner, self.name, &list, &self.generics),
            };
        }
        if target.is_null() {
            let text = "Non-static method requires a target.";
            return crate::types::fail::named("System.Reflection.TargetException", text)
                .throw()
                .map_err(|flow| crate::members::method_failure(flow, "Invoke", args.len()));
        }
        if self.generics.is_empty() {
            return crate::members::call(ctx, target, self.name, &list);
        }
        crate::members::call_generic(ctx, target, self.name, &list, &self.generics)
    }

    fn read(&self, ctx: &mut dyn Context, target: &Value, index: Option<&Value>, method: &str) -> Result {
        if let Some(text) = self.constant
            && !method.eq_ignore_ascii_case("GetValue")
            && self.owner.is_enum()
        {
            return Ok(text.parse().map_or(Value::Null, Value::I32));
        }
        if self.is_static {
            return Ok(crate::members::get_static(ctx, self.owner, self.name)?.unwrap_or_default());
        }
        if let Some(list) = index.and_then(|i| i.as_array())
            && !list.to_vec().is_empty()
        {
            return crate::members::index(ctx, target, &list.to_vec());
        }
        crate::members::note_or_null(ctx, target, self.name)
    }

    fn parameters(&self) -> Value {
        let found = self.signature().map(|s| s.parameters).unwrap_or_default();
        let rows = found.into_iter().enumerate().map(|(at, p)| {
            crate::object::Object::typed(
                "System.Reflection.ParameterInfo",
                [
                    ("ParameterType", Value::Type(p.ty)),
                    ("Name", Value::from(p.name)),
                    ("HasDefaultValue", Value::Bool(p.default.is_some())),
                    ("DefaultValue", p.default.clone().unwrap_or_default()),
                    ("Position", Value::I32(at as i32)),
                    ("IsIn", Value::Bool(false)),
                    ("IsOptional", Value::Bool(p.default.is_some())),
                    ("IsOut", Value::Bool(p.is_ref)),
                ],
            )
        });
        Value::array(rows.collect())
    }
}

/// A text that lives as long as the process, made once.
fn intern(text: &str) -> &'static str {
    static TEXTS: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Default::default);
    let mut texts = TEXTS.lock();
    if let Some(found) = texts.get(text) {
        return found;
    }
    let made: &'static str = Box::leak(text.to_string().into_boxed_str());
    texts.insert(made);
    made
}

/// What a look-up of members asks for.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// A name, else all.
    pub name: Option<&'a str>,
    /// System.Reflection.BindingFlags; none takes all public members.
    pub flags: Option<i64>,
}

impl Wanted<'_> {
    fn takes(&self, name: &str, is_static: bool) -> bool {
        let flags = self.flags.unwrap_or(4 | 8 | 16);
        let same = |w: &str| if flags & 1 != 0 { w.eq_ignore_ascii_case(name) } else { w == name };
        flags & 16 != 0 && flags & if is_static { 8 } else { 4 } != 0 && self.name.is_none_or(same)
    }
}

fn array(kind: &str, list: Vec<Value>) -> Value {
    Value::typed_array(TypeRef::find(kind).unwrap_or(TypeRef::OBJECT), list)
}

/// The public methods of a type, one for each overload: accessors of properties and what Object declares included.
pub fn methods(ctx: &mut dyn Context, ty: TypeRef, wanted: Wanted<'_>) -> Value {
    let mut made: Vec<Value> = Vec::new();
    let mut add = |name: &'static str, is_static: bool, text: &'static str| {
        if wanted.takes(name, is_static) {
            made.push(Value::foreign(Info::new(Kind::Method, ty, name, is_static, text)));
        }
    };
    for (name, is_static, text) in class_members(ctx, ty, "Method") {
        add(name, is_static, text);
    }
    let facts = facts::of(ty);
    for method in facts.iter().flat_map(|f| &f.methods) {
        // Object's own static methods are not inherited by reflection.
        if method.is_static && matches!(method.name, "Equals" | "ReferenceEquals") && ty != TypeRef::OBJECT {
            continue;
        }
        for text in method.overloads.iter().filter(|t| !is_explicit(t)) {
            add(method.name, method.is_static, text);
        }
    }
    for property in facts.iter().flat_map(|f| &f.properties).filter(|p| p.index.is_empty()) {
        let head = if property.is_static { "static " } else { "" };
        let name = format!("get_{}", property.name);
        if wanted.takes(&name, property.is_static) {
            add(intern(&name), property.is_static, intern(&format!("{head}{} {name}()", property.ty)));
        }
        let name = format!("set_{}", property.name);
        if property.can_write && wanted.takes(&name, property.is_static) {
            let text = format!("{head}void {name}({} value)", property.ty);
            add(intern(&name), property.is_static, intern(&text));
        }
    }
    let declared = |shape: &str| {
        facts
            .iter()
            .flat_map(|f| &f.methods)
            .filter(|m| !m.is_static)
            .any(|m| m.overloads.iter().any(|t| t.starts_with(shape)))
    };
    for (name, shape, text) in [
        ("GetType", "type GetType()", "type GetType()"),
        ("ToString", "string ToString()", "string ToString()"),
        ("Equals", "bool Equals(System.Object ", "bool Equals(System.Object obj)"),
        ("GetHashCode", "int GetHashCode()", "int GetHashCode()"),
    ] {
        if !declared(shape) && wanted.flags.unwrap_or(0) & 2 == 0 {
            add(name, false, text);
        }
    }
    array("System.Reflection.MethodInfo", made)
}

fn is_explicit(text: &str) -> bool {
    text.split('(').next().is_some_and(|h| h.rsplit(' ').next().is_some_and(|n| n.contains('.')))
}

/// What a script class declares: name, whether it is static, its text.
fn class_members(ctx: &mut dyn Context, ty: TypeRef, kind: &str) -> Vec<(&'static str, bool, &'static str)> {
    // The facts that a class was given with its definition say more.
    if ty.info().class.get().is_none() || facts::of(ty).is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (member, _) in ctx.class_members(ty) {
        if member.kind != kind {
            continue;
        }
        let texts: Vec<&str> = member.definition.split("), ").collect();
        for (at, text) in texts.iter().enumerate() {
            let whole = if at + 1 < texts.len() { format!("{text})") } else { (*text).to_string() };
            let is_static = whole.starts_with("static ");
            let row = (intern(&member.name), is_static, intern(&whole));
            if !found.contains(&row) {
                found.push(row);
            }
        }
    }
    found
}

/// The public properties of a type.
pub fn properties(ctx: &mut dyn Context, ty: TypeRef, wanted: Wanted<'_>) -> Value {
    let mut made: Vec<Value> = Vec::new();
    for (name, is_static, text) in class_members(ctx, ty, "Property") {
        if wanted.takes(name, is_static) {
            let text = text.trim_start_matches("static ").split(' ').next().unwrap_or_default();
            let mut info = Info::new(Kind::Property, ty, name, is_static, text);
            info.can_write = true;
            made.push(Value::foreign(info));
        }
    }
    let list = facts::of(ty).map(|f| &f.properties[..]).unwrap_or_default();
    for p in list.iter().filter(|p| wanted.takes(p.name, p.is_static)) {
        let mut info = Info::new(Kind::Property, ty, p.name, p.is_static, p.ty);
        info.can_write = p.can_write;
        made.push(Value::foreign(info));
    }
    array("System.Reflection.PropertyInfo", made)
}

/// The public fields of a type; the names of an enumeration are constants.
pub fn fields(ty: TypeRef, wanted: Wanted<'_>) -> Value {
    let mut made: Vec<Value> = Vec::new();
    if let crate::types::TypeKind::Enum { values, underlying, .. } = &ty.info().kind {
        if wanted.takes("value__", false) {
            made.push(Value::foreign(Info::new(Kind::Field, ty, "value__", false, underlying.name())));
        }
        for (name, number) in values.iter().filter(|(n, _)| wanted.takes(n, true)) {
            let mut info = Info::new(Kind::Field, ty, intern(name), true, ty.name());
            info.constant = Some(intern(&number.to_string()));
            made.push(Value::foreign(info));
        }
    }
    let list = facts::of(ty).map(|f| &f.fields[..]).unwrap_or_default();
    for f in list.iter().filter(|p| wanted.takes(p.name, p.is_static)) {
        let mut info = Info::new(Kind::Field, ty, f.name, f.is_static, f.ty);
        (info.can_write, info.constant) = (!f.is_read_only, f.constant);
        made.push(Value::foreign(info));
    }
    array("System.Reflection.FieldInfo", made)
}

/// The public constructors of a type.
pub fn constructors(ty: TypeRef) -> Value {
    let list = facts::of(ty).map(|f| &f.constructors[..]).unwrap_or_default();
    let made = list.iter().map(|text| Value::foreign(Info::new(Kind::Constructor, ty, ".ctor", false, text)));
    array("System.Reflection.ConstructorInfo", made.collect())
}

/// The one of a list whose parameters are exactly of the types; without types the only one there is.
pub fn choose(list: &Value, types: Option<&[TypeRef]>) -> Result {
    let found = list.as_array().map(|a| a.to_vec()).unwrap_or_default();
    let Some(types) = types else {
        if found.len() > 1
            && let Some(first) = found.first().and_then(|v| v.as_foreign::<Info>())
        {
            let text = format!("Ambiguous match found for '{} {}'.", first.owner.name(), first.describe());
            return crate::types::fail::named("System.Reflection.AmbiguousMatchException", text).throw();
        }
        return Ok(found.into_iter().next().unwrap_or_default());
    };
    let fits = |value: &&Value| {
        let signature = value.as_foreign::<Info>().and_then(Info::signature);
        signature.is_some_and(|s| s.parameters.iter().map(|p| p.ty).eq(types.iter().copied()))
    };
    Ok(found.iter().find(fits).cloned().unwrap_or_default())
}
