//! A trace source as an object (`PSTraceSource`).

use command::{NativeObject, enum_value};
use values::{Str, Value};

use super::{Listener, Tracing};

/// A source with its state.
pub fn object(tracing: Option<&Tracing>, name: &str, description: &str) -> Value {
    const OPTIONS: &str = "System.Management.Automation.PSTraceSourceOptions";
    let set = tracing.and_then(|t| t.sources.iter().find(|s| s.name == name));
    let number = set.map_or(0, |s| s.options);
    let options = match enum_value(OPTIONS, "None") {
        Value::Enum(ty, _) => Value::Enum(ty, number),
        other => other,
    };
    let listener = |l: &Listener| {
        let made = NativeObject::of_pairs(l.class(), vec![("Name", Value::Str(l.name.clone()))]);
        made.into_value()
    };
    let first = [Listener::default()];
    let listeners = set.map_or(&first[..], |s| &s.listeners).iter().map(listener).collect();
    let level = match number {
        0 => Value::from("Off"),
        super::ALL => Value::from("32767"),
        number => Value::from(number.to_string()),
    };
    let switch = NativeObject::of_pairs(
        "System.Diagnostics.SourceSwitch",
        vec![("DisplayName", Value::from(name)), ("Level", level)],
    );
    let class = "System.Management.Automation.PSTraceSource";
    let pairs = vec![
        ("Attributes", Value::array(Vec::new())),
        ("Description", Value::from(description)),
        ("Listeners", Value::array(listeners)),
        ("Name", Value::from(name)),
        ("Options", options),
        ("Switch", switch.with_hidden_text(Str::from("System.Diagnostics.SourceSwitch")).into_value()),
    ];
    NativeObject::of_pairs(class, pairs).with_hidden_text(Str::from(class)).into_value()
}
