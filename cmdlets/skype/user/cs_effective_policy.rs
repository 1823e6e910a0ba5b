//! Get-CsEffectivePolicy: which policies apply to a user.

use command::Result;
use directory::{Fault, NounCode, Work};
use values::Object;

use super::cs_user::{effective, text_value};

pub static NOUN: NounCode =
    NounCode { noun: "CsEffectivePolicy", heeds: &["Identity"], verbs: &[("Get", get)], ..NounCode::PLAIN };

/// Nouns of policies that users have.
const POLICIES: [&str; 12] = [
    "CsVoicePolicy",
    "CsVoiceRoutingPolicy",
    "CsDialPlan",
    "CsHostedVoicemailPolicy",
    "CsConferencingPolicy",
    "CsClientPolicy",
    "CsClientVersionPolicy",
    "CsArchivingPolicy",
    "CsPinPolicy",
    "CsExternalAccessPolicy",
    "CsMobilityPolicy",
    "CsLocationPolicy",
];

fn get(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let user = match work.target("CsUser", &identity) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let found = work.directory.store.read(|reader| {
        let mut pairs = vec![("Identity", text_value(user.text("SipAddress").unwrap_or(&user.name)))];
        for noun in POLICIES {
            pairs.push((noun.trim_start_matches("Cs"), text_value(&effective(reader, &user, noun)?)));
        }
        Ok(pairs)
    });
    match found {
        Ok(pairs) => work.session.write(Object::typed("Microsoft.Rtc.Management.Core.EffectivePolicy", pairs)),
        Err(error) => work.fail(&Fault::from(error)),
    }
}
