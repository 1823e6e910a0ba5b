//! Static members: `Parser`, `TokenTraits`, `CodeGeneration`, `PSParser`.

use std::sync::Arc;

use command::{NativeObject, Session};
use language::ast::{Ast, BlockId, Node};
use language::{Options, ParseError, Source, TokenKind};
use values::{Context, Result, Str, TypeRef, Value, convert};

use super::{class, collection, enumerated, extent, made, node, ps_parser, static_binding, token};
use crate::host_objects::Reference;
use crate::runspace::Runspace;
use crate::session::types::SessionTypes;

/// Calls a static method of the language's classes; none where the class or method is another's.
pub fn call_static(runspace: &mut Runspace, ty: TypeRef, name: &str, args: &[Value]) -> Result<Option<Value>> {
    let Some(class) = ty.name().strip_prefix("System.Management.Automation.") else { return Ok(None) };
    let text = |runspace: &mut Runspace, at: usize| -> Result<Str> {
        match args.get(at) {
            Some(Value::Null) | None => Ok(Str::empty()),
            Some(value) => convert::to_str(runspace, value),
        }
    };
    if name.eq_ignore_ascii_case("new") {
        return match class {
            "Language.ParseError" if args.len() == 3 => Ok(Some(made_error(runspace, args)?)),
            _ => made::construct(runspace, ty, args),
        };
    }
    Ok(Some(match (class, name.to_ascii_lowercase().as_str()) {
        ("Language.UsingExpressionAst", "extractusingvariable") if args.len() == 1 => {
            let mut at = values::members::get(runspace, &args[0], "SubExpression")?.unwrap_or_default();
            while !at.is_null() && at.type_ref() != Some(super::class("VariableExpressionAst")) {
                let inner = match values::members::get(runspace, &at, "Expression")? {
                    Some(inner) => Some(inner),
                    None => values::members::get(runspace, &at, "Target")?,
                };
                at = inner.unwrap_or_default();
            }
            at
        }
        ("PSToken", "getpstokentype") => match args.first().and_then(|a| a.as_foreign::<token::TokenObject>()) {
            Some(object) => {
                command::enum_value("System.Management.Automation.PSTokenType", ps_parser::kind_of(&object.token))
            }
            None => return Ok(None),
        },
        ("Language.StaticParameterBinder", "bindcommand") => {
            let Some(command) = args.first().and_then(|a| a.as_foreign::<node::AstObject>()) else { return Ok(None) };
            let resolve = args.get(1).is_none_or(convert::to_bool);
            let mut wanted = Vec::new();
            for name in args.get(2).and_then(|a| a.as_array()).map(|a| a.to_vec()).unwrap_or_default() {
                wanted.push(convert::to_str(runspace, &name)?.to_string());
            }
            static_binding::bind(runspace, command, resolve, &wanted)?
        }
        ("Language.Parser", "parseinput") => {
            let input = text(runspace, 0)?;
            match args.len() {
                3 => parse(runspace, Source::new(input.as_str()), &args[1], &args[2])?,
                4 => {
                    let file = text(runspace, 1)?;
                    let source = match args[1].is_null() {
                        true => Source::new(input.as_str()),
                        false => Source::with_file(input.as_str(), file.as_str()),
                    };
                    parse(runspace, source, &args[2], &args[3])?
                }
                _ => return Ok(None),
            }
        }
        ("Language.Parser", "parsefile") if args.len() == 3 => {
            let path = text(runspace, 0)?;
            let full = Session::file_path(runspace, &path)?;
            let bytes = match std::fs::read(&full) {
                Ok(bytes) => bytes,
                Err(error) => {
                    let shown = full.display().to_string();
                    let inner = crate::session::place::io_error(&error, &shown);
                    let flow = inner.throw::<()>().err();
                    return match flow {
                        Some(flow) => Err(values::members::method_failure(flow, "ParseFile", 3)),
                        None => Ok(None),
                    };
                }
            };
            let source = Source::with_file(crate::session::console::decode(&bytes), full.display().to_string());
            parse(runspace, source, &args[1], &args[2])?
        }
        ("Language.TokenTraits", member) => {
            let kind = token_kind(runspace, args.first().unwrap_or(&Value::Null))?;
            match member {
                "gettraits" => enumerated("TokenFlags", i64::from(kind.flags().0)),
                "text" => Value::from(kind.text()),
                "hastrait" => {
                    let flags = TypeRef::find("System.Management.Automation.Language.TokenFlags");
                    let wanted = args.get(1).cloned().unwrap_or_default();
                    let wanted = match flags {
                        Some(ty) => convert::convert(runspace, &wanted, ty)?,
                        None => wanted,
                    };
                    Value::Bool(i64::from(kind.flags().0) & wanted.as_i64().unwrap_or(0) != 0)
                }
                _ => return Ok(None),
            }
        }
        ("Language.CodeGeneration", member) => {
            let value = text(runspace, 0)?;
            Value::from(match member {
                "escapesinglequotedstringcontent" => escape_single(&value),
                "escapeblockcommentcontent" => value.replace("<#", "<`#").replace("#>", "#`>"),
                "escapeformatstringcontent" => escape_single(&value.replace('{', "{{").replace('}', "}}")),
                "escapevariablename" => value.replace('`', "``").replace('}', "`}").replace('{', "`{"),
                _ => return Ok(None),
            })
        }
        ("PSParser", "tokenize") => ps_parser::tokenize(runspace, args)?,
        _ => return Ok(None),
    }))
}

/// Doubles what would end a string in single quotes, curly quotes included.
pub fn escape_single(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        out.push(c);
        if matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            out.push(c);
        }
    }
    out
}

fn token_kind(ctx: &mut dyn Context, value: &Value) -> Result<TokenKind> {
    let ty = class("TokenKind");
    let number = convert::convert(ctx, value, ty)?.as_i64().unwrap_or(0);
    Ok(TokenKind::ALL.iter().copied().find(|k| i64::from(k.value()) == number).unwrap_or(TokenKind::Unknown))
}

/// Static properties of the language's classes.
pub fn get_static(ty: TypeRef, name: &str) -> Option<Value> {
    let is_empty =
        ty.name() == "System.Management.Automation.Language.ScriptExtent" && name.eq_ignore_ascii_case("EmptyExtent");
    is_empty.then(extent::empty)
}

fn parse(runspace: &mut Runspace, source: Source, tokens: &Value, errors: &Value) -> Result {
    let source = Arc::new(source);
    let parsed = {
        let types = SessionTypes::new(runspace, source.text());
        language::parse_with(source.clone(), &Options { tokens: true, types: Some(&types), ..Options::default() })
    };
    let list = Arc::new(parsed.tokens);
    let found = parsed.errors.iter().map(|e| parse_error(&source, e)).collect();
    put(runspace, tokens, token::tokens_value(&parsed.ast, &list))?;
    put(runspace, errors, Value::typed_array(class("ParseError"), found))?;
    Ok(node::value(&parsed.ast, Node::Block(parsed.ast.root())))
}

/// Stores what a method gives through `[ref]`; `[ref] $null` takes nothing.
fn put(runspace: &mut Runspace, target: &Value, value: Value) -> Result<()> {
    if target.as_foreign::<Reference>().is_some() {
        values::members::set(runspace, target, "Value", value)?;
    }
    Ok(())
}

/// A ParseError that a script constructs.
fn made_error(runspace: &mut Runspace, args: &[Value]) -> Result {
    let (id, message) = (convert::to_str(runspace, &args[1])?, convert::to_str(runspace, &args[2])?);
    Ok(NativeObject::of(
        "System.Management.Automation.Language.ParseError",
        vec![
            ("Extent", args[0].clone()),
            ("ErrorId", Value::Str(id)),
            ("Message", Value::Str(message)),
            ("IncompleteInput", Value::Bool(false)),
        ],
    ))
}

/// A ParseError object.
pub fn parse_error(source: &Arc<Source>, error: &ParseError) -> Value {
    NativeObject::of_pairs(
        "System.Management.Automation.Language.ParseError",
        vec![
            ("Extent", extent::extent(source, error.span)),
            ("ErrorId", Value::from(error.id)),
            ("Message", Value::from(error.message())),
            ("IncompleteInput", Value::Bool(error.incomplete)),
        ],
    )
    .with_text(|o| {
        let message = o.text_of("Message");
        match o.value("Extent").as_foreign::<extent::Extent>() {
            Some(extent) => {
                let position = crate::vm::call::position_of(&extent.source, extent.span);
                Str::from(format!("{}\n{message}", position.message()))
            }
            None => message,
        }
    })
    .into_value()
}

/// `ScriptRequirements` of a whole script; `$null` where it has none.
pub fn requirements(ast: &Arc<Ast>, block: BlockId) -> Value {
    if block != ast.root() {
        return Value::Null;
    }
    let Some(needs) = language::parse(ast.source().clone()).requirements else { return Value::Null };
    let strings = |list: &[String]| collection("System.String", list.iter().map(|s| Value::from(s.as_str())).collect());
    let version = |text: &Option<String>| {
        text.as_deref().map_or(Value::Null, |t| {
            let full = if t.contains('.') { t.to_string() } else { format!("{t}.0") };
            values::types::system::version::parse(&full)
                .map_or_else(|_| Value::from(full.as_str()), values::types::system::version::make)
        })
    };
    let modules = needs
        .modules
        .iter()
        .map(|m| {
            NativeObject::of_pairs(
                "Microsoft.PowerShell.Commands.ModuleSpecification",
                vec![
                    ("Name", Value::from(m.name.as_str())),
                    ("Guid", m.guid.as_deref().map_or(Value::Null, Value::from)),
                    ("Version", version(&m.version)),
                    ("MaximumVersion", m.maximum_version.as_deref().map_or(Value::Null, Value::from)),
                    ("RequiredVersion", version(&m.required_version)),
                ],
            )
            .with_text(|o| o.text_of("Name"))
            .into_value()
        })
        .collect();
    NativeObject::of(
        "System.Management.Automation.Language.ScriptRequirements",
        vec![
            ("RequiredApplicationId", needs.shell_id.as_deref().map_or(Value::Null, Value::from)),
            ("RequiredPSVersion", version(&needs.version)),
            ("RequiredPSEditions", strings(&needs.editions)),
            ("RequiredModules", collection("Microsoft.PowerShell.Commands.ModuleSpecification", modules)),
            ("RequiredAssemblies", strings(&needs.assemblies)),
            ("IsElevationRequired", Value::Bool(needs.elevation)),
        ],
    )
}
