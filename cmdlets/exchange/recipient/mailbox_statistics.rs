//! How much lies in a mailbox: the voice messages that the telephony service has put there.

use command::{Result, Value};
use directory::{Fault, NounCode, SizeValue, Work, moment_of};
use store::voice::{Record, VoiceRecords};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "MailboxStatistics",
    heeds: &["Identity", "Database", "Server", "StoreMailboxIdentity", "IncludeMoveHistory", "IncludeMoveReport"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// What is kept in a mailbox or a folder of it.
#[derive(Default)]
pub(super) struct Held {
    pub count: i32,
    pub size: u64,
    pub oldest: String,
    pub newest: String,
}

/// Sums messages; the size is that of their files.
pub(super) fn held<'a>(records: &VoiceRecords, messages: impl Iterator<Item = &'a Record>) -> Held {
    let text = |m: &Record, name: &str| m.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let mut sum = Held::default();
    for message in messages {
        sum.count += 1;
        for file in ["audio", "mail"] {
            let name = text(message, file);
            if !name.is_empty() {
                let path = records.file(&text(message, "mailbox"), &name);
                sum.size += std::fs::metadata(path).map_or(0, |m| m.len());
            }
        }
        let received = text(message, "received");
        if sum.oldest.is_empty() || received < sum.oldest {
            sum.oldest.clone_from(&received);
        }
        if received > sum.newest {
            sum.newest = received;
        }
    }
    sum
}

/// The users whose mailboxes the parameters name.
fn chosen(work: &mut Work) -> std::result::Result<Vec<store::Object>, Fault> {
    if let Some(identity) = work.bound.get("Identity").filter(|v| !v.is_null()).cloned() {
        return Ok(vec![work.target("Mailbox", &identity)?]);
    }
    let (noun, property) =
        if work.bound.has("Database") { ("MailboxDatabase", "Database") } else { ("ExchangeServer", "ServerName") };
    let value = work.bound.value(if property == "Database" { "Database" } else { "Server" });
    let of = work.target(noun, &value)?;
    let is_of = |user: &store::Object| {
        user.links(property).contains(&of.id) || user.text(property).is_none_or(|t| t.eq_ignore_ascii_case(&of.name))
    };
    let users = work.all("User")?;
    let mut found: Vec<_> = users.into_iter().filter(|u| u.text("PrimarySmtpAddress").is_some() && is_of(u)).collect();
    if let Some(own) = work.bound.str("StoreMailboxIdentity").filter(|t| !t.is_empty()) {
        let own = own.trim_matches(['{', '}']).to_lowercase();
        found.retain(|u| u.id.to_string() == own || u.text("ExchangeGuid").is_some_and(|g| g.to_lowercase() == own));
        if found.is_empty() {
            let text = format!("The specified mailbox \"{own}\" doesn't exist in the database \"{}\".", of.name);
            return Err(Fault::exchange("ManagementObjectNotFoundException", "MailboxStatistics", text).at(&own));
        }
    }
    Ok(found)
}

/// The moves of a mailbox that the organisation keeps; with their reports where they are wanted.
fn moves(work: &Work, user: &store::Object) -> std::result::Result<Value, Fault> {
    let with_report = work.bound.switch("IncludeMoveReport");
    let mut rows = Vec::new();
    for one in work.all("MoveRequest")? {
        let is_own = one.name.eq_ignore_ascii_case(&user.name) || one.links("Mailbox").contains(&user.id);
        if !is_own {
            continue;
        }
        let text = |name: &str| one.text(name).map_or(Value::Null, Value::from);
        let mut pairs = vec![
            ("Identity", Value::from(one.name.as_str())),
            ("Status", one.text("Status").map_or(Value::from("Queued"), Value::from)),
            ("SourceDatabase", text("SourceDatabase")),
            ("TargetDatabase", text("TargetDatabase")),
            ("QueuedTimestamp", directory::moment(one.created)),
        ];
        if with_report {
            let line = format!(
                "{}: created by an administrator, status {}.",
                one.name,
                one.text("Status").unwrap_or("Queued")
            );
            pairs.push(("Report", Value::from(line)));
        }
        rows.push(Object::typed("Microsoft.Exchange.Management.Deployment.MoveHistoryEntry", pairs));
    }
    Ok(Value::array(rows))
}

fn get(work: &mut Work) -> Result<()> {
    let users = match chosen(work) {
        Ok(users) => users,
        Err(fault) => return work.fail(&fault),
    };
    let home = work.session.home();
    let records = match VoiceRecords::open(&home) {
        Ok(records) => records,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    for user in users {
        let id = user.id.to_string();
        let found =
            records.as_ref().map(|r| Ok::<_, store::StoreError>((r.messages(&id)?, r.deleted(&id)?))).transpose();
        let (kept, deleted) = match found {
            Ok(found) => found.unwrap_or_default(),
            Err(error) => return work.fail(&Fault::from(error)),
        };
        let sum = |messages: &[Record]| records.as_ref().map(|r| held(r, messages.iter())).unwrap_or_default();
        let (kept, deleted) = (sum(&kept), sum(&deleted));
        let text = |name: &str| user.text(name).map_or(Value::Null, Value::from);
        let with_moves = work.bound.switch("IncludeMoveHistory") || work.bound.switch("IncludeMoveReport");
        let history = match with_moves.then(|| moves(work, &user)).transpose() {
            Ok(history) => history,
            Err(fault) => return work.fail(&fault),
        };
        let row = Object::typed(
            "Microsoft.Exchange.Data.Mapi.MailboxStatistics",
            [
                ("DisplayName", Value::from(user.text("DisplayName").unwrap_or(&user.name))),
                ("ItemCount", Value::I32(kept.count)),
                ("StorageLimitStatus", Value::from("BelowLimit")),
                ("LastLogonTime", if kept.newest.is_empty() { Value::Null } else { moment_of(&kept.newest) }),
                ("TotalItemSize", Value::foreign(SizeValue(kept.size))),
                ("DeletedItemCount", Value::I32(deleted.count)),
                ("TotalDeletedItemSize", Value::foreign(SizeValue(deleted.size))),
                ("MailboxGuid", Value::from(id.as_str())),
                ("Database", text("Database")),
                ("ServerName", text("ServerName")),
                ("LegacyDN", text("LegacyExchangeDN")),
                ("MailboxType", Value::from("Private")),
                ("IsQuarantined", Value::Bool(false)),
                ("Identity", Value::from(id)),
            ]
            .into_iter()
            .chain(history.map(|history| ("MoveHistory", history))),
        );
        work.session.write(row)?;
    }
    Ok(())
}
