//! Write-Progress.

use command::{Bound, Cmdlet, Command, ProgressRecord, Result, Session};

pub static COMMAND: Command = Command { name: "Write-Progress", create: || Box::new(WriteProgress) };

struct WriteProgress;

impl Cmdlet for WriteProgress {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let number = |name: &str, default: i32| bound.int(name).map_or(default, |n| n as i32);
        session.write_progress(&ProgressRecord {
            id: number("Id", 0),
            parent: number("ParentId", -1),
            activity: bound.str("Activity"),
            status: bound.str("Status"),
            operation: bound.str("CurrentOperation"),
            percent: number("PercentComplete", -1),
            seconds: number("SecondsRemaining", -1),
            is_completed: bound.switch("Completed"),
        })
    }
}
