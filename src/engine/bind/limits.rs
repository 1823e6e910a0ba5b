//! Parameters of built-in commands that no code reads: those that are refused, and those that have nothing to do here.
//!
//! `limits.tsv` holds command, parameter, kind and reason. `refused` and `credential` make an error of the parameter, `stands`
//! says why it changes nothing. A test (`tests/parameters.rs`) finds each parameter either read by code or in this list.

use std::collections::HashMap;
use std::sync::LazyLock;

use command::Bound;
use values::{ErrorCategory, Exception, Result, TypeRef, Value};

const LIST: &str = include_str!("limits.tsv");

struct Limit {
    parameter: &'static str,
    is_credential: bool,
    reason: &'static str,
}

static REFUSED: LazyLock<HashMap<&'static str, Vec<Limit>>> = LazyLock::new(|| {
    let mut found: HashMap<&'static str, Vec<Limit>> = HashMap::new();
    for line in LIST.lines() {
        let mut parts = line.split('\t');
        let (Some(command), Some(parameter), Some(kind), Some(reason)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        if kind == "stands" {
            continue;
        }
        found.entry(command).or_default().push(Limit { parameter, is_credential: kind == "credential", reason });
    }
    found
});

/// Whether any parameter of a command is refused.
pub fn exist(command: &str) -> bool {
    REFUSED.contains_key(command)
}

/// Refuses what a command was given and does not do.
pub fn check(command: &str, bound: &Bound) -> Result<()> {
    let Some(limits) = REFUSED.get(command) else { return Ok(()) };
    for limit in limits {
        let Some(value) = bound.get(limit.parameter).filter(|v| !v.is_null()) else { continue };
        if limit.is_credential {
            return Exception::new(TypeRef::PS_NOT_SUPPORTED_EXCEPTION, limit.reason)
                .identity("NotSupported", ErrorCategory::NotImplemented, Value::Null)
                .throw();
        }
        if value.type_ref() == Some(TypeRef::SWITCH) && !values::convert::to_bool(value) {
            continue;
        }
        return Exception::new(
            TypeRef::PS_NOT_SUPPORTED_EXCEPTION,
            format!("The parameter -{} of {command} is not supported. {}", limit.parameter, limit.reason),
        )
        .identity("ParameterNotSupported", ErrorCategory::NotImplemented, Value::from(limit.parameter))
        .throw();
    }
    Ok(())
}
