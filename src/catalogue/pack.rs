//! Packs commands and nouns into one blob.

use crate::blob::{self, COMMAND_WORDS, HEADER_WORDS, MAGIC, NO_POSITION, NOUN_WORDS, PARAMETER_WORDS, PROPERTY_WORDS};
use std::collections::HashMap;

/// A command in the form in which it is packed.
#[derive(Default)]
pub(crate) struct Command {
    pub name: String,
    pub module: String,
    pub kind: String,
    pub verb: String,
    pub noun: String,
    pub class: String,
    pub flags: u32,
    pub impact: String,
    pub default_set: String,
    pub remoting: String,
    pub aliases: Vec<String>,
    pub outputs: Vec<(String, Vec<String>, String)>,
    pub sets: Vec<(String, String)>,
    pub parameters: Vec<Parameter>,
    pub synopsis: String,
    pub examples: Vec<String>,
    pub refused: String,
    /// Name of the noun file it comes from.
    pub from_noun: Option<String>,
}

#[derive(Default)]
pub(crate) struct Parameter {
    pub name: String,
    pub type_name: String,
    pub aliases: Vec<String>,
    /// Set, flags, position.
    pub places: Vec<(String, u32, u32)>,
    /// Kind, arguments, case-sensitive.
    pub attributes: Vec<(String, Vec<String>, bool)>,
    pub names: Vec<String>,
    pub help: String,
    pub flags: u32,
    pub default: String,
}

#[derive(Default)]
pub(crate) struct Noun {
    pub name: String,
    pub type_name: String,
    pub family: String,
    pub container: String,
    pub stored_as: String,
    pub scopes: Vec<String>,
    pub table: Vec<String>,
    pub list: Vec<String>,
    pub properties: Vec<Property>,
    pub effect: String,
    pub parent: String,
    pub module: String,
    pub seeds: Vec<String>,
    pub referred_by: Vec<String>,
    pub document: String,
}

#[derive(Default)]
pub(crate) struct Property {
    pub name: String,
    pub type_name: String,
    pub flags: u32,
    pub default: String,
    pub link: String,
    pub minimum: String,
    pub maximum: String,
    pub max_length: u32,
    pub values: Vec<String>,
    pub pattern: String,
    pub help: String,
    pub effect: String,
    pub back: Vec<String>,
}

#[derive(Default)]
struct Packer {
    pool: Vec<u8>,
    strings: HashMap<String, u32>,
    words: Vec<u32>,
    lists: HashMap<Vec<u32>, u32>,
}

impl Packer {
    fn text(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if let Some(&at) = self.strings.get(text) {
            return at;
        }
        let at = self.pool.len() as u32;
        self.pool.extend((text.len() as u32).to_le_bytes());
        self.pool.extend(text.as_bytes());
        self.strings.insert(text.to_owned(), at);
        at
    }

    /// Stores `items` preceded by `count`.
    fn list(&mut self, items: Vec<u32>) -> u32 {
        if items.is_empty() {
            return 0;
        }
        if let Some(&at) = self.lists.get(&items) {
            return at;
        }
        let at = self.words.len() as u32;
        self.words.push(items.len() as u32);
        self.words.extend(&items);
        self.lists.insert(items, at);
        at
    }

    fn texts(&mut self, texts: &[String]) -> u32 {
        let items = texts.iter().map(|t| self.text(t)).collect();
        self.list(items)
    }
}

/// Packs everything; commands and nouns are sorted by folded name.
pub(crate) fn pack(mut commands: Vec<Command>, mut nouns: Vec<Noun>) -> Vec<u8> {
    // Word 0 of the lists is the empty list, byte 0-3 of the pool the empty string.
    let mut packer = Packer { pool: vec![0; 4], words: vec![0], ..Packer::default() };
    commands.sort_by_key(|c| blob::fold(&c.name));
    nouns.sort_by_key(|n| blob::fold(&n.name));
    let noun_index: HashMap<String, u32> = nouns.iter().enumerate().map(|(i, n)| (n.name.clone(), i as u32)).collect();

    let mut names = Vec::with_capacity(commands.len() * 2);
    let mut command_words = Vec::with_capacity(commands.len() * COMMAND_WORDS);
    let mut parameter_words: Vec<u32> = Vec::new();
    for (index, command) in commands.iter().enumerate() {
        names.push(packer.text(&blob::fold(&command.name)));
        names.push(index as u32);
        let first = (parameter_words.len() / PARAMETER_WORDS) as u32;
        for parameter in &command.parameters {
            parameter_words.extend(pack_parameter(&mut packer, parameter));
        }
        let aliases = packer.texts(&command.aliases);
        let outputs =
            command.outputs.iter().flat_map(|(t, s, p)| [packer.text(t), packer.texts(s), packer.text(p)]).collect();
        let sets = command.sets.iter().flat_map(|(n, s)| [packer.text(n), packer.text(s)]).collect();
        let row: [u32; COMMAND_WORDS] = [
            packer.text(&command.name),
            packer.text(&command.module),
            packer.text(&command.kind),
            packer.text(&command.verb),
            packer.text(&command.noun),
            packer.text(&command.class),
            command.flags,
            packer.text(&command.impact),
            packer.text(&command.default_set),
            packer.text(&command.remoting),
            aliases,
            packer.list(outputs),
            packer.list(sets),
            first,
            command.parameters.len() as u32,
            packer.text(&command.synopsis),
            command.from_noun.as_ref().and_then(|n| noun_index.get(n)).copied().unwrap_or(0),
            packer.texts(&command.examples),
            packer.text(&command.refused),
            0,
        ];
        command_words.extend(row);
    }

    let mut noun_words = Vec::with_capacity(nouns.len() * NOUN_WORDS);
    let mut property_words: Vec<u32> = Vec::new();
    for noun in &nouns {
        let first = (property_words.len() / PROPERTY_WORDS) as u32;
        for property in &noun.properties {
            property_words.extend(pack_property(&mut packer, property));
        }
        let row: [u32; NOUN_WORDS] = [
            packer.text(&noun.name),
            packer.text(&noun.type_name),
            packer.text(&noun.family),
            packer.text(&noun.container),
            packer.text(&noun.stored_as),
            packer.texts(&noun.scopes),
            packer.texts(&noun.table),
            packer.texts(&noun.list),
            first,
            noun.properties.len() as u32,
            packer.text(&noun.effect),
            packer.text(&noun.parent),
            packer.text(&noun.module),
            packer.texts(&noun.seeds),
            packer.texts(&noun.referred_by),
            packer.text(&noun.document),
        ];
        noun_words.extend(row);
    }

    let sections: [(&[u32], usize); 6] = [
        (&names, 2),
        (&command_words, COMMAND_WORDS),
        (&parameter_words, PARAMETER_WORDS),
        (&noun_words, NOUN_WORDS),
        (&property_words, PROPERTY_WORDS),
        (&packer.words, 1),
    ];
    let mut header = vec![MAGIC];
    let mut at = HEADER_WORDS;
    for (words, width) in &sections {
        header.push(at as u32);
        header.push((words.len() / width) as u32);
        at += words.len();
    }
    header.push(at as u32);
    header.push(packer.pool.len() as u32);
    header.resize(HEADER_WORDS, 0);
    let mut bytes = Vec::with_capacity(at * 4 + packer.pool.len());
    for word in header.iter().chain(sections.iter().flat_map(|(words, _)| words.iter())) {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(&packer.pool);
    bytes
}

fn pack_parameter(packer: &mut Packer, parameter: &Parameter) -> [u32; PARAMETER_WORDS] {
    let places =
        parameter.places.iter().flat_map(|(set, flags, position)| [packer.text(set), *flags, *position]).collect();
    let attributes =
        parameter.attributes.iter().flat_map(|(k, v, cs)| [packer.text(k), packer.texts(v), u32::from(*cs)]).collect();
    [
        packer.text(&parameter.name),
        packer.text(&parameter.type_name),
        packer.texts(&parameter.aliases),
        packer.list(places),
        packer.list(attributes),
        packer.texts(&parameter.names),
        packer.text(&parameter.help),
        parameter.flags,
        packer.text(&parameter.default),
    ]
}

fn pack_property(packer: &mut Packer, property: &Property) -> [u32; PROPERTY_WORDS] {
    [
        packer.text(&property.name),
        packer.text(&property.type_name),
        property.flags,
        packer.text(&property.default),
        packer.text(&property.link),
        packer.text(&property.minimum),
        packer.text(&property.maximum),
        property.max_length,
        packer.texts(&property.values),
        packer.text(&property.pattern),
        packer.text(&property.help),
        packer.text(&property.effect),
        packer.texts(&property.back),
    ]
}

/// The position word of an optional position.
pub(crate) fn position_word(position: Option<u32>) -> u32 {
    position.unwrap_or(NO_POSITION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;
    use crate::blob::{command_flag, set_flag};

    #[test]
    fn what_is_packed_is_read() {
        let commands = vec![
            Command { name: "Set-B".into(), verb: "Set".into(), ..Command::default() },
            Command {
                name: "Get-A".into(),
                verb: "Get".into(),
                noun: "A".into(),
                flags: command_flag::GENERIC,
                from_noun: Some("A".into()),
                sets: vec![("One".into(), "[-X]".into())],
                parameters: vec![Parameter {
                    name: "X".into(),
                    type_name: "System.String".into(),
                    places: vec![("One".into(), set_flag::MANDATORY, 0), ("Two".into(), 0, NO_POSITION)],
                    attributes: vec![("ValidateSet".into(), vec!["p".into(), "q".into()], false)],
                    ..Parameter::default()
                }],
                ..Command::default()
            },
        ];
        let nouns = vec![Noun {
            name: "A".into(),
            properties: vec![Property { name: "Size".into(), default: "5".into(), ..Property::default() }],
            ..Noun::default()
        }];
        let bytes: &'static [u8] = Box::leak(pack(commands, nouns).into_boxed_slice());
        let it = Catalogue::new(bytes).unwrap();
        assert_eq!(it.commands().map(|c| c.name()).collect::<Vec<_>>(), ["Get-A", "Set-B"]);
        let row = it.command("GET-a").unwrap();
        let parameter = row.parameters().next().unwrap();
        let places: Vec<_> = parameter.places().map(|p| (p.set, p.mandatory, p.position)).collect();
        assert_eq!(places, [("One", true, Some(0)), ("Two", false, None)]);
        assert_eq!(parameter.attributes().next().unwrap().values.collect::<Vec<_>>(), ["p", "q"]);
        assert_eq!(row.noun_row().unwrap().property("size").unwrap().default_json(), "5");
        assert!(it.command("Get-C").is_none());
        assert!(Catalogue::new(b"nonsense").is_none());
    }
}
