//! Engine objects as scripts see them.

mod cmdlet;
mod command;
mod intrinsics;
pub mod prompt;
pub(crate) mod proxy_command;
mod reference;
pub mod script_block;
mod session;

pub use cmdlet::cmdlet_value;
pub use command::CommandObject;
pub(crate) use command::{parameter_object, table_of};
pub use reference::Reference;
pub use session::{execution_context, execution_context_of, host_value, state_of, version_table};
pub(crate) use session::{is_session_part, running_state};
pub use values::error::InvocationObject;
pub use values::types::automation::switch_parameter::switch_value;

use values::{PsMember, Str, TypeRef};

use crate::runspace::Runspace;

/// A class by name, registered where nobody described it yet.
pub(crate) fn class(name: &str) -> TypeRef {
    ::command::class(name, TypeRef::OBJECT)
}

/// A member that type data adds.
pub fn type_member(runspace: &mut Runspace, type_name: &str, member: &str) -> Option<PsMember> {
    runspace.type_data.member(type_name, member)
}

/// All members that type data adds.
pub fn type_members(runspace: &mut Runspace, type_name: &str) -> Vec<(Str, PsMember)> {
    runspace.type_data.members(type_name)
}
