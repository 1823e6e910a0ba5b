//! Calls as they come and go.

use std::time::{Duration, Instant};

use command::{Result, Value};
use control::{ActiveCall, Client, ControlError};
use directory::Work;
use values::Object;

use super::dialtone_service::fault;

/// What happened to a call between two looks.
fn changes<'a>(before: &'a [ActiveCall], now: &'a [ActiveCall]) -> Vec<(&'static str, &'a ActiveCall)> {
    // One call goes through several servers.
    let same = |a: &ActiveCall, b: &ActiveCall| a.call_id == b.call_id && a.server == b.server && a.role == b.role;
    let mut found = Vec::new();
    for call in now {
        match before.iter().find(|b| same(b, call)) {
            None => found.push(("Started", call)),
            Some(old) if old.state != call.state => found.push(("Changed", call)),
            Some(_) => {}
        }
    }
    found.extend(before.iter().filter(|b| !now.iter().any(|n| same(b, n))).map(|b| ("Ended", b)));
    found
}

fn row(change: &str, call: &ActiveCall) -> Value {
    Object::typed(
        "Dialtone.CallChange",
        [
            ("Change", Value::from(change)),
            ("From", Value::from(call.from.as_str())),
            ("To", Value::from(call.to.as_str())),
            ("State", Value::from(call.state.as_str())),
            ("Server", Value::from(call.server.as_str())),
            ("Duration", Value::F64(call.duration)),
            ("Role", Value::from(call.role.as_str())),
            ("CallId", Value::from(call.call_id.as_str())),
        ],
    )
}

fn cut(text: &str, width: usize) -> String {
    let shown: String = text.chars().take(width).collect();
    format!("{shown:<width$}")
}

/// The table on a terminal of so many cells.
fn table(calls: &[ActiveCall], width: usize, seen: usize) -> Vec<String> {
    let wide = (width.saturating_sub(34) / 2).clamp(10, 30);
    let line = |a: &str, b: &str, c: &str, d: &str, e: &str| {
        format!("{}  {}  {}  {}  {e:>6}", cut(a, wide), cut(b, wide), cut(c, 10), cut(d, 8))
    };
    let mut lines = vec![
        format!("{} calls now, {seen} since the beginning; Ctrl+C ends", calls.len()),
        String::new(),
        line("From", "To", "State", "Server", "Time"),
        "─".repeat(2 * wide + 32),
    ];
    for call in calls {
        let server = call.server.split('.').next().unwrap_or_default();
        lines.push(line(&call.from, &call.to, &call.state, server, &format!("{:.0} s", call.duration)));
    }
    lines
}

/// `Watch-DialtoneCall`.
pub(super) fn watch(work: &mut Work) -> Result<()> {
    let number = |name: &str| work.bound.int(name).and_then(|n| u64::try_from(n).ok());
    let end = number("Seconds").map(|s| Instant::now() + Duration::from_secs(s));
    let interval = Duration::from_millis(number("Interval").unwrap_or(250));
    let home = work.session.home();
    let host = work.session.host();
    let draws = host.is_terminal() && host.is_interactive();
    let mut before: Vec<ActiveCall> = Vec::new();
    let (mut seen, mut height) = (0, 0);
    loop {
        let calls = match Client::connect(&home) {
            // Calls may come as soon as somebody starts the service.
            Err(ControlError::NotRunning) => Vec::new(),
            other => match other.and_then(|mut client| client.calls()) {
                Ok(calls) => calls,
                Err(error) => return work.fail(&fault(&error)),
            },
        };
        let found = changes(&before, &calls);
        seen += found.iter().filter(|(change, _)| *change == "Started").count();
        if draws {
            let host = work.session.host();
            let lines = table(&calls, host.size().0, seen);
            // The table is drawn over the one before.
            let up = if height > 0 { format!("\u{1b}[{height}A\u{1b}[J") } else { String::new() };
            host.write(&format!("{up}{}\n", lines.join("\n")), None, None);
            host.flush();
            height = lines.len();
        } else {
            for (change, call) in found {
                work.session.write(row(change, call))?;
            }
        }
        before = calls;
        let left = end.map_or(interval, |end| interval.min(end.saturating_duration_since(Instant::now())));
        if left.is_zero() {
            return Ok(());
        }
        work.session.sleep(left)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_start_change_and_end() {
        let call =
            |id: &str, state: &str| ActiveCall { call_id: id.into(), state: state.into(), ..ActiveCall::default() };
        let before = [call("a", "Ringing"), call("b", "Connected")];
        let now = [call("a", "Connected"), call("c", "Ringing")];
        let found: Vec<(&str, &str)> = changes(&before, &now).iter().map(|(w, c)| (*w, c.call_id.as_str())).collect();
        assert_eq!(found, [("Changed", "a"), ("Started", "c"), ("Ended", "b")]);
        let lines = table(&now, 80, 2);
        assert_eq!(lines.len(), 6);
        assert!(lines[0].starts_with("2 calls now"));
    }
}
