//! The folders of a mailbox with what lies in them: voice messages in the inbox, and what was deleted.

use command::{Result, Value};
use directory::{Fault, NounCode, SizeValue, Work, moment_of};
use store::voice::{Record, VoiceRecords};
use values::Object;

use super::mailbox_statistics::held;

pub static NOUN: NounCode = NounCode {
    noun: "MailboxFolderStatistics",
    heeds: &["Identity", "FolderScope", "IncludeOldestAndNewestItems", "ResultSize", "Archive", "IncludeAnalysis"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// Path, type, and whether deleted messages lie there; the search folder shows the inbox's voice messages again.
const FOLDERS: [(&str, &str, bool); 3] =
    [("/Inbox", "Inbox", false), ("/Voice Mail", "VoiceMail", false), ("/Deleted Items", "DeletedItems", true)];

/// The subject whose messages take the most, how many they are and what they take.
fn top_subject(records: &VoiceRecords, messages: &[Record]) -> Option<(String, i32, u64)> {
    let subject = |m: &Record| m.get("subject").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let mut by_subject = std::collections::BTreeMap::<String, Vec<&Record>>::new();
    for message in messages {
        by_subject.entry(subject(message)).or_default().push(message);
    }
    let sums = by_subject.into_iter().map(|(subject, messages)| {
        let sum = held(records, messages.into_iter());
        (subject, sum.count, sum.size)
    });
    sums.max_by_key(|(_, _, size)| *size)
}

fn get(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let user = match work.target("Mailbox", &identity) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let is_archive = work.bound.switch("Archive");
    if is_archive && user.text("ArchiveGuid").is_none_or(str::is_empty) {
        let text = format!("The mailbox '{}' doesn't have an archive mailbox.", user.name);
        return work.fail(&Fault::exchange("MdbAdminTaskException", "MailboxFolderStatistics", text).at(&user.name));
    }
    let home = work.session.home();
    let id = user.id.to_string();
    // Nothing is moved to an archive: its folders are empty.
    let kept = if is_archive { Ok(None) } else { VoiceRecords::open(&home) };
    let read = kept.and_then(|records| match records {
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
    let analyses = work.bound.switch("IncludeAnalysis");
    let is_asked = |kind: &str| scope.as_ref().is_none_or(|s| *s == kind.to_lowercase());
    for (path, kind, is_deleted) in FOLDERS.into_iter().filter(|(_, kind, _)| is_asked(kind)).take(limit) {
        let is_voice = |m: &&Record| {
            kind != "VoiceMail"
                || m.get("class")
                    .and_then(serde_json::Value::as_str)
                    .is_some_and(|class| class.contains("VoiceMessage"))
        };
        let messages = |all: &'_ [Vec<Record>; 2]| -> Vec<Record> {
            all[usize::from(is_deleted)].iter().filter(is_voice).cloned().collect()
        };
        let inside = read.as_ref().map(|(_, all)| messages(all)).unwrap_or_default();
        let sum = read.as_ref().map(|(records, _)| held(records, inside.iter())).unwrap_or_default();
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
        if analyses {
            let top = read.as_ref().and_then(|(records, _)| top_subject(records, &inside));
            let (subject, count, size) = top.unwrap_or_default();
            let path = if subject.is_empty() { Value::Null } else { Value::from(path) };
            pairs.push(("TopSubject", Value::from(subject)));
            pairs.push(("TopSubjectSize", Value::foreign(SizeValue(size))));
            pairs.push(("TopSubjectCount", Value::I32(count)));
            pairs.push(("TopSubjectPath", path));
        }
        if with_items {
            let moment = |text: &str| if text.is_empty() { Value::Null } else { moment_of(text) };
            pairs.push(("OldestItemReceivedDate", moment(&sum.oldest)));
            pairs.push(("NewestItemReceivedDate", moment(&sum.newest)));
        }
        work.session.write(Object::typed("Microsoft.Exchange.Management.Tasks.MailboxFolderConfiguration", pairs))?;
    }
    Ok(())
}
