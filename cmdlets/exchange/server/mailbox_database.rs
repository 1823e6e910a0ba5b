//! Mailbox databases; those for recovery hold what was restored into them.

use command::Result;
use directory::{Edit, Fault, NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "MailboxDatabase",
    heeds: &["*", "Identity", "Recovery"],
    before_write: Some(begin),
    verbs: &[("Clean", clean)],
    ..NounCode::PLAIN
};

fn begin(edit: &mut Edit) -> std::result::Result<(), Fault> {
    if edit.is_new() {
        let recovery = edit.bound.switch("Recovery");
        edit.set("Recovery", recovery);
        // A new database is mounted by hand.
        edit.set("Mounted", false);
    }
    Ok(())
}

/// Clean: looks for mailboxes whose account went without saying so; what no account holds any more shows as disconnected.
fn clean(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let database = match work.target("MailboxDatabase", &identity) {
        Ok(database) => database,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&database.name)? {
        return Ok(());
    }
    let is_of =
        |mailbox: &store::Object| mailbox.text("Database").is_none_or(|d| d.eq_ignore_ascii_case(&database.name));
    work.write(|writer, _| {
        for mailbox in writer.all("DisconnectedMailbox")?.into_iter().filter(is_of) {
            // Who has a mailbox again, of the same identity, is connected.
            let owner = uuid::Uuid::parse_str(&mailbox.name).ok().map(|id| writer.get(id)).transpose()?.flatten();
            if owner.is_some_and(|user| user.text("RecipientType") == Some("UserMailbox")) {
                writer.remove(mailbox.id)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}
