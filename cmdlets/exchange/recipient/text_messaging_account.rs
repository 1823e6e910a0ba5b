//! Text messages of a mailbox's owner.

use command::Result;
use directory::{NounCode, Work, verb};
use serde_json::Value as Json;

pub static NOUN: NounCode =
    NounCode { noun: "TextMessagingAccount", heeds: &["*", "Identity"], verbs: &[("Clear", clear)], ..NounCode::PLAIN };

fn clear(work: &mut Work) -> Result<()> {
    let gone: Vec<(&str, Json)> =
        ["NotificationPhoneNumber", "NotificationPhoneNumberVerified", "CountryRegionId", "MobileOperatorId"]
            .map(|name| (name, Json::Null))
            .to_vec();
    verb::mark(work, &gone)
}
