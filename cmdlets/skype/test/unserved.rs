//! Tests of services that no computer of the organization runs: everything that leads up to them is looked at, then the test
//! says that nothing answers, as it would of a pool whose service is down.

use command::Result;
use directory::Work;

use super::configured::{scene, served};
use super::synthetic::{found, write};

/// A test's two users by their parameters; one of them may be missing.
pub(super) type Users = &'static [(&'static str, &'static str)];

/// Sender and receiver.
pub(super) const PAIR: Users =
    &[("SenderSipAddress", "FirstTestUserSipUri"), ("ReceiverSipAddress", "SecondTestUserSipUri")];
/// One user.
pub(super) const ONE: Users = &[("UserSipAddress", "FirstTestUserSipUri")];

/// Checks pool, users and the role of the topology; then what would answer is missing.
pub(super) fn test(work: &mut Work, users: Users, role: &str, what: &str) -> Result<()> {
    let error = looked_at(work, users, role).err();
    let error = error.unwrap_or_else(|| {
        let target = super::synthetic::text(work, "TargetFqdn");
        format!("The operation timed out: {what} of {target} does not answer.")
    });
    write(work, &found(Some(error)))
}

fn looked_at(work: &Work, users: Users, role: &str) -> std::result::Result<(), String> {
    for (parameter, test_user) in users {
        let scene = scene(work, parameter, test_user)?;
        if !role.is_empty() {
            served(work, &scene.pool, role)?;
        }
        // The page from which a meeting is joined is one of the web services.
        if work.bound.switch("TestJoinLauncher") {
            served(work, &scene.pool, "WebServer")?;
        }
    }
    Ok(())
}
