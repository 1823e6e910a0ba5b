//! A session of its own for the product cmdlets: it keeps what they write and answers yes.

use command::{
    AliasInfo, Arguments, Bound, CommandInfo, Context, Drive, ErrorRecord, Host, Invoke, ProgressRecord, Provider,
    ProviderPath, Result, Scope, Session, SilentHost, Str, TypeRef, Value, VariableInfo,
};
use std::any::Any;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What a call wrote.
#[derive(Default)]
pub struct Kept {
    pub home: PathBuf,
    pub output: Vec<Value>,
    pub errors: Vec<Arc<ErrorRecord>>,
    pub warnings: Vec<String>,
    pub what_if: bool,
    state: HashMap<&'static str, Option<Box<dyn Any + Send>>>,
    nothing: (),
    host: SilentHost,
}

impl Kept {
    pub fn new(home: PathBuf) -> Kept {
        Kept { home, ..Kept::default() }
    }
}

impl Context for Kept {
    fn invoke_block(&mut self, _: &Value, _: &[Value], _: Option<&Value>, _: Option<&Value>) -> Result {
        Ok(Value::Null)
    }
    fn invoke_class_method(&mut self, _: TypeRef, _: Option<&Value>, _: &str, _: &[Value]) -> Result<Option<Value>> {
        Ok(None)
    }
    fn construct_class(&mut self, _: TypeRef, _: &[Value]) -> Result {
        Ok(Value::Null)
    }
    fn class_static(&mut self, _: TypeRef, _: &str, _: Option<Value>) -> Result<Option<Value>> {
        Ok(None)
    }
    fn type_member(&mut self, _: &str, _: &str) -> Option<values::PsMember> {
        None
    }
    fn type_members(&mut self, _: &str) -> Vec<(Str, values::PsMember)> {
        Vec::new()
    }
    fn find_type(&mut self, name: &str) -> Option<TypeRef> {
        TypeRef::find(name)
    }
    fn culture_name(&self) -> &str {
        ""
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
        self.home.clone()
    }
    fn strict_mode(&self) -> u8 {
        0
    }
    fn is_stopping(&self) -> bool {
        false
    }
    fn engine(&mut self) -> &mut dyn Any {
        &mut self.nothing
    }
}

impl Session for Kept {
    fn write(&mut self, value: Value) -> Result<()> {
        self.output.push(value);
        Ok(())
    }
    fn write_error(&mut self, record: Arc<ErrorRecord>) -> Result<()> {
        self.errors.push(record);
        Ok(())
    }
    fn write_warning(&mut self, text: &str) -> Result<()> {
        self.warnings.push(text.to_owned());
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
        Ok(!self.what_if)
    }
    fn should_process_text(&mut self, _: &str, _: &str, _: &str) -> Result<bool> {
        Ok(!self.what_if)
    }
    fn should_continue(&mut self, _: &str, _: &str) -> Result<bool> {
        Ok(true)
    }
    fn invocation(&self) -> Arc<values::error::Invocation> {
        Arc::default()
    }
    fn command(&self) -> Arc<CommandInfo> {
        panic!("these cmdlets know their row")
    }
    fn is_expecting_input(&self) -> bool {
        false
    }
    fn stop_upstream(&mut self) -> Box<command::Flow> {
        Box::new(command::Flow::Stopped)
    }
    fn invoke_script(&mut self, _: &Value, _: Invoke) -> Result<Vec<Value>> {
        Ok(Vec::new())
    }
    fn invoke_command(&mut self, _: &str, _: Arguments, _: Vec<Value>) -> Result<Vec<Value>> {
        Ok(Vec::new())
    }
    fn parse_script(&mut self, _: &str, _: Option<&str>) -> Result {
        Ok(Value::Null)
    }
    fn find_command(&mut self, _: &str, _: bool) -> Result<Option<Arc<CommandInfo>>> {
        Ok(None)
    }
    fn commands(&mut self, _: &str, _: bool) -> Vec<Arc<CommandInfo>> {
        Vec::new()
    }
    fn bind_only(&mut self, _: &Arc<CommandInfo>, _: Arguments) -> Result<Bound> {
        Ok(Bound::new())
    }
    fn variable(&mut self, _: &str, _: Scope) -> Option<VariableInfo> {
        None
    }
    fn set_variable(&mut self, _: &str, _: Value, _: Scope) -> Result<()> {
        Ok(())
    }
    fn define_variable(&mut self, _: VariableInfo, _: Scope, _: bool) -> Result<()> {
        Ok(())
    }
    fn remove_variable(&mut self, _: &str, _: Scope, _: bool) -> Result<()> {
        Ok(())
    }
    fn variables(&mut self, _: Scope) -> Vec<VariableInfo> {
        Vec::new()
    }
    fn functions(&mut self) -> Vec<Arc<CommandInfo>> {
        Vec::new()
    }
    fn set_function(&mut self, _: &str, _: &Value, _: Scope) -> Result<()> {
        Ok(())
    }
    fn remove_function(&mut self, _: &str, _: bool) -> Result<bool> {
        Ok(false)
    }
    fn aliases(&mut self, _: Scope) -> Vec<AliasInfo> {
        Vec::new()
    }
    fn set_alias(&mut self, _: AliasInfo, _: Scope, _: bool) -> Result<()> {
        Ok(())
    }
    fn remove_alias(&mut self, _: &str, _: Scope, _: bool) -> Result<bool> {
        Ok(false)
    }
    fn location(&mut self) -> ProviderPath {
        ProviderPath { provider: Str::from("FileSystem"), drive: None, path: Str::from("/") }
    }
    fn set_location(&mut self, _: &ProviderPath) -> Result<()> {
        Ok(())
    }
    fn provider_path(&mut self, path: &str) -> Result<ProviderPath> {
        Ok(ProviderPath { provider: Str::from("FileSystem"), drive: None, path: Str::from(path) })
    }
    fn resolve_path(&mut self, path: &str, _: bool) -> Result<Vec<ProviderPath>> {
        self.provider_path(path).map(|p| vec![p])
    }
    fn file_path(&mut self, path: &str) -> Result<PathBuf> {
        Ok(self.home.join(path))
    }
    fn drives(&mut self) -> Vec<Drive> {
        Vec::new()
    }
    fn add_drive(&mut self, _: Drive, _: Scope) -> Result<()> {
        Ok(())
    }
    fn remove_drive(&mut self, _: &str, _: bool) -> Result<()> {
        Ok(())
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
        self.home.clone()
    }
    fn module_state(&mut self, key: &'static str) -> &mut Option<Box<dyn Any + Send>> {
        self.state.entry(key).or_default()
    }
    fn sleep(&mut self, _: std::time::Duration) -> Result<()> {
        Ok(())
    }
}
