//! The built-in providers: file system, environment, variables, functions, aliases.

pub mod alias;
pub mod environment;
pub mod file_system;
pub mod function;
pub mod notes;
pub mod variable;

use std::sync::Arc;

use command::Provider;

/// The providers that every session has.
pub fn providers() -> Vec<Arc<dyn Provider>> {
    vec![
        Arc::new(alias::AliasProvider),
        Arc::new(environment::EnvironmentProvider),
        Arc::new(file_system::FileSystemProvider),
        Arc::new(function::FunctionProvider),
        Arc::new(variable::VariableProvider),
    ]
}
