//! Jobs: script blocks that run in runspaces of their own on threads.

mod job;
mod lists;
mod start;
mod table;

pub use job::{Job, JobKind, JobState};
pub use lists::{StreamLists, capture};
pub(crate) use start::cross;
pub use start::{Work, start, start_many};
pub use table::{jobs, next_id, remove, table_add};
