//! Progress at a terminal: the minimal view, one line an activity below the output.

use command::ProgressRecord;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::output;

/// Columns that a bar takes at most (`$PSStyle.Progress.MaxWidth`).
const MAX_WIDTH: usize = 120;

/// The bars that stand on the screen.
#[derive(Default)]
pub struct Progress {
    bars: Vec<(i64, ProgressRecord)>,
    shown: usize,
}

impl Progress {
    /// Takes a state of an activity.
    pub fn update(&mut self, source: i64, record: &ProgressRecord, width: usize, style: &str) {
        self.hide();
        let place = self.bars.iter().position(|(s, r)| *s == source && r.id == record.id);
        match (place, record.is_completed) {
            (Some(at), true) => {
                let id = record.id;
                self.bars.remove(at);
                self.bars.retain(|(s, r)| *s != source || r.parent != id || id < 0);
            }
            (Some(at), false) => self.bars[at].1 = record.clone(),
            (None, true) => {}
            (None, false) => self.bars.push((source, record.clone())),
        }
        self.show(width, style);
    }

    /// Takes the bars from the screen before something is written.
    pub fn hide(&mut self) {
        if self.shown > 0 {
            let mut text = String::from("\r");
            for line in 0..self.shown {
                text.push_str(if line == 0 { "\u{1b}[2K" } else { "\u{1b}[1A\u{1b}[2K" });
            }
            output::write(&text);
            self.shown = 0;
        }
    }

    /// Puts the bars back.
    pub fn show(&mut self, width: usize, style: &str) {
        if self.bars.is_empty() {
            return;
        }
        let lines: Vec<String> = self.bars.iter().map(|(_, r)| line(r, width.min(MAX_WIDTH), style)).collect();
        self.shown = lines.len();
        output::write(&lines.join("\n"));
        output::flush();
    }

    /// No bar outlives the pipeline.
    pub fn clear(&mut self) {
        self.hide();
        self.bars.clear();
    }

    /// Whether a bar is on the screen.
    pub fn is_shown(&self) -> bool {
        self.shown > 0
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    let mut result = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        result.push(c);
    }
    result.push('\u{2026}');
    result
}

/// `Activity [status                 90s]`, the done part reversed.
fn line(record: &ProgressRecord, width: usize, style: &str) -> String {
    let activity = record.activity.as_ref().map(|a| a.to_string()).unwrap_or_default();
    let mut status = record.status.as_ref().map(|s| s.to_string()).unwrap_or_default();
    if let Some(operation) = &record.operation {
        status = format!("{status} {operation}");
    }
    let rest = if record.seconds >= 0 { format!("{}s", record.seconds) } else { String::new() };
    let activity = cut(&activity, width / 2);
    let room = width.saturating_sub(activity.width() + 3 + 2).max(1);
    let status = cut(&status, room.saturating_sub(rest.width() + 1).max(1));
    let gap = room.saturating_sub(status.width() + rest.width());
    let bar = format!("{status}{}{rest}", " ".repeat(gap));
    if style.is_empty() {
        return format!("{activity} [{bar}]");
    }
    let done = (room as i64 * i64::from(record.percent.clamp(0, 100)) / 100) as usize;
    let mut split = bar.len();
    let mut cells = 0;
    for (at, c) in bar.char_indices() {
        if cells >= done {
            split = at;
            break;
        }
        cells += c.width().unwrap_or(0);
    }
    let (left, right) = bar.split_at(split);
    format!("{style}{activity} [\u{1b}[7m{left}\u{1b}[27m{right}]\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fill_the_width() {
        let record = ProgressRecord {
            activity: Some("Copying".into()),
            status: Some("half".into()),
            percent: 50,
            seconds: -1,
            ..ProgressRecord::default()
        };
        let text = line(&record, 80, "");
        assert!(text.starts_with("Copying [half "));
        assert_eq!(text.width(), 78);
        assert!(line(&ProgressRecord { seconds: 90, ..record }, 80, "").ends_with("90s]"));
    }
}
