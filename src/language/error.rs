//! Parse errors.

use crate::message;
use crate::position::Span;

/// An error found while parsing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The id, as in `ParseError.ErrorId`.
    pub id: &'static str,
    /// What fills the holes of the message.
    pub args: Vec<ErrorArg>,
    /// Where.
    pub span: Span,
    /// More input would help: the prompt asks for another line.
    pub incomplete: bool,
}

/// An argument of a message: plain text, or a message of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorArg {
    /// Text.
    Text(String),
    /// Another message by its resource key, with its own arguments.
    Message(&'static str, Vec<ErrorArg>),
}

impl ErrorArg {
    /// The argument as it stands in the message.
    pub fn text(&self) -> String {
        match self {
            ErrorArg::Text(text) => text.clone(),
            ErrorArg::Message(key, args) => message::format(key, args),
        }
    }
}

impl From<&str> for ErrorArg {
    fn from(text: &str) -> ErrorArg {
        ErrorArg::Text(text.to_owned())
    }
}

impl From<String> for ErrorArg {
    fn from(text: String) -> ErrorArg {
        ErrorArg::Text(text)
    }
}

impl ParseError {
    /// The text that PowerShell prints for it.
    pub fn message(&self) -> String {
        message::format(self.id, &self.args)
    }
}
