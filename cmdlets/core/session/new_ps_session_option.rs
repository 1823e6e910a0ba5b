//! New-PSSessionOption.

use command::{Bound, Cmdlet, Command, NativeObject, Result, Session, Value};

pub static COMMAND: Command = Command { name: "New-PSSessionOption", create: || Box::new(NewPsSessionOption) };

struct NewPsSessionOption;

impl Cmdlet for NewPsSessionOption {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let minutes = |n: i64| Value::TimeSpan(n * 600_000_000);
        session.write(NativeObject::of(
            "System.Management.Automation.Remoting.PSSessionOption",
            vec![
                ("MaximumConnectionRedirectionCount", Value::I32(0)),
                ("NoCompression", Value::Bool(false)),
                ("NoMachineProfile", Value::Bool(false)),
                (
                    "ProxyAccessType",
                    command::enum_value("System.Management.Automation.Remoting.ProxyAccessType", "None"),
                ),
                (
                    "ProxyAuthentication",
                    command::enum_value("System.Management.Automation.Runspaces.AuthenticationMechanism", "Negotiate"),
                ),
                ("ProxyCredential", Value::Null),
                ("SkipCACheck", Value::Bool(bound.switch("SkipCACheck"))),
                ("SkipCNCheck", Value::Bool(bound.switch("SkipCNCheck"))),
                ("SkipRevocationCheck", Value::Bool(false)),
                ("OperationTimeout", minutes(3)),
                ("NoEncryption", Value::Bool(false)),
                ("UseUTF16", Value::Bool(false)),
                ("IncludePortInSPN", Value::Bool(false)),
                (
                    "OutputBufferingMode",
                    command::enum_value("System.Management.Automation.Runspaces.OutputBufferingMode", "None"),
                ),
                ("MaxConnectionRetryCount", Value::I32(5)),
                ("Culture", Value::Null),
                ("UICulture", Value::Null),
                ("MaximumReceivedDataSizePerCommand", Value::Null),
                ("MaximumReceivedObjectSize", Value::I32(209_715_200)),
                ("ApplicationArguments", Value::Null),
                ("OpenTimeout", minutes(3)),
                ("CancelTimeout", minutes(1)),
                ("IdleTimeout", Value::TimeSpan(-10_000)),
            ],
        ))
    }
}
