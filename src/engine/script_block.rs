//! Script blocks as values.

use std::sync::{Arc, OnceLock};

use language::Span;
use language::ast::{Ast, BlockId, List, Param};
use values::object::Foreign;
use values::{Context, Result, Str, TypeRef, Value};

use crate::code::Code;
use crate::compile::compile_block;
use crate::runspace::Runspace;
use crate::scope::ScopeTable;

/// A script block: a piece of a tree and the session state it belongs to.
pub struct ScriptBlock {
    pub ast: Arc<Ast>,
    pub block: BlockId,
    /// Parameters in parentheses after a function's name.
    pub params: Option<List<Param>>,
    /// The module scope it was made in; none for the global session state.
    pub home: Option<Arc<ScopeTable>>,
    /// Variables captured by GetNewClosure.
    pub closure: Option<Arc<ScopeTable>>,
    pub is_filter: bool,
    made: BlockCode,
}

/// What is made of a block when it first runs; every value of one literal shares it.
#[derive(Clone, Default)]
pub struct BlockCode {
    own: Arc<OnceLock<Arc<Code>>>,
    shared: Arc<OnceLock<Arc<Code>>>,
    /// The same with marks for the debugger: its own scope, its caller's.
    marked: [Arc<OnceLock<Arc<Code>>>; 2],
    table: Arc<OnceLock<Arc<command::ParameterTable>>>,
}

impl ScriptBlock {
    /// A script block of a tree.
    pub fn new(
        ast: Arc<Ast>,
        block: BlockId,
        params: Option<List<Param>>,
        home: Option<Arc<ScopeTable>>,
    ) -> ScriptBlock {
        ScriptBlock::with_code(ast, block, params, home, BlockCode::default())
    }

    /// The same with what an earlier value of the literal has made.
    pub fn with_code(
        ast: Arc<Ast>,
        block: BlockId,
        params: Option<List<Param>>,
        home: Option<Arc<ScopeTable>>,
        made: BlockCode,
    ) -> ScriptBlock {
        ScriptBlock { ast, block, params, home, closure: None, is_filter: false, made }
    }

    /// The same block bound to another session state; code is shared.
    pub fn rebound(&self, home: Option<Arc<ScopeTable>>, closure: Option<Arc<ScopeTable>>) -> ScriptBlock {
        ScriptBlock {
            ast: self.ast.clone(),
            block: self.block,
            params: self.params,
            home,
            closure,
            is_filter: self.is_filter,
            made: self.made.clone(),
        }
    }

    /// The code for a scope of its own.
    pub fn code(&self) -> &Arc<Code> {
        self.made.own.get_or_init(|| {
            let mut code = compile_block(&self.ast, self.block, self.params, false);
            if self.is_filter {
                code.entries.process = code.entries.process.or(code.entries.end.take());
            }
            Arc::new(code)
        })
    }

    /// The code of a class's method: only `return` yields output.
    pub fn method_code(&self) -> &Arc<Code> {
        self.made.own.get_or_init(|| Arc::new(crate::compile::compile_method(&self.ast, self.block, self.params)))
    }

    /// The code that runs in its caller's scope.
    pub fn shared_code(&self) -> &Arc<Code> {
        self.made.shared.get_or_init(|| Arc::new(compile_block(&self.ast, self.block, self.params, true)))
    }

    /// The code with a mark before each statement, for a session that has a debugger.
    pub fn marked_code(&self, is_shared: bool) -> &Arc<Code> {
        self.made.marked[usize::from(is_shared)].get_or_init(|| {
            let mut code = crate::compile::compile_marked(&self.ast, self.block, self.params, is_shared);
            if self.is_filter && !is_shared {
                code.entries.process = code.entries.process.or(code.entries.end.take());
            }
            Arc::new(code)
        })
    }

    /// The parameters, made when first asked for.
    pub fn parameters(&self, runspace: &mut Runspace) -> Arc<command::ParameterTable> {
        self.made_parameters(runspace).0
    }

    /// The parameters, where all attributes could be made and they were asked for before.
    pub fn known_parameters(&self) -> Option<Arc<command::ParameterTable>> {
        self.made.table.get().cloned()
    }

    /// The parameters for a call: an attribute that can't be made is an error.
    pub fn checked_parameters(&self, runspace: &mut Runspace) -> Result<Arc<command::ParameterTable>> {
        match self.made_parameters(runspace) {
            (_, Some(fault)) => Err(fault),
            (table, None) => Ok(table),
        }
    }

    fn made_parameters(&self, runspace: &mut Runspace) -> (Arc<command::ParameterTable>, Option<Box<values::Flow>>) {
        if let Some(table) = self.made.table.get() {
            return (table.clone(), None);
        }
        let (made, fault) = crate::bind::script_parameters(runspace, self);
        let made = Arc::new(made);
        match fault {
            None => (self.made.table.get_or_init(|| made).clone(), None),
            fault => (made, fault),
        }
    }

    /// The text between the braces (of a script: all of it), with the parameters of a function that has them before the braces.
    pub fn text(&self) -> Str {
        let span = self.span();
        let text = self.ast.slice(span);
        let inner = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
        let Some(params) = self.params else { return Str::from(inner) };
        let params: Vec<&str> = self.ast.list(params).iter().map(|p| self.ast.slice(p.span)).collect();
        Str::from(format!("param({})\n{inner}", params.join(", ")))
    }

    /// Where the block stands.
    pub fn span(&self) -> Span {
        self.ast.block(self.block).span
    }

    /// The file it comes from.
    pub fn file(&self) -> Option<Str> {
        self.ast.source().file().map(Str::from)
    }
}

impl Foreign for ScriptBlock {
    fn type_ref(&self) -> TypeRef {
        TypeRef::SCRIPTBLOCK
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(Some(self.text()))
    }

    fn display_plain(&self) -> Option<Str> {
        Some(self.text())
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        crate::host_objects::script_block::get(self, ctx, name)
    }

    fn property_names(&self) -> Vec<Str> {
        ["Attributes", "File", "IsFilter", "IsConfiguration", "Module", "StartPosition", "DebuggerHidden", "Id", "Ast"]
            .map(Str::from)
            .to_vec()
    }

    fn method_names(&self) -> Vec<Str> {
        [
            "CheckRestrictedLanguage",
            "GetNewClosure",
            "GetPowerShell",
            "GetSteppablePipeline",
            "Invoke",
            "InvokeReturnAsIs",
            "InvokeWithContext",
        ]
        .map(Str::from)
        .to_vec()
    }

    fn call(&self, ctx: &mut dyn Context, me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        crate::host_objects::script_block::call(self, ctx, me, name, args)
    }
}
