//! Waits that look in between whether a stop was asked for.

use std::time::{Duration, Instant};

use crate::context::Context;

/// How long anything waits at most before it looks whether it is to stop: well within the 50 ms in which Ctrl-C is heeded.
pub const GLANCE: Duration = Duration::from_millis(20);

/// A wait, endless or with a limit, in slices.
pub struct Waiting {
    until: Option<Instant>,
    pause: Duration,
}

impl Waiting {
    /// Begins now; none is endless.
    pub fn new(limit: Option<Duration>) -> Waiting {
        // What no clock will ever show is endless as well.
        Waiting { until: limit.and_then(|l| Instant::now().checked_add(l)), pause: Duration::from_millis(1) }
    }

    /// Whether the time is up.
    pub fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// How long to wait before the next look.
    pub fn slice(&self) -> Duration {
        let left = self.until.map(|until| until.saturating_duration_since(Instant::now()));
        left.map_or(GLANCE, |left| left.min(GLANCE))
    }

    /// Sleeps before the next look at something that does not say when it is done: at first for a short time.
    pub fn rest(&mut self) {
        std::thread::sleep(self.pause.min(self.slice()));
        self.pause *= 2;
    }
}

/// Sleeps until the time is up or the session is to stop.
pub fn sleep(ctx: &dyn Context, limit: Option<Duration>) {
    let waiting = Waiting::new(limit);
    while !waiting.is_over() && !ctx.is_stopping() {
        std::thread::sleep(waiting.slice());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_end_with_the_time() {
        let short = Waiting::new(Some(Duration::from_millis(5)));
        assert!(short.slice() <= Duration::from_millis(5));
        std::thread::sleep(short.slice());
        assert!(short.is_over() && short.slice().is_zero());
        let mut endless = Waiting::new(None);
        (0..3).for_each(|_| endless.rest());
        assert!(!endless.is_over() && endless.slice() == GLANCE);
        assert!(!Waiting::new(Some(Duration::MAX)).is_over());
    }
}
