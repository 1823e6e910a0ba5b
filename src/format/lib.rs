//! What a person sees: views, tables, lists, wide and custom output, error texts, `$PSStyle`, and the commands that write them.
//!
//! Invariants: objects become format objects (`item`), format objects become lines (`render`); both steps stream. Nothing here
//! writes to the terminal: lines go through the session's host. Views are data and are read when a type is first shown.

mod cmdlet;
mod error_detail;
mod error_view;
mod expression;
mod item;
mod parameter;
mod render;
mod shape;
mod style;
mod text;
pub mod view;
pub mod width;

pub use cmdlet::COMMANDS;
pub use error_view::{ErrorScreen, ErrorView, category_message, error_text, host_error_text};
pub use item::{Entry, Format, FormatItem, Head};
pub use render::{Line, Renderer, Target};
pub use style::{PsStyle, Rendering, StringDecorated, Style, current as current_style};
pub use values::types::automation::ps_style::{console_color, console_color_pair};
pub use view::{View, ViewSource, add_source, view_for};

#[cfg(test)]
mod test_session;
#[cfg(test)]
mod tests;
