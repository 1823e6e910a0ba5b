//! The commands of formatting and output.

mod clixml;
mod convert_to_html;
mod format_data;
mod format_objects;
mod format_shape;
mod get_error;
mod out_default;
mod out_file;
mod out_grid_view;
mod out_string;
mod tee_object;

use command::{Command, Session};

use crate::render::Target;

/// All commands of this crate.
pub static COMMANDS: &[&Command] = &[
    &out_default::OUT_DEFAULT,
    &out_default::OUT_HOST,
    &out_default::OUT_NULL,
    &out_string::COMMAND,
    &out_file::COMMAND,
    &out_grid_view::COMMAND,
    &tee_object::COMMAND,
    &format_shape::TABLE,
    &format_shape::LIST,
    &format_shape::WIDE,
    &format_shape::CUSTOM,
    &clixml::EXPORT,
    &clixml::IMPORT,
    &clixml::CONVERT_TO,
    &clixml::CONVERT_FROM,
    &convert_to_html::COMMAND,
    &get_error::COMMAND,
    &format_data::UPDATE,
    &format_data::GET,
    &format_data::EXPORT,
];

/// Where text without a screen goes: files, strings.
fn text_target(session: &mut dyn Session, width: Option<usize>) -> Target {
    let host = session.host();
    let screen = if host.is_terminal() { host.size() } else { (0, 0) };
    Target { columns: width, screen, is_host: false, shows_escapes: true }
}

/// The host's screen.
fn host_target(session: &mut dyn Session) -> Target {
    const PLAIN_WIDTH: usize = 80;
    let host = session.host();
    let is_terminal = host.is_terminal();
    let screen = if is_terminal { host.size() } else { (PLAIN_WIDTH, 0) };
    // The last column stays free, so that a full line does not wrap.
    Target { columns: Some(screen.0.saturating_sub(1)), screen, is_host: true, shows_escapes: is_terminal }
}
