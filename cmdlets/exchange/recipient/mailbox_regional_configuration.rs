//! Language and formats of a mailbox; whether its folders are called as its language wants.

use command::{Result, Value};
use directory::{NounCode, Work, verb};

pub static NOUN: NounCode = NounCode {
    noun: "MailboxRegionalConfiguration",
    heeds: &["*", "Identity", "VerifyDefaultFolderNameLanguage"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    if !work.bound.switch("VerifyDefaultFolderNameLanguage") {
        return verb::get(work);
    }
    let found = match verb::found(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    for object in found {
        // Folders have English names here, whatever the language.
        let is_english = object.text("Language").is_none_or(|l| l.is_empty() || l.to_lowercase().starts_with("en"));
        let (facts, noun, directory) = (work.facts(), work.noun, work.directory.clone());
        let made = directory.store.read(|reader| directory::row(reader, &directory.library, &facts, noun, &object));
        let row = match made {
            Ok(row) => row,
            Err(error) => return work.fail(&directory::Fault::from(error)),
        };
        if let Some(object) = row.as_object() {
            object.set("DefaultFolderNameMatchingUserLanguage", Value::Bool(is_english));
        }
        work.session.write(row)?;
    }
    Ok(())
}
