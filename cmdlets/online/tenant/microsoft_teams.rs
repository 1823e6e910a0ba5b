//! Signing in to the tenant: the organisation at hand is the only one, so nothing is to be done but to say so.

use command::Result;
use directory::{NounCode, Work};

pub static NOUN: NounCode =
    NounCode { noun: "MicrosoftTeams", verbs: &[("Connect", sign), ("Disconnect", sign)], ..NounCode::PLAIN };

fn sign(work: &mut Work) -> Result<()> {
    let text = format!("{}: the simulated tenant of {}", work.command.name(), work.facts().domain);
    work.session.write_verbose(&text)
}
