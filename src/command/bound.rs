//! Bound parameters.

use std::sync::Arc;

use values::{Str, Value, convert};

/// The parameters of one invocation by name. Values are converted to the parameters' types already.
#[derive(Clone, Default)]
pub struct Bound {
    entries: Vec<(Str, Value)>,
    set: Option<Arc<str>>,
    /// How many entries stand for the command line; those behind came from the pipeline.
    fixed: usize,
}

impl Bound {
    /// No parameters.
    pub fn new() -> Bound {
        Bound::default()
    }

    /// Adds or replaces a parameter (the engine's binder).
    pub fn set(&mut self, name: &Str, value: Value) {
        match self.entries.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
            Some(entry) => entry.1 = value,
            None => self.entries.push((name.clone(), value)),
        }
    }

    /// Takes a parameter away.
    pub fn remove(&mut self, name: &str) {
        self.entries.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
    }

    /// Marks what is bound so far as bound from the command line.
    pub fn seal(&mut self) {
        self.fixed = self.entries.len();
    }

    /// Forgets what came from the last pipeline object.
    pub fn unbind_pipeline(&mut self) {
        self.entries.truncate(self.fixed);
    }

    /// Names the parameter set.
    pub fn set_parameter_set(&mut self, name: &str) {
        self.set = Some(Arc::from(name));
    }

    /// The same with a name that others hold as well.
    pub fn set_parameter_set_shared(&mut self, name: Arc<str>) {
        self.set = Some(name);
    }

    /// The name of the parameter set, to be held; none where there is only the unnamed one.
    pub fn shared_parameter_set(&self) -> Option<Arc<str>> {
        self.set.clone()
    }

    /// The name of the parameter set (`ParameterSetName`).
    pub fn parameter_set(&self) -> &str {
        self.set.as_deref().unwrap_or("__AllParameterSets")
    }

    /// A parameter's value; none where it was not given.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }

    /// Whether a parameter was given (also as `$null`).
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A parameter's value or `$null`.
    pub fn value(&self, name: &str) -> Value {
        self.get(name).cloned().unwrap_or(Value::Null)
    }

    /// Whether a switch is on.
    pub fn switch(&self, name: &str) -> bool {
        self.get(name).is_some_and(convert::to_bool)
    }

    /// A text parameter.
    pub fn str(&self, name: &str) -> Option<Str> {
        match self.get(name)?.base() {
            Value::Null => None,
            Value::Str(s) => Some(s.clone()),
            other => Some(Str::from(convert::to_display(other))),
        }
    }

    /// A whole-number parameter (also an enum's number).
    pub fn int(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    /// The items of an array parameter; a single value is one item, `$null` none.
    pub fn list(&self, name: &str) -> Vec<Value> {
        match self.get(name) {
            None | Some(Value::Null | Value::Void) => Vec::new(),
            Some(value) => match value.as_array() {
                Some(array) => array.to_vec(),
                None => vec![value.clone()],
            },
        }
    }

    /// The items of a text array parameter.
    pub fn strings(&self, name: &str) -> Vec<Str> {
        let text = |v: &Value| match v.base() {
            Value::Str(s) => s.clone(),
            other => Str::from(convert::to_display(other)),
        };
        self.list(name).iter().map(text).collect()
    }

    /// The name of an enum parameter's value, or the text of any other.
    pub fn enum_name(&self, name: &str) -> Option<Str> {
        self.get(name).map(|v| Str::from(convert::to_display(v)))
    }

    /// All parameters in the order in which they were bound.
    pub fn iter(&self) -> impl Iterator<Item = (&Str, &Value)> {
        self.entries.iter().map(|(n, v)| (n, v))
    }
}
