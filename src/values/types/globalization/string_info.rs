//! System.Globalization.StringInfo: texts by their text elements, which are what a reader takes for one character.

use unicode_segmentation::UnicodeSegmentation;

use crate::error::Result;
use crate::string::Str;
use crate::types::{Call, State, TypeDef, TypeRef, fail, hold};
use crate::value::Value;

/// The text of a StringInfo.
#[derive(Clone)]
struct Text(Str);

impl State for Text {
    fn is_equal(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

fn units(text: &str) -> usize {
    crate::string::utf16(text).count()
}

/// Where the text elements begin, in units.
fn starts(text: &str) -> Vec<Value> {
    let mut at = 0;
    let mut found = Vec::new();
    for element in text.graphemes(true) {
        found.push(Value::I32(at as i32));
        at += units(element);
    }
    found
}

/// The element that begins at a place of an argument text.
fn next(c: &mut Call<'_>) -> Result<String> {
    let text = c.need_str(0)?;
    let from = c.named_int("index").unwrap_or(0);
    let all: Vec<u16> = crate::string::utf16(&text).collect();
    let Some(rest) = usize::try_from(from).ok().and_then(|from| all.get(from..)) else {
        return fail::range("Specified argument was out of the range of valid values.", "index").throw();
    };
    let rest = Str::from_utf16(rest);
    Ok(rest.graphemes(true).next().unwrap_or_default().to_string())
}

fn by_elements(c: &mut Call<'_>) -> Result {
    let text = c.with(|t: &mut Text| t.0.clone())?;
    let elements: Vec<&str> = text.graphemes(true).collect();
    let start = usize::try_from(c.int(0)).ok().filter(|at| *at < elements.len());
    let Some(start) = start else {
        return fail::range("Specified argument was out of the range of valid values.", "startingTextElement").throw();
    };
    let count = match c.named_int("lengthInTextElements") {
        None => elements.len() - start,
        Some(count) => match usize::try_from(count).ok().filter(|n| start + n <= elements.len()) {
            Some(count) => count,
            None => {
                return fail::range("Specified argument was out of the range of valid values.", "lengthInTextElements")
                    .throw();
            }
        },
    };
    Ok(Value::from(elements[start..start + count].concat()))
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Globalization.StringInfo",
    like: &[],
    members: &[
        ("new", |c| {
            let text = if c.count() > 0 { c.need_str(0)? } else { Str::empty() };
            Ok(hold(TypeRef::find("System.Globalization.StringInfo").unwrap_or(TypeRef::OBJECT), Text(text)))
        }),
        ("String", |c| c.with(|t: &mut Text| Value::Str(t.0.clone()))),
        ("String=", |c| {
            let text = c.need_str(0)?;
            c.with(|t: &mut Text| t.0 = text)?;
            Ok(Value::Void)
        }),
        ("LengthInTextElements", |c| c.with(|t: &mut Text| Value::I32(t.0.graphemes(true).count() as i32))),
        ("SubstringByTextElements", by_elements),
        ("::GetNextTextElement", |c| next(c).map(Value::from)),
        ("::GetNextTextElementLength", |c| next(c).map(|element| Value::I32(units(&element) as i32))),
        ("::ParseCombiningCharacters", |c| {
            let text = c.need_str(0)?;
            Ok(Value::Array(std::sync::Arc::new(crate::collection::Array::fixed(TypeRef::INT32, starts(&text)))))
        }),
        ("::GetTextElementEnumerator", |c| {
            let text = c.need_str(0)?;
            let items = text.graphemes(true).map(Value::from).collect();
            Ok(crate::types::collections::enumerator::over("System.Globalization.TextElementEnumerator", items))
        }),
    ],
}];
