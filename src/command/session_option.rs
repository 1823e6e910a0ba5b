//! PSSessionOption: how connections to other computers are made.

use values::Value;

use crate::native::{NativeObject, enum_value};

/// How many times a server may send its caller on, where nothing else is said.
pub const MOST_REDIRECTIONS: i32 = 5;
const MINUTE: i64 = 600_000_000;

/// The options with what was given in place of the defaults.
pub fn session_option(given: Vec<(&'static str, Value)>) -> Value {
    let remoting = "System.Management.Automation.Remoting";
    let runspaces = "System.Management.Automation.Runspaces";
    let mut pairs = vec![
        ("MaximumConnectionRedirectionCount", Value::I32(MOST_REDIRECTIONS)),
        ("NoCompression", Value::Bool(false)),
        ("NoMachineProfile", Value::Bool(false)),
        ("ProxyAccessType", enum_value(&format!("{remoting}.ProxyAccessType"), "None")),
        ("ProxyAuthentication", enum_value(&format!("{runspaces}.AuthenticationMechanism"), "Negotiate")),
        ("ProxyCredential", Value::Null),
        ("SkipCACheck", Value::Bool(false)),
        ("SkipCNCheck", Value::Bool(false)),
        ("SkipRevocationCheck", Value::Bool(false)),
        ("OperationTimeout", Value::TimeSpan(3 * MINUTE)),
        ("NoEncryption", Value::Bool(false)),
        ("UseUTF16", Value::Bool(false)),
        ("IncludePortInSPN", Value::Bool(false)),
        ("OutputBufferingMode", enum_value(&format!("{runspaces}.OutputBufferingMode"), "None")),
        ("MaxConnectionRetryCount", Value::I32(5)),
        ("Culture", Value::Null),
        ("UICulture", Value::Null),
        ("MaximumReceivedDataSizePerCommand", Value::Null),
        ("MaximumReceivedObjectSize", Value::I32(209_715_200)),
        ("ApplicationArguments", Value::Null),
        ("OpenTimeout", Value::TimeSpan(3 * MINUTE)),
        ("CancelTimeout", Value::TimeSpan(MINUTE)),
        ("IdleTimeout", Value::TimeSpan(-10_000)),
    ];
    for (name, value) in given {
        if let Some(pair) = pairs.iter_mut().find(|(n, _)| *n == name) {
            pair.1 = value;
        }
    }
    NativeObject::of("System.Management.Automation.Remoting.PSSessionOption", pairs)
}
