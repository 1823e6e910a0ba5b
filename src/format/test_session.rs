//! A session for tests: variables, module state, nothing that runs script.

use std::any::Any;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use command::{
    AliasInfo, Arguments, Bound, CommandInfo, Context, Drive, ErrorRecord, Flow, Host, Invoke, ProgressRecord,
    Provider, ProviderPath, Result, Scope, Session, SilentHost, Str, TypeRef, Value, VariableInfo,
};
use values::PsMember;
use values::error::Invocation;

/// The session.
#[derive(Default)]
pub struct TestSession {
    pub output: Vec<Value>,
    pub variables: HashMap<String, Value>,
    state: HashMap<&'static str, Option<Box<dyn Any + Send>>>,
    host: SilentHost,
}

fn no<T>() -> Result<T> {
    Err(Box::new(Flow::Stopped))
}

impl Context for TestSession {
    fn invoke_block(&mut self, _: &Value, _: &[Value], _: Option<&Value>, _: Option<&Value>) -> Result {
        no()
    }
    fn invoke_class_method(&mut self, _: TypeRef, _: Option<&Value>, _: &str, _: &[Value]) -> Result<Option<Value>> {
        Ok(None)
    }
    fn construct_class(&mut self, _: TypeRef, _: &[Value]) -> Result {
        no()
    }
    fn class_static(&mut self, _: TypeRef, _: &str, _: Option<Value>) -> Result<Option<Value>> {
        Ok(None)
    }
    fn type_member(&mut self, type_name: &str, name: &str) -> Option<PsMember> {
        // The one member of the type data that the tests need.
        let is_entry = type_name == "System.Collections.DictionaryEntry" && name.eq_ignore_ascii_case("Name");
        is_entry.then(|| PsMember::Alias { target: Str::from("Key"), convert: None })
    }
    fn type_members(&mut self, _: &str) -> Vec<(Str, PsMember)> {
        Vec::new()
    }
    fn find_type(&mut self, name: &str) -> Option<TypeRef> {
        TypeRef::find(name)
    }
    fn culture_name(&self) -> &str {
        "en-US"
    }
    fn output_field_separator(&mut self) -> Option<Str> {
        None
    }
    fn utc_now_ticks(&self) -> i64 {
        0
    }
    fn time_zone(&self) -> &str {
        "UTC"
    }
    fn working_directory(&self) -> PathBuf {
        PathBuf::from("/")
    }
    fn strict_mode(&self) -> u8 {
        0
    }
    fn is_stopping(&self) -> bool {
        false
    }
    fn engine(&mut self) -> &mut dyn Any {
        self
    }
}

impl Session for TestSession {
    fn write(&mut self, value: Value) -> Result<()> {
        self.output.push(value);
        Ok(())
    }
    fn write_error(&mut self, _: Arc<ErrorRecord>) -> Result<()> {
        Ok(())
    }
    fn write_warning(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
    fn write_verbose(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
    fn write_debug(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
    fn write_information(&mut self, _: Value, _: Vec<Str>) -> Result<()> {
        Ok(())
    }
    fn write_progress(&mut self, _: &ProgressRecord) -> Result<()> {
        Ok(())
    }
    fn host(&mut self) -> &mut dyn Host {
        &mut self.host
    }
    fn should_process(&mut self, _: &str, _: &str) -> Result<bool> {
        Ok(true)
    }
    fn should_process_text(&mut self, _: &str, _: &str, _: &str) -> Result<bool> {
        Ok(true)
    }
    fn should_continue(&mut self, _: &str, _: &str) -> Result<bool> {
        Ok(true)
    }
    fn invocation(&self) -> Arc<Invocation> {
        Arc::default()
    }
    fn command(&self) -> Arc<CommandInfo> {
        unreachable!("no test asks for the running command")
    }
    fn is_expecting_input(&self) -> bool {
        true
    }
    fn stop_upstream(&mut self) -> Box<Flow> {
        Box::new(Flow::Stopped)
    }
    fn invoke_script(&mut self, _: &Value, _: Invoke) -> Result<Vec<Value>> {
        no()
    }
    fn invoke_command(&mut self, _: &str, _: Arguments, _: Vec<Value>) -> Result<Vec<Value>> {
        no()
    }
    fn parse_script(&mut self, text: &str, _: Option<&str>) -> Result {
        Ok(Value::from(text))
    }
    fn find_command(&mut self, _: &str, _: bool) -> Result<Option<Arc<CommandInfo>>> {
        Ok(None)
    }
    fn commands(&mut self, _: &str, _: bool) -> Vec<Arc<CommandInfo>> {
        Vec::new()
    }
    fn bind_only(&mut self, _: &Arc<CommandInfo>, _: Arguments) -> Result<Bound> {
        no()
    }
    fn variable(&mut self, name: &str, _: Scope) -> Option<VariableInfo> {
        let value = self.variables.get(&name.to_lowercase())?.clone();
        Some(VariableInfo {
            name: Str::from(name),
            value,
            description: None,
            options: command::VariableOptions::NONE,
            module: None,
            attributes: Vec::new(),
        })
    }
    fn set_variable(&mut self, name: &str, value: Value, _: Scope) -> Result<()> {
        self.variables.insert(name.to_lowercase(), value);
        Ok(())
    }
    fn define_variable(&mut self, _: VariableInfo, _: Scope, _: bool) -> Result<()> {
        no()
    }
    fn remove_variable(&mut self, _: &str, _: Scope, _: bool) -> Result<()> {
        no()
    }
    fn variables(&mut self, _: Scope) -> Vec<VariableInfo> {
        Vec::new()
    }
    fn functions(&mut self) -> Vec<Arc<CommandInfo>> {
        Vec::new()
    }
    fn set_function(&mut self, _: &str, _: &Value, _: Scope) -> Result<()> {
        no()
    }
    fn remove_function(&mut self, _: &str, _: bool) -> Result<bool> {
        no()
    }
    fn aliases(&mut self, _: Scope) -> Vec<AliasInfo> {
        Vec::new()
    }
    fn set_alias(&mut self, _: AliasInfo, _: Scope, _: bool) -> Result<()> {
        no()
    }
    fn remove_alias(&mut self, _: &str, _: Scope, _: bool) -> Result<bool> {
        no()
    }
    fn location(&mut self) -> ProviderPath {
        ProviderPath { provider: Str::from("FileSystem"), drive: None, path: Str::from("/") }
    }
    fn set_location(&mut self, _: &ProviderPath) -> Result<()> {
        no()
    }
    fn provider_path(&mut self, _: &str) -> Result<ProviderPath> {
        no()
    }
    fn resolve_path(&mut self, _: &str, _: bool) -> Result<Vec<ProviderPath>> {
        no()
    }
    fn file_path(&mut self, path: &str) -> Result<PathBuf> {
        Ok(PathBuf::from(path))
    }
    fn drives(&mut self) -> Vec<Drive> {
        Vec::new()
    }
    fn add_drive(&mut self, _: Drive, _: Scope) -> Result<()> {
        no()
    }
    fn remove_drive(&mut self, _: &str, _: bool) -> Result<()> {
        no()
    }
    fn provider(&mut self, _: &str) -> Option<Arc<dyn Provider>> {
        None
    }
    fn providers(&mut self) -> Vec<Arc<dyn Provider>> {
        Vec::new()
    }
    fn environment(&mut self, _: &str) -> Option<String> {
        None
    }
    fn set_environment(&mut self, _: &str, _: Option<&str>) {}
    fn environment_all(&mut self) -> Vec<(String, String)> {
        Vec::new()
    }
    fn home(&mut self) -> PathBuf {
        PathBuf::from("/")
    }
    fn module_state(&mut self, key: &'static str) -> &mut Option<Box<dyn Any + Send>> {
        self.state.entry(key).or_default()
    }
    fn sleep(&mut self, _: std::time::Duration) -> Result<()> {
        Ok(())
    }
}
