//! What the code of a member is given.

use super::held::{Held, State};
use super::signature::Signature;
use super::{TypeRef, fail};
use crate::context::Context;
use crate::culture::Culture;
use crate::error::Result;
use crate::string::Str;
use crate::value::Value;

/// A call of a member: the object, the arguments (converted to the chosen overload, left-out ones filled in).
pub struct Call<'a> {
    pub ctx: &'a mut dyn Context,
    /// The object; `$null` for static members.
    pub this: &'a Value,
    /// The type that the member was found on.
    pub ty: TypeRef,
    pub name: &'a str,
    /// The chosen overload; none for properties.
    pub signature: Option<&'a Signature>,
    pub args: Vec<Value>,
}

impl Call<'_> {
    /// The number of arguments of the chosen overload.
    pub fn count(&self) -> usize {
        self.args.len()
    }

    /// An argument; `$null` when there is none.
    pub fn arg(&self, at: usize) -> &Value {
        self.args.get(at).unwrap_or(&Value::Null)
    }

    /// Whether an argument is there and not `$null`.
    pub fn has(&self, at: usize) -> bool {
        !self.arg(at).is_null()
    }

    /// The declared type of a parameter.
    pub fn parameter(&self, at: usize) -> TypeRef {
        self.signature.and_then(|s| s.parameters.get(at)).map_or(TypeRef::OBJECT, |p| p.ty)
    }

    /// The declared name of a parameter.
    pub fn parameter_name(&self, at: usize) -> &'static str {
        self.signature.and_then(|s| s.parameters.get(at)).map_or("", |p| p.name)
    }

    /// The place of a parameter by name.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.signature.and_then(|s| s.parameters.iter().position(|p| p.name == name))
    }

    /// An argument by its parameter's name.
    pub fn named(&self, name: &str) -> Option<Value> {
        self.place(name).map(|at| self.arg(at).clone()).filter(|v| !v.is_null())
    }

    /// An integer argument by its parameter's name.
    pub fn named_int(&self, name: &str) -> Option<i64> {
        self.named(name).and_then(|v| v.as_i64())
    }

    /// Text of an argument, empty for `$null`.
    pub fn str(&self, at: usize) -> Str {
        match self.arg(at).base() {
            Value::Str(s) => s.clone(),
            Value::Null | Value::Void => Str::empty(),
            other => Str::from(crate::convert::to_display(other)),
        }
    }

    /// Text of an argument that must not be `$null`.
    pub fn need_str(&self, at: usize) -> Result<Str> {
        if self.arg(at).is_null() { fail::null(self.parameter_name(at)).throw() } else { Ok(self.str(at)) }
    }

    pub fn int(&self, at: usize) -> i32 {
        self.long(at) as i32
    }

    pub fn long(&self, at: usize) -> i64 {
        match self.arg(at).base() {
            Value::U64(n) => *n as i64,
            Value::F64(n) => *n as i64,
            Value::F32(n) => *n as i64,
            Value::TimeSpan(n) => *n,
            Value::Bool(b) => i64::from(*b),
            other => other.as_i64().unwrap_or(0),
        }
    }

    pub fn float(&self, at: usize) -> f64 {
        match self.arg(at).base() {
            Value::F64(n) => *n,
            Value::F32(n) => f64::from(*n),
            Value::U64(n) => *n as f64,
            Value::Decimal(_) => super::decimal_of(self.arg(at)).to_f64(),
            Value::BigInt(b) => num_traits::ToPrimitive::to_f64(&**b).unwrap_or(f64::NAN),
            other => other.as_i64().unwrap_or(0) as f64,
        }
    }

    pub fn bool(&self, at: usize) -> bool {
        crate::convert::to_bool(self.arg(at))
    }

    /// A Char argument as its UTF-16 unit.
    pub fn unit(&self, at: usize) -> u16 {
        match self.arg(at).base() {
            Value::Char(c) => *c,
            Value::Str(s) => s.unit_at(0).unwrap_or(0),
            other => other.as_i64().unwrap_or(0) as u16,
        }
    }

    /// A Char argument as a character.
    pub fn char(&self, at: usize) -> char {
        crate::string::unit_to_char(self.unit(at))
    }

    /// The characters of a `char[]` argument.
    pub fn chars(&self, at: usize) -> Vec<char> {
        self.items(at)
            .iter()
            .filter_map(|v| match v.base() {
                Value::Char(c) => Some(crate::string::unit_to_char(*c)),
                Value::Str(s) => s.chars().next(),
                _ => None,
            })
            .collect()
    }

    /// The items of an enumerable argument (a single value is its own item).
    pub fn items(&self, at: usize) -> Vec<Value> {
        match self.arg(at).base() {
            Value::Array(a) => a.to_vec(),
            Value::Null | Value::Void => Vec::new(),
            other => vec![other.clone()],
        }
    }

    /// The items of an enumerable argument of any kind.
    pub fn sequence(&mut self, at: usize) -> Result<Vec<Value>> {
        let value = self.arg(at).clone();
        super::sequence_of(self.ctx, &value)
    }

    /// The bytes of a `byte[]` argument.
    pub fn bytes(&self, at: usize) -> Vec<u8> {
        super::bytes_of(self.arg(at))
    }

    pub fn type_arg(&self, at: usize) -> Option<TypeRef> {
        match self.arg(at).base() {
            Value::Type(t) => Some(*t),
            _ => None,
        }
    }

    /// Stores the result of a `[ref]` parameter.
    pub fn set_ref(&mut self, at: usize, value: Value) -> Result<()> {
        let target = self.arg(at).clone();
        if target.is_null() {
            return Ok(());
        }
        crate::members::set(self.ctx, &target, "Value", value)
    }

    /// The text of the object itself.
    pub fn this_str(&self) -> Str {
        match self.this.base() {
            Value::Str(s) => s.clone(),
            _ => Str::empty(),
        }
    }

    /// The ticks, number or enum value of the object itself.
    pub fn this_long(&self) -> i64 {
        match self.this.base() {
            Value::TimeSpan(n) => *n,
            Value::U64(n) => *n as i64,
            other => other.as_i64().unwrap_or(0),
        }
    }

    /// The object's state.
    pub fn held<T: State>(&self) -> Result<&Held<T>> {
        match self.this.as_foreign::<Held<T>>() {
            Some(held) => Ok(held),
            None => fail::not_implemented(self.ty, self.name).throw(),
        }
    }

    /// Runs code on the object's state.
    pub fn with<T: State, R>(&self, f: impl FnOnce(&mut T) -> R) -> Result<R> {
        Ok(f(&mut self.held::<T>()?.lock()))
    }

    /// The array behind the object.
    pub fn this_array(&self) -> Result<&std::sync::Arc<crate::collection::Array>> {
        match self.this.as_array() {
            Some(a) => Ok(a),
            None => fail::not_implemented(self.ty, self.name).throw(),
        }
    }

    /// The dictionary behind the object.
    pub fn this_dict(&self) -> Result<&std::sync::Arc<crate::collection::Dict>> {
        match self.this.as_dict() {
            Some(d) => Ok(d),
            None => fail::not_implemented(self.ty, self.name).throw(),
        }
    }

    /// The session's culture.
    pub fn culture(&self) -> std::sync::Arc<Culture> {
        culture_named(self.ctx.culture_name())
    }

    /// The culture of an IFormatProvider argument, the session's where it is `$null`.
    pub fn provider(&self, at: usize) -> std::sync::Arc<Culture> {
        super::culture_of(self.arg(at)).unwrap_or_else(|| self.culture())
    }

    /// Runs a delegate argument (a script block).
    pub fn invoke(&mut self, at: usize, args: &[Value]) -> Result {
        let block = self.arg(at).clone();
        super::invoke_delegate(self.ctx, &block, args)
    }
}

/// A culture by name; the invariant one where the name is not known.
pub fn culture_named(name: &str) -> std::sync::Arc<Culture> {
    Culture::get(name).unwrap_or_else(|_| std::sync::Arc::new(Culture::invariant().clone()))
}
