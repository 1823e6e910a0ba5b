//! A runspace: value stack, scopes, streams and the command table of one session. Used by one thread at a time.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use command::{Host, Provider, ProviderPath};
use language::Sym;
use values::error::Invocation;
use values::object::ForeignRef;
use values::{Array, ErrorRecord, Str, TypeRef, Value};

use crate::code::Code;
use crate::commands::CommandTable;
use crate::pipeline::Pipe;
use crate::scope::{ScopeTable, Variable};

/// Where a frame's lookups go on.
#[derive(Clone)]
pub enum Parent {
    /// The frame with this index.
    Frame(usize),
    /// A module's or the global scope.
    Table(Arc<ScopeTable>),
}

/// What a frame runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameKind {
    /// A script file or the text of the command line.
    Script,
    /// A function, filter or method.
    Function,
    /// `& { }`.
    Block,
    /// In its caller's scope.
    Shared,
}

/// An activation of code.
pub struct Frame {
    pub code: Arc<Code>,
    /// First register in the value stack.
    pub base: usize,
    /// Instruction that is running or that called out.
    pub pc: u32,
    pub parent: Parent,
    /// Variables made at run time, functions and aliases of this scope.
    pub table: Option<Arc<ScopeTable>>,
    pub kind: FrameKind,
    /// Name for stack traces.
    pub name: Str,
    /// The session state's top scope: none is global.
    pub home: Option<Arc<ScopeTable>>,
    /// How it was called.
    pub invocation: Option<Arc<Invocation>>,
    /// Pipeline and stage that the frame belongs to, for `$PSCmdlet`.
    pub stage: Option<(usize, usize)>,
    /// The running script block.
    pub block: Value,
    /// A class's method: the class.
    pub class: Option<TypeRef>,
    /// The innermost table on the way outward that says what commands' names mean: two frames with the same one see the
    /// same commands.
    pub names: u64,
}

impl Frame {
    /// The name as call stacks tell it: scripts and script blocks have none of their own.
    pub fn function_name(&self) -> Str {
        function_name(&self.code, self.kind, &self.name)
    }
}

/// The name that call stacks tell of a frame's code.
pub(crate) fn function_name(code: &Code, kind: FrameKind, name: &Str) -> Str {
    let is_file = code.ast.source().file().is_some() && code.block == code.ast.root();
    match kind == FrameKind::Script || is_file || name.is_empty() {
        true => Str::from("<ScriptBlock>"),
        false => name.clone(),
    }
}

/// Where output goes.
pub enum Sink {
    /// Collected.
    Collect(Vec<Value>),
    /// The first one is kept, the others only counted.
    First { value: Value, count: usize },
    /// To the sink with that index.
    Forward(usize),
    /// Into a list and on to the sink with that index (-OutVariable).
    Tee { to: usize, list: Arc<Array> },
    /// Into a variable and on to the sink with that index (-PipelineVariable).
    Mark { to: usize, cell: ForeignRef },
    /// Thrown away.
    Discard,
    /// Into a stage of a pipeline.
    Stage { pipe: usize, stage: usize },
    /// A file of a redirection.
    File(usize),
    /// What does with it as it likes, on this thread.
    Writer(Arc<dyn StreamWriter>),
    /// A channel to another thread.
    Channel(std::sync::mpsc::SyncSender<Value>),
}

/// Takes what a stream carries as it comes.
pub trait StreamWriter: Send + Sync {
    /// Takes one object; an error ends the pipeline.
    fn write(&self, runspace: &mut Runspace, value: Value) -> values::Result<()>;
}

/// Where a stream other than output goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// To the host (or up to who called).
    Host,
    /// Into the output sink with this index.
    Sink(usize),
    /// Into that sink, and shown by the host as well.
    Both(usize),
    /// Thrown away.
    Discard,
    /// A redirection's file.
    File(usize),
}

/// The streams 2 to 6; index 0 is for progress, which has no number (index 1 is unused).
#[derive(Clone, Copy)]
pub struct Streams(pub [Target; 7]);

impl Streams {
    /// Where progress records go beside the host.
    pub const PROGRESS: usize = 0;
}

/// Preference variables' ids, looked up often.
pub struct Known {
    pub error_action: Sym,
    pub item: Sym,
    pub matches: Sym,
    pub args: Sym,
}

/// A session.
pub struct Runspace {
    pub stack: Vec<Value>,
    pub frames: Vec<Frame>,
    pub current: usize,
    pub sinks: Vec<Sink>,
    pub pipes: Vec<Pipe>,
    /// Room of pipelines that have ended.
    pub spare_stages: Vec<Vec<crate::pipeline::Stage>>,
    pub global: Arc<ScopeTable>,
    pub commands: Arc<CommandTable>,
    pub modules: Vec<(Str, Arc<ScopeTable>)>,
    pub stage: Option<(usize, usize)>,
    pub success: bool,
    pub tries: u32,
    pub depth: u32,
    pub streams: Streams,
    pub host: Box<dyn Host>,
    pub stop: Arc<AtomicBool>,
    /// The stop of a runspace that waits for this one.
    pub outer_stop: Option<Arc<AtomicBool>>,
    pub errors: Arc<Array>,
    pub next_pipe: u64,
    /// The number that what runs will have in the history.
    pub next_history: i64,
    pub known: Known,
    pub providers: Vec<Arc<dyn Provider>>,
    pub locations: HashMap<Str, Str>,
    pub location: ProviderPath,
    pub environment: HashMap<String, String>,
    pub type_data: values::typedata::TypeData,
    pub files: Vec<crate::pipeline::redirect::RedirectFile>,
    pub module_state: HashMap<&'static str, Option<Box<dyn std::any::Any + Send>>>,
    /// Renders an error record for a host's error stream.
    pub error_view: fn(&mut Runspace, &Arc<ErrorRecord>) -> String,
    pub exit_code: Option<i32>,
    pub culture: Str,
    /// The types that arguments of the call being made are cast to.
    pub(crate) casts: Vec<Option<TypeRef>>,
    pub zone: Str,
    pub id: u32,
    /// Whether Set-StrictMode was ever called: else no scope need be asked.
    pub has_strict: bool,
    pub classes: HashMap<Sym, TypeRef>,
    /// Scripts are refused: only commands run.
    pub has_no_language: bool,
    /// The commands that a client may call, where not all are meant for it.
    pub visible: Option<Arc<dyn Fn(&str) -> bool + Send + Sync>>,
    /// What an initial session state withholds.
    pub limits: Option<Arc<crate::hosting::Limits>>,
    /// The object that stands for it in its own scripts, once they ask.
    pub hosted: Option<Value>,
    /// Whether objects with event subscriptions are to be asked what happened.
    pub watches_events: bool,
    pub factory: Arc<dyn crate::RunspaceFactory>,
    /// `$using:` values of a job or parallel block.
    pub using: HashMap<Sym, Value>,
    pub is_interactive: bool,
    pub restricted: Vec<Vec<Str>>,
    pub parsed: HashMap<String, Value>,
    /// Types of a block that are known by name and not filled yet.
    pub declared: HashMap<(usize, u16), TypeRef>,
    /// The stage that a ThrowTerminatingError leaves: no statement on the way goes on.
    pub escaping: Option<(usize, usize)>,
    /// A name that compiled pipelines take for a built-in command was given another meaning.
    pub is_redefined: bool,
    pub removed_aliases: std::collections::HashSet<Sym>,
    /// The count of changed command names up to which the frames' `names` are right.
    pub names_seen: u64,
    /// Counts what moves variables that a frame remembers the place of: tables of frames that are made, frames that are moved.
    pub moves: u32,
    /// The cell of the global `$PSDefaultParameterValues`.
    pub defaults: Option<ForeignRef>,
    /// What the session does as commands are looked up.
    pub lookup: crate::pipeline::LookupActions,
    /// Breakpoints and stepping; none until they are asked for.
    pub debugger: Option<Box<crate::debug::Debugger>>,
    /// Set while the pipeline of a block is being taken out for stepping.
    pub steppable: Option<Box<crate::pipeline::steppable::Capture>>,
    /// Set while commands are bound and reported instead of run.
    pub rehearsal: Option<crate::pipeline::Rehearsal>,
    /// Set while a trace source is on.
    pub tracing: Option<Box<crate::trace::Tracing>>,
}

impl Runspace {
    /// Whether a stop was asked for.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.outer_stop.as_ref().is_some_and(|s| s.load(Ordering::Relaxed))
    }

    /// Takes sinks away until so many are left.
    pub fn cut_sinks(&mut self, keep: usize) {
        if self.sinks.len() <= keep {
            return;
        }
        if !self.is_stopped() {
            return self.sinks.truncate(keep);
        }
        for sink in self.sinks.drain(keep..) {
            if let Sink::Collect(items) = sink {
                values::stop::discard(items);
            }
        }
    }

    /// Defines a global variable.
    pub fn set_global(&mut self, name: &str, value: Value) {
        self.global.put(name, value);
    }

    /// The running frame.
    pub fn frame(&self) -> Option<&Frame> {
        self.frames.get(self.current)
    }

    /// The nearest frame that is a scope of its own (not one that runs in its caller's).
    pub fn scope_frame(&self) -> Option<usize> {
        self.scope_of(self.current)
    }

    /// The frame whose scope a frame runs in.
    pub fn scope_of(&self, mut at: usize) -> Option<usize> {
        loop {
            let frame = self.frames.get(at)?;
            if frame.kind != FrameKind::Shared {
                return Some(at);
            }
            match frame.parent {
                Parent::Frame(parent) => at = parent,
                Parent::Table(_) => return None,
            }
        }
    }

    /// The table of a frame's own scope, made where it has none.
    pub fn table_of(&mut self, at: usize) -> Arc<ScopeTable> {
        let frame = &mut self.frames[at];
        if frame.table.is_none() {
            self.moves = self.moves.wrapping_add(1);
        }
        frame.table.get_or_insert_with(Default::default).clone()
    }

    /// Which commands the running frame sees, as a number to compare.
    pub(crate) fn names_in_sight(&mut self) -> u64 {
        if self.names_seen != crate::scope::changes() {
            self.names_seen = crate::scope::changes();
            for at in 0..self.frames.len() {
                let f = &self.frames[at];
                let own = f.table.as_ref().filter(|t| t.has_commands()).map(|t| t.id);
                let names = own.unwrap_or_else(|| self.names_beyond(&f.parent));
                self.frames[at].names = names;
            }
        }
        self.frame().map_or(self.global.id, |f| f.names)
    }

    /// What a frame with this parent sees that has no commands of its own.
    pub(crate) fn names_beyond(&self, parent: &Parent) -> u64 {
        match parent {
            Parent::Frame(parent) => self.frames.get(*parent).map_or(self.global.id, |f| f.names),
            Parent::Table(table) => table.id,
        }
    }

    /// The table of the current scope.
    pub fn current_table(&mut self) -> Arc<ScopeTable> {
        match self.scope_frame() {
            Some(at) => self.table_of(at),
            None => self.outer_table(self.current),
        }
    }

    /// The table that the chain of frames from `at` ends in.
    pub fn outer_table(&self, mut at: usize) -> Arc<ScopeTable> {
        loop {
            match self.frames.get(at).map(|f| &f.parent) {
                Some(Parent::Frame(parent)) => at = *parent,
                Some(Parent::Table(table)) => return table.clone(),
                None => return self.global.clone(),
            }
        }
    }

    /// The strict mode of the running scope: what the nearest scope around set; 0 is off.
    pub fn strict(&self) -> u8 {
        if !self.has_strict {
            return 0;
        }
        let mut at = self.current;
        let mut table = loop {
            let Some(f) = self.frames.get(at) else { break Some(self.global.clone()) };
            if let Some(found) = f.table.as_ref().and_then(|t| *t.strict.lock()) {
                return found;
            }
            match &f.parent {
                Parent::Frame(parent) => at = *parent,
                Parent::Table(table) => break Some(table.clone()),
            }
        };
        while let Some(t) = table {
            if let Some(found) = *t.strict.lock() {
                return found;
            }
            table = t.parent.clone();
        }
        0
    }

    /// The top scope of the session state that runs: the module's or global.
    pub fn home_table(&self) -> Arc<ScopeTable> {
        self.frame().and_then(|f| f.home.clone()).unwrap_or_else(|| self.global.clone())
    }

    /// The variable cell that a slot of a frame stands for; a plain slot is turned into a cell.
    pub fn slot_cell(&mut self, frame: usize, slot: u16) -> ForeignRef {
        let (at, sym, name) = {
            let f = &self.frames[frame];
            let (sym, name) = f.code.slots[slot as usize].clone();
            (f.base + slot as usize, sym, name)
        };
        if let Value::Slot(Some(cell)) = &self.stack[at] {
            return cell.clone();
        }
        if self.frames[frame].kind == FrameKind::Shared {
            let cell = self.owner_cell(frame, sym, &name);
            self.stack[at] = Value::Slot(Some(cell.clone()));
            return cell;
        }
        let value = std::mem::replace(&mut self.stack[at], Value::Slot(None));
        let cell = Variable::cell(&name, value);
        self.stack[at] = Value::Slot(Some(cell.clone()));
        cell
    }

    /// The cell of a variable in the scope that a shared frame runs in.
    fn owner_cell(&mut self, frame: usize, sym: Sym, name: &str) -> ForeignRef {
        match self.scope_of(frame) {
            Some(owner) => self.cell_in_frame(owner, sym, name),
            None => self.outer_table(frame).cell_or_new(sym, name),
        }
    }

    /// The cell of a variable of a frame's own scope, made unset where it is new.
    pub fn cell_in_frame(&mut self, frame: usize, sym: Sym, name: &str) -> ForeignRef {
        match self.frames[frame].code.slot_of(sym) {
            Some(slot) => self.slot_cell(frame, slot),
            None => self.table_of(frame).cell_or_new(sym, name),
        }
    }

    /// A copy of the current scope's variables, for GetNewClosure.
    pub fn capture_scope(&mut self) -> Arc<ScopeTable> {
        let mut variables = self.local_variables();
        if self.scope_frame().is_none() {
            // The top scope lies in a table.
            let table = self.outer_table(self.current);
            let cells: Vec<ForeignRef> = table.variables.lock().values().cloned().collect();
            for cell in &cells {
                if let Some(v) = Variable::of(cell)
                    && !v.data.lock().options.has(command::VariableOptions::READ_ONLY)
                    && !v.data.lock().options.has(command::VariableOptions::CONSTANT)
                    && let Some(value) = v.get()
                {
                    variables.push((v.name.clone(), value));
                }
            }
        }
        crate::host_objects::script_block::closure_table(self.home_table(), variables)
    }

    /// Names and values of the current scope's own variables.
    pub fn local_variables(&self) -> Vec<(Str, Value)> {
        let Some(at) = self.scope_frame() else { return Vec::new() };
        let frame = &self.frames[at];
        let mut found = Vec::new();
        for (slot, (_, name)) in frame.code.slots.iter().enumerate() {
            match &self.stack[frame.base + slot] {
                Value::Slot(None) => {}
                Value::Slot(Some(cell)) => {
                    if let Some(value) = Variable::of(cell).and_then(Variable::get) {
                        found.push((name.clone(), value));
                    }
                }
                value => found.push((name.clone(), value.clone())),
            }
        }
        if let Some(table) = &frame.table {
            for cell in table.variables.lock().values() {
                if let Some(v) = Variable::of(cell)
                    && let Some(value) = v.get()
                {
                    found.push((v.name.clone(), value));
                }
            }
        }
        found
    }
}
