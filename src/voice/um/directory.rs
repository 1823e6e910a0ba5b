//! Finding a person by keypad: name, alias or extension.

use super::session::{Ended, Session};
use crate::config::{Snapshot, UmDialPlan, UmMailbox};
use crate::mailbox::directory_matches;
use crate::service::Runtime;
use std::sync::Arc;
use std::time::Duration;

/// Pause before a menu counts as unanswered.
const MENU: Duration = Duration::from_secs(5);
/// Most matches that are read out with a key each.
const LISTED: usize = 9;

/// What the caller wants of the person found.
pub enum Found {
    Call(String),
    Message(Box<UmMailbox>),
}

/// Number or address by which a mailbox's user is called.
pub(super) fn number_of(mailbox: &UmMailbox) -> String {
    if mailbox.sip_address.is_empty() {
        mailbox.extensions.first().cloned().unwrap_or_default()
    } else {
        mailbox.sip_address.clone()
    }
}

/// Runs the search; `None` when nobody was found or wanted.
pub(super) async fn search(
    runtime: &Arc<Runtime>,
    snapshot: &Snapshot,
    plan: &UmDialPlan,
    session: &mut Session,
) -> Result<Option<Found>, Ended> {
    let prompts = &runtime.prompts;
    let members = || snapshot.mailboxes.iter().filter(|m| m.dial_plan.eq_ignore_ascii_case(&plan.name));
    let mut by_alias = false;
    for _ in 0..plan.input_failures_before_disconnect.max(1) {
        let entered = session.collect(&prompts.get("attendant-spell"), 32, MENU).await?;
        match entered.as_str() {
            // `##` changes between name and alias: two empty entries.
            "#" => {
                by_alias = !by_alias;
                continue;
            }
            "*" | "" => return Ok(None),
            _ => {}
        }
        let extension = (entered.len() == plan.digits).then(|| snapshot.mailbox(plan, &entered)).flatten();
        let matches = match extension {
            Some(found) => vec![found],
            None => directory_matches(members(), &entered, by_alias),
        };
        let chosen = match matches.as_slice() {
            [] => {
                session.play(&prompts.get("no-match"), true).await?;
                continue;
            }
            [one] => *one,
            many if many.len() <= LISTED => {
                let mut list = prompts.get("several-matches");
                for (index, person) in many.iter().enumerate() {
                    list.extend(prompts.get("for"));
                    list.extend(prompts.name(&person.display_name, person.extensions.first().map_or("", |e| e)));
                    list.extend(prompts.get("press"));
                    list.extend(prompts.number(index as u32 + 1));
                }
                let key = session.ask(&list, MENU).await?.and_then(|k| k.to_digit(10)).unwrap_or(0) as usize;
                match key.checked_sub(1).and_then(|k| many.get(k)) {
                    Some(person) => *person,
                    None => continue,
                }
            }
            _ => {
                session.play(&prompts.get("too-many-matches"), true).await?;
                continue;
            }
        };
        let mut offer = prompts.get("one-match");
        offer.extend(prompts.name(&chosen.display_name, chosen.extensions.first().map_or("", |e| e)));
        offer.extend(prompts.get("to-call"));
        match session.ask(&offer, MENU).await? {
            Some('1') if plan.call_someone_enabled => return Ok(Some(Found::Call(number_of(chosen)))),
            Some('2') if plan.send_voice_message_enabled => return Ok(Some(Found::Message(Box::new(chosen.clone())))),
            Some('3') => {}
            Some('1' | '2') => {
                session.play(&prompts.get("not-available"), true).await?;
            }
            _ => return Ok(None),
        }
    }
    Ok(None)
}
