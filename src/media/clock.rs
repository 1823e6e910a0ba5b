//! The media clock: a tick each 20 ms that does not drift.

use std::time::Duration;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// Length of a tick.
pub const TICK: Duration = Duration::from_millis(20);

/// Ticks each 20 ms; a late tick is followed by the next ones early, so that no sound is lost.
#[derive(Debug)]
pub struct MediaClock {
    interval: Interval,
}

impl MediaClock {
    /// A clock whose first tick is now.
    pub fn start() -> MediaClock {
        let mut interval = interval_at(Instant::now(), TICK);
        interval.set_missed_tick_behavior(MissedTickBehavior::Burst);
        MediaClock { interval }
    }

    /// Waits for the next tick.
    pub async fn tick(&mut self) {
        self.interval.tick().await;
    }
}
