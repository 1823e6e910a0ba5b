//! Convert-MsolDomainToFederated.

use command::Result;
use directory::{NounCode, Work};

use super::federation;

pub static NOUN: NounCode = NounCode {
    noun: "MsolDomainToFederated",
    heeds: &["DomainName", "SupportMultipleDomain"],
    verbs: &[("Convert", convert)],
    ..NounCode::PLAIN
};

fn convert(work: &mut Work) -> Result<()> {
    federation::convert(work, true)
}
