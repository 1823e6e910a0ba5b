//! The style of a session.

use command::{Scope, Session};

use values::types::automation::ps_style::style_of;
pub use values::types::automation::ps_style::{PsStyle, Rendering, StringDecorated, Style};

/// The style of a session; PowerShell's defaults where `$PSStyle` is not there.
pub fn current(session: &mut dyn Session) -> Style {
    let value = session.variable("PSStyle", Scope::Global).map(|v| v.value);
    style_of(value.as_ref())
}
