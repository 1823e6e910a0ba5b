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

/// Scope and name of a path of the variable and function providers, such as `global:prompt`.
pub(crate) fn scoped(path: &str, otherwise: command::Scope) -> (command::Scope, &str) {
    let Some((scope, name)) = path.split_once(':') else { return (otherwise, path) };
    let scope = match scope.to_ascii_lowercase().as_str() {
        "global" => command::Scope::Global,
        "script" => command::Scope::Script,
        "local" => command::Scope::Local,
        "private" => command::Scope::Private,
        _ => return (otherwise, path),
    };
    (scope, name)
}
