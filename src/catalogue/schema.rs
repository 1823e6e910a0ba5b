//! What a catalogue file may say: noun files (TOML) and command rows of built-in modules (JSON).

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

/// A noun file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NounFile {
    pub noun: String,
    pub module: String,
    #[serde(default, rename = "type")]
    pub type_name: String,
    /// `directory`, `document`, `tenant`, `server` or `action`.
    pub family: Spanned<String>,
    #[serde(default)]
    pub container: String,
    #[serde(default)]
    pub stored_as: String,
    #[serde(default)]
    pub scopes: Vec<Spanned<String>>,
    /// `runtime`, `checked` or `recorded`.
    #[serde(default)]
    pub effect: Option<Spanned<String>>,
    #[serde(default)]
    pub parent: String,
    #[serde(default)]
    pub document: String,
    #[serde(default)]
    pub referred_by: Vec<String>,
    #[serde(default)]
    pub view: View,
    #[serde(default)]
    pub property: IndexMap<String, Spanned<Property>>,
    #[serde(default)]
    pub parameter: IndexMap<String, Spanned<Parameter>>,
    #[serde(default)]
    pub verb: IndexMap<String, Verb>,
    #[serde(default)]
    pub seed: Vec<toml::Value>,
}

/// Default views.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct View {
    #[serde(default)]
    pub table: Vec<String>,
    #[serde(default)]
    pub list: Vec<String>,
}

/// A property of the noun's objects.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Property {
    #[serde(rename = "type", default)]
    pub type_name: String,
    #[serde(default)]
    pub many: bool,
    #[serde(default)]
    pub default: Option<toml::Value>,
    /// Noun whose objects the values name.
    #[serde(default)]
    pub link: String,
    /// `1..20`, either side may be left out.
    #[serde(default)]
    pub range: String,
    /// Longest text.
    #[serde(default)]
    pub length: u32,
    #[serde(default)]
    pub values: Vec<String>,
    #[serde(default)]
    pub pattern: String,
    /// `new`: only when made; `never`: by no cmdlet.
    #[serde(default)]
    pub set: String,
    #[serde(default)]
    pub unique: bool,
    #[serde(default)]
    pub index: bool,
    #[serde(default)]
    pub hidden: bool,
    #[serde(default)]
    pub computed: bool,
    #[serde(default)]
    pub help: String,
    #[serde(default)]
    pub effect: String,
    /// Links whose other ends are its values: `Noun.Property`, several apart by spaces.
    #[serde(default)]
    pub back: String,
}

/// A parameter that is no property, or differs from the property of its name.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameter {
    #[serde(rename = "type", default)]
    pub type_name: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub values: Vec<String>,
    #[serde(default)]
    pub range: String,
    #[serde(default)]
    pub null: bool,
    #[serde(default)]
    pub help: String,
    #[serde(default)]
    pub default: String,
}

/// One verb of the noun, that is one command.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verb {
    /// Whether -WhatIf and -Confirm exist.
    #[serde(default)]
    pub should_process: bool,
    #[serde(default)]
    pub only: String,
    #[serde(default)]
    pub impact: String,
    #[serde(default)]
    pub paging: bool,
    #[serde(default)]
    pub default: String,
    #[serde(default)]
    pub synopsis: String,
    /// Parameters of all sets: `Name[0]!|~<Type>`, see [`Token`].
    #[serde(default)]
    pub parameters: Vec<Spanned<String>>,
    /// Parameters of single sets.
    #[serde(default)]
    pub set: IndexMap<String, Vec<Spanned<String>>>,
    #[serde(default)]
    pub output: Vec<String>,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub examples: Vec<String>,
    /// Id of the error by which the command refuses, when it cannot be offered.
    #[serde(default)]
    pub refused: String,
}

/// A parameter in a set: `Name`, then `[position]`, `!` mandatory, `|` pipeline by value, `~` pipeline by property
/// name, `*` remaining arguments, `<Type>`.
#[derive(Debug, PartialEq)]
pub(crate) struct Token {
    pub name: String,
    pub position: Option<u32>,
    pub mandatory: bool,
    pub by_value: bool,
    pub by_property_name: bool,
    pub remaining: bool,
    pub type_name: String,
}

impl Token {
    /// Reads a token; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Token, String> {
        let end = text.find(['[', '!', '|', '~', '*', '<']).unwrap_or(text.len());
        let mut it = Token {
            name: text[..end].to_owned(),
            position: None,
            mandatory: false,
            by_value: false,
            by_property_name: false,
            remaining: false,
            type_name: String::new(),
        };
        if it.name.is_empty() {
            return Err(format!("parameter `{text}` has no name"));
        }
        let mut rest = &text[end..];
        while let Some(mark) = rest.chars().next() {
            rest = &rest[mark.len_utf8()..];
            match mark {
                '!' => it.mandatory = true,
                '|' => it.by_value = true,
                '~' => it.by_property_name = true,
                '*' => it.remaining = true,
                '[' => {
                    let (inside, after) = rest.split_once(']').ok_or_else(|| format!("`[` without `]` in `{text}`"))?;
                    it.position = Some(inside.parse().map_err(|_| format!("`{inside}` is no position in `{text}`"))?);
                    rest = after;
                }
                '<' => {
                    let inside =
                        rest.strip_suffix('>').ok_or_else(|| format!("`<` without `>` at the end of `{text}`"))?;
                    it.type_name = inside.to_owned();
                    rest = "";
                }
                other => return Err(format!("`{other}` means nothing in `{text}`")),
            }
        }
        Ok(it)
    }
}

/// A row of a built-in module's command file.
#[derive(Deserialize)]
pub(crate) struct CommandJson {
    pub name: String,
    #[serde(rename = "mod")]
    pub module: String,
    #[serde(rename = "type", default)]
    pub kind: String,
    #[serde(default)]
    pub class: String,
    #[serde(default)]
    pub sp: bool,
    #[serde(default)]
    pub impact: String,
    #[serde(default)]
    pub paging: bool,
    #[serde(default)]
    pub remoting: String,
    #[serde(default)]
    pub default: String,
    #[serde(default)]
    pub out: Vec<OutputJson>,
    #[serde(default)]
    pub sets: Vec<SetJson>,
    #[serde(default)]
    pub params: Vec<ParameterJson>,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub synopsis: String,
}

#[derive(Deserialize)]
pub(crate) struct OutputJson {
    pub t: String,
    #[serde(default)]
    pub s: Vec<String>,
    #[serde(default)]
    pub prov: String,
}

#[derive(Deserialize)]
pub(crate) struct SetJson {
    pub n: String,
    #[serde(default)]
    pub syntax: String,
}

#[derive(Deserialize)]
pub(crate) struct ParameterJson {
    pub n: String,
    pub t: String,
    #[serde(default)]
    pub al: Vec<String>,
    #[serde(rename = "in", default)]
    pub places: Vec<PlaceJson>,
    #[serde(default)]
    pub val: Vec<AttributeJson>,
    #[serde(rename = "enum", default)]
    pub names: Vec<String>,
    #[serde(default)]
    pub dynamic: bool,
    #[serde(rename = "hid", default)]
    pub hidden: bool,
}

#[derive(Deserialize)]
pub(crate) struct PlaceJson {
    pub s: String,
    #[serde(default)]
    pub req: bool,
    #[serde(default)]
    pub pos: Option<i64>,
    #[serde(default)]
    pub vp: bool,
    #[serde(default)]
    pub vn: bool,
    #[serde(default)]
    pub rem: bool,
}

#[derive(Deserialize)]
pub(crate) struct AttributeJson {
    pub k: String,
    #[serde(default)]
    pub v: serde_json::Value,
    #[serde(default)]
    pub cs: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        let check = |text: &str, name: &str, position, marks: [bool; 4], type_name: &str| {
            let it = Token::parse(text).unwrap();
            assert_eq!((it.name.as_str(), it.position, it.type_name.as_str()), (name, position, type_name), "{text}");
            assert_eq!([it.mandatory, it.by_value, it.by_property_name, it.remaining], marks, "{text}");
        };
        check("Name", "Name", None, [false; 4], "");
        check(
            "Identity[0]!|~<UMDialPlanIdParameter>",
            "Identity",
            Some(0),
            [true, true, true, false],
            "UMDialPlanIdParameter",
        );
        check("Rest*<String[]>", "Rest", None, [false, false, false, true], "String[]");
        for bad in ["", "[0]", "A[x]", "A[0", "A<B", "A!?"] {
            assert!(Token::parse(bad).is_err(), "{bad}");
        }
    }
}
