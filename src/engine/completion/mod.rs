//! Completion: what could stand at the cursor, as `TabExpansion2` and the prompt offer it.
//!
//! The rules, their order and the kinds of results are PowerShell's; one concept a file. Nothing here changes the session:
//! only expressions that can't do anything are evaluated, and errors while completing offer nothing.

mod analysis;
mod argument;
mod attribute;
mod binding;
mod command_name;
mod comment;
mod context;
mod custom;
mod enumeration;
mod hashtable;
mod identifier;
mod index;
mod infer;
mod infer_command;
mod infer_variable;
mod inferred_member;
mod keyword;
mod known;
mod live;
mod member;
mod object;
mod operator;
mod parameter;
mod path;
mod quote;
mod safe;
mod statics;
mod type_name;
mod variable;

pub(crate) use binding::{Bound, bind_statically};
pub(crate) use custom::{Registration, register};
pub use live::{LiveValue, LiveValues};
pub(crate) use object::completed;
pub(crate) use statics::{call_static, tab_expansion};

use std::sync::Arc;

use ::language::{Options, Source};
use context::Cx;

use crate::runspace::Runspace;

/// The kinds of results; numbers are those of CompletionResultType.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    Text = 0,
    Command = 2,
    ProviderItem = 3,
    ProviderContainer = 4,
    Property = 5,
    Method = 6,
    ParameterName = 7,
    ParameterValue = 8,
    Variable = 9,
    Namespace = 10,
    Type = 11,
    Keyword = 12,
}

/// One thing that could stand at the cursor.
#[derive(Clone, Debug)]
pub struct Item {
    /// What is put in.
    pub text: String,
    /// What a list shows.
    pub list: String,
    pub kind: Kind,
    /// What is told of it.
    pub tip: String,
    /// The very object that a completer of the script made.
    pub object: Option<values::Value>,
}

impl Item {
    /// A result.
    pub fn new(text: impl Into<String>, list: impl Into<String>, kind: Kind, tip: impl Into<String>) -> Item {
        Item { text: text.into(), list: list.into(), kind, tip: tip.into(), object: None }
    }
}

/// What is offered at a cursor.
#[derive(Clone, Debug, Default)]
pub struct Completion {
    pub items: Vec<Item>,
    /// What is replaced: UTF-16 units; -1 where nothing is offered at all.
    pub start: i32,
    pub length: i32,
}

impl Runspace {
    /// What could stand at a cursor of a text; the cursor counts UTF-16 units.
    pub fn complete(&mut self, text: &str, cursor: u32) -> Completion {
        let source = Arc::new(Source::new(text));
        let parsed = language::parse_with(source, &Options { tokens: true, ..Options::default() });
        self.complete_tree(parsed.ast, Arc::new(parsed.tokens), cursor)
    }

    /// The same in a tree.
    pub(crate) fn complete_tree(
        &mut self,
        ast: Arc<language::ast::Ast>,
        tokens: Arc<language::TokenList>,
        cursor: u32,
    ) -> Completion {
        let source = ast.source().clone();
        let byte = source.byte_at(cursor);
        let errors = self.errors.to_vec();
        let mut cx = Cx::new(self, ast, tokens, byte);
        let items = analysis::complete(&mut cx);
        let (start, length) = (cx.start, cx.length);
        // What went wrong on the way is no error of the person's.
        *self.errors.lock() = errors;
        if start < 0 {
            return Completion { items, start: -1, length: -1 };
        }
        let units = |at: i64| source.position(at as u32).offset as i32;
        let from = units(start);
        Completion { items, start: from, length: units(start + length) - from }
    }
}
