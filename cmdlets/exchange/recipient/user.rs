//! Accounts, with or without mailbox.

use directory::{Edit, Fault, NounCode};

pub static NOUN: NounCode = NounCode { noun: "User", before_write: Some(check), ..NounCode::PLAIN };

fn check(edit: &mut Edit) -> Result<(), Fault> {
    if edit.text("RecipientType").is_empty() {
        edit.set("RecipientType", "User");
        edit.set("RecipientTypeDetails", "User");
    }
    let is_mailbox = edit.text("RecipientType") == "UserMailbox";
    super::mailbox::addresses(edit, is_mailbox)
}
