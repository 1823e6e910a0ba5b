//! What a job or hosted pipeline wrote: one list a stream, shared by the thread that writes and those that read.

use std::sync::Arc;

use values::{Array, TypeRef, Value};

use crate::runspace::{Runspace, Sink, Streams, Target};

/// The lists, each a `PSDataCollection` to scripts.
#[derive(Clone)]
pub struct StreamLists {
    pub output: Arc<Array>,
    pub error: Arc<Array>,
    pub warning: Arc<Array>,
    pub verbose: Arc<Array>,
    pub debug: Arc<Array>,
    pub information: Arc<Array>,
    pub progress: Arc<Array>,
}

fn list(element: &str) -> Arc<Array> {
    let name = format!("System.Management.Automation.PSDataCollection[{element}]");
    let ty = TypeRef::find(&name)
        .unwrap_or_else(|| command::class("System.Management.Automation.PSDataCollection`1", TypeRef::OBJECT));
    let element = TypeRef::find(element).unwrap_or(TypeRef::OBJECT);
    Arc::new(Array::list(ty, element, Vec::new()))
}

impl StreamLists {
    /// Empty lists.
    pub fn new() -> StreamLists {
        StreamLists {
            output: list("System.Management.Automation.PSObject"),
            error: list("System.Management.Automation.ErrorRecord"),
            warning: list("System.Management.Automation.WarningRecord"),
            verbose: list("System.Management.Automation.VerboseRecord"),
            debug: list("System.Management.Automation.DebugRecord"),
            information: list("System.Management.Automation.InformationRecord"),
            progress: list("System.Management.Automation.ProgressRecord"),
        }
    }

    /// The list by its property's name.
    pub fn by_name(&self, name: &str) -> Option<&Arc<Array>> {
        Some(match name.to_ascii_lowercase().as_str() {
            "output" => &self.output,
            "error" => &self.error,
            "warning" => &self.warning,
            "verbose" => &self.verbose,
            "debug" => &self.debug,
            "information" => &self.information,
            "progress" => &self.progress,
            _ => return None,
        })
    }

    /// Whether anything is left to take.
    pub fn has_data(&self) -> bool {
        [&self.output, &self.error, &self.warning, &self.verbose, &self.debug, &self.information]
            .iter()
            .any(|l| !l.is_empty())
    }

    /// Empties all lists but the output.
    pub fn clear_streams(&self) {
        for list in [&self.error, &self.warning, &self.verbose, &self.debug, &self.information, &self.progress] {
            list.lock().clear();
        }
    }

    /// A list as a value.
    pub fn value(list: &Arc<Array>) -> Value {
        Value::Array(list.clone())
    }
}

/// Points all streams of a runspace into the lists while `run` works.
pub fn capture<T>(runspace: &mut Runspace, lists: &StreamLists, run: impl FnOnce(&mut Runspace) -> T) -> T {
    let (sinks, streams) = (runspace.sinks.len(), runspace.streams);
    let mut targets = Streams([Target::Host; 7]);
    let order = [&lists.error, &lists.warning, &lists.verbose, &lists.debug, &lists.information];
    for (at, list) in order.into_iter().enumerate() {
        runspace.sinks.push(Sink::Discard);
        let to = runspace.sinks.len() - 1;
        runspace.sinks.push(Sink::Tee { to, list: list.clone() });
        targets.0[at + 2] = Target::Sink(runspace.sinks.len() - 1);
    }
    runspace.sinks.push(Sink::Discard);
    let to = runspace.sinks.len() - 1;
    runspace.sinks.push(Sink::Tee { to, list: lists.progress.clone() });
    targets.0[Streams::PROGRESS] = Target::Sink(runspace.sinks.len() - 1);
    runspace.sinks.push(Sink::Discard);
    let to = runspace.sinks.len() - 1;
    runspace.sinks.push(Sink::Tee { to, list: lists.output.clone() });
    runspace.streams = targets;
    let result = run(runspace);
    runspace.cut_sinks(sinks);
    runspace.streams = streams;
    result
}
