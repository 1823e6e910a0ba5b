//! Write-Error.

use std::sync::Arc;

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Exception, Result, Session, Str, TypeRef, Value, class,
};

pub static COMMAND: Command = Command { name: "Write-Error", create: || Box::new(WriteError) };

struct WriteError;

impl Cmdlet for WriteError {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let record = match bound.get("ErrorRecord").map(Value::base) {
            Some(Value::Error(given)) => {
                let data = given.data.lock().clone();
                let copy = ErrorRecord::new(given.exception.clone(), "", data.category, Value::Null);
                *copy.data.lock() = data;
                Arc::new(copy)
            }
            _ => made(bound),
        };
        {
            let mut data = record.data.lock();
            data.activity = bound.str("CategoryActivity").or(data.activity.take());
            data.reason = bound.str("CategoryReason").or(data.reason.take());
            data.target_name = bound.str("CategoryTargetName").or(data.target_name.take());
            data.target_type = bound.str("CategoryTargetType").or(data.target_type.take());
            if let Some(action) = bound.str("RecommendedAction") {
                let text = data.details.as_ref().map_or_else(|| record.exception.message(), |d| d.0.clone());
                data.details = Some((text, Some(action)));
            }
            if data.activity.is_none() {
                data.activity = Some(Str::from("Write-Error"));
            }
        }
        session.write_script_error(record)
    }
}

fn made(bound: &Bound) -> Arc<ErrorRecord> {
    let message = bound.str("Message");
    let exception = match bound.get("Exception").map(Value::base) {
        Some(Value::Exception(e)) => e.clone(),
        _ => Arc::new(Exception::new(
            class("Microsoft.PowerShell.Commands.WriteErrorException", TypeRef::SYSTEM_EXCEPTION),
            message.clone().unwrap_or_else(Str::empty),
        )),
    };
    let id = bound.str("ErrorId").filter(|i| !i.is_empty()).unwrap_or_else(|| Str::from(exception.ty.name()));
    let category = bound.int("Category").and_then(ErrorCategory::from_number);
    let category = category.or_else(|| bound.enum_name("Category").and_then(|n| ErrorCategory::from_name(&n)));
    let record = ErrorRecord::new(exception, id, category.unwrap_or_default(), bound.value("TargetObject"));
    if let (Some(text), true) = (message, bound.has("Exception")) {
        record.data.lock().details = Some((text, None));
    }
    Arc::new(record)
}
