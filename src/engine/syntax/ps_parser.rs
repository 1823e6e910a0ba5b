//! `PSParser.Tokenize` of the second version of the language, over the same tokens.

use std::sync::Arc;

use command::NativeObject;
use language::{Options, Source, Token, TokenFlags, TokenKind};
use values::{Array, Result, TypeRef, Value, convert};

use super::api::parse_error;
use crate::host_objects::Reference;
use crate::runspace::Runspace;

/// The kind of a token as PSTokenType has it.
pub fn kind_of(token: &Token) -> &'static str {
    use TokenKind::*;
    if token.has(TokenFlags::COMMAND_NAME) {
        return "Command";
    }
    if token.has(TokenFlags::MEMBER_NAME) {
        return "Member";
    }
    if token.has(TokenFlags::ATTRIBUTE_NAME) {
        return "Attribute";
    }
    if token.has(TokenFlags::TYPE_NAME) {
        return "Type";
    }
    match token.kind {
        Variable | SplattedVariable => "Variable",
        Parameter => "CommandParameter",
        Number => "Number",
        Label => "LoopLabel",
        Identifier | Generic => "CommandArgument",
        NewLine => "NewLine",
        LineContinuation => "LineContinuation",
        Comment => "Comment",
        StringLiteral | StringExpandable | HereStringLiteral | HereStringExpandable => "String",
        LParen | LCurly | AtParen | AtCurly | DollarParen => "GroupStart",
        RParen | RCurly => "GroupEnd",
        Semi => "StatementSeparator",
        EndOfInput => "Unknown",
        kind if kind.has(TokenFlags::KEYWORD) => "Keyword",
        _ => "Operator",
    }
}

/// `Tokenize(script, [ref] errors)`.
pub fn tokenize(runspace: &mut Runspace, args: &[Value]) -> Result {
    let text = match args.first().and_then(Value::as_array) {
        Some(lines) => lines.to_vec().iter().map(convert::to_display).collect::<Vec<_>>().join("\n"),
        None => runspace.text_of(args.first().unwrap_or(&Value::Null)),
    };
    let source = Arc::new(Source::new(text));
    let parsed = language::parse_with(source.clone(), &Options { tokens: true, ..Options::default() });
    let made: Vec<Value> = parsed
        .tokens
        .tokens
        .iter()
        .filter(|t| t.kind != TokenKind::EndOfInput)
        .map(|t| {
            let text = source.slice(t.span);
            let content = match (t.kind, t.value) {
                (TokenKind::Parameter, _) => text.to_string(),
                (_, language::TokenValue::Text(value)) => parsed.ast.text(value).to_string(),
                (_, language::TokenValue::Variable(v)) => parsed.ast.text(v.path).to_string(),
                _ => text.to_string(),
            };
            let (start, end) = (source.position(t.span.start), source.position(t.span.end()));
            let number = |n: u32| Value::I32(n as i32);
            NativeObject::of(
                "System.Management.Automation.PSToken",
                vec![
                    ("Content", Value::from(content)),
                    ("Type", command::enum_value("System.Management.Automation.PSTokenType", kind_of(t))),
                    ("Start", number(start.offset)),
                    ("Length", number(end.offset - start.offset)),
                    ("StartLine", number(start.line)),
                    ("StartColumn", number(start.column)),
                    ("EndLine", number(end.line)),
                    ("EndColumn", number(end.column)),
                ],
            )
        })
        .collect();
    let errors: Vec<Value> = parsed
        .errors
        .iter()
        .map(|e| {
            let message = Value::from(e.message());
            let token = parse_error(&source, e);
            NativeObject::of("System.Management.Automation.PSParseError", vec![("Token", token), ("Message", message)])
        })
        .collect();
    let list = |element: &str, items: Vec<Value>| {
        let name = format!("System.Management.Automation.{element}");
        let ty = TypeRef::find(&format!("System.Collections.ObjectModel.Collection[{name}]"));
        let element = TypeRef::find(&name).unwrap_or(TypeRef::OBJECT);
        Value::Array(Arc::new(Array::list(ty.unwrap_or(TypeRef::ARRAYLIST), element, items)))
    };
    if let Some(target) = args.get(1).filter(|a| a.as_foreign::<Reference>().is_some()) {
        values::members::set(runspace, target, "Value", list("PSParseError", errors))?;
    }
    Ok(list("PSToken", made))
}
