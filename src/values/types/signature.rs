//! Overload texts (`string Substring(int startIndex, int length)`) read as signatures.

use super::{TypeRef, facts};
use crate::value::Value;

/// One parameter of an overload.
pub struct Parameter {
    pub name: &'static str,
    pub ty: TypeRef,
    /// The type as the overload text writes it.
    pub text: &'static str,
    /// `Params`: takes any number of further arguments.
    pub is_params: bool,
    /// `[ref]`: takes a PSReference.
    pub is_ref: bool,
    /// Value when the argument is left out; none means it can't be.
    pub default: Option<Value>,
    /// The type is, or holds, a type parameter of the method: any fitting argument is taken as it is.
    pub is_open: bool,
}

/// One overload.
pub struct Signature {
    /// As `OverloadDefinitions` prints it.
    pub text: &'static str,
    /// Position among the overloads of the method.
    pub index: usize,
    pub parameters: Vec<Parameter>,
    /// The type that the overload was found on.
    pub of: TypeRef,
    /// Names of the method's own type parameters.
    pub generics: Vec<&'static str>,
    /// What the type parameters stand for, once the overload is closed.
    pub arguments: Vec<TypeRef>,
    /// The overload implements an interface explicitly.
    pub is_explicit: bool,
    /// There are explicit implementations of interfaces beside the overload.
    pub has_explicit: bool,
}

impl Signature {
    /// Fewest arguments that fit.
    pub fn required(&self) -> usize {
        self.parameters.iter().filter(|p| p.default.is_none() && !p.is_params).count()
    }

    /// Whether the last parameter takes any number of arguments.
    pub fn is_variadic(&self) -> bool {
        self.parameters.last().is_some_and(|p| p.is_params)
    }
}

/// The overloads that scripts can call; those with pointers or spans are left out.
pub fn parse_all(ty: TypeRef, texts: &[&'static str]) -> Vec<Signature> {
    let mut all: Vec<Signature> = texts.iter().enumerate().filter_map(|(i, t)| parse(ty, i, t)).collect();
    if all.iter().any(|s| !s.is_explicit) {
        let count = all.len();
        all.retain(|s| !s.is_explicit);
        let has_explicit = all.len() < count;
        all.iter_mut().for_each(|s| s.has_explicit = has_explicit);
    }
    all
}

/// One overload text on a type whose generic arguments replace the parameters.
pub fn parse(ty: TypeRef, index: usize, text: &'static str) -> Option<Signature> {
    parse_with(ty, index, text, &[])
}

/// The same with the method's own type parameters replaced; they stand for Object where there are no arguments for them.
pub fn parse_with(ty: TypeRef, index: usize, text: &'static str, closed: &[TypeRef]) -> Option<Signature> {
    // A CompositeFormat is made from the text that another overload takes as it is.
    if text.contains("Version=") || text.contains("System.Text.CompositeFormat ") {
        return None;
    }
    let open = argument_list(text)?;
    let inside = text.get(open + 1..text.len() - 1)?;
    let head = text[..open].trim_end();
    let name = last_word(head);
    let (mut parameters_of, mut arguments_of) = {
        let (p, a) = facts::generics_of(ty);
        (p.to_vec(), a.to_vec())
    };
    let own: Vec<&'static str> = match name.find('[') {
        Some(at) if !name[..at].contains('.') => {
            name[at + 1..].trim_end_matches(']').split(',').map(str::trim).collect()
        }
        _ => Vec::new(),
    };
    for (at, generic) in own.iter().enumerate() {
        parameters_of.push(generic);
        arguments_of.push(closed.get(at).copied().unwrap_or(TypeRef::OBJECT));
    }
    let mut parameters = Vec::new();
    for piece in split_top(inside) {
        let piece = piece.trim();
        if piece.is_empty() {
            continue;
        }
        let (declared, default) = match piece.split_once(" = ") {
            Some((left, right)) => (left, Some(right)),
            None => (piece, None),
        };
        let (declared, is_params) = strip(declared, "Params ");
        let (declared, is_ref) = strip(declared, "[ref] ");
        let (declared, _) = strip(declared, "in ");
        let (type_text, name) = declared.rsplit_once(' ')?;
        let is_open = own.iter().any(|g| mentions(type_text, g));
        let found = facts::type_of(type_text, &parameters_of, &arguments_of);
        let ty = match found {
            Some(found) => found,
            None if is_open => TypeRef::OBJECT,
            None => return None,
        };
        let default = default.map(|d| default_value(ty, d));
        parameters.push(Parameter { name, ty, text: type_text, is_params, is_ref, default, is_open });
    }
    let is_explicit = name.contains('.');
    Some(Signature {
        text,
        index,
        parameters,
        of: ty,
        generics: own,
        arguments: closed.to_vec(),
        is_explicit,
        has_explicit: false,
    })
}

fn strip<'t>(text: &'t str, mark: &str) -> (&'t str, bool) {
    match text.strip_prefix(mark) {
        Some(rest) => (rest, true),
        None => (text, false),
    }
}

fn mentions(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|w| w == word)
}

/// The last word outside of brackets: the method's name (with its interface or type parameters).
fn last_word(head: &'static str) -> &'static str {
    let mut depth = 0;
    for (at, ch) in head.char_indices().rev() {
        match ch {
            ']' => depth += 1,
            '[' => depth -= 1,
            ' ' if depth == 0 => return &head[at + 1..],
            _ => {}
        }
    }
    head
}

fn argument_list(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, ch) in text.char_indices().rev() {
        match ch {
            ')' => depth += 1,
            '(' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The parts between commas outside of brackets.
pub(super) fn split_top(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, ch) in text.char_indices() {
        match ch {
            '[' => depth += 1,
            ']' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&text[start..]);
    found
}

fn default_value(ty: TypeRef, text: &str) -> Value {
    match (ty, text) {
        (_, "null" | "default") if !ty.is_value_type() => Value::Null,
        (TypeRef::BOOL, _) => Value::Bool(text.eq_ignore_ascii_case("true")),
        (TypeRef::INT32, _) => Value::I32(text.parse().unwrap_or(0)),
        (TypeRef::INT64, _) => Value::I64(text.parse().unwrap_or(0)),
        _ => match &ty.info().kind {
            super::TypeKind::Enum { values, .. } => {
                let last = text.rsplit('.').next().unwrap_or(text);
                Value::Enum(ty, values.iter().find(|(n, _)| n.as_str() == last).map_or(0, |(_, v)| *v))
            }
            _ => Value::Null,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overload_texts_read() {
        let check = |ty: &str, text: &'static str, names: &[&str]| {
            let ty = TypeRef::find(ty).unwrap();
            let read = parse(ty, 0, text)
                .map(|s| s.parameters.iter().map(|p| format!("{} {}", p.ty.ps_name(), p.name)).collect::<Vec<_>>());
            assert_eq!(read.unwrap_or_default(), names, "{text}");
        };
        check("string", "string Substring(int startIndex, int length)", &["int startIndex", "int length"]);
        check("System.Collections.Generic.List[int]", "void Add(T item)", &["int item"]);
        check(
            "System.Collections.Generic.Dictionary[string,int]",
            "bool TryGetValue(TKey key, [ref] TValue value)",
            &["string key", "int value"],
        );
        check(
            "System.Collections.Generic.List[int]",
            "void AddRange(System.Collections.Generic.IEnumerable[T] collection)",
            &["System.Collections.Generic.IEnumerable[int] collection"],
        );
        check(
            "string",
            "static string Concat[T](System.Collections.Generic.IEnumerable[T] values)",
            &["System.Collections.Generic.IEnumerable[System.Object] values"],
        );
    }
}
