//! Test-CsMcxPushNotification: whether notifications for mobile telephones can be sent.

use command::Result;
use directory::{NounCode, Work};

use super::synthetic::{found, row};

pub static NOUN: NounCode =
    NounCode { noun: "CsMcxPushNotification", heeds: &["AccessEdgeFqdn"], verbs: &[("Test", test)], ..NounCode::PLAIN };

fn test(work: &mut Work) -> Result<()> {
    let edge = super::synthetic::text(work, "AccessEdgeFqdn");
    let rows = looked_at(work, &edge).map(|error| vec![row(&edge, &found(Some(error)))]);
    work.answer(rows)
}

/// What stands between the organization and the clearing house of notifications.
fn looked_at(work: &mut Work, edge: &str) -> std::result::Result<String, directory::Fault> {
    let is_edge = work.all("CsService")?.iter().any(|s| {
        s.text("Role") == Some("EdgeServer") && s.text("PoolFqdn").is_some_and(|p| p.eq_ignore_ascii_case(edge))
    });
    if !is_edge {
        return Ok(format!("{edge} is no Edge Server of the topology."));
    }
    let settings = work.all("CsPushNotificationConfiguration")?;
    let is_on = settings.iter().any(|s| {
        s.flag("EnableApplePushNotificationService") == Some(true)
            || s.flag("EnableMicrosoftPushNotificationService") == Some(true)
    });
    if !is_on {
        return Ok("Push notifications are switched off: use Set-CsPushNotificationConfiguration.".to_owned());
    }
    Ok("The operation timed out: push.lync.com does not answer.".to_owned())
}
