//! Invoke-Command.

use command::{Bound, Cmdlet, Command, Invoke, Session};
use values::{ErrorCategory, Exception, Result, Str, Value};

use super::job::engine_of;
use super::remoting::{self, RemoteSession};

/// Invoke-Command.
pub static INVOKE_COMMAND: Command = Command { name: "Invoke-Command", create: || Box::<InvokeCommand>::default() };

#[derive(Default)]
struct InvokeCommand {
    input: Vec<Value>,
}

impl Cmdlet for InvokeCommand {
    fn process(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.input.extend(bound.get("InputObject").cloned());
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let input = std::mem::take(&mut self.input);
        let input = (!input.is_empty()).then_some(input);
        let args = bound.list("ArgumentList");
        match bound.parameter_set() {
            "InProcess" => {
                let how = Invoke {
                    args,
                    input,
                    in_current_scope: bound.switch("NoNewScope"),
                    to_pipeline: true,
                    ..Invoke::default()
                };
                session.invoke_script(&bound.value("ScriptBlock"), how).map(|_| ())
            }
            "Session" | "FilePathRunspace" | "ComputerName" | "FilePathComputerName" | "Uri" | "FilePathUri" => {
                self.run_remote(session, bound, args, input)
            }
            _ => Exception::new(
                values::TypeRef::NOT_SUPPORTED_EXCEPTION,
                "Virtual machines, containers and SSH are not reached from here: name a session or a computer of the organization.",
            )
            .identity("RemotingTransportNotSupported", ErrorCategory::NotImplemented, Value::Null)
            .throw(),
        }
    }
}

impl InvokeCommand {
    fn run_remote(
        &mut self,
        session: &mut dyn Session,
        bound: &Bound,
        args: Vec<Value>,
        input: Option<Vec<Value>>,
    ) -> Result<()> {
        if bound.switch("AsJob") || bound.switch("InDisconnectedSession") {
            return crate::errors::invalid_operation(
                "RemoteJobNotSupported",
                "Invoke-Command runs in sessions at once: -AsJob and -InDisconnectedSession are not supported. Start-Job runs beside the script.",
            )
            .throw();
        }
        let block = match bound.str("FilePath") {
            Some(path) => {
                let path = session.file_path(&path)?;
                engine_of(session)?.load_script(&path)?
            }
            None => bound.value("ScriptBlock"),
        };
        let mut sessions = bound.list("Session");
        let mut opened = Vec::new();
        let hosts: Vec<Str> = match bound.has("ConnectionUri") {
            true => bound.strings("ConnectionUri").iter().map(|u| remoting::host_of_uri(u)).collect(),
            false => bound.strings("ComputerName"),
        };
        for host in hosts {
            if let Some(made) = remoting::open(session, bound, &host)? {
                opened.push(made.clone());
                sessions.push(made);
            }
        }
        let using = crate::parallel::using_values(engine_of(session)?, &block)?;
        for target in sessions {
            let Some(remote) = target.as_foreign::<RemoteSession>() else { continue };
            let shows = !bound.switch("HideComputerName");
            remote.run(session, &block, (args.clone(), input.clone()), &using, shows)?;
        }
        for made in opened {
            if let Some(remote) = made.as_foreign::<RemoteSession>() {
                remote.close();
            }
        }
        Ok(())
    }
}
