//! PINs: rules, salted hashes, counters of failed sign-ins.

use crate::config::MailboxPolicy;
use serde::{Deserialize, Serialize};
use store::HomeKey;

/// Sign-in state of a mailbox, across calls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PinState {
    /// Hash set by telephone or by a reset; the one of the store counts when empty.
    pub pin: String,
    /// The store's PIN that this state was built on: another one there means that an administrator set it anew.
    pub base: String,
    pub failures: u32,
    pub locked: bool,
    pub must_change: bool,
    /// Earlier hashes, newest first.
    pub history: Vec<String>,
    pub first_time_done: bool,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    Accepted {
        must_change: bool,
    },
    Wrong,
    /// A new PIN was made; it goes out by mail.
    Reset(String),
    Locked,
}

/// Checks a new PIN against the policy; the error says which rule it breaks.
pub fn check_pin_rules(
    pin: &str,
    policy: &MailboxPolicy,
    extensions: &[String],
    history: &[String],
    key: &HomeKey,
) -> Result<(), &'static str> {
    let digits: Vec<i32> = pin.chars().filter_map(|c| c.to_digit(10).map(|d| d as i32)).collect();
    if digits.len() != pin.chars().count() || pin.is_empty() {
        return Err("a PIN holds digits only");
    }
    if digits.len() < policy.min_pin_length || digits.len() > 24 {
        return Err("the PIN is too short or too long");
    }
    if extensions.iter().any(|e| !e.is_empty() && (e.ends_with(pin) || pin.ends_with(e.as_str()))) {
        return Err("the PIN is part of the extension");
    }
    if !policy.allow_common_patterns {
        let steps: Vec<i32> = digits.windows(2).map(|w| w[1] - w[0]).collect();
        if [0, 1, -1].iter().any(|s| steps.iter().all(|x| x == s)) {
            return Err("the PIN is too common");
        }
    }
    if history.iter().take(policy.pin_history_count).any(|old| key.verify(pin, old)) {
        return Err("the PIN was used before");
    }
    Ok(())
}

/// A random PIN that fits the policy.
pub fn generate_pin(policy: &MailboxPolicy, extensions: &[String], key: &HomeKey) -> String {
    loop {
        let pin: String =
            (0..policy.min_pin_length.max(6)).map(|_| char::from(b'0' + rand::random::<u8>() % 10)).collect();
        if check_pin_rules(&pin, policy, extensions, &[], key).is_ok() {
            return pin;
        }
    }
}

impl PinState {
    /// An attempt to sign in. Counters live on the mailbox and are cleared by success.
    pub fn attempt(
        &mut self,
        pin: &str,
        stored: &str,
        policy: &MailboxPolicy,
        extensions: &[String],
        key: &HomeKey,
    ) -> SignIn {
        if self.locked {
            return SignIn::Locked;
        }
        let current = if self.pin.is_empty() { stored } else { &self.pin };
        if !current.is_empty() && key.verify(pin, current) {
            self.failures = 0;
            return SignIn::Accepted { must_change: self.must_change || pin.len() < policy.min_pin_length };
        }
        self.failures += 1;
        if policy.max_logon_attempts.is_some_and(|max| self.failures >= max) {
            self.locked = true;
            return SignIn::Locked;
        }
        // Each multiple of the limit makes a new PIN: 5 bad, new PIN, 5 bad, new PIN, 5 bad, locked.
        if policy.logon_failures_before_reset.is_some_and(|limit| limit > 0 && self.failures.is_multiple_of(limit)) {
            let fresh = generate_pin(policy, extensions, key);
            self.replace(&fresh, stored, key);
            self.must_change = true;
            return SignIn::Reset(fresh);
        }
        SignIn::Wrong
    }

    /// Sets a new PIN and remembers the old one.
    pub fn replace(&mut self, pin: &str, stored: &str, key: &HomeKey) {
        let old = if self.pin.is_empty() { stored.to_string() } else { std::mem::take(&mut self.pin) };
        if !old.is_empty() {
            self.history.insert(0, old);
            self.history.truncate(24);
        }
        self.pin = key.hash(pin);
        self.must_change = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> HomeKey {
        let home = std::env::temp_dir().join(format!("dialtone-pins-{}", rand::random::<u64>()));
        std::fs::create_dir(&home).unwrap();
        let key = HomeKey::of(&home).unwrap();
        std::fs::remove_dir_all(home).unwrap();
        key
    }

    #[test]
    fn rules_of_the_policy() {
        let (policy, key) = (MailboxPolicy::default(), key());
        let used = vec![key.hash("918273")];
        for (pin, good) in [
            ("918274", true),
            ("918273", false),
            ("12345", false),
            ("123456", false),
            ("654321", false),
            ("777777", false),
            ("51234", false),
            ("9951234", false),
            ("12a456", false),
        ] {
            assert_eq!(check_pin_rules(pin, &policy, &["51234".into()], &used, &key).is_ok(), good, "{pin}");
        }
    }

    #[test]
    fn resets_at_five_and_locks_at_fifteen() {
        let key = key();
        let (policy, stored) = (MailboxPolicy::default(), key.hash("918273"));
        let mut state = PinState::default();
        let results: Vec<SignIn> = (0..16).map(|_| state.attempt("000001", &stored, &policy, &[], &key)).collect();
        let kind = |r: &SignIn| matches!(r, SignIn::Reset(_));
        assert!(
            kind(&results[4]) && kind(&results[9]) && results[14] == SignIn::Locked && results[15] == SignIn::Locked
        );
        assert_eq!(results.iter().filter(|r| kind(r)).count(), 2);
        let mut state = PinState::default();
        assert_eq!(state.attempt("918273", &stored, &policy, &[], &key), SignIn::Accepted { must_change: false });
    }
}
