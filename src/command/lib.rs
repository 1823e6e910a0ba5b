//! The contract between cmdlets and engine: what a command is, what it is given, and what it may ask of the session.
//!
//! Small and slow to change: cmdlet crates depend on this and not on the engine. `Flow`, `ErrorRecord` and the categories are
//! those of `values` (conversions raise them too) and stand here again under the names that cmdlets use.

mod bound;
mod cmdlet;
mod encoding;
mod file;
mod help;
mod host;
mod info;
pub mod line;
mod native;
mod provider;
mod session;
mod session_option;
mod silent_host;
mod state;
mod text_parts;
mod whole_file;
mod wildcard;

pub use bound::Bound;
pub use cmdlet::{Cmdlet, Command, CommandLine};
pub use encoding::TextEncoding;
pub use file::{file_exception, plain_failure};
pub use help::{CommandHelp, HelpTexts};
pub use host::{Choice, Field, FieldKind, Filled, Form, Grid, Host, HostColor, Picks, ProgressRecord, no_screen};
pub use info::{
    COMMON_PARAMETERS, CommandBody, CommandInfo, CommandKind, CommonParameter, Parameter, ParameterInSet, ParameterSet,
    ParameterTable, RISK_PARAMETERS, Validation, names_secret,
};
pub use line::LineSettings;
pub use native::{NativeObject, class, enum_value};
pub use provider::{Drive, ItemKind, Provider, ProviderPath, Stat};
pub use session::{Arguments, Invoke, Rehearsed, Session};
pub use session_option::{MOST_REDIRECTIONS, session_option};
pub use silent_host::SilentHost;
pub use state::{AliasInfo, Scope, VariableInfo};
pub use text_parts::TextParts;
pub use values::error::{error_of, runtime_error};
pub use values::object::VariableOptions;
pub use values::{Context, ErrorCategory, ErrorRecord, Exception, Flow, Result, Str, TypeRef, Value};
pub use whole_file::WholeFile;
pub use wildcard::Wildcard;
