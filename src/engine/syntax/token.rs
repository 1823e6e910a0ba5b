//! Tokens as objects.

use std::sync::Arc;

use language::ast::Ast;
use language::{Token, TokenFlags, TokenKind, TokenList, TokenValue};
use values::object::Foreign;
use values::{Context, Result, Str, TypeRef, Value};

use super::{enumerated, extent, safe_value, variable_path};

/// A token.
pub struct TokenObject {
    pub ast: Arc<Ast>,
    pub list: Arc<TokenList>,
    pub token: Token,
}

/// The tokens of a source as `Token[]`.
pub fn tokens_value(ast: &Arc<Ast>, list: &Arc<TokenList>) -> Value {
    let items = list.tokens.iter().map(|token| value(ast, list, *token)).collect();
    Value::typed_array(super::class("Token"), items)
}

fn value(ast: &Arc<Ast>, list: &Arc<TokenList>, token: Token) -> Value {
    Value::foreign(TokenObject { ast: ast.clone(), list: list.clone(), token })
}

impl TokenObject {
    fn class(&self) -> &'static str {
        use TokenKind::*;
        match (self.token.kind, self.token.value) {
            (StringLiteral | HereStringLiteral, _) => "StringLiteralToken",
            (StringExpandable | HereStringExpandable, _) => "StringExpandableToken",
            (Generic, _) if self.token.nested.1 > self.token.nested.0 => "StringExpandableToken",
            (Generic, _) => "StringLiteralToken",
            (Label, _) => "LabelToken",
            (_, TokenValue::Number(_)) => "NumberToken",
            (_, TokenValue::Variable(_)) => "VariableToken",
            (_, TokenValue::Parameter { .. }) => "ParameterToken",
            (_, TokenValue::FileRedirection { .. }) => "FileRedirectionToken",
            (_, TokenValue::MergeRedirection { .. }) => "MergingRedirectionToken",
            (RedirectInStd, _) => "InputRedirectionToken",
            _ => "Token",
        }
    }

    fn text(&self) -> &str {
        self.ast.slice(self.token.span)
    }
}

impl Foreign for TokenObject {
    fn type_ref(&self) -> TypeRef {
        super::class(self.class())
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(if self.token.kind == TokenKind::EndOfInput { "<eof>" } else { self.text() }))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let stream = |n: u8| enumerated("RedirectionStream", i64::from(n));
        let text = |t| safe_value::string(&self.ast, t);
        let found = match (name.to_ascii_lowercase().as_str(), self.token.value) {
            ("text", _) => Value::from(self.text()),
            ("kind", _) => enumerated("TokenKind", i64::from(self.token.kind.value())),
            ("tokenflags", _) => enumerated("TokenFlags", i64::from(self.token.flags.0)),
            ("haserror", _) => Value::Bool(self.token.has(TokenFlags::TOKEN_IN_ERROR)),
            ("extent", _) => extent::extent(self.ast.source(), self.token.span),
            ("value", TokenValue::Number(id)) => crate::constant::number(&self.ast, id),
            ("value", TokenValue::Text(value)) if self.class().starts_with("String") => text(value),
            ("labeltext", TokenValue::Text(value)) if self.class() == "LabelToken" => text(value),
            ("name", TokenValue::Variable(v)) => Value::from(self.ast.text(v.path)),
            ("variablepath", TokenValue::Variable(v)) => variable_path::value(&self.ast, &v),
            ("parametername", TokenValue::Parameter { name, .. }) => text(name),
            ("usedcolon", TokenValue::Parameter { colon, .. }) => Value::Bool(colon),
            ("fromstream", TokenValue::FileRedirection { from, .. } | TokenValue::MergeRedirection { from, .. }) => {
                stream(from)
            }
            ("append", TokenValue::FileRedirection { append, .. }) => Value::Bool(append),
            ("tostream", TokenValue::MergeRedirection { to, .. }) => stream(to),
            ("nestedtokens", _) if self.class() == "StringExpandableToken" => {
                let nested = self.list.nested_of(&self.token);
                match nested.is_empty() {
                    true => Value::Null,
                    false => {
                        super::collection("Token", nested.iter().map(|t| value(&self.ast, &self.list, *t)).collect())
                    }
                }
            }
            _ => return Ok(None),
        };
        Ok(Some(found))
    }

    fn property_names(&self) -> Vec<Str> {
        let own: &[&str] = match self.class() {
            "StringLiteralToken" => &["Value"],
            "StringExpandableToken" => &["NestedTokens", "Value"],
            "LabelToken" => &["LabelText"],
            "NumberToken" => &["Value"],
            "VariableToken" => &["Name", "VariablePath"],
            "ParameterToken" => &["ParameterName", "UsedColon"],
            "FileRedirectionToken" => &["FromStream", "Append"],
            "MergingRedirectionToken" => &["FromStream", "ToStream"],
            _ => &[],
        };
        let all = own.iter().chain(&["Text", "TokenFlags", "Kind", "HasError", "Extent"]);
        all.map(|n| Str::from(*n)).collect()
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let is_text = name.eq_ignore_ascii_case("ToString") && args.is_empty();
        Ok(is_text.then(|| self.display_plain().map_or(Value::Null, Value::Str)))
    }
}
