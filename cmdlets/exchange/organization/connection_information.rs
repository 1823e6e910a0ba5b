//! The session's connections to Exchange Online.

use command::Result;
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "ConnectionInformation",
    heeds: &["ConnectionId", "ModulePrefix"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let ids = work.bound.strings("ConnectionId");
    let prefixes = work.bound.strings("ModulePrefix");
    let known = directory::sign_ins(work.session).lock().clone();
    for made in known {
        let fits = (ids.is_empty() || ids.iter().any(|id| id.eq_ignore_ascii_case(&made.id.to_string())))
            && (prefixes.is_empty() || prefixes.iter().any(|p| p.eq_ignore_ascii_case(&made.prefix)));
        if fits && made.service == super::exchange_online::SERVICE {
            let row = directory::connection_row(work, &made);
            work.session.write(row)?;
        }
    }
    Ok(())
}
