//! Call answering rules: which one holds for a call, and what its keys do.

use crate::config::{CallAnsweringRule, bare_address, digits};
use crate::router::Caller;
use chrono::{DateTime, Datelike, Timelike, Utc};

/// Bit of ScheduleStatus for a free calendar.
const FREE: i64 = 1;
/// Bit for a user who is out of office.
const OUT_OF_OFFICE: i64 = 8;

/// What rules are asked about.
pub struct Situation<'a> {
    pub caller: &'a Caller,
    /// Number or address that was called.
    pub dialed: &'a str,
    /// Wall clock of the user.
    pub now: DateTime<Utc>,
    pub automatic_replies: bool,
}

/// What a key of a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Transfer(String),
    /// To a contact: another mailbox, by its address.
    Contact(String),
    ContactVoiceMail(String),
    LeaveMessage,
    /// Numbers and seconds to ring.
    FindMe(Vec<(String, u64)>),
}

/// One key of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyMapping {
    pub key: char,
    pub context: String,
    pub action: Action,
}

/// Reads a key mapping; numbers 2 to 4 of the types are assumed.
pub fn key_mapping(text: &str) -> Option<KeyMapping> {
    let fields: Vec<&str> = text.split(',').map(str::trim).collect();
    let field = |at: usize| fields.get(at).copied().unwrap_or("");
    let key = match field(1) {
        "10" => '*',
        key => key.chars().next().filter(|c| key.len() == 1 && c.is_ascii_digit())?,
    };
    let action = match field(0) {
        "1" => Action::Transfer(field(7).to_string()),
        "2" => Action::Contact(field(8).to_string()),
        "3" => Action::ContactVoiceMail(field(8).to_string()),
        "4" => Action::LeaveMessage,
        "5" => {
            let pairs = [(field(3), field(4)), (field(5), field(6))];
            let numbers = pairs
                .iter()
                .filter(|(number, _)| !number.is_empty())
                .map(|(number, seconds)| (number.to_string(), seconds.parse().unwrap_or(20)))
                .collect();
            Action::FindMe(numbers)
        }
        _ => return None,
    };
    Some(KeyMapping { key, context: field(2).to_string(), action })
}

fn minutes(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once(':')?;
    Some(hour.parse::<u32>().ok()? * 60 + minute.get(..2).unwrap_or(minute).parse::<u32>().ok()?)
}

/// `1,0,,` working hours, `2` the rest (assumed), `3,mask,start,end` days with Sunday = 1.
fn time_holds(text: &str, now: DateTime<Utc>) -> bool {
    let fields: Vec<&str> = text.split(',').collect();
    let day = now.weekday().num_days_from_sunday();
    let minute = now.hour() * 60 + now.minute();
    // assumed: Monday to Friday, eight to five.
    let working = (1..=5).contains(&day) && (8 * 60..17 * 60).contains(&minute);
    match fields.first().map_or("", |f| f.trim()) {
        "" | "0" => true,
        "1" => working,
        "2" => !working,
        "3" => {
            let mask: u32 = fields.get(1).and_then(|m| m.trim().parse().ok()).unwrap_or(0);
            let start = fields.get(2).and_then(|t| minutes(t)).unwrap_or(0);
            let end = fields.get(3).and_then(|t| minutes(t)).unwrap_or(24 * 60);
            mask & (1 << day) != 0 && (start..end).contains(&minute)
        }
        _ => false,
    }
}

fn same_party(left: &str, right: &str) -> bool {
    let (left, right) = (bare_address(left), bare_address(right));
    left.eq_ignore_ascii_case(right) || (!digits(left).is_empty() && digits(left) == digits(right))
}

fn holds(rule: &CallAnsweringRule, situation: &Situation<'_>) -> bool {
    let caller = &rule.caller_ids;
    let called_by = |id: &String| {
        let mut fields = id.split(',').map(str::trim);
        match fields.next() {
            // A number; the other kinds name contacts, which this store does not have.
            Some("1") => {
                fields.next().is_some_and(|n| !situation.caller.anonymous && same_party(n, &situation.caller.party))
            }
            _ => false,
        }
    };
    let status = if situation.automatic_replies { OUT_OF_OFFICE } else { FREE };
    (caller.is_empty() || caller.iter().any(called_by))
        && (rule.extensions_dialed.is_empty() || rule.extensions_dialed.iter().any(|e| same_party(e, situation.dialed)))
        && time_holds(&rule.time_of_day, situation.now)
        && (rule.schedule_status == 0 || rule.schedule_status & status != 0)
        && (!rule.automatic_replies || situation.automatic_replies)
}

/// The first rule whose conditions all hold.
pub fn choose<'a>(rules: &'a [CallAnsweringRule], situation: &Situation<'_>) -> Option<&'a CallAnsweringRule> {
    let mut ordered: Vec<&CallAnsweringRule> = rules.iter().collect();
    ordered.sort_by_key(|r| r.priority);
    ordered.into_iter().find(|r| holds(r, situation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_holds_is_used() {
        let rule = |priority: i64, caller: &str, time: &str, status| CallAnsweringRule {
            name: priority.to_string(),
            priority,
            caller_ids: if caller.is_empty() { Vec::new() } else { vec![caller.to_string()] },
            time_of_day: time.into(),
            schedule_status: status,
            ..CallAnsweringRule::default()
        };
        let rules = [
            rule(9, "", "", 0),
            rule(1, "1,+1 (425) 555-0100,,", "", 0),
            rule(2, "", "3,4,8:00,12:00", 0),
            rule(3, "", "", 8),
            rule(4, "", "2", 0),
        ];
        for (party, now, replies, expected) in [
            ("+14255550100", "2026-11-24T13:00:00Z", false, "1"),
            // A Tuesday morning.
            ("+14255550199", "2026-11-24T09:00:00Z", false, "2"),
            ("+14255550199", "2026-11-24T13:00:00Z", true, "3"),
            ("+14255550199", "2026-11-24T18:00:00Z", false, "4"),
            ("", "2026-11-23T09:00:00Z", false, "9"),
        ] {
            let caller = Caller { party: party.into(), anonymous: party.is_empty(), ..Caller::default() };
            let situation =
                Situation { caller: &caller, dialed: "51234", now: now.parse().unwrap(), automatic_replies: replies };
            assert_eq!(choose(&rules, &situation).unwrap().name, expected, "{party} {now}");
        }
    }

    #[test]
    fn documented_key_mappings() {
        for (text, key, action) in [
            ("1,1,Receptionist,,,,,45678,", '1', Action::Transfer("45678".into())),
            (
                "5,2,Urgent Issues,23456,23,45671,50,,",
                '2',
                Action::FindMe(vec![("23456".into(), 23), ("45671".into(), 50)]),
            ),
            ("4,10,Message,,,,,,", '*', Action::LeaveMessage),
        ] {
            let found = key_mapping(text).unwrap();
            assert_eq!((found.key, found.action), (key, action), "{text}");
        }
        assert_eq!(key_mapping("7,1,,,,,,,"), None);
    }
}
