//! Rights management: what stands between a sender and a protected message.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

use crate::hybrid::validation::step;

pub static NOUN: NounCode = NounCode {
    noun: "IRMConfiguration",
    heeds: &["*", "Identity", "Sender", "Recipient"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let sender = work.bound.value("Sender");
    let mut mailboxes = vec![work.target("Mailbox", &sender)?];
    let recipients = work.bound.strings("Recipient");
    for recipient in &recipients {
        mailboxes.push(work.target("Mailbox", &Value::from(&**recipient))?);
    }
    let settings = work.all("IRMConfiguration")?.into_iter().next();
    let is_on = |name: &str, or: bool| settings.as_ref().and_then(|s| s.flag(name)).unwrap_or(or);
    let internal = is_on("InternalLicensingEnabled", false);
    let places = settings.as_ref().map(|s| s.texts("LicensingLocation").len()).unwrap_or(0);
    let mut rows = vec![
        step("InternalLicensing", internal, format!("InternalLicensingEnabled is {internal}.")),
        step("LicensingLocation", places > 0, format!("{places} licensing locations are set.")),
    ];
    for mailbox in mailboxes {
        let address = mailbox.text("PrimarySmtpAddress").unwrap_or(&mailbox.name).to_owned();
        rows.push(step("Mailbox", true, format!("The mailbox {address} is there.")));
    }
    let is_whole = internal && places > 0;
    rows.push(step("OverallResult", is_whole, if is_whole { "PASS" } else { "FAIL" }));
    Ok(rows)
}
