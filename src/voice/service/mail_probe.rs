//! A mail that tests the way of mails: into a mailbox of the organisation and out of it again, or to who takes mail for its domain.

use super::Runtime;
use super::probe::failed;
use crate::mailbox::Party;
use control::{Probe, ProbeResult};
use std::sync::Arc;
use std::time::Duration;

/// What the mail says.
const TEXT: &str = "This is a Test-Mailflow probe message";
/// How long a mail may take unless told otherwise.
const LIMIT: u64 = 240;

/// Sends the mail and sees whether it arrives.
pub(super) async fn run(runtime: &Arc<Runtime>, probe: &Probe) -> ProbeResult {
    let limit = Duration::from_secs(if probe.seconds > 0 { probe.seconds } else { LIMIT });
    let way = async { if probe.folder.is_empty() { outside(runtime, probe).await } else { inside(runtime, probe) } };
    match tokio::time::timeout(limit, way).await {
        Ok(Ok(detail)) => ProbeResult { success: true, detail: vec![detail], ..ProbeResult::default() },
        Ok(Err(text)) => failed(text),
        Err(_) => failed("The mail was not delivered in time."),
    }
}

/// Delivers into a mailbox, and reads the mailbox for it.
fn inside(runtime: &Runtime, probe: &Probe) -> Result<String, String> {
    let party = |text: &str| {
        let (name, address) = named(text);
        Party { name: name.to_string(), address: address.to_string() }
    };
    let delivered = crate::service::blocking(|| {
        runtime.store.post_mail(&probe.folder, &party(&probe.user), &party(&probe.peer), &probe.target, TEXT)?;
        runtime.store.mails(&probe.folder)
    });
    let mails = delivered.map_err(|e| e.to_string())?;
    let found = mails.into_iter().find(|m| m.subject == probe.target);
    found.map(|m| m.file).ok_or_else(|| "The mail was taken, but is not in the mailbox.".to_string())
}

/// Name and address of `Name <address>`; of a bare address it is both.
fn named(text: &str) -> (&str, &str) {
    let parts = text.strip_suffix('>').and_then(|t| t.rsplit_once('<'));
    parts.map_or((text, text), |(name, address)| (name.trim(), address))
}

/// Hands the mail to the next hop.
async fn outside(runtime: &Runtime, probe: &Probe) -> Result<String, String> {
    let mail = mail_builder::MessageBuilder::new()
        .from(probe.user.as_str())
        .to(named(&probe.peer))
        .subject(probe.target.as_str())
        .text_body(TEXT)
        .write_to_vec()
        .map_err(|e| e.to_string())?;
    crate::um::hand_over(runtime, &runtime.snapshot(), &probe.user, named(&probe.peer).1, &mail)
        .await
        .map_err(|e| e.text)
}
