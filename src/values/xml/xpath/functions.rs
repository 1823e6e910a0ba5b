//! The core function library.

use super::XPathError;
use super::eval::{Ctx, Env, Val};
use super::parse::Expr;
use crate::xml::tree::NodeKind;

type Result<T> = std::result::Result<T, XPathError>;

/// Calls a function.
pub(super) fn call(env: &Env, name: &str, args: &[Expr], c: Ctx) -> Result<Val> {
    let (least, most) = match name {
        "last" | "position" | "true" | "false" => (0, 0),
        "count" | "id" | "not" | "boolean" | "sum" | "floor" | "ceiling" | "round" | "lang" => (1, 1),
        "local-name" | "namespace-uri" | "name" | "string" | "string-length" | "normalize-space" | "number" => (0, 1),
        "starts-with" | "contains" | "substring-before" | "substring-after" => (2, 2),
        "substring" => (2, 3),
        "translate" => (3, 3),
        "concat" => (2, usize::MAX),
        _ => return Err(XPathError::Function),
    };
    if args.len() < least || args.len() > most {
        return Err(XPathError::Arguments(name.into(), env.expression.into()));
    }
    let val = |i: usize| env.eval(&args[i], c);
    let string = |i: usize| -> Result<String> {
        match args.get(i) {
            Some(_) => Ok(env.string(&val(i)?)),
            None => Ok(env.text(c.node)),
        }
    };
    let nodes = |i: usize| -> Result<Vec<u32>> {
        match val(i)? {
            Val::Nodes(n) => Ok(n),
            _ => Err(XPathError::Argument(name.into(), env.expression.into())),
        }
    };
    let first =
        || -> Result<Option<u32>> { if args.is_empty() { Ok(Some(c.node)) } else { Ok(nodes(0)?.first().copied()) } };
    Ok(match name {
        "last" => Val::Num(c.size as f64),
        "position" => Val::Num(c.position as f64),
        "true" => Val::Bool(true),
        "false" => Val::Bool(false),
        "count" => Val::Num(nodes(0)?.len() as f64),
        // Ids need a DTD's attribute types, which are not kept: no node has one.
        "id" => {
            val(0)?;
            Val::Nodes(Vec::new())
        }
        "not" => Val::Bool(!env.truth(&val(0)?)),
        "boolean" => Val::Bool(env.truth(&val(0)?)),
        "sum" => Val::Num(nodes(0)?.iter().map(|n| super::eval::number(&env.text(*n))).sum()),
        "floor" => Val::Num(env.num(&val(0)?).floor()),
        "ceiling" => Val::Num(env.num(&val(0)?).ceil()),
        "round" => Val::Num(round(env.num(&val(0)?))),
        "lang" => {
            let want = string(0)?.to_lowercase();
            let own = std::iter::once(c.node).chain(env.tree.ancestors(c.node)).find_map(|e| {
                let d = env.tree.get(e);
                d.attributes
                    .iter()
                    .map(|a| env.tree.get(*a))
                    .find(|a| a.prefix == "xml" && a.local == "lang")
                    .map(|a| a.value.to_lowercase())
            });
            Val::Bool(own.is_some_and(|o| o == want || o.starts_with(&format!("{want}-"))))
        }
        "local-name" | "name" | "namespace-uri" => {
            let text = first()?.map(|id| {
                let d = env.tree.get(id);
                let named = matches!(d.kind, NodeKind::Element | NodeKind::Attribute | NodeKind::ProcessingInstruction);
                match name {
                    _ if !named => String::new(),
                    "local-name" => d.local.clone(),
                    "name" => env.tree.qualified(id),
                    _ => d.namespace.clone(),
                }
            });
            Val::Str(text.unwrap_or_default())
        }
        "string" => Val::Str(string(0)?),
        "string-length" => Val::Num(string(0)?.encode_utf16().count() as f64),
        "normalize-space" => {
            Val::Str(string(0)?.split([' ', '\t', '\n', '\r']).filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" "))
        }
        "number" => Val::Num(match args.first() {
            Some(_) => env.num(&val(0)?),
            None => super::eval::number(&env.text(c.node)),
        }),
        "starts-with" => Val::Bool(string(0)?.starts_with(&string(1)?)),
        "contains" => Val::Bool(string(0)?.contains(&string(1)?)),
        "substring-before" => {
            let (a, b) = (string(0)?, string(1)?);
            Val::Str(a.split_once(b.as_str()).map_or(String::new(), |p| p.0.to_string()))
        }
        "substring-after" => {
            let (a, b) = (string(0)?, string(1)?);
            Val::Str(a.split_once(b.as_str()).map_or(String::new(), |p| p.1.to_string()))
        }
        "substring" => {
            let s = string(0)?;
            let from = round(env.num(&val(1)?));
            let to = if args.len() == 3 { from + round(env.num(&val(2)?)) } else { f64::INFINITY };
            Val::Str(
                s.chars()
                    .enumerate()
                    .filter(|(i, _)| {
                        let p = *i as f64 + 1.0;
                        p >= from && p < to
                    })
                    .map(|(_, c)| c)
                    .collect(),
            )
        }
        "translate" => {
            let (s, from, to) = (string(0)?, string(1)?, string(2)?);
            let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
            Val::Str(
                s.chars()
                    .filter_map(|ch| match from.iter().position(|f| *f == ch) {
                        Some(i) => to.get(i).copied(),
                        None => Some(ch),
                    })
                    .collect(),
            )
        }
        "concat" => {
            let mut out = String::new();
            for i in 0..args.len() {
                out.push_str(&string(i)?);
            }
            Val::Str(out)
        }
        _ => return Err(XPathError::Function),
    })
}

/// Halves go up, also negative ones.
fn round(n: f64) -> f64 {
    if n.is_finite() { (n + 0.5).floor() } else { n }
}
