//! Get-NetUDPEndpoint: ports of this machine that take datagrams.

use command::{Result, Value};
use directory::{NounCode, Work};
use values::Object;

use super::net_tcp_connection::fits;
use super::sockets;

pub static NOUN: NounCode = NounCode {
    noun: "NetUDPEndpoint",
    heeds: &["LocalAddress", "LocalPort", "OwningProcess"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let owners = sockets::owners();
    let mut rows = Vec::new();
    for socket in sockets::list("udp") {
        let owner = socket.owner(&owners);
        let local = socket.local.0.to_string();
        let is_wanted = fits(work, "LocalAddress", &local)
            && fits(work, "LocalPort", &socket.local.1.to_string())
            && fits(work, "OwningProcess", &owner.to_string());
        if is_wanted {
            rows.push(Object::typed(
                "Microsoft.Management.Infrastructure.CimInstance#MSFT_NetUDPEndpoint",
                [
                    ("LocalAddress", Value::from(local)),
                    ("LocalPort", Value::U16(socket.local.1)),
                    ("OwningProcess", Value::U32(owner)),
                ],
            ));
        }
    }
    work.answer(Ok(rows))
}
