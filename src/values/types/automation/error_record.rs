//! ErrorRecord, ErrorCategoryInfo, ErrorDetails.

use std::sync::Arc;

use crate::context::Context;
use crate::error::{ErrorCategory, ErrorRecord, Exception, InvocationObject, Result};
use crate::object::Foreign;
use crate::string::Str;
use crate::types::{Call, TypeDef, TypeRef};
use crate::value::Value;

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Management.Automation.ErrorRecord",
        like: &[],
        members: &[
            ("new", construct),
            ("Exception", |c| Ok(Value::Exception(this(c)?.exception.clone()))),
            ("TargetObject", |c| Ok(this(c)?.data.lock().target.clone())),
            ("FullyQualifiedErrorId", |c| Ok(Value::from(this(c)?.full_id()))),
            ("CategoryInfo", |c| Ok(Value::foreign(CategoryInfo(this(c)?)))),
            ("ErrorDetails", |c| {
                let record = this(c)?;
                let has = record.data.lock().details.is_some();
                Ok(if has { Value::foreign(Details::Of(record)) } else { Value::Null })
            }),
            ("ErrorDetails=", set_details),
            ("InvocationInfo", |c| {
                let invocation = this(c)?.data.lock().invocation.clone();
                Ok(invocation.map_or(Value::Null, InvocationObject::value))
            }),
            ("ScriptStackTrace", |c| {
                let stack = this(c)?.data.lock().stack.clone();
                Ok(Value::from(stack.map(|s| s.text())))
            }),
            ("PipelineIterationInfo", |_| Ok(Value::typed_array(TypeRef::INT32, Vec::new()))),
            ("ToString", |c| Ok(Value::Str(this(c)?.message()))),
        ],
    },
    TypeDef {
        name: "System.Management.Automation.Runspaces.RemotingErrorRecord",
        like: &[],
        // Where it comes from is not kept: sessions and jobs say it of their own.
        members: &[("OriginInfo", |_| Ok(Value::Null))],
    },
    TypeDef {
        name: "System.Management.Automation.ErrorDetails",
        like: &[],
        members: &[("new", |c| Ok(Value::foreign(Details::New(parking_lot::Mutex::new((c.str(0), None))))))],
    },
];

fn this(c: &Call<'_>) -> Result<Arc<ErrorRecord>> {
    match c.this.base() {
        Value::Error(e) => Ok(e.clone()),
        _ => Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, "The object is not an error record.").throw(),
    }
}

fn construct(c: &mut Call<'_>) -> Result {
    if let Value::Error(other) = c.arg(0).base() {
        // A copy of a record around another exception.
        let exception = match c.arg(1).base() {
            Value::Exception(e) => e.clone(),
            _ => other.exception.clone(),
        };
        let data = other.data.lock().clone();
        return Ok(Value::Error(Arc::new(ErrorRecord { exception, data: parking_lot::Mutex::new(data) })));
    }
    let Value::Exception(exception) = c.arg(0).base() else {
        return crate::types::fail::null("exception").throw();
    };
    let category = match c.arg(2).as_i64() {
        Some(n) => ErrorCategory::from_number(n).unwrap_or_default(),
        None => ErrorCategory::from_name(&c.str(2)).unwrap_or_default(),
    };
    let record = ErrorRecord::new(exception.clone(), c.str(1), category, c.arg(3).clone());
    Ok(Value::Error(Arc::new(record)))
}

fn set_details(c: &mut Call<'_>) -> Result {
    let record = this(c)?;
    let details = match c.arg(0).as_foreign::<Details>() {
        Some(details) => Some(details.parts()),
        None if c.arg(0).is_null() => None,
        None => Some((c.str(0), None)),
    };
    record.data.lock().details = details;
    Ok(Value::Void)
}

/// ErrorDetails: of a record, or made by a script.
enum Details {
    Of(Arc<ErrorRecord>),
    New(parking_lot::Mutex<(Str, Option<Str>)>),
}

impl Details {
    fn parts(&self) -> (Str, Option<Str>) {
        match self {
            Details::Of(record) => record.data.lock().details.clone().unwrap_or_else(|| (Str::empty(), None)),
            Details::New(parts) => parts.lock().clone(),
        }
    }
}

impl Foreign for Details {
    fn type_ref(&self) -> TypeRef {
        TypeRef::find("System.Management.Automation.ErrorDetails").unwrap_or(TypeRef::OBJECT)
    }
    fn display_plain(&self) -> Option<Str> {
        Some(self.parts().0)
    }
    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }
    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "message" => Some(Value::Str(self.parts().0)),
            "recommendedaction" => Some(Value::Str(self.parts().1.unwrap_or_else(Str::empty))),
            _ => None,
        })
    }
    fn set(&self, _ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        if !name.eq_ignore_ascii_case("recommendedaction") {
            return Ok(false);
        }
        let text = Some(Str::from(crate::convert::to_display(value)));
        match self {
            Details::Of(record) => {
                if let Some(details) = &mut record.data.lock().details {
                    details.1 = text;
                }
            }
            Details::New(parts) => parts.lock().1 = text,
        }
        Ok(true)
    }
    fn property_names(&self) -> Vec<Str> {
        vec![Str::from("Message"), Str::from("RecommendedAction")]
    }
}

/// ErrorCategoryInfo of a record.
struct CategoryInfo(Arc<ErrorRecord>);

impl CategoryInfo {
    fn part(&self, name: &str) -> Option<Value> {
        let data = self.0.data.lock();
        Some(match name {
            "category" => match TypeRef::find("System.Management.Automation.ErrorCategory") {
                Some(ty) => Value::Enum(ty, data.category as i64),
                None => Value::from(data.category.name()),
            },
            "activity" => {
                let command = data.invocation.as_ref().map(|i| crate::convert::to_display(&i.command));
                let text = data.activity.clone().map(|s| s.to_string());
                Value::from(text.or(command).unwrap_or_default())
            }
            "reason" => match &data.reason {
                Some(reason) => Value::Str(reason.clone()),
                None => Value::from(self.0.exception.ty.name_only()),
            },
            "targetname" => match &data.target_name {
                Some(name) => Value::Str(name.clone()),
                None if data.target.is_null() => Value::from(""),
                None => {
                    match (data.target.base(), data.target.type_ref()) {
                        // As .NET's own ToString says it.
                        (Value::Array(_), Some(ty)) => Value::from(ty.name()),
                        (target, _) => Value::from(crate::convert::to_display(target)),
                    }
                }
            },
            "targettype" => match &data.target_type {
                Some(name) => Value::Str(name.clone()),
                None => Value::from(data.target.type_ref().map_or("", TypeRef::name_only)),
            },
            _ => return None,
        })
    }

    /// As in the category view: `ObjectNotFound: (x:String) [Get-Item], ItemNotFoundException`.
    fn message(&self) -> String {
        let text = |name: &str| self.part(name).map(|v| crate::convert::to_display(&v)).unwrap_or_default();
        // The parts lock the record themselves: no guard may live while they are read.
        let category = self.0.data.lock().category;
        format!(
            "{}: ({}:{}) [{}], {}",
            category.name(),
            shortened(&text("targetname")),
            shortened(&text("targettype")),
            shortened(&text("activity")),
            shortened(&text("reason"))
        )
    }
}

/// Texts of more than 40 characters are cut in the middle.
fn shortened(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= 40 {
        return text.to_string();
    }
    let head: String = chars[..19].iter().collect();
    let tail: String = chars[chars.len() - 19..].iter().collect();
    format!("{head}\u{2026}{tail}")
}

impl Foreign for CategoryInfo {
    fn type_ref(&self) -> TypeRef {
        TypeRef::find("System.Management.Automation.ErrorCategoryInfo").unwrap_or(TypeRef::OBJECT)
    }
    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(self.message()))
    }
    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }
    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(self.part(&name.to_ascii_lowercase()))
    }
    fn set(&self, _ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let text = Some(Str::from(crate::convert::to_display(value)));
        let mut data = self.0.data.lock();
        match name.to_ascii_lowercase().as_str() {
            "activity" => data.activity = text,
            "reason" => data.reason = text,
            "targetname" => data.target_name = text,
            "targettype" => data.target_type = text,
            _ => return Ok(false),
        }
        Ok(true)
    }
    fn property_names(&self) -> Vec<Str> {
        ["Category", "Activity", "Reason", "TargetName", "TargetType"].map(Str::from).to_vec()
    }
    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, _args: &[Value]) -> Result<Option<Value>> {
        let is_message = name.eq_ignore_ascii_case("getmessage") || name.eq_ignore_ascii_case("tostring");
        Ok(is_message.then(|| Value::from(self.message())))
    }
}
