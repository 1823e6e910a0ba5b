//! Making a runspace, and running text and files in it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use command::{Host, Provider, ProviderPath};
use language::Sym;
use values::{Array, ErrorRecord, Flow, Result, Str, TypeRef, Value};

use crate::commands::CommandTable;
use crate::runspace::{Known, Runspace, Sink, Streams, Target};
use crate::scope::ScopeTable;

/// Makes further runspaces of the same kind (jobs, `-Parallel`, `[runspacefactory]`).
pub trait RunspaceFactory: Send + Sync {
    /// A runspace whose host writes nowhere but is asked nothing.
    fn make(&self) -> Runspace;
}

/// What a runspace is made from.
pub struct RunspaceOptions {
    pub host: Box<dyn Host>,
    /// The built-in commands.
    pub commands: Arc<CommandTable>,
    pub providers: Vec<Arc<dyn Provider>>,
    /// Renders an error record for a host's error stream.
    pub error_view: fn(&mut Runspace, &Arc<ErrorRecord>) -> String,
    pub environment: HashMap<String, String>,
    pub directory: PathBuf,
    pub culture: Str,
    /// IANA name.
    pub time_zone: Str,
    pub is_interactive: bool,
    pub factory: Arc<dyn RunspaceFactory>,
}

/// How a piece of text ended.
pub enum TextOutcome {
    /// It ran; `$?` at its end.
    Done(bool),
    /// `exit` with a code.
    Exit(i32),
    /// A terminating error that nothing caught; it was not shown yet.
    Error(Arc<ErrorRecord>),
    /// Stopped by Ctrl-C.
    Stopped,
}

impl Runspace {
    /// A new runspace with the built-in variables, aliases and drives.
    pub fn new(options: RunspaceOptions) -> Runspace {
        let errors = Arc::new(Array::list(TypeRef::ARRAYLIST, TypeRef::OBJECT, Vec::new()));
        let directory = options.directory.display().to_string();
        let mut runspace = Runspace {
            stack: Vec::with_capacity(4096),
            frames: Vec::with_capacity(64),
            current: 0,
            sinks: vec![Sink::Discard],
            pipes: Vec::new(),
            spare_stages: Vec::new(),
            global: Arc::new(ScopeTable::default()),
            commands: options.commands,
            modules: Vec::new(),
            stage: None,
            success: true,
            tries: 0,
            depth: 0,
            streams: Streams([Target::Host; 7]),
            host: options.host,
            stop: Arc::new(AtomicBool::new(false)),
            outer_stop: None,
            errors,
            next_pipe: 0,
            next_history: 1,
            known: Known {
                error_action: Sym::intern("ErrorActionPreference"),
                item: Sym::intern("_"),
                matches: Sym::intern("Matches"),
                args: Sym::intern("args"),
            },
            providers: options.providers,
            locations: HashMap::new(),
            location: ProviderPath {
                provider: Str::from("FileSystem"),
                drive: Some(Str::from("/")),
                path: Str::from(directory),
            },
            environment: options.environment,
            type_data: values::typedata::TypeData::new(),
            files: Vec::new(),
            module_state: HashMap::new(),
            error_view: options.error_view,
            exit_code: None,
            culture: options.culture,
            casts: Vec::new(),
            zone: options.time_zone,
            id: 1,
            has_strict: false,
            classes: HashMap::new(),
            watches_events: false,
            has_no_language: false,
            visible: None,
            limits: None,
            hosted: None,
            factory: options.factory,
            using: HashMap::new(),
            is_interactive: options.is_interactive,
            restricted: Vec::new(),
            parsed: HashMap::new(),
            is_redefined: false,
            removed_aliases: Default::default(),
            names_seen: 0,
            moves: 0,
            defaults: None,
            declared: HashMap::new(),
            lookup: Default::default(),
            debugger: None,
            steppable: None,
            rehearsal: None,
            tracing: None,
            escaping: None,
        };
        crate::session::defaults::install(&mut runspace);
        runspace.define_functions();
        runspace
    }

    /// Runs text (the command line, a prompt line) in the global scope. Output goes through Out-Default to the host;
    /// errors that end only a statement are shown as they happen.
    pub fn run_text(&mut self, text: &str, input: Option<Vec<Value>>) -> TextOutcome {
        let block = match command::Session::parse_script(self, text, None) {
            Ok(block) => block,
            Err(flow) => return self.outcome(Err(flow)),
        };
        self.run_top(block, Vec::new(), input, true)
    }

    /// The same with `$args`.
    pub fn run_text_with(&mut self, text: &str, args: Vec<Value>, input: Option<Vec<Value>>) -> TextOutcome {
        let block = match command::Session::parse_script(self, text, None) {
            Ok(block) => block,
            Err(flow) => return self.outcome(Err(flow)),
        };
        let args = args.into_iter().map(crate::bind::Argument::positional).collect();
        self.run_top(block, args, input, true)
    }

    /// Runs text and gives what each stream got instead of showing it: the number of the stream and the object.
    pub fn run_text_collected(
        &mut self,
        text: &str,
        args: Vec<Value>,
        input: Option<Vec<Value>>,
    ) -> (TextOutcome, Vec<Value>, Vec<Value>) {
        let block = match command::Session::parse_script(self, text, None) {
            Ok(block) => block,
            Err(flow) => return (self.outcome(Err(flow)), Vec::new(), Vec::new()),
        };
        let args = args.into_iter().map(crate::bind::Argument::positional).collect();
        self.sinks.truncate(1);
        self.sinks.push(Sink::Collect(Vec::new()));
        self.sinks.push(Sink::Collect(Vec::new()));
        self.streams = Streams([Target::Sink(1); 7]);
        let pipe = self.open_pipe(0);
        let at = usize::from(input.is_some());
        if let Some(items) = input {
            self.pipes[pipe].stages.push(crate::pipeline::Stage::source(Value::array(items)));
        }
        let result =
            self.add_command(pipe, (block, 2), args, Vec::new(), (at, at as u32 + 1), language::Span::default());
        let result = result.and_then(|()| self.drive_pipe(pipe));
        let success = self.success;
        self.close_pipe(pipe);
        self.success = success;
        let mut taken = self.sinks.drain(1..).map(|sink| match sink {
            Sink::Collect(items) => items,
            _ => Vec::new(),
        });
        let (others, output) = (taken.next().unwrap_or_default(), taken.next().unwrap_or_default());
        drop(taken);
        self.streams = Streams([Target::Host; 7]);
        (self.outcome(result), output, others)
    }

    /// Runs a script file with arguments as they stand on the command line (`-Name`, values).
    pub fn run_file(&mut self, path: &str, args: Vec<String>, input: Option<Vec<Value>>) -> TextOutcome {
        self.run_script_file(path, args, input)
    }

    /// Runs a block as the whole pipeline of the console: its output goes to Out-Default.
    pub(crate) fn run_top(
        &mut self,
        block: Value,
        args: Vec<crate::bind::Argument>,
        input: Option<Vec<Value>>,
        is_global: bool,
    ) -> TextOutcome {
        let result = self.top_pipeline(block, args, input, is_global);
        self.outcome(result)
    }

    fn top_pipeline(
        &mut self,
        block: Value,
        args: Vec<crate::bind::Argument>,
        input: Option<Vec<Value>>,
        is_global: bool,
    ) -> Result<()> {
        self.frames.clear();
        self.stack.clear();
        self.pipes.clear();
        self.sinks.truncate(1);
        self.files.clear();
        self.current = 0;
        self.stage = None;
        self.tries = 0;
        self.depth = 0;
        self.streams = Streams([Target::Host; 7]);
        self.stop.store(false, std::sync::atomic::Ordering::Relaxed);
        self.reset_debugger();
        self.console_pipeline(block, args, input, is_global)
    }

    pub(crate) fn outcome(&mut self, result: Result<()>) -> TextOutcome {
        match result {
            Ok(()) => TextOutcome::Done(self.success),
            Err(flow) => match *flow {
                Flow::Exit(code) => TextOutcome::Exit(code),
                Flow::Throw(record) => TextOutcome::Error(record),
                Flow::Stopped => TextOutcome::Stopped,
                Flow::Break(_) | Flow::Continue(_) | Flow::Return(_) | Flow::StopUpstream { .. } => {
                    TextOutcome::Done(self.success)
                }
            },
        }
    }

    /// Shows an error that nothing caught, as the console does.
    pub fn show_error(&mut self, record: &Arc<ErrorRecord>) {
        if !std::mem::replace(&mut record.data.lock().is_reported, true) {
            self.remember_error(record);
        }
        let view = self.error_view;
        let text = view(self, record);
        self.host.write_error_line(&text);
    }
}
