//! Get-NetTCPConnection: connections and listening ports of this machine.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::sockets;

pub static NOUN: NounCode = NounCode {
    noun: "NetTCPConnection",
    heeds: &[
        "LocalAddress",
        "LocalPort",
        "RemoteAddress",
        "RemotePort",
        "State",
        "OwningProcess",
        "AppliedSetting",
        "OffloadState",
    ],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// Whether a value is one of those that a parameter names.
pub(super) fn fits(work: &Work, parameter: &str, value: &str) -> bool {
    let wanted = work.bound.strings(parameter);
    wanted.is_empty() || wanted.iter().any(|w| directory::like(value, w))
}

fn get(work: &mut Work) -> Result<()> {
    let owners = sockets::owners();
    let mut rows = Vec::new();
    for socket in sockets::list("tcp") {
        let owner = socket.owner(&owners);
        let (local, remote) = (socket.local.0.to_string(), socket.remote.0.to_string());
        let setting = if socket.state_name() == "Listen" { "" } else { "Internet" };
        let is_wanted = fits(work, "LocalAddress", &local)
            && fits(work, "LocalPort", &socket.local.1.to_string())
            && fits(work, "RemoteAddress", &remote)
            && fits(work, "RemotePort", &socket.remote.1.to_string())
            && fits(work, "State", socket.state_name())
            && fits(work, "OwningProcess", &owner.to_string())
            && fits(work, "AppliedSetting", setting)
            && fits(work, "OffloadState", "InHost");
        if is_wanted {
            rows.push(Object::typed(
                "Microsoft.Management.Infrastructure.CimInstance#MSFT_NetTCPConnection",
                [
                    ("LocalAddress", Value::from(local)),
                    ("LocalPort", Value::U16(socket.local.1)),
                    ("RemoteAddress", Value::from(remote)),
                    ("RemotePort", Value::U16(socket.remote.1)),
                    ("State", Value::from(socket.state_name())),
                    ("AppliedSetting", Value::from(setting)),
                    ("OwningProcess", Value::U32(owner)),
                    ("OffloadState", Value::from("InHost")),
                ],
            ));
        }
    }
    if rows.is_empty() && ["LocalAddress", "LocalPort", "RemoteAddress", "RemotePort"].iter().any(|p| work.bound.has(p))
    {
        let text = "No matching MSFT_NetTCPConnection objects found by CIM query for the parameters that were given.  Verify query parameters and retry.";
        let id = "CmdletizationQuery_NotFound";
        return work.fail(&Fault::new("CimJobException", id, command::ErrorCategory::ObjectNotFound, text));
    }
    work.answer(Ok(rows))
}
