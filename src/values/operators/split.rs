//! `-split`, by pattern, by text and by script block.

use super::arithmetic::items_of;
use super::fail;
use super::pattern;
use crate::context::Context;
use crate::convert;
use crate::error::Result;
use crate::regex::{MatchTimeout, Options, Subject};
use crate::stop::{Growing, Pace};
use crate::string::{Str, unit_to_char};
use crate::types::TypeRef;
use crate::value::Value;

const SIMPLE_MATCH: i64 = 1;
const REGEX_MATCH: i64 = 2;
const CULTURE_INVARIANT: i64 = 4;
const IGNORE_WHITE_SPACE: i64 = 8;
const MULTI_LINE: i64 = 0x10;
const SINGLE_LINE: i64 = 0x20;
const IGNORE_CASE: i64 = 0x40;
const EXPLICIT_CAPTURE: i64 = 0x80;

/// `-split operand`: at white space.
pub fn unary(ctx: &mut dyn Context, operand: &Value) -> Result {
    let mut pieces = Growing::default();
    let mut pace = Pace::default();
    for text in texts(ctx, operand)?.iter() {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            pieces.push(Value::from(""))?;
        }
        for piece in trimmed.split_whitespace() {
            pace.step()?;
            pieces.push(Value::from(piece))?;
        }
    }
    Ok(Value::typed_array(TypeRef::STRING, pieces.done()))
}

/// `left -split right`.
pub fn binary(ctx: &mut dyn Context, is_case_sensitive: bool, left: &Value, right: &Value) -> Result {
    let arguments = items_of(ctx, right.base())?.unwrap_or_else(|| Growing::new(vec![right.clone()]));
    let Some(delimiter) = arguments.first() else {
        let text = convert::net_string(ctx, right)?;
        return fail::operation_on(
            "BadOperatorArgument",
            right.clone(),
            format!("The argument to operator '-split' is not valid: {text}."),
        );
    };
    let limit = match arguments.get(1) {
        Some(value) => convert::convert(ctx, value, TypeRef::INT32)?.as_i64().unwrap_or(0),
        None => 0,
    };
    let is_block = delimiter.type_ref() == Some(TypeRef::SCRIPTBLOCK);
    let mut flags = if is_case_sensitive { 0 } else { IGNORE_CASE };
    match arguments.get(2) {
        Some(Value::Str(s)) if s.is_empty() => flags = 0,
        Some(value) if !value.is_null() => {
            if is_block {
                return fail::operation(
                    "InvalidSplitOptionWithPredicate",
                    "The specified -split option is not valid with a predicate.",
                );
            }
            flags |= split_options(ctx, value)?;
        }
        _ => {}
    }
    let texts = texts(ctx, left)?;
    let mut pieces = Growing::default();
    if is_block {
        for text in texts.iter() {
            by_block(ctx, text, delimiter.base(), limit, &mut pieces)?;
        }
        return Ok(Value::typed_array(TypeRef::STRING, pieces.done()));
    }
    if flags & SIMPLE_MATCH == 0 {
        flags |= REGEX_MATCH;
    }
    let mut pattern = convert::to_str(ctx, delimiter)?.to_string();
    if flags & SIMPLE_MATCH != 0 {
        if flags & !(SIMPLE_MATCH | IGNORE_CASE) != 0 {
            return fail::operation(
                "InvalidSplitOptionCombination",
                "The combination of options with the -split operator is not valid.",
            );
        }
        pattern = crate::regex::escape(&pattern);
    }
    let mut options = Options(0);
    for (flag, option) in [
        (IGNORE_CASE, Options::IGNORE_CASE),
        (MULTI_LINE, Options::MULTILINE),
        (SINGLE_LINE, Options::SINGLELINE),
        (EXPLICIT_CAPTURE, Options::EXPLICIT_CAPTURE),
        (IGNORE_WHITE_SPACE, Options::IGNORE_PATTERN_WHITESPACE),
        (CULTURE_INVARIANT, Options::CULTURE_INVARIANT),
    ] {
        if flags & flag != 0 {
            options = options.with(option);
        }
    }
    if limit < 0 {
        options = options.with(Options::RIGHT_TO_LEFT);
    }
    let regex = pattern::compile(&pattern, options)?;
    for text in texts.iter() {
        let subject = Subject::of(text);
        let (first, most) = (pieces.len(), limit.unsigned_abs() as i32);
        let start = regex.default_start(&subject);
        pattern::timed(regex.each_part(&subject, most, start, |part| {
            pieces.push(Value::from(part.into_owned())).map_err(|_| MatchTimeout)
        }))?;
        if limit < 0 {
            pieces[first..].reverse();
        }
    }
    Ok(Value::typed_array(TypeRef::STRING, pieces.done()))
}

fn split_options(ctx: &mut dyn Context, value: &Value) -> Result<i64> {
    if let Some(ty) = TypeRef::find("System.Management.Automation.SplitOptions") {
        return Ok(convert::convert(ctx, value, ty)?.as_i64().unwrap_or(0));
    }
    if let Value::Str(text) = value.base() {
        let names = [
            ("SimpleMatch", SIMPLE_MATCH),
            ("RegexMatch", REGEX_MATCH),
            ("CultureInvariant", CULTURE_INVARIANT),
            ("IgnorePatternWhitespace", IGNORE_WHITE_SPACE),
            ("Multiline", MULTI_LINE),
            ("Singleline", SINGLE_LINE),
            ("IgnoreCase", IGNORE_CASE),
            ("ExplicitCapture", EXPLICIT_CAPTURE),
        ];
        let flags = text
            .split(',')
            .filter_map(|part| names.iter().find(|(n, _)| n.eq_ignore_ascii_case(part.trim())).map(|(_, bits)| *bits));
        return Ok(flags.fold(0, |all, bits| all | bits));
    }
    Ok(convert::convert(ctx, value, TypeRef::INT32)?.as_i64().unwrap_or(0))
}

fn texts(ctx: &mut dyn Context, value: &Value) -> Result<Growing<Str>> {
    let mut made = Growing::default();
    match items_of(ctx, value.base())? {
        Some(items) => {
            let mut pace = Pace::default();
            for item in items.iter() {
                pace.step()?;
                made.push(convert::element_text(ctx, item)?)?;
            }
        }
        None => made.push(convert::to_str(ctx, value)?)?,
    }
    Ok(made)
}

/// The block is asked for each character; `$_` is the character, the arguments are the text and the position.
fn by_block(ctx: &mut dyn Context, text: &Str, block: &Value, limit: i64, pieces: &mut Vec<Value>) -> Result<()> {
    let units: Vec<u16> = text.utf16().collect();
    let most = limit.unsigned_abs() as usize;
    if most == 1 {
        pieces.push(Value::Str(text.clone()));
        return Ok(());
    }
    let positions: Vec<usize> = if limit < 0 { (0..units.len()).rev().collect() } else { (0..units.len()).collect() };
    let mut cuts = Vec::new();
    for at in positions {
        if limit != 0 && cuts.len() + 1 >= most {
            break;
        }
        let item = Value::from(unit_to_char(units[at]).to_string());
        let arguments = [Value::Str(text.clone()), Value::I32(at as i32)];
        let answer = ctx.invoke_block(block, &arguments, None, Some(&item))?;
        if convert::to_bool(&answer) {
            cuts.push(at);
        }
    }
    cuts.sort_unstable();
    let mut from = 0;
    for cut in cuts {
        pieces.push(Value::Str(Str::from_utf16(&units[from..cut])));
        from = cut + 1;
    }
    pieces.push(Value::Str(Str::from_utf16(&units[from..])));
    Ok(())
}
