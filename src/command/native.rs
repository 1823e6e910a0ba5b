//! Objects of .NET types that commands emit: a type, property names, values, a text.

use std::sync::Arc;

use parking_lot::Mutex;
use values::error::Result;
use values::types::{TypeKind, register};
use values::{Context, Foreign, Layout, Str, TypeRef, Value};

/// A class by its CLR name, registered under a base where nobody described it yet.
pub fn class(name: &str, base: TypeRef) -> TypeRef {
    TypeRef::find(name).unwrap_or_else(|| register(name, TypeKind::Class, Some(base)))
}

/// The value of an enumeration by its type's CLR name and the value's name; the name as text where the type is unknown.
pub fn enum_value(type_name: &str, name: &str) -> Value {
    if let Some(ty) = TypeRef::find(type_name)
        && let TypeKind::Enum { values, .. } = &ty.info().kind
        && let Some((_, number)) = values.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))
    {
        return Value::Enum(ty, *number);
    }
    Value::from(name)
}

/// An object of a .NET type with properties in order, such as commands emit (`GroupInfo`, `MatchInfo`, `PathInfo`).
pub struct NativeObject {
    ty: TypeRef,
    layout: Arc<Layout>,
    slots: Mutex<Vec<Value>>,
    text: Option<fn(&NativeObject) -> Str>,
    fixed_text: Option<Str>,
}

impl NativeObject {
    /// An object with one value for each name of the layout.
    pub fn new(ty: TypeRef, layout: Arc<Layout>, slots: Vec<Value>) -> NativeObject {
        NativeObject { ty, layout, slots: Mutex::new(slots), text: None, fixed_text: None }
    }

    /// With a text of its own for `ToString()`.
    pub fn with_text(mut self, text: fn(&NativeObject) -> Str) -> NativeObject {
        self.text = Some(text);
        self
    }

    /// With a text for `ToString()` that no property has.
    pub fn with_hidden_text(mut self, text: Str) -> NativeObject {
        self.fixed_text = Some(text);
        self
    }

    /// An object of a type by name, made of pairs, as a value.
    pub fn of(type_name: &str, pairs: Vec<(&str, Value)>) -> Value {
        NativeObject::of_pairs(type_name, pairs).into_value()
    }

    /// An object of a type by name, made of pairs.
    pub fn of_pairs(type_name: &str, pairs: Vec<(&str, Value)>) -> NativeObject {
        let (names, slots): (Vec<Str>, Vec<Value>) = pairs.into_iter().map(|(n, v)| (Str::from(n), v)).unzip();
        NativeObject::new(class(type_name, TypeRef::OBJECT), Layout::new(names), slots)
    }

    /// The object as a value.
    pub fn into_value(self) -> Value {
        Value::foreign(self)
    }

    /// A property's value by name; `$null` where there is none.
    pub fn value(&self, name: &str) -> Value {
        self.layout.find(name).and_then(|at| self.slots.lock().get(at).cloned()).unwrap_or_default()
    }

    /// A property's value as text.
    pub fn text_of(&self, name: &str) -> Str {
        match self.value(name) {
            Value::Str(s) => s,
            other => Str::from(values::convert::to_display(&other)),
        }
    }

    /// Stores a property's value.
    pub fn store(&self, name: &str, value: Value) -> bool {
        let Some(at) = self.layout.find(name) else { return false };
        match self.slots.lock().get_mut(at) {
            Some(slot) => *slot = value,
            None => return false,
        }
        true
    }
}

impl Foreign for NativeObject {
    fn type_ref(&self) -> TypeRef {
        self.ty
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn display_plain(&self) -> Option<Str> {
        self.fixed_text.clone().or_else(|| self.text.map(|text| text(self)))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(self.layout.find(name).and_then(|at| self.slots.lock().get(at).cloned()))
    }

    fn set(&self, _ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        Ok(self.store(name, value.clone()))
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        if name.eq_ignore_ascii_case("ToString") && args.is_empty() {
            return Ok(self.display_plain().map(Value::Str));
        }
        Ok(None)
    }

    fn property_names(&self) -> Vec<Str> {
        self.layout.names().to_vec()
    }
}
