//! What a selected mailbox holds: the mails that unified messaging delivered, and those of the inbox.

use std::path::PathBuf;
use voice::mailbox::{INBOX, VoiceStore};

/// One mail.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub uid: u32,
    pub path: PathBuf,
    pub seen: bool,
    pub flagged: bool,
    pub size: u64,
}

/// All mails of a mailbox in the order of their numbers; they keep their numbers for ever.
pub(super) fn entries(store: &VoiceStore, mailbox: &str) -> Result<Vec<Entry>, String> {
    let fail = |e: voice::mailbox::StoreError| e.to_string();
    let mut files: Vec<(String, PathBuf, bool, bool)> = Vec::new();
    let mut messages = store.messages(mailbox).map_err(fail)?;
    messages.reverse();
    for message in messages {
        let state = store.item_state(mailbox, &message.id).map_err(fail)?;
        files.push((message.id, message.mail_file.into(), message.read, state.flagged));
    }
    let folder = store.folder(mailbox).join(INBOX);
    let mut mails: Vec<_> = std::fs::read_dir(&folder).into_iter().flatten().flatten().collect();
    mails.sort_by_key(|e| e.file_name());
    for mail in mails.into_iter().filter(|e| e.path().extension().is_some_and(|x| x == "eml")) {
        let file = format!("{INBOX}/{}", mail.file_name().to_string_lossy());
        let state = store.item_state(mailbox, &file).map_err(fail)?;
        if !state.deleted {
            files.push((file, mail.path(), state.read, state.flagged));
        }
    }
    let mut found = Vec::with_capacity(files.len());
    for (file, path, seen, flagged) in files {
        // A mail whose file is gone cannot be fetched: it is not there.
        let Ok(data) = std::fs::metadata(&path) else { continue };
        let uid = store.number_of(mailbox, &file).map_err(fail)?;
        found.push(Entry { uid, path, seen, flagged, size: data.len() });
    }
    found.sort_by_key(|e| e.uid);
    Ok(found)
}
