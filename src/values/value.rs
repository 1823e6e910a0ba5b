//! The value: 16 bytes, a tag with an inline scalar or one shared pointer.

use std::sync::Arc;

use crate::collection::{Array, Dict};
use crate::error::{ErrorRecord, Exception};
use crate::object::{ForeignRef, Object, Wrapped};
use crate::string::Str;
use crate::types::TypeRef;

/// Any value of a script.
#[derive(Clone, Default)]
pub enum Value {
    /// `$null`.
    #[default]
    Null,
    /// AutomationNull: the "nothing" that a pipeline without output gives. Enumerates to no item.
    Void,
    Bool(bool),
    /// System.Char: one UTF-16 unit.
    Char(u16),
    I8(i8),
    U8(u8),
    I16(i16),
    U16(u16),
    I32(i32),
    U32(u32),
    I64(i64),
    U64(u64),
    F32(f32),
    F64(f64),
    /// System.DateTime: 62 bits of ticks (100 ns since 0001-01-01), kind in the two top bits (0 unspecified, 1 UTC, 2 local).
    DateTime(u64),
    /// System.TimeSpan in ticks of 100 ns.
    TimeSpan(i64),
    /// A value of an enumeration type.
    Enum(TypeRef, i64),
    /// A System.Type.
    Type(TypeRef),
    Str(Str),
    Decimal(Arc<rust_decimal::Decimal>),
    BigInt(Arc<num_bigint::BigInt>),
    Guid(Arc<uuid::Uuid>),
    /// Arrays of any rank, ArrayList, `List[T]`, `Collection[T]` and the like: a sequence with a type.
    Array(Arc<Array>),
    /// Hashtable, OrderedDictionary, `Dictionary[K,V]` and the like.
    Dict(Arc<Dict>),
    /// A custom object or an instance of a script class.
    Object(Arc<Object>),
    /// A System.Exception or one derived from it.
    Exception(Arc<Exception>),
    /// An ErrorRecord.
    Error(Arc<ErrorRecord>),
    /// Another value with members added to the instance (PSObject around a base object).
    Wrapped(Arc<Wrapped>),
    /// Everything that `values` gives no representation of its own: script blocks, streams, XML nodes, regexes ...
    Foreign(ForeignRef),
    /// The engine's mark in a variable's slot: unset, or a cell that holds the variable. Scripts never see it.
    #[doc(hidden)]
    Slot(Option<ForeignRef>),
}

const _: () = assert!(std::mem::size_of::<Value>() == 16);
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Value>();
};

impl Value {
    /// Whether the value holds nothing that has to be given back.
    #[inline(always)]
    pub fn is_inline(&self) -> bool {
        matches!(
            self,
            Value::Null
                | Value::Void
                | Value::Bool(_)
                | Value::Char(_)
                | Value::I8(_)
                | Value::U8(_)
                | Value::I16(_)
                | Value::U16(_)
                | Value::I32(_)
                | Value::U32(_)
                | Value::I64(_)
                | Value::U64(_)
                | Value::F32(_)
                | Value::F64(_)
                | Value::DateTime(_)
                | Value::TimeSpan(_)
                | Value::Enum(..)
                | Value::Type(_)
        )
    }

    /// Takes the place of this value. Most values in registers are numbers, for which nothing has to be dropped.
    #[inline(always)]
    pub fn put(&mut self, value: Value) {
        if self.is_inline() {
            std::mem::forget(std::mem::replace(self, value));
        } else {
            *self = value;
        }
    }

    /// A copy; one of a number takes no way round.
    #[inline(always)]
    pub fn copy(&self) -> Value {
        match self {
            Value::I32(n) => Value::I32(*n),
            Value::Bool(is) => Value::Bool(*is),
            Value::F64(n) => Value::F64(*n),
            Value::I64(n) => Value::I64(*n),
            other => other.clone(),
        }
    }

    /// A string value.
    pub fn str(text: impl Into<Str>) -> Value {
        Value::Str(text.into())
    }

    /// An `Object[]`.
    pub fn array(items: Vec<Value>) -> Value {
        Value::Array(Arc::new(Array::fixed(TypeRef::OBJECT, items)))
    }

    /// An array with an element type, such as `String[]`.
    pub fn typed_array(element: TypeRef, items: Vec<Value>) -> Value {
        Value::Array(Arc::new(Array::fixed(element, items)))
    }

    /// A `Byte[]`.
    pub fn bytes(bytes: &[u8]) -> Value {
        Value::typed_array(TypeRef::BYTE, bytes.iter().map(|b| Value::U8(*b)).collect())
    }

    /// A decimal.
    pub fn decimal(d: rust_decimal::Decimal) -> Value {
        Value::Decimal(Arc::new(d))
    }

    /// A big integer.
    pub fn big(b: num_bigint::BigInt) -> Value {
        Value::BigInt(Arc::new(b))
    }

    /// A foreign object.
    pub fn foreign(object: impl crate::object::Foreign) -> Value {
        Value::Foreign(ForeignRef::new(object))
    }

    /// What a pipeline's collected output is as a value: nothing, the item itself, or an `Object[]`.
    pub fn from_output(mut items: Vec<Value>) -> Value {
        match items.len() {
            0 => Value::Void,
            1 => items.swap_remove(0),
            _ => Value::array(items),
        }
    }

    /// `$null` or nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null | Value::Void)
    }

    /// The value without an added-members wrapper.
    pub fn base(&self) -> &Value {
        match self {
            Value::Wrapped(w) => &w.base,
            other => other,
        }
    }

    /// The value without an added-members wrapper, owned.
    pub fn into_base(self) -> Value {
        match self {
            Value::Wrapped(w) => w.base.clone(),
            other => other,
        }
    }

    /// The text of a string value (through a wrapper).
    pub fn as_str(&self) -> Option<&str> {
        match self.base() {
            Value::Str(s) => Some(s.as_str()),
            _ => None,
        }
    }

    /// The sequence behind an array or list value (through a wrapper).
    pub fn as_array(&self) -> Option<&Arc<Array>> {
        match self.base() {
            Value::Array(a) => Some(a),
            _ => None,
        }
    }

    /// The dictionary behind a hashtable-like value (through a wrapper).
    pub fn as_dict(&self) -> Option<&Arc<Dict>> {
        match self.base() {
            Value::Dict(d) => Some(d),
            _ => None,
        }
    }

    /// The object behind a custom object or class instance (through a wrapper).
    pub fn as_object(&self) -> Option<&Arc<Object>> {
        match self.base() {
            Value::Object(o) => Some(o),
            _ => None,
        }
    }

    /// A foreign object of one Rust type (through a wrapper).
    pub fn as_foreign<T: crate::object::Foreign>(&self) -> Option<&T> {
        match self.base() {
            Value::Foreign(f) => f.downcast::<T>(),
            _ => None,
        }
    }

    /// Any integer type, Char and enums as i64 (U64 above its range gives none).
    pub fn as_i64(&self) -> Option<i64> {
        Some(match self.base() {
            Value::I8(n) => i64::from(*n),
            Value::U8(n) => i64::from(*n),
            Value::I16(n) => i64::from(*n),
            Value::U16(n) | Value::Char(n) => i64::from(*n),
            Value::I32(n) => i64::from(*n),
            Value::U32(n) => i64::from(*n),
            Value::I64(n) | Value::Enum(_, n) => *n,
            Value::U64(n) => i64::try_from(*n).ok()?,
            _ => return None,
        })
    }

    /// Whether the value is of a numeric primitive type, decimal or big integer (not Char, Bool or an enum).
    pub fn is_number(&self) -> bool {
        matches!(
            self.base(),
            Value::I8(_)
                | Value::U8(_)
                | Value::I16(_)
                | Value::U16(_)
                | Value::I32(_)
                | Value::U32(_)
                | Value::I64(_)
                | Value::U64(_)
                | Value::F32(_)
                | Value::F64(_)
                | Value::Decimal(_)
                | Value::BigInt(_)
        )
    }

    /// The .NET type of the value (of the base object when wrapped); `$null` has none.
    pub fn type_ref(&self) -> Option<TypeRef> {
        Some(match self {
            Value::Null | Value::Void | Value::Slot(_) => return None,
            Value::Bool(_) => TypeRef::BOOL,
            Value::Char(_) => TypeRef::CHAR,
            Value::I8(_) => TypeRef::SBYTE,
            Value::U8(_) => TypeRef::BYTE,
            Value::I16(_) => TypeRef::INT16,
            Value::U16(_) => TypeRef::UINT16,
            Value::I32(_) => TypeRef::INT32,
            Value::U32(_) => TypeRef::UINT32,
            Value::I64(_) => TypeRef::INT64,
            Value::U64(_) => TypeRef::UINT64,
            Value::F32(_) => TypeRef::SINGLE,
            Value::F64(_) => TypeRef::DOUBLE,
            Value::DateTime(_) => TypeRef::DATETIME,
            Value::TimeSpan(_) => TypeRef::TIMESPAN,
            Value::Enum(t, _) => *t,
            Value::Type(_) => TypeRef::RUNTIME_TYPE,
            Value::Str(_) => TypeRef::STRING,
            Value::Decimal(_) => TypeRef::DECIMAL,
            Value::BigInt(_) => TypeRef::BIGINT,
            Value::Guid(_) => TypeRef::GUID,
            Value::Array(a) => a.ty,
            Value::Dict(d) => d.ty,
            Value::Object(o) => o.ty,
            Value::Exception(e) => e.ty,
            Value::Error(e) if e.data.lock().is_remote => {
                TypeRef::find("System.Management.Automation.Runspaces.RemotingErrorRecord")
                    .unwrap_or(TypeRef::ERROR_RECORD)
            }
            Value::Error(_) => TypeRef::ERROR_RECORD,
            Value::Wrapped(w) => return w.base.type_ref(),
            Value::Foreign(f) => f.type_ref(),
        })
    }

    /// Reference identity, as `[object]::ReferenceEquals` sees it; scalars are equal when their bits are.
    pub fn same(&self, other: &Value) -> bool {
        match (self.base(), other.base()) {
            (Value::Str(a), Value::Str(b)) => a.same(b),
            (Value::Array(a), Value::Array(b)) => Arc::ptr_eq(a, b),
            (Value::Dict(a), Value::Dict(b)) => Arc::ptr_eq(a, b),
            (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b),
            (Value::Exception(a), Value::Exception(b)) => Arc::ptr_eq(a, b),
            (Value::Error(a), Value::Error(b)) => Arc::ptr_eq(a, b),
            (Value::Foreign(a), Value::Foreign(b)) => a.same(b),
            (Value::Type(a), Value::Type(b)) => a == b,
            (a, b) => a.is_null() && b.is_null(),
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}
impl From<i32> for Value {
    fn from(n: i32) -> Value {
        Value::I32(n)
    }
}
impl From<i64> for Value {
    fn from(n: i64) -> Value {
        Value::I64(n)
    }
}
impl From<f64> for Value {
    fn from(n: f64) -> Value {
        Value::F64(n)
    }
}
impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Value::Str(Str::new(s))
    }
}
impl From<String> for Value {
    fn from(s: String) -> Value {
        Value::Str(Str::new(s))
    }
}
impl From<Str> for Value {
    fn from(s: Str) -> Value {
        Value::Str(s)
    }
}
impl From<TypeRef> for Value {
    fn from(t: TypeRef) -> Value {
        Value::Type(t)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Value {
        v.map_or(Value::Null, Into::into)
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Null => f.write_str("$null"),
            Value::Void => f.write_str("(nothing)"),
            Value::Str(s) => write!(f, "{s:?}"),
            other => match other.type_ref() {
                Some(t) => write!(f, "[{}] {}", t.name(), crate::convert::to_display(other)),
                None => f.write_str("?"),
            },
        }
    }
}
