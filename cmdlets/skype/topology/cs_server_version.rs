//! The version of the server software.

use command::{Result, Value};
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode { noun: "CsServerVersion", verbs: &[("Get", get)], ..NounCode::PLAIN };

/// Version of Skype for Business Server 2015 that the commands are modelled on.
pub(super) const VERSION: &str = "6.0.9319.0";

fn get(work: &mut Work) -> Result<()> {
    let text = format!("Skype for Business Server 2015 ({VERSION}): Volume license key installed.");
    work.session.write(Value::from(text))
}
