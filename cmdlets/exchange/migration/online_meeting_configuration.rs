//! Where a mailbox's meetings are held.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

pub static NOUN: NounCode =
    NounCode { noun: "OnlineMeetingConfiguration", heeds: &["Identity"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

/// The mailbox's account and the pool that holds its meetings, where it is enabled for one.
fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let identity = work.bound.value("Identity");
    let mailbox = work.target("Mailbox", &identity)?;
    let user = work.directory.store.read(|reader| {
        Ok(reader.referrers(mailbox.id)?.into_iter().map(|(object, _)| object).find(|o| o.noun == "CsUser"))
    })?;
    let of = |name: &str| user.as_ref().and_then(|u| u.text(name)).map_or(Value::Null, Value::from);
    Ok(vec![values::Object::typed(
        "Microsoft.Exchange.Data.Storage.Management.OnlineMeetingConfiguration",
        [
            ("Identity", Value::from(mailbox.name.as_str())),
            ("SipAddress", of("SipAddress")),
            ("Pool", of("RegistrarPool")),
            ("IsEnabled", Value::Bool(user.is_some())),
        ],
    )])
}
