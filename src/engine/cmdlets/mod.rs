//! Commands that need the engine itself.

mod call_stack;
mod completion;
mod debugger;
mod disconnected;
mod event;
mod foreach_object;
mod get_command;
mod help;
mod history;
mod implicit;
mod invoke_command;
mod job;
mod module;
mod receive_job;
mod remoting;
mod runspace;
mod small;
pub mod syntax;
pub use receive_job::replay;
mod trace;
mod transcript;
mod where_object;
mod wsman_session;

pub use help::answers_help;
pub(crate) use job::engine_of;

use command::{AliasInfo, Command, CommandBody, CommandInfo, CommandKind};
use values::Value;

/// The engine's own commands.
pub static COMMANDS: &[&Command] = &[
    &runspace::GET_RUNSPACE,
    &runspace::DEBUG_RUNSPACE,
    &runspace::DEBUG_JOB,
    &foreach_object::COMMAND,
    &where_object::COMMAND,
    &get_command::COMMAND,
    &call_stack::GET_CALL_STACK,
    &debugger::SET_BREAKPOINT,
    &debugger::GET_BREAKPOINT,
    &debugger::REMOVE_BREAKPOINT,
    &debugger::ENABLE_BREAKPOINT,
    &debugger::DISABLE_BREAKPOINT,
    &debugger::WAIT_DEBUGGER,
    &debugger::SET_PS_DEBUG,
    &completion::TAB_EXPANSION,
    &completion::REGISTER_ARGUMENT_COMPLETER,
    &small::OUT_NULL,
    &small::GET_HOST,
    &small::SET_STRICT_MODE,
    &module::IMPORT_MODULE,
    &module::GET_MODULE,
    &module::REMOVE_MODULE,
    &module::EXPORT_MODULE_MEMBER,
    &module::NEW_MODULE,
    &module::TEST_MODULE_MANIFEST,
    &job::START_JOB,
    &job::START_THREAD_JOB,
    &job::GET_JOB,
    &job::STOP_JOB,
    &job::REMOVE_JOB,
    &receive_job::WAIT_JOB,
    &receive_job::RECEIVE_JOB,
    &invoke_command::INVOKE_COMMAND,
    &trace::GET_TRACE_SOURCE,
    &trace::SET_TRACE_SOURCE,
    &trace::TRACE_COMMAND,
    &transcript::START_TRANSCRIPT,
    &transcript::STOP_TRANSCRIPT,
    &help::GET_HELP,
    &event::NEW_EVENT,
    &event::GET_EVENT,
    &event::WAIT_EVENT,
    &event::REMOVE_EVENT,
    &event::REGISTER_ENGINE_EVENT,
    &event::REGISTER_OBJECT_EVENT,
    &event::GET_EVENT_SUBSCRIBER,
    &event::UNREGISTER_EVENT,
    &history::GET_HISTORY,
    &history::ADD_HISTORY,
    &history::CLEAR_HISTORY,
    &history::INVOKE_HISTORY,
    &remoting::NEW_PS_SESSION,
    &remoting::GET_PS_SESSION,
    &remoting::REMOVE_PS_SESSION,
    &remoting::ENTER_PS_SESSION,
    &remoting::EXIT_PS_SESSION,
    &implicit::IMPORT_PS_SESSION,
    &implicit::EXPORT_PS_SESSION,
    &remoting::ENTER_PS_HOST_PROCESS,
];

/// An alias as a command.
pub fn alias_command(alias: &AliasInfo) -> CommandInfo {
    let mut info =
        crate::commands::script_info(alias.name.clone(), CommandKind::Alias, Value::Null, alias.module.clone());
    info.body = CommandBody::Alias(alias.definition.clone());
    info.definition = alias.definition.clone();
    info.options = alias.options;
    info.description = alias.description.clone();
    info
}
