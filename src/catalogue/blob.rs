//! Reading of a packed catalogue: nothing is copied, nothing is parsed before it is asked for.
//!
//! Layout: `MAGIC`, section table (offset and count of each section, in words of four bytes, little endian), then the
//! sections: name index, commands, parameters, nouns, properties, word lists; at the end the string pool. A string is the
//! offset of its length word in the pool; 0 is the empty string. A list is the offset of its count in the word lists.

pub(crate) const MAGIC: u32 = 0x3143_5444; // "DTC1"
pub(crate) const HEADER_WORDS: usize = 16;
pub(crate) const COMMAND_WORDS: usize = 20;
pub(crate) const PARAMETER_WORDS: usize = 9;
pub(crate) const NOUN_WORDS: usize = 16;
pub(crate) const PROPERTY_WORDS: usize = 13;
/// A position that is not given.
pub(crate) const NO_POSITION: u32 = u32::MAX;

/// Bits of a command's flag word.
pub(crate) mod command_flag {
    pub const SHOULD_PROCESS: u32 = 1;
    pub const PAGING: u32 = 2;
    pub const WHAT_IF_ONLY: u32 = 4;
    pub const CONFIRM_ONLY: u32 = 8;
    pub const GENERIC: u32 = 16;
}
/// Bits of a parameter's flag word.
pub(crate) mod parameter_flag {
    pub const DYNAMIC: u32 = 1;
    pub const HIDDEN: u32 = 2;
    pub const NULLABLE: u32 = 4;
}
/// Bits of a parameter's place in a set.
pub(crate) mod set_flag {
    pub const MANDATORY: u32 = 1;
    pub const BY_VALUE: u32 = 2;
    pub const BY_PROPERTY_NAME: u32 = 4;
    pub const REMAINING: u32 = 8;
}
/// Bits of a property's flag word.
pub(crate) mod property_flag {
    pub const MANY: u32 = 1;
    pub const UNIQUE: u32 = 2;
    pub const INDEXED: u32 = 4;
    pub const HIDDEN: u32 = 8;
    pub const READ_ONLY: u32 = 16;
    pub const NEW_ONLY: u32 = 32;
    pub const COMPUTED: u32 = 64;
}

/// One packed catalogue.
#[derive(Clone, Copy)]
pub struct Catalogue {
    bytes: &'static [u8],
}

#[derive(Clone, Copy)]
enum Section {
    Names = 1,
    Commands = 3,
    Parameters = 5,
    Nouns = 7,
    Properties = 9,
    Words = 11,
    Pool = 13,
}

impl Catalogue {
    /// Wraps a blob; `None` when it is not one.
    pub fn new(bytes: &'static [u8]) -> Option<Self> {
        let it = Catalogue { bytes };
        (bytes.len() >= HEADER_WORDS * 4 && it.word(0) == MAGIC).then_some(it)
    }

    fn word(&self, index: usize) -> u32 {
        match self.bytes.get(index * 4..index * 4 + 4) {
            Some(b) => u32::from_le_bytes([b[0], b[1], b[2], b[3]]),
            None => 0,
        }
    }

    fn start(&self, section: Section) -> usize {
        self.word(section as usize) as usize
    }

    fn count(&self, section: Section) -> usize {
        self.word(section as usize + 1) as usize
    }

    fn text(&self, offset: u32) -> &'static str {
        if offset == 0 {
            return "";
        }
        let at = self.start(Section::Pool) * 4 + offset as usize;
        let Some(head) = self.bytes.get(at..at + 4) else { return "" };
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        self.bytes.get(at + 4..at + 4 + length).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or("")
    }

    fn list(&self, offset: u32) -> Words {
        let at = self.start(Section::Words) + offset as usize;
        Words { blob: *self, next: at + 1, left: self.word(at) as usize }
    }

    fn texts(&self, offset: u32) -> Texts {
        Texts { words: self.list(offset) }
    }

    /// Number of commands.
    pub fn len(&self) -> usize {
        self.count(Section::Commands)
    }

    /// Whether there is no command.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The command with that name in any case; dashes like U+2013 are the caller's affair.
    pub fn command(&self, name: &str) -> Option<CommandRow> {
        let folded = fold(name);
        let start = self.start(Section::Names);
        let (mut low, mut high) = (0, self.count(Section::Names));
        while low < high {
            let middle = (low + high) / 2;
            match self.text(self.word(start + middle * 2)).cmp(folded.as_str()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    return Some(self.command_at(self.word(start + middle * 2 + 1) as usize));
                }
            }
        }
        None
    }

    fn command_at(&self, index: usize) -> CommandRow {
        CommandRow { blob: *self, at: self.start(Section::Commands) + index * COMMAND_WORDS }
    }

    /// All commands, sorted by folded name.
    pub fn commands(&self) -> impl ExactSizeIterator<Item = CommandRow> + use<> {
        let it = *self;
        let start = self.start(Section::Names);
        (0..self.count(Section::Names)).map(move |i| it.command_at(it.word(start + i * 2 + 1) as usize))
    }

    /// Noun number `index`.
    pub fn noun_at(&self, index: usize) -> Option<NounRow> {
        (index < self.count(Section::Nouns))
            .then(|| NounRow { blob: *self, at: self.start(Section::Nouns) + index * NOUN_WORDS })
    }

    /// All nouns, sorted by folded name.
    pub fn nouns(&self) -> impl ExactSizeIterator<Item = NounRow> + use<> {
        let it = *self;
        let start = self.start(Section::Nouns);
        (0..self.count(Section::Nouns)).map(move |i| NounRow { blob: it, at: start + i * NOUN_WORDS })
    }

    /// The noun with that name in any case.
    pub fn noun(&self, name: &str) -> Option<NounRow> {
        let folded = fold(name);
        let (mut low, mut high) = (0, self.count(Section::Nouns));
        while low < high {
            let middle = (low + high) / 2;
            let row = NounRow { blob: *self, at: self.start(Section::Nouns) + middle * NOUN_WORDS };
            match fold(row.name()).cmp(&folded) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(row),
            }
        }
        None
    }
}

/// The form of a name under which the index holds it.
pub fn fold(name: &str) -> String {
    if name.is_ascii() { name.to_ascii_lowercase() } else { name.to_lowercase() }
}

/// A list of words in the blob.
#[derive(Clone)]
pub struct Words {
    blob: Catalogue,
    next: usize,
    left: usize,
}

impl Iterator for Words {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        self.next += 1;
        Some(self.blob.word(self.next - 1))
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Words {}

/// A list of strings in the blob.
#[derive(Clone)]
pub struct Texts {
    words: Words,
}

impl Iterator for Texts {
    type Item = &'static str;
    fn next(&mut self) -> Option<&'static str> {
        let word = self.words.next()?;
        Some(self.words.blob.text(word))
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.words.size_hint()
    }
}

impl ExactSizeIterator for Texts {}

/// A command: a cmdlet of a built-in module, or a verb of a noun.
#[derive(Clone, Copy)]
pub struct CommandRow {
    blob: Catalogue,
    at: usize,
}

impl CommandRow {
    fn get(&self, index: usize) -> u32 {
        self.blob.word(self.at + index)
    }
    fn flag(&self, bit: u32) -> bool {
        self.get(6) & bit != 0
    }
    /// Name as documented, `Get-UMDialPlan`.
    pub fn name(&self) -> &'static str {
        self.blob.text(self.get(0))
    }
    /// PowerShell module.
    pub fn module(&self) -> &'static str {
        self.blob.text(self.get(1))
    }
    /// `Cmdlet` or `Function`.
    pub fn kind(&self) -> &'static str {
        self.blob.text(self.get(2))
    }
    /// The part before the dash.
    pub fn verb(&self) -> &'static str {
        self.blob.text(self.get(3))
    }
    /// The part after the dash.
    pub fn noun(&self) -> &'static str {
        self.blob.text(self.get(4))
    }
    /// Full name of the implementing .NET type; empty when not known.
    pub fn class(&self) -> &'static str {
        self.blob.text(self.get(5))
    }
    /// Whether WhatIf and Confirm exist.
    pub fn supports_should_process(&self) -> bool {
        self.flag(command_flag::SHOULD_PROCESS)
    }
    /// Whether First, Skip and IncludeTotalCount exist.
    pub fn supports_paging(&self) -> bool {
        self.flag(command_flag::PAGING)
    }
    /// Whether the row comes from a noun file, so that the generic verbs serve it.
    pub fn is_noun_command(&self) -> bool {
        self.flag(command_flag::GENERIC)
    }
    /// `None`, `Low`, `Medium` or `High`; empty when not stated.
    pub fn confirm_impact(&self) -> &'static str {
        self.blob.text(self.get(7))
    }
    /// Name of the default parameter set; empty when none is declared.
    pub fn default_set(&self) -> &'static str {
        self.blob.text(self.get(8))
    }
    /// Remoting capability where it is not `PowerShell`.
    pub fn remoting(&self) -> &'static str {
        self.blob.text(self.get(9))
    }
    /// Other names declared on the command itself.
    pub fn aliases(&self) -> Texts {
        self.blob.texts(self.get(10))
    }
    /// Output types in declared order.
    pub fn outputs(&self) -> impl Iterator<Item = OutputRow> + use<> {
        let blob = self.blob;
        let mut words = blob.list(self.get(11));
        std::iter::from_fn(move || {
            let name = words.next()?;
            let sets = words.next()?;
            let provider = words.next()?;
            Some(OutputRow { type_name: blob.text(name), sets: blob.texts(sets), provider: blob.text(provider) })
        })
    }
    /// Parameter sets in declared order, with the syntax line where it is known; `*` names the only, unnamed one.
    pub fn sets(&self) -> impl Iterator<Item = SetRow> + use<> {
        let blob = self.blob;
        let mut words = blob.list(self.get(12));
        std::iter::from_fn(move || {
            let name = words.next()?;
            let syntax = words.next()?;
            Some(SetRow { name: blob.text(name), syntax: blob.text(syntax) })
        })
    }
    /// Parameters in declared order, without the common ones.
    pub fn parameters(&self) -> impl ExactSizeIterator<Item = ParameterRow> + use<> {
        let blob = self.blob;
        let start = blob.start(Section::Parameters) + self.get(13) as usize * PARAMETER_WORDS;
        (0..self.get(14) as usize).map(move |i| ParameterRow { blob, at: start + i * PARAMETER_WORDS })
    }
    /// One sentence on what the command does; may be empty.
    pub fn synopsis(&self) -> &'static str {
        self.blob.text(self.get(15))
    }
    /// The noun whose file the row comes from.
    pub fn noun_row(&self) -> Option<NounRow> {
        if !self.is_noun_command() {
            return None;
        }
        self.blob.noun_at(self.get(16) as usize)
    }
    /// Examples as command lines.
    pub fn examples(&self) -> Texts {
        self.blob.texts(self.get(17))
    }
    /// Id of the error by which a command that cannot be offered refuses; empty when it is offered.
    pub fn refused_as(&self) -> &'static str {
        self.blob.text(self.get(18))
    }
    /// Whether only WhatIf or only Confirm exists.
    pub fn has_only(&self) -> Option<&'static str> {
        if self.flag(command_flag::WHAT_IF_ONLY) {
            Some("WhatIf")
        } else if self.flag(command_flag::CONFIRM_ONLY) {
            Some("Confirm")
        } else {
            None
        }
    }
}

/// An output type of a command.
pub struct OutputRow {
    /// .NET type name.
    pub type_name: &'static str,
    /// The sets it belongs to; empty for all.
    pub sets: Texts,
    /// The provider cmdlet it belongs to; empty for none.
    pub provider: &'static str,
}

/// A parameter set.
#[derive(Clone, Copy)]
pub struct SetRow {
    /// `*` for the unnamed one.
    pub name: &'static str,
    /// Syntax as `Get-Command -Syntax` prints it; empty where it is to be derived.
    pub syntax: &'static str,
}

/// A parameter of a command.
#[derive(Clone, Copy)]
pub struct ParameterRow {
    blob: Catalogue,
    at: usize,
}

impl ParameterRow {
    fn get(&self, index: usize) -> u32 {
        self.blob.word(self.at + index)
    }
    /// Name as documented.
    pub fn name(&self) -> &'static str {
        self.blob.text(self.get(0))
    }
    /// Type name, a full CLR name for built-in commands, the documented short one for nouns.
    pub fn type_name(&self) -> &'static str {
        self.blob.text(self.get(1))
    }
    /// Other names.
    pub fn aliases(&self) -> Texts {
        self.blob.texts(self.get(2))
    }
    /// Its place in each set it belongs to; the set `*` means all.
    pub fn places(&self) -> impl Iterator<Item = Place> + use<> {
        let blob = self.blob;
        let mut words = blob.list(self.get(3));
        std::iter::from_fn(move || {
            let set = words.next()?;
            let flags = words.next()?;
            let position = words.next()?;
            Some(Place {
                set: blob.text(set),
                mandatory: flags & set_flag::MANDATORY != 0,
                by_value: flags & set_flag::BY_VALUE != 0,
                by_property_name: flags & set_flag::BY_PROPERTY_NAME != 0,
                remaining: flags & set_flag::REMAINING != 0,
                position: (position != NO_POSITION).then_some(position as i32),
            })
        })
    }
    /// Validation and transformation attributes in declared order.
    pub fn attributes(&self) -> impl Iterator<Item = AttributeRow> + use<> {
        let blob = self.blob;
        let mut words = blob.list(self.get(4));
        std::iter::from_fn(move || {
            let kind = words.next()?;
            let values = words.next()?;
            let case_sensitive = words.next()? != 0;
            Some(AttributeRow { kind: blob.text(kind), values: blob.texts(values), case_sensitive })
        })
    }
    /// Names of the enumeration which is its type.
    pub fn enum_names(&self) -> Texts {
        self.blob.texts(self.get(5))
    }
    /// Help text; may be empty.
    pub fn help(&self) -> &'static str {
        self.blob.text(self.get(6))
    }
    /// Whether a provider adds it.
    pub fn is_dynamic(&self) -> bool {
        self.get(7) & parameter_flag::DYNAMIC != 0
    }
    /// Whether completion and help leave it out.
    pub fn is_hidden(&self) -> bool {
        self.get(7) & parameter_flag::HIDDEN != 0
    }
    /// Whether it takes `$null` although mandatory.
    pub fn takes_null(&self) -> bool {
        self.get(7) & parameter_flag::NULLABLE != 0
    }
    /// Documented default as text; may be empty.
    pub fn default_text(&self) -> &'static str {
        self.blob.text(self.get(8))
    }
}

/// A parameter's place in one set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Set name, `*` for all.
    pub set: &'static str,
    pub mandatory: bool,
    pub by_value: bool,
    pub by_property_name: bool,
    pub remaining: bool,
    pub position: Option<i32>,
}

/// An attribute of a parameter such as `ValidateRange` with its arguments.
pub struct AttributeRow {
    pub kind: &'static str,
    /// Arguments as text.
    pub values: Texts,
    pub case_sensitive: bool,
}

/// A noun of the product modules.
#[derive(Clone, Copy)]
pub struct NounRow {
    blob: Catalogue,
    at: usize,
}

impl NounRow {
    fn get(&self, index: usize) -> u32 {
        self.blob.word(self.at + index)
    }
    /// Name, `UMDialPlan`.
    pub fn name(&self) -> &'static str {
        self.blob.text(self.get(0))
    }
    /// Full type name of its objects.
    pub fn type_name(&self) -> &'static str {
        self.blob.text(self.get(1))
    }
    /// What kind of object it is: `directory` (Exchange), `document` (Cs), `tenant`, `server` or `action`.
    pub fn family(&self) -> &'static str {
        self.blob.text(self.get(2))
    }
    /// Container below which its objects lie; empty for the family's default.
    pub fn container(&self) -> &'static str {
        self.blob.text(self.get(3))
    }
    /// Name under which its objects are stored; several nouns may be faces of one.
    pub fn stored_as(&self) -> &'static str {
        self.blob.text(self.get(4))
    }
    /// Scopes its objects may have: `Global`, `Site`, `Service`, `Tag`.
    pub fn scopes(&self) -> Texts {
        self.blob.texts(self.get(5))
    }
    /// Columns of the table view.
    pub fn table_view(&self) -> Texts {
        self.blob.texts(self.get(6))
    }
    /// Entries of the list view; `*` for all.
    pub fn list_view(&self) -> Texts {
        self.blob.texts(self.get(7))
    }
    /// Properties in order of the list view.
    pub fn properties(&self) -> impl ExactSizeIterator<Item = PropertyRow> + use<> {
        let blob = self.blob;
        let start = blob.start(Section::Properties) + self.get(8) as usize * PROPERTY_WORDS;
        (0..self.get(9) as usize).map(move |i| PropertyRow { blob, at: start + i * PROPERTY_WORDS })
    }
    /// The property with that name in any case.
    pub fn property(&self, name: &str) -> Option<PropertyRow> {
        self.properties().find(|p| p.name().eq_ignore_ascii_case(name))
    }
    /// `runtime`, `checked` or `recorded`: what the stored settings do.
    pub fn effect(&self) -> &'static str {
        self.blob.text(self.get(10))
    }
    /// Noun whose object contains this one's (voice rules in a dial plan); empty for none.
    pub fn parent(&self) -> &'static str {
        self.blob.text(self.get(11))
    }
    /// PowerShell module.
    pub fn module(&self) -> &'static str {
        self.blob.text(self.get(12))
    }
    /// Objects that a fresh organisation has, each a JSON object.
    pub fn seeds(&self) -> Texts {
        self.blob.texts(self.get(13))
    }
    /// Nouns that refuse removal while they refer to an object of this one, as `Noun.Property`.
    pub fn referred_by(&self) -> Texts {
        self.blob.texts(self.get(14))
    }
    /// Name of the document in messages of the Cs family; empty for the noun's own.
    pub fn document(&self) -> &'static str {
        self.blob.text(self.get(15))
    }
}

/// A property of a noun.
#[derive(Clone, Copy)]
pub struct PropertyRow {
    blob: Catalogue,
    at: usize,
}

impl PropertyRow {
    fn get(&self, index: usize) -> u32 {
        self.blob.word(self.at + index)
    }
    fn flag(&self, bit: u32) -> bool {
        self.get(2) & bit != 0
    }
    /// Name.
    pub fn name(&self) -> &'static str {
        self.blob.text(self.get(0))
    }
    /// Type of one value.
    pub fn type_name(&self) -> &'static str {
        self.blob.text(self.get(1))
    }
    /// Whether it holds several values.
    pub fn is_many(&self) -> bool {
        self.flag(property_flag::MANY)
    }
    /// Whether no two objects of the noun may have the same value.
    pub fn is_unique(&self) -> bool {
        self.flag(property_flag::UNIQUE)
    }
    /// Whether the store keeps an index.
    pub fn is_indexed(&self) -> bool {
        self.flag(property_flag::INDEXED) || self.is_unique()
    }
    /// Whether views leave it out.
    pub fn is_hidden(&self) -> bool {
        self.flag(property_flag::HIDDEN)
    }
    /// Whether no cmdlet sets it.
    pub fn is_read_only(&self) -> bool {
        self.flag(property_flag::READ_ONLY)
    }
    /// Whether only New sets it.
    pub fn is_new_only(&self) -> bool {
        self.flag(property_flag::NEW_ONLY)
    }
    /// Whether it is not stored but worked out on reading.
    pub fn is_computed(&self) -> bool {
        self.flag(property_flag::COMPUTED)
    }
    /// Default as JSON; empty for none.
    pub fn default_json(&self) -> &'static str {
        self.blob.text(self.get(3))
    }
    /// Noun that its values name; empty for none.
    pub fn link(&self) -> &'static str {
        self.blob.text(self.get(4))
    }
    /// Smallest value or shortest length as text; empty for none.
    pub fn minimum(&self) -> &'static str {
        self.blob.text(self.get(5))
    }
    /// Largest value as text; empty for none.
    pub fn maximum(&self) -> &'static str {
        self.blob.text(self.get(6))
    }
    /// Longest text; 0 for no limit.
    pub fn max_length(&self) -> usize {
        self.get(7) as usize
    }
    /// Values of an enumeration.
    pub fn values(&self) -> Texts {
        self.blob.texts(self.get(8))
    }
    /// Pattern that its text must match; empty for none.
    pub fn pattern(&self) -> &'static str {
        self.blob.text(self.get(9))
    }
    /// Help text; may be empty.
    pub fn help(&self) -> &'static str {
        self.blob.text(self.get(10))
    }
    /// What its value does at run time, when it differs from the noun's: `runtime`, `checked`, `recorded`.
    pub fn effect(&self) -> &'static str {
        self.blob.text(self.get(11))
    }
    /// Links whose other ends are its values, each as `Noun.Property`.
    pub fn back_links(&self) -> Texts {
        self.blob.texts(self.get(12))
    }
}
