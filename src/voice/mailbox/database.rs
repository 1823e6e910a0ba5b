//! `voice.db`: messages, sign-in counters, call records and events.

use super::message::{Importance, MessageClass, VoiceMessage};
use super::pin::PinState;
use super::post::ItemState;
use super::search::WaitingCounts;
use crate::config::Forwarding;
use crate::record::CallRecord;
use control::Event;
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Why the database or a mailbox folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("voice database: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("mailbox folder: {0}")]
    Io(#[from] std::io::Error),
    #[error("voice database: {0}")]
    Content(#[from] serde_json::Error),
}

const ADD_CALL: &str = "INSERT INTO call(call_id,start,record) VALUES(?1,?2,?3)";

/// The database and the folder with audio files; clones share them. Cmdlets open one of their own to read.
#[derive(Clone)]
pub struct VoiceStore {
    home: PathBuf,
    connection: Arc<Mutex<Connection>>,
}

/// A message that goes elsewhere as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub message: String,
    pub mailbox: String,
    /// SMTP address.
    pub to: String,
    /// The mailbox keeps it.
    pub keep: bool,
    /// Seconds since 1970 at which it was queued.
    pub since: u64,
}

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS message(
  id TEXT PRIMARY KEY, mailbox TEXT NOT NULL, class TEXT NOT NULL, subject TEXT NOT NULL, caller TEXT NOT NULL, caller_name TEXT NOT NULL,
  call_id TEXT NOT NULL, received TEXT NOT NULL, duration INTEGER NOT NULL, read INTEGER NOT NULL DEFAULT 0, high INTEGER NOT NULL,
  private INTEGER NOT NULL, protected INTEGER NOT NULL, interrupted INTEGER NOT NULL, audio TEXT NOT NULL, attachment TEXT NOT NULL,
  mail TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS message_mailbox ON message(mailbox, deleted, received);
CREATE TABLE IF NOT EXISTS signin(mailbox TEXT PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS call(id INTEGER PRIMARY KEY, call_id TEXT NOT NULL, start TEXT NOT NULL, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS call_id ON call(call_id);
CREATE TABLE IF NOT EXISTS event(id INTEGER PRIMARY KEY, time TEXT NOT NULL, number INTEGER NOT NULL, event TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS item(
  mailbox TEXT NOT NULL, file TEXT NOT NULL, read INTEGER NOT NULL, flagged INTEGER NOT NULL, deleted INTEGER NOT NULL,
  response TEXT NOT NULL, PRIMARY KEY(mailbox, file));
CREATE TABLE IF NOT EXISTS number(
  number INTEGER PRIMARY KEY AUTOINCREMENT, mailbox TEXT NOT NULL, file TEXT NOT NULL, UNIQUE(mailbox, file));
CREATE TABLE IF NOT EXISTS outgoing(
  message TEXT PRIMARY KEY, mailbox TEXT NOT NULL, recipient TEXT NOT NULL, keep INTEGER NOT NULL, since INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS ladder(call_id TEXT PRIMARY KEY, arrows TEXT NOT NULL);
";

impl VoiceStore {
    /// Opens the database of a home, makes it when there is none.
    pub fn open(home: &Path) -> Result<VoiceStore, StoreError> {
        store::make_private(&home.join("mailboxes"))?;
        store::make_private_file(&home.join("voice.db"));
        let connection = Connection::open(home.join("voice.db"))?;
        connection.busy_timeout(Duration::from_secs(20))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // A caller hears goodbye only after the message is on the disk.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(SCHEMA)?;
        Ok(VoiceStore { home: home.to_path_buf(), connection: Arc::new(Mutex::new(connection)) })
    }

    /// Home folder.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Folder of a mailbox.
    pub fn folder(&self, mailbox: &str) -> PathBuf {
        let safe: String = mailbox
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@') { c } else { '_' })
            .collect();
        self.home.join("mailboxes").join(safe.trim_matches('.'))
    }

    /// Writes the row of a message whose files are on the disk, and queues it when it goes elsewhere as well.
    pub(super) fn add_message(&self, m: &VoiceMessage, forwarding: Option<&Forwarding>) -> Result<(), StoreError> {
        let mut connection = self.connection.lock();
        let change = connection.transaction()?;
        if let Some(forwarding) = forwarding {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            change.execute(
                "INSERT INTO outgoing VALUES(?1,?2,?3,?4,?5)",
                params![m.id, m.mailbox, forwarding.to, forwarding.keep, since as i64],
            )?;
        }
        change.execute(
            "INSERT INTO message(id,mailbox,class,subject,caller,caller_name,call_id,received,duration,read,high,private,protected,interrupted,audio,attachment,mail)
             VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)",
            params![
                m.id,
                m.mailbox,
                m.class.name(),
                m.subject,
                m.caller,
                m.caller_name,
                m.call_id,
                m.received,
                m.duration as i64,
                m.read,
                m.importance == Importance::High,
                m.private,
                m.protected,
                m.interrupted,
                m.audio_file,
                m.attachment_file,
                m.mail_file
            ],
        )?;
        change.commit()?;
        Ok(())
    }

    /// Messages that are on their way elsewhere, the oldest first.
    pub fn outgoing(&self) -> Result<Vec<Outgoing>, StoreError> {
        let connection = self.connection.lock();
        let mut statement = connection
            .prepare_cached("SELECT message, mailbox, recipient, keep, since FROM outgoing ORDER BY since, rowid")?;
        let rows = statement.query_map([], |r| {
            Ok(Outgoing {
                message: r.get(0)?,
                mailbox: r.get(1)?,
                to: r.get(2)?,
                keep: r.get(3)?,
                since: r.get::<_, i64>(4)?.unsigned_abs(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Takes a message from the queue, and out of the mailbox when it does not keep it.
    pub fn forwarded(&self, id: &str, keep: bool) -> Result<(), StoreError> {
        let mut connection = self.connection.lock();
        let change = connection.transaction()?;
        change.execute("DELETE FROM outgoing WHERE message=?1", [id])?;
        if !keep {
            change.execute("UPDATE message SET deleted=1 WHERE id=?1", [id])?;
        }
        change.commit()?;
        Ok(())
    }

    /// Messages of a mailbox, newest first; of all mailboxes when `mailbox` is empty.
    pub fn messages(&self, mailbox: &str) -> Result<Vec<VoiceMessage>, StoreError> {
        let connection = self.connection.lock();
        let mut statement = connection.prepare_cached(
            "SELECT * FROM message WHERE deleted=0 AND (?1='' OR mailbox=?1) ORDER BY received DESC, rowid DESC",
        )?;
        let rows = statement.query_map([mailbox], read_message)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One message.
    pub fn message(&self, id: &str) -> Result<Option<VoiceMessage>, StoreError> {
        let connection = self.connection.lock();
        Ok(connection.query_row("SELECT * FROM message WHERE id=?1", [id], read_message).optional()?)
    }

    /// Ids of messages that a call left.
    pub fn messages_of_call(&self, call_id: &str) -> Result<Vec<String>, StoreError> {
        let connection = self.connection.lock();
        let mut statement = connection.prepare_cached("SELECT id FROM message WHERE call_id=?1")?;
        let rows = statement.query_map([call_id], |r| r.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Marks a message as read or unread.
    pub fn set_read(&self, id: &str, read: bool) -> Result<(), StoreError> {
        self.connection.lock().execute("UPDATE message SET read=?2 WHERE id=?1", params![id, read])?;
        Ok(())
    }

    /// Moves a message to the deleted items.
    pub fn delete(&self, id: &str) -> Result<(), StoreError> {
        self.connection.lock().execute("UPDATE message SET deleted=1 WHERE id=?1", [id])?;
        Ok(())
    }

    /// New and old voice messages.
    pub fn waiting(&self, mailbox: &str) -> Result<WaitingCounts, StoreError> {
        let connection = self.connection.lock();
        let sql = "SELECT COALESCE(SUM(read=0),0), COALESCE(SUM(read=1),0), COALESCE(SUM(read=0 AND high),0), COALESCE(SUM(read=1 AND high),0)
                   FROM message WHERE mailbox=?1 AND deleted=0 AND class IN ('CallAnswering','VoiceAccess')";
        let counts = connection.query_row(sql, [mailbox], |r| {
            Ok(WaitingCounts { new: r.get(0)?, old: r.get(1)?, urgent_new: r.get(2)?, urgent_old: r.get(3)? })
        })?;
        Ok(counts)
    }

    /// What became of a mail or appointment.
    pub fn item_state(&self, mailbox: &str, file: &str) -> Result<ItemState, StoreError> {
        let connection = self.connection.lock();
        let mut statement = connection
            .prepare_cached("SELECT read, flagged, deleted, response FROM item WHERE mailbox=?1 AND file=?2")?;
        let read = |r: &Row<'_>| {
            Ok(ItemState { read: r.get(0)?, flagged: r.get(1)?, deleted: r.get(2)?, response: r.get(3)? })
        };
        Ok(statement.query_row(params![mailbox, file], read).optional()?.unwrap_or_default())
    }

    /// The number by which mail programs know a mail; it never changes.
    pub fn number_of(&self, mailbox: &str, file: &str) -> Result<u32, StoreError> {
        let connection = self.connection.lock();
        let known = "SELECT number FROM number WHERE mailbox=?1 AND file=?2";
        let found: Option<u32> =
            connection.prepare_cached(known)?.query_row([mailbox, file], |r| r.get(0)).optional()?;
        if let Some(number) = found {
            return Ok(number);
        }
        connection.execute("INSERT INTO number(mailbox,file) VALUES(?1,?2)", [mailbox, file])?;
        Ok(connection.last_insert_rowid() as u32)
    }

    /// Writes it.
    pub fn set_item_state(&self, mailbox: &str, file: &str, state: &ItemState) -> Result<(), StoreError> {
        self.connection.lock().execute(
            "INSERT INTO item VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(mailbox,file) DO UPDATE SET
             read=excluded.read, flagged=excluded.flagged, deleted=excluded.deleted, response=excluded.response",
            params![mailbox, file, state.read, state.flagged, state.deleted, state.response],
        )?;
        Ok(())
    }

    /// Sign-in counters of a mailbox.
    pub fn pin_state(&self, mailbox: &str) -> Result<PinState, StoreError> {
        let connection = self.connection.lock();
        let text: Option<String> =
            connection.query_row("SELECT state FROM signin WHERE mailbox=?1", [mailbox], |r| r.get(0)).optional()?;
        Ok(match text {
            Some(text) => serde_json::from_str(&text)?,
            None => PinState::default(),
        })
    }

    /// Writes them.
    pub fn set_pin_state(&self, mailbox: &str, state: &PinState) -> Result<(), StoreError> {
        let text = serde_json::to_string(state)?;
        self.connection.lock().execute(
            "INSERT INTO signin VALUES(?1,?2) ON CONFLICT(mailbox) DO UPDATE SET state=excluded.state",
            params![mailbox, text],
        )?;
        Ok(())
    }

    /// Keeps a call record.
    pub fn add_call(&self, record: &CallRecord) -> Result<(), StoreError> {
        let text = serde_json::to_string(record)?;
        let values = params![record.call_identity, record.call_start_time, text];
        self.connection.lock().execute(ADD_CALL, values)?;
        Ok(())
    }

    /// Call records, newest first; all calls when `call_id` is empty.
    pub fn calls(&self, call_id: &str, limit: usize) -> Result<Vec<CallRecord>, StoreError> {
        let connection = self.connection.lock();
        let mut statement =
            connection.prepare_cached("SELECT record FROM call WHERE ?1='' OR call_id=?1 ORDER BY id DESC LIMIT ?2")?;
        let rows = statement.query_map(params![call_id, limit as i64], |r| r.get::<_, String>(0))?;
        rows.map(|text| Ok(serde_json::from_str(&text?)?)).collect()
    }

    /// Keeps an event.
    pub fn add_event(&self, event: &Event) -> Result<(), StoreError> {
        let text = serde_json::to_string(event)?;
        self.connection
            .lock()
            .execute("INSERT INTO event(time,number,event) VALUES(?1,?2,?3)", params![event.time, event.id, text])?;
        Ok(())
    }

    /// Events, newest first.
    pub fn events(&self, limit: usize) -> Result<Vec<Event>, StoreError> {
        let connection = self.connection.lock();
        let mut statement = connection.prepare_cached("SELECT event FROM event ORDER BY id DESC LIMIT ?1")?;
        let rows = statement.query_map([limit as i64], |r| r.get::<_, String>(0))?;
        rows.map(|text| Ok(serde_json::from_str(&text?)?)).collect()
    }

    /// Keeps a call record with the ladder of the call: whoever finds the one finds the other.
    pub fn add_call_and_ladder(&self, record: &CallRecord, arrows: &[control::Arrow]) -> Result<(), StoreError> {
        let (record_text, arrows) = (serde_json::to_string(record)?, serde_json::to_string(arrows)?);
        let mut connection = self.connection.lock();
        let change = connection.transaction()?;
        change.execute(ADD_CALL, params![record.call_identity, record.call_start_time, record_text])?;
        change.execute(
            "INSERT INTO ladder VALUES(?1,?2) ON CONFLICT(call_id) DO UPDATE SET arrows=excluded.arrows",
            params![record.call_identity, arrows],
        )?;
        Ok(change.commit()?)
    }

    /// The ladder of a finished call; empty when nothing was kept.
    pub fn ladder(&self, call_id: &str) -> Result<Vec<control::Arrow>, StoreError> {
        let connection = self.connection.lock();
        let text: Option<String> =
            connection.query_row("SELECT arrows FROM ladder WHERE call_id=?1", [call_id], |r| r.get(0)).optional()?;
        Ok(match text {
            Some(text) => serde_json::from_str(&text)?,
            None => Vec::new(),
        })
    }
}

fn read_message(row: &Row<'_>) -> Result<VoiceMessage, rusqlite::Error> {
    let class = MessageClass::parse(&row.get::<_, String>("class")?);
    let protected = row.get("protected")?;
    Ok(VoiceMessage {
        id: row.get("id")?,
        mailbox: row.get("mailbox")?,
        class,
        item_class: class.item_class(protected).into(),
        subject: row.get("subject")?,
        caller: row.get("caller")?,
        caller_name: row.get("caller_name")?,
        call_id: row.get("call_id")?,
        received: row.get("received")?,
        duration: row.get::<_, i64>("duration")? as u64,
        read: row.get("read")?,
        importance: if row.get("high")? { Importance::High } else { Importance::Normal },
        private: row.get("private")?,
        protected,
        interrupted: row.get("interrupted")?,
        audio_file: row.get("audio")?,
        attachment_file: row.get("attachment")?,
        mail_file: row.get("mail")?,
    })
}
