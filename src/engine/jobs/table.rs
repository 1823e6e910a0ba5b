//! The jobs of a session.

use values::Value;

use super::Job;
use crate::runspace::Runspace;

const KEY: &str = "jobs";

#[derive(Default)]
struct Table {
    last: i32,
    jobs: Vec<Value>,
}

fn table(runspace: &mut Runspace) -> Option<&mut Table> {
    let slot = runspace.module_state.entry(KEY).or_default();
    if slot.is_none() {
        *slot = Some(Box::new(Table::default()));
    }
    slot.as_mut()?.downcast_mut()
}

/// The next job's number.
pub fn next_id(runspace: &mut Runspace) -> i32 {
    table(runspace).map_or(1, |t| {
        t.last += 1;
        t.last
    })
}

/// Adds a job to those that Get-Job lists.
pub fn table_add(runspace: &mut Runspace, job: Value) {
    if let Some(table) = table(runspace) {
        table.jobs.push(job);
    }
}

/// All jobs in order.
pub fn jobs(runspace: &mut Runspace) -> Vec<Value> {
    table(runspace).map(|t| t.jobs.clone()).unwrap_or_default()
}

/// Forgets a job.
pub fn remove(runspace: &mut Runspace, id: i32) {
    if let Some(table) = table(runspace) {
        table.jobs.retain(|j| j.as_foreign::<Job>().is_none_or(|j| j.id != id));
    }
}
