//! The host of runspaces at which nobody sits.

use values::{ErrorCategory, Exception, Result, TypeRef, Value};

use crate::host::{Choice, Host, HostColor, ProgressRecord};

/// A host that writes nowhere and is asked nothing: for runspaces of jobs.
#[derive(Default)]
pub struct SilentHost;

impl Host for SilentHost {
    fn name(&self) -> &str {
        "Default Host"
    }

    fn write(&mut self, _: &str, _: Option<HostColor>, _: Option<HostColor>) {}

    fn write_error_line(&mut self, _: &str) {}

    fn write_output(&mut self, _: &str) {}

    fn write_stream_line(&mut self, _: u8, _: &str) {}

    fn progress(&mut self, _: i64, _: &ProgressRecord) {}

    fn read_line(&mut self, _: &str, _: bool) -> Result<Option<String>> {
        no_person()
    }

    fn choose(&mut self, _: &str, _: &str, _: &[Choice], _: i32) -> Result<i32> {
        no_person()
    }

    fn size(&self) -> (usize, usize) {
        (80, 25)
    }

    fn is_terminal(&self) -> bool {
        false
    }

    fn is_interactive(&self) -> bool {
        false
    }

    fn raw(&mut self, _: &str, _: Option<&Value>) -> Option<Value> {
        None
    }
}

fn no_person<T>() -> Result<T> {
    let ty = TypeRef::find("System.Management.Automation.Host.HostException").unwrap_or(TypeRef::RUNTIME_EXCEPTION);
    Exception::new(
        ty,
        "A command that prompts the user failed because the host program or the command type does not support user interaction. The host was attempting to request confirmation with the following message: ",
    )
    .identity("HostFunctionNotImplemented", ErrorCategory::NotImplemented, Value::Null)
    .throw()
}
