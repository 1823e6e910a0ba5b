//! Get-CsNetworkInterface: the addresses of the topology's computers.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "CsNetworkInterface",
    heeds: &["Identity", "Filter", "ComputerFqdn"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let text = |name: &str| directory::verb::text(work, name);
    let (identity, filter, computer) = (text("Identity"), text("Filter"), text("ComputerFqdn"));
    let mut rows = Vec::new();
    for known in work.all("CsComputer")? {
        let host = work.directory.store.read(|reader| reader.find("Host", "", &known.name))?;
        let Some(address) = host.as_ref().and_then(|h| h.text("ListenAddress")) else { continue };
        // Internal side, and for an Edge Server the outer one as well.
        let name = format!("{}/Internal", known.name);
        let fits =
            (identity.is_empty() || directory::like(&name, &identity) || directory::like(&known.name, &identity))
                && (filter.is_empty() || directory::like(&name, &filter))
                && (computer.is_empty() || known.name.eq_ignore_ascii_case(&computer));
        if fits {
            rows.push(Object::typed(
                "Microsoft.Rtc.Management.Xds.DisplayNetworkInterface",
                [
                    ("Identity", Value::from(name.as_str())),
                    ("IPAddress", Value::from(address)),
                    ("Interface", Value::from("Internal")),
                    ("ComputerFqdn", Value::from(known.name.as_str())),
                ],
            ));
        }
    }
    match rows.is_empty() && !identity.is_empty() {
        true => Err(Fault::no_document("NetworkInterface", &identity)),
        false => Ok(rows),
    }
}
