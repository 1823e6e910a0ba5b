//! Exceptions, error records and the flow of control that crosses code blocks.

mod category;
mod exception;
mod flow;
mod invocation;
mod position;
mod record;

pub use category::ErrorCategory;
pub use exception::{ErrorIdentity, Exception, ExceptionData, error_of, runtime_error};
pub use flow::{Flow, Result};
pub use invocation::InvocationObject;
pub use record::{ErrorRecord, Invocation, Position, StackTrace};
