//! Signing in to Exchange Online.

use command::Result;
use directory::{NounCode, Work};

pub(crate) const SERVICE: &str = "ExchangeOnline";

pub static NOUN: NounCode = NounCode {
    noun: "ExchangeOnline",
    heeds: &["UserPrincipalName", "ConnectionId"],
    moot: &[
        ("ShowProgress", "signing in takes no time that could be shown"),
        ("SkipLoadingFormatData", "signing in loads no module"),
        ("SkipLoadingCmdletHelp", "signing in loads no module"),
    ],
    verbs: &[("Connect", connect), ("Disconnect", disconnect)],
    ..NounCode::PLAIN
};

fn connect(work: &mut Work) -> Result<()> {
    match directory::sign_in(work, SERVICE, &["UserPrincipalName"]) {
        Ok(_) => Ok(()),
        Err(fault) => work.fail(&fault),
    }
}

fn disconnect(work: &mut Work) -> Result<()> {
    if work.should(
        "Running this cmdlet clears all active sessions created using Connect-ExchangeOnline or Connect-IPPSSession.",
    )? {
        directory::sign_out(work, SERVICE);
    }
    Ok(())
}
