//! Sessions that live on at their server: Disconnect-PSSession, Connect-PSSession, Receive-PSSession. PowerShell has them where it
//! has a client of WS-Man, so here they come with the first session that is opened by it.

use std::sync::Arc;
use std::time::Duration;

use command::{Bound, Cmdlet, Command, CommandBody, CommandInfo, CommandKind, Invoke, Session};
use language::Sym;
use values::{Result, Str, Value};

use super::remoting::{self, RemoteSession};
use crate::runspace::Runspace;

static COMMANDS: [&Command; 3] = [
    &Command { name: "Disconnect-PSSession", create: || Box::new(DisconnectPsSession) },
    &Command { name: "Connect-PSSession", create: || Box::new(ConnectPsSession) },
    &Command { name: "Receive-PSSession", create: || Box::new(ReceivePsSession) },
];
/// How long what a session says is waited for before the wish to stop is looked at.
const TURN: Duration = Duration::from_secs(1);

/// Makes the commands known to a runspace.
pub fn offer(runspace: &mut Runspace) -> Result<()> {
    if runspace.find_function(COMMANDS[0].name).is_some() {
        return Ok(());
    }
    let block = Session::parse_script(runspace, include_str!("../remoting/disconnected.ps1"), None)?;
    runspace.invoke_script(&block, Invoke::default())?;
    for command in COMMANDS {
        let Some(parameters) = runspace.find_function(command.name) else { continue };
        let table = crate::host_objects::table_of(runspace, &parameters);
        let info = CommandInfo {
            parameters: table,
            kind: CommandKind::Cmdlet,
            body: CommandBody::Native(command),
            module: Some(Str::from("Microsoft.PowerShell.Core")),
            ..(*parameters).clone()
        };
        runspace.global.functions.lock().insert(Sym::intern(command.name), Arc::new(info));
    }
    Ok(())
}

/// The sessions that parameters name, here or at a server.
fn wanted(session: &mut dyn Session, bound: &Bound) -> Result<Vec<Value>> {
    let addresses = match bound.parameter_set() {
        "ComputerName" => bound.strings("ComputerName"),
        "ConnectionUri" => bound.strings("ConnectionUri"),
        _ => return remoting::named(session, bound, false),
    };
    remoting::elsewhere(session, bound, &addresses)
}

struct DisconnectPsSession;

impl Cmdlet for DisconnectPsSession {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for found in wanted(session, bound)? {
            let Some(remote) = found.as_foreign::<RemoteSession>() else { continue };
            if session.should_process(&remote.name(), "Disconnect")? && remote.disconnect(session)? {
                session.write(found.clone())?;
            }
        }
        Ok(())
    }
}

struct ConnectPsSession;

impl Cmdlet for ConnectPsSession {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for found in wanted(session, bound)? {
            let Some(remote) = found.as_foreign::<RemoteSession>() else { continue };
            if session.should_process(&remote.name(), "Connect")?
                && let Some(connected) = remote.connect(session, &found)?
            {
                session.write(connected)?;
            }
        }
        Ok(())
    }
}

struct ReceivePsSession;

impl Cmdlet for ReceivePsSession {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for found in wanted(session, bound)? {
            let Some(remote) = found.as_foreign::<RemoteSession>() else { continue };
            if !session.should_process(&remote.name(), "Receive")? {
                continue;
            }
            let Some(connected) = remote.connect(session, &found)? else { continue };
            let Some(remote) = connected.as_foreign::<RemoteSession>() else { continue };
            for id in remote.take_left() {
                while !remote.poll(session, id, TURN, true)? {}
            }
        }
        Ok(())
    }
}
