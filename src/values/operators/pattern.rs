//! Regular expressions as the operators use them.

use std::sync::Arc;

use super::fail;
use crate::context::Context;
use crate::convert;
use crate::error::Result;
use crate::members;
use crate::regex::{MatchTimeout, Options, Regex};
use crate::types::TypeRef;
use crate::value::Value;

/// Compiles a pattern (through the cache); a bad one throws.
pub fn compile(pattern: &str, options: Options) -> Result<Arc<Regex>> {
    Regex::cached(pattern, options).or_else(|e| {
        let ty =
            TypeRef::find("System.Text.RegularExpressions.RegexParseException").unwrap_or(TypeRef::ARGUMENT_EXCEPTION);
        fail::net(ty, e.to_string())
    })
}

/// The pattern of a right operand: a Regex object with its own options, text with the operator's case rule.
pub fn of_operand(ctx: &mut dyn Context, right: &Value, is_case_sensitive: bool) -> Result<Arc<Regex>> {
    let base = right.base();
    if base.type_ref() == Some(TypeRef::REGEX) {
        let pattern = convert::net_string(ctx, base)?;
        let options = members::get(ctx, base, "Options")?.and_then(|o| o.as_i64()).unwrap_or(0);
        return compile(&pattern, Options(options as u32));
    }
    let pattern = convert::to_str(ctx, right)?;
    compile(&pattern, if is_case_sensitive { Options(0) } else { Options::IGNORE_CASE })
}

/// A match that took too long, thrown; one that was stopped stops.
pub fn timed<T>(result: std::result::Result<T, MatchTimeout>) -> Result<T> {
    result.or_else(|e| {
        crate::stop::check()?;
        let ty = TypeRef::find("System.Text.RegularExpressions.RegexMatchTimeoutException");
        fail::net(ty.unwrap_or(TypeRef::SYSTEM_EXCEPTION), e.to_string())
    })
}
