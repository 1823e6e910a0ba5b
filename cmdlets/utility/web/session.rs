//! What several requests share (WebRequestSession).

use std::sync::Arc;

use command::class;
use parking_lot::Mutex;
use values::error::Result;
use values::{Context, Dict, Foreign, Str, TypeRef, Value};

/// Microsoft.PowerShell.Commands.WebRequestSession.
pub struct WebSession {
    /// A CookieContainer.
    pub cookies: Value,
    pub headers: Arc<Dict>,
    slots: Mutex<Vec<(&'static str, Value)>>,
}

const NAMES: &[&str] = &[
    "Headers",
    "Cookies",
    "UseDefaultCredentials",
    "Credentials",
    "Certificates",
    "UserAgent",
    "Proxy",
    "MaximumRedirection",
    "MaximumRetryCount",
    "RetryIntervalInSeconds",
];

impl WebSession {
    /// A session without anything in it.
    pub fn new() -> WebSession {
        let ty = values::types::generic_of(TypeRef::DICTIONARY, vec![TypeRef::STRING, TypeRef::STRING]);
        WebSession {
            cookies: values::types::net::cookies::container(),
            headers: Arc::new(Dict::new(ty, TypeRef::STRING, TypeRef::STRING, values::KeyComparer::IgnoreCase)),
            slots: Mutex::new(vec![
                ("UseDefaultCredentials", Value::Bool(false)),
                ("MaximumRedirection", Value::I32(-1)),
                ("MaximumRetryCount", Value::I32(0)),
                ("RetryIntervalInSeconds", Value::I32(0)),
            ]),
        }
    }

    /// A property that is kept as it was set.
    pub fn slot(&self, name: &str) -> Value {
        self.slots.lock().iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone()).unwrap_or_default()
    }

    /// Sets a property that is kept.
    pub fn set_slot(&self, name: &str, value: Value) -> bool {
        let Some(known) = NAMES.iter().find(|n| n.eq_ignore_ascii_case(name)) else { return false };
        let mut slots = self.slots.lock();
        slots.retain(|(n, _)| n != known);
        slots.push((known, value));
        true
    }
}

impl Foreign for WebSession {
    fn type_ref(&self) -> TypeRef {
        class("Microsoft.PowerShell.Commands.WebRequestSession", TypeRef::OBJECT)
    }

    fn property_names(&self) -> Vec<Str> {
        NAMES.iter().map(|n| Str::from(*n)).collect()
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "cookies" => Some(self.cookies.clone()),
            "headers" => Some(Value::Dict(self.headers.clone())),
            other => NAMES.iter().any(|n| n.eq_ignore_ascii_case(other)).then(|| self.slot(other)),
        })
    }

    fn set(&self, _ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        Ok(self.set_slot(name, value.clone()))
    }
}
