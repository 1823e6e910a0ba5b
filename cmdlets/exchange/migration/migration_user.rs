//! People of a migration batch.

use command::Result;
use directory::{NounCode, Work, verb};
use serde_json::json;

pub static NOUN: NounCode = NounCode {
    noun: "MigrationUser",
    heeds: &["*", "Identity"],
    verbs: &[("Start", start), ("Stop", stop)],
    ..NounCode::PLAIN
};

fn start(work: &mut Work) -> Result<()> {
    verb::mark(work, &[("Status", json!("Syncing"))])
}

fn stop(work: &mut Work) -> Result<()> {
    verb::mark(work, &[("Status", json!("Stopped"))])
}
