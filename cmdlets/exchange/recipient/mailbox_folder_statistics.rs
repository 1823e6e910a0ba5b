//! The folders of a mailbox with what lies in them: voice messages in the inbox, and what was deleted.

use command::{Result, Value};
use directory::{Fault, NounCode, SizeValue, Work, moment_of};
use store::voice::{Record, VoiceRecords};
use values::Object;

use super::mailbox_statistics::held;

pub static NOUN: NounCode = NounCode {
    noun: "MailboxFolderStatistics",
    heeds: &["Identity", "FolderScope", "IncludeOldestAndNewestItems", "ResultSize"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// Path, type, and whether deleted messages lie there; the search folder shows the inbox's voice messages again.
const FOLDERS: [(&str, &str, bool); 3] =
    [("/Inbox", "Inbox", false), ("/Voice Mail", "VoiceMail", false), ("/Deleted Items", "DeletedItems", true)];

fn get(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let user = match work.target("Mailbox", &identity) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let home = work.session.home();
    let id = user.id.to_string();
    let read = VoiceRecords::open(&home).and_then(|records| match records {
        Some(records) => {
            let all = [records.messages(&id)?, records.deleted(&id)?];
            Ok(Some((records, all)))
        }
        None => Ok(None),
    });
    let read = match read {
        Ok(read) => read,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let scope = work.bound.str("FolderScope").map(|t| t.to_lowercase()).filter(|t| t != "all");
    let with_items = work.bound.switch("IncludeOldestAndNewestItems");
    let limit = work.bound.str("ResultSize").and_then(|t| t.parse().ok()).unwrap_or(usize::MAX);
    let is_asked = |kind: &str| scope.as_ref().is_none_or(|s| *s == kind.to_lowercase());
    for (path, kind, is_deleted) in FOLDERS.into_iter().filter(|(_, kind, _)| is_asked(kind)).take(limit) {
        let is_voice = |m: &&Record| {
            kind != "VoiceMail"
                || m.get("class")
                    .and_then(serde_json::Value::as_str)
                    .is_some_and(|class| class.contains("VoiceMessage"))
        };
        let sum = read
            .as_ref()
            .map(|(records, all)| held(records, all[usize::from(is_deleted)].iter().filter(is_voice)))
            .unwrap_or_default();
        let name = path.trim_start_matches('/');
        let mut pairs = vec![
            (
                "Date",
                values::members::get_static(work.session, values::TypeRef::DATETIME, "UtcNow")?.unwrap_or_default(),
            ),
            ("Name", Value::from(name)),
            ("FolderPath", Value::from(path)),
            ("FolderType", Value::from(kind)),
            ("ItemsInFolder", Value::I32(sum.count)),
            ("FolderSize", Value::foreign(SizeValue(sum.size))),
            ("ItemsInFolderAndSubfolders", Value::I32(sum.count)),
            ("FolderAndSubfolderSize", Value::foreign(SizeValue(sum.size))),
            ("Identity", Value::from(format!("{}{}", user.name, path.replace('/', "\\")))),
        ];
        if with_items {
            let moment = |text: &str| if text.is_empty() { Value::Null } else { moment_of(text) };
            pairs.push(("OldestItemReceivedDate", moment(&sum.oldest)));
            pairs.push(("NewestItemReceivedDate", moment(&sum.newest)));
        }
        work.session.write(Object::typed("Microsoft.Exchange.Management.Tasks.MailboxFolderConfiguration", pairs))?;
    }
    Ok(())
}
