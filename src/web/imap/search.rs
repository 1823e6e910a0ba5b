//! SEARCH: the keys that mail programs use.

use super::folder::Entry;
use super::text::in_set;

/// Whether a mail fits all keys; the error says which key is not known.
pub(super) fn fits(
    keys: &[String],
    entry: &Entry,
    sequence: u32,
    count: u32,
    largest_uid: u32,
) -> Result<bool, String> {
    let raw = || std::fs::read(&entry.path).unwrap_or_default();
    let mut rest = keys.iter();
    let mut all = true;
    while let Some(key) = rest.next() {
        let upper = key.to_ascii_uppercase();
        let mut next = || rest.next().map(|t| t.to_lowercase()).ok_or_else(|| format!("{upper} wants an argument"));
        let fits = match upper.as_str() {
            "ALL" | "UNDELETED" | "UNANSWERED" | "UNDRAFT" | "OLD" | "NOT DELETED" => true,
            "DELETED" | "ANSWERED" | "DRAFT" | "RECENT" | "NEW" => false,
            "SEEN" => entry.seen,
            "UNSEEN" => !entry.seen,
            "FLAGGED" => entry.flagged,
            "UNFLAGGED" => !entry.flagged,
            "SUBJECT" | "FROM" | "TO" => {
                let wanted = next()?;
                let mail = voice::mailbox::parse_mail(&raw()).unwrap_or_default();
                let people = |all: &[voice::mailbox::Party]| {
                    all.iter().map(|p| format!("{} {}", p.name, p.address)).collect::<Vec<_>>().join(" ")
                };
                let field = match upper.as_str() {
                    "SUBJECT" => mail.subject,
                    "FROM" => people(&[mail.from]),
                    _ => people(&mail.to),
                };
                field.to_lowercase().contains(&wanted)
            }
            "TEXT" | "BODY" => {
                let wanted = next()?;
                String::from_utf8_lossy(&raw()).to_lowercase().contains(&wanted)
            }
            "LARGER" => entry.size > next()?.parse().map_err(|_| "LARGER wants a number".to_string())?,
            "SMALLER" => entry.size < next()?.parse().map_err(|_| "SMALLER wants a number".to_string())?,
            "UID" => in_set(&next()?, entry.uid, largest_uid).ok_or("UID wants a set")?,
            "CHARSET" => {
                next()?;
                true
            }
            _ => in_set(key, sequence, count).ok_or_else(|| format!("the search key {upper} is not supported"))?,
        };
        all &= fits;
    }
    Ok(all)
}
