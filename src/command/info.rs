//! What is known of a command: what the binder, Get-Command, help and completion go by.

use std::any::Any;
use std::sync::Arc;

use values::{Str, TypeRef, Value};

use crate::cmdlet::Command;

/// The kinds of commands (System.Management.Automation.CommandTypes).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommandKind {
    Alias = 1,
    Function = 2,
    Filter = 4,
    Cmdlet = 8,
    ExternalScript = 16,
    Application = 32,
    Script = 64,
    Configuration = 256,
}

/// A command.
#[derive(Clone)]
pub struct CommandInfo {
    /// Name.
    pub name: Str,
    /// Kind.
    pub kind: CommandKind,
    /// Module, where it has one.
    pub module: Option<Str>,
    /// Its parameters; made when first asked for.
    pub parameters: Arc<ParameterTable>,
    /// What runs.
    pub body: CommandBody,
    /// The name whose class appears in error ids: `Microsoft.PowerShell.Commands.GetItemCommand` for cmdlets, the name for functions.
    pub error_name: Str,
    /// Output type names.
    pub output_types: Vec<Str>,
    /// `ScopedItemOptions` of functions and aliases.
    pub options: crate::VariableOptions,
    /// Path of scripts and programs, target of aliases, else empty.
    pub definition: Str,
    /// Help text of functions (comment-based), description of aliases.
    pub description: Option<Str>,
}

/// What runs when a command is called.
#[derive(Clone)]
pub enum CommandBody {
    /// A built-in command.
    Native(&'static Command),
    /// A cmdlet made from data (a noun's verb): the maker is given by the module's crate.
    Made(Arc<dyn Fn() -> Box<dyn crate::cmdlet::Cmdlet> + Send + Sync>),
    /// A function, filter or script: the script block.
    Script(Value),
    /// A program's path.
    Program(Str),
    /// An alias of another command.
    Alias(Str),
    /// Something only the engine knows.
    Engine(Arc<dyn Any + Send + Sync>),
    /// A command of the reference that this product does not offer: calling it says so.
    Missing,
}

/// All parameters of a command, without the common ones, which the engine adds.
#[derive(Clone, Default)]
pub struct ParameterTable {
    /// In order of declaration.
    pub parameters: Vec<Parameter>,
    /// Names of the sets in order; empty when there is only the unnamed one.
    pub sets: Vec<ParameterSet>,
    /// Index into `sets` of the default set.
    pub default_set: Option<usize>,
    /// `[CmdletBinding()]`, or a cmdlet: unknown parameters are errors and common parameters exist.
    pub is_advanced: bool,
    /// `-WhatIf` and `-Confirm` exist.
    pub supports_should_process: bool,
    /// `-First`, `-Skip`, `-IncludeTotalCount` exist.
    pub supports_paging: bool,
    /// Impact: 0 none, 1 low, 2 medium, 3 high.
    pub confirm_impact: u8,
    /// Positions are given to parameters that have none of their own, in order (functions).
    pub positional_binding: bool,
}

/// A parameter set.
#[derive(Clone, Debug)]
pub struct ParameterSet {
    /// Name.
    pub name: Str,
}

/// A parameter.
#[derive(Clone)]
pub struct Parameter {
    /// Name.
    pub name: Str,
    /// Aliases.
    pub aliases: Vec<Str>,
    /// Type.
    pub ty: TypeRef,
    /// The type's name as declared (shown where the type is not known here).
    pub type_name: Str,
    /// Its place in each set; `set` none means all sets.
    pub in_sets: Vec<ParameterInSet>,
    /// Validation attributes in order.
    pub validations: Vec<Validation>,
    /// Allowed names where the type is an enumeration that has no type of its own here.
    pub enum_names: Vec<Str>,
    /// Script blocks or names of argument transformation attributes.
    pub transformations: Vec<Value>,
    /// Argument completer, a script block or null.
    pub completer: Value,
    /// `DontShow`.
    pub is_hidden: bool,
    /// Added by a provider or `dynamicparam`.
    pub is_dynamic: bool,
    /// `[PSTypeName('...')]`.
    pub ps_type_name: Option<Str>,
    /// `[SupportsWildcards()]`.
    pub takes_wildcards: bool,
    /// Help message.
    pub help: Option<Str>,
    /// The source text of the default value (functions).
    pub default_text: Option<Str>,
}

/// A parameter's place in a set.
#[derive(Clone, Debug, Default)]
pub struct ParameterInSet {
    /// Index into the table's sets; none for all sets.
    pub set: Option<usize>,
    pub is_mandatory: bool,
    pub position: Option<i32>,
    pub by_value: bool,
    pub by_property_name: bool,
    pub takes_remaining: bool,
    pub help_message: Option<Str>,
}

/// Validation attributes.
#[derive(Clone, Debug)]
pub enum Validation {
    Set {
        values: Vec<Str>,
        is_case_sensitive: bool,
        message: Option<Str>,
    },
    /// `ValidateSet` with a class that yields the values.
    SetFrom(Value),
    Range {
        min: Value,
        max: Value,
    },
    /// `Positive`, `Negative`, `NonNegative`, `NonPositive`.
    RangeKind(Str),
    Pattern {
        pattern: Str,
        options: i64,
        message: Option<Str>,
    },
    Length {
        min: i64,
        max: i64,
    },
    Count {
        min: i64,
        max: i64,
    },
    Script {
        block: Value,
        message: Option<Str>,
    },
    NotNull,
    NotNullOrEmpty,
    NotNullOrWhiteSpace,
    Drive(Vec<Str>),
    UserDrive,
    AllowNull,
    AllowEmptyString,
    AllowEmptyCollection,
    /// An attribute of a script class that derives from ValidateArgumentsAttribute.
    Custom(Value),
}

impl ParameterTable {
    /// A parameter by its exact name or alias.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.parameters
            .iter()
            .position(|p| p.name.eq_ignore_ascii_case(name) || p.aliases.iter().any(|a| a.eq_ignore_ascii_case(name)))
    }
}

impl Parameter {
    /// A plain parameter of all sets.
    pub fn new(name: impl Into<Str>, ty: TypeRef) -> Parameter {
        Parameter {
            name: name.into(),
            aliases: Vec::new(),
            ty,
            type_name: Str::from(ty.name()),
            in_sets: vec![ParameterInSet::default()],
            validations: Vec::new(),
            enum_names: Vec::new(),
            transformations: Vec::new(),
            completer: Value::Null,
            is_hidden: false,
            is_dynamic: false,
            takes_wildcards: false,
            ps_type_name: None,
            help: None,
            default_text: None,
        }
    }

    /// Whether it is a switch.
    pub fn is_switch(&self) -> bool {
        self.ty == TypeRef::SWITCH
    }
}

/// Name, alias, and whether it is a switch.
pub type CommonParameter = (&'static str, &'static str, bool);

/// What every advanced command takes (about_CommonParameters).
pub const COMMON_PARAMETERS: &[CommonParameter] = &[
    ("Verbose", "vb", true),
    ("Debug", "db", true),
    ("ErrorAction", "ea", false),
    ("WarningAction", "wa", false),
    ("InformationAction", "infa", false),
    ("ProgressAction", "proga", false),
    ("ErrorVariable", "ev", false),
    ("WarningVariable", "wv", false),
    ("InformationVariable", "iv", false),
    ("OutVariable", "ov", false),
    ("OutBuffer", "ob", false),
    ("PipelineVariable", "pv", false),
];

/// What commands take that support ShouldProcess.
pub const RISK_PARAMETERS: &[CommonParameter] = &[("WhatIf", "wi", true), ("Confirm", "cf", true)];

/// Whether a parameter's name says that it holds a secret, which no log and no trace shows.
pub fn names_secret(parameter: &str) -> bool {
    let lower = parameter.to_lowercase();
    ["pin", "password", "secret", "token", "credential"].iter().any(|word| lower.contains(word))
}
