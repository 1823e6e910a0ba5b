//! Custom objects, class instances, added members, and the door for objects that `values` does not know.

mod foreign;
mod layout;
mod member;
mod object;
mod variable;

pub use foreign::{Foreign, ForeignRef};
pub use layout::Layout;
pub use member::PsMember;
pub use object::{Object, ObjectData, SlotSource, Wrapped};
pub use variable::{VariableData, VariableOptions};
