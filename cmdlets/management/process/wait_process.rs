//! Wait-Process.

use std::time::{Duration, Instant};

use command::{Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Result, Session, TypeRef, Value, class};

use crate::process::process_object::{ProcessObject, chosen, not_found};

pub static COMMAND: Command = Command { name: "Wait-Process", create: || Box::new(WaitProcess::default()) };

#[derive(Default)]
struct WaitProcess {
    found: Vec<Value>,
}

impl Cmdlet for WaitProcess {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.found.extend(chosen(session, bound)?);
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let limit = bound.int("Timeout").map(|n| Duration::from_secs(n.max(0) as u64));
        let start = Instant::now();
        let own = std::process::id();
        let found = std::mem::take(&mut self.found);
        let mut waited: Vec<&Value> = Vec::new();
        for value in &found {
            if value.as_foreign::<ProcessObject>().is_some_and(|p| p.id == own) {
                session.write_error(not_found(
                    "WaitOnItself",
                    "This command stopped operation because it cannot wait on itself. Specify another process and Run your command again.".into(),
                    value.clone(),
                ))?;
            } else {
                waited.push(value);
            }
        }
        let is_any = bound.switch("Any");
        loop {
            let running: Vec<&&Value> =
                waited.iter().filter(|v| v.as_foreign::<ProcessObject>().is_some_and(|p| !p.has_exited())).collect();
            if running.is_empty() || (is_any && running.len() < waited.len()) {
                break;
            }
            if limit.is_some_and(|l| start.elapsed() >= l) {
                for value in running {
                    let Some(process) = value.as_foreign::<ProcessObject>() else { continue };
                    session.write_error(ErrorRecord::simple(
                        class("System.TimeoutException", TypeRef::SYSTEM_EXCEPTION),
                        format!("This command stopped operation because process \"{} ({})\" is not stopped in the specified time-out.", process.name(), process.id),
                        "ProcessNotTerminated",
                        ErrorCategory::CloseError,
                        (**value).clone(),
                    ))?;
                }
                break;
            }
            session.sleep(Duration::from_millis(20))?;
        }
        if bound.switch("PassThru") {
            for value in waited {
                session.write(value.clone())?;
            }
        }
        Ok(())
    }
}
