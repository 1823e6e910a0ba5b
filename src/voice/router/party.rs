//! Who calls and who diverted the call.

use crate::config::{Snapshot, UmDialPlan, UmMailbox, bare_address, digits};
use crate::record::ReasonForCall;
use signaling::headers::{Diversion, From, HistoryInfo, NameAddr, PAssertedIdentity};
use signaling::uri::Uri;
use signaling::{HeaderName, Message};

/// A party that diverted the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diverted {
    /// Number or `user@host`.
    pub party: String,
    pub reason: ReasonForCall,
}

fn reason_of(text: &str) -> ReasonForCall {
    match text {
        "no-answer" | "time-of-day" => ReasonForCall::DivertNoAnswer,
        "user-busy" | "do-not-disturb" => ReasonForCall::DivertBusy,
        _ => ReasonForCall::DivertForward,
    }
}

/// Number of a tel: URI or of a SIP URI that holds one; else `user@host`.
pub(crate) fn party_of(uri: &Uri) -> String {
    match uri {
        Uri::Sip(sip) => {
            let user = signaling::uri::percent_decode(sip.user_name());
            if !digits(&user).is_empty() { user } else { format!("{user}@{}", sip.host) }
        }
        Uri::Tel(tel) => tel.number.clone(),
        Uri::Other(text) => text.clone(),
    }
}

/// Diverting parties, the original one first: UM answers for the first to divert (RFC 5806 puts the latest on top).
pub fn diverted_parties(request: &Message) -> Vec<Diverted> {
    let diversions = request.all::<Diversion>();
    if !diversions.is_empty() {
        return diversions
            .iter()
            .rev()
            .map(|d| Diverted { party: party_of(&d.address.uri), reason: reason_of(&d.reason()) })
            .collect();
    }
    let history = request.all::<HistoryInfo>();
    let mut found = Vec::new();
    for pair in history.windows(2) {
        // The cause stands at the entry that the call went to next.
        let reason = match pair[1].cause().or(pair[0].cause()) {
            Some(486 | 600) => ReasonForCall::DivertBusy,
            Some(408 | 480 | 487) => ReasonForCall::DivertNoAnswer,
            Some(_) => ReasonForCall::DivertForward,
            None => continue,
        };
        found.push(Diverted { party: party_of(&pair[0].address.uri), reason });
    }
    if !found.is_empty() {
        return found;
    }
    match request.text(HeaderName::PCalledPartyId).and_then(NameAddr::parse) {
        Some(address) => vec![Diverted { party: party_of(&address.uri), reason: ReasonForCall::DivertForward }],
        None => Vec::new(),
    }
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Caller {
    /// Number or `user@host`; empty when anonymous.
    pub party: String,
    pub display: String,
    pub anonymous: bool,
}

/// Takes P-Asserted-Identity before From, since only trusted peers reach this point.
pub fn caller(request: &Message) -> Caller {
    let private = request
        .text(HeaderName::Privacy)
        .is_some_and(|p| p.split(';').any(|v| matches!(v.trim(), "id" | "user" | "full")));
    let from = request.typed::<From>().map(|f| f.0);
    let asserted = request.typed::<PAssertedIdentity>().map(|p| p.0);
    let address = asserted.or(from);
    let Some(address) = address else {
        return Caller { anonymous: true, ..Caller::default() };
    };
    let party = party_of(&address.uri);
    let anonymous = private || party.to_lowercase().starts_with("anonymous@") || address.uri.user().is_empty();
    if anonymous {
        return Caller { anonymous: true, ..Caller::default() };
    }
    Caller { party, display: address.display.unwrap_or_default(), anonymous: false }
}

impl Caller {
    /// The caller's mailbox, when it is one of the plan.
    pub fn mailbox<'a>(&self, snapshot: &'a Snapshot, plan: &UmDialPlan) -> Option<&'a UmMailbox> {
        if self.anonymous {
            return None;
        }
        if let Some(found) = snapshot.mailbox(plan, &self.party) {
            return Some(found);
        }
        let number = digits(&self.party);
        let by_mask = plan.numbering_plan_formats.iter().find_map(|mask| {
            let fits = mask.len() == number.len()
                && mask.chars().zip(number.chars()).all(|(m, n)| m.eq_ignore_ascii_case(&'x') || m == n);
            (fits && number.len() > plan.digits).then(|| number[number.len() - plan.digits..].to_string())
        });
        if let Some(found) = by_mask.and_then(|n| snapshot.mailbox(plan, &n)) {
            return Some(found);
        }
        if number.is_empty() {
            return None;
        }
        let mut matching = snapshot
            .mailboxes
            .iter()
            .filter(|m| m.calling_line_ids.iter().chain([&m.phone]).any(|l| digits(l) == number));
        let first = matching.next();
        // Ambiguous: unresolved.
        if matching.next().is_some() { None } else { first }
    }

    /// Name to show: of the mailbox, of the user, or what the caller says.
    pub fn name(&self, snapshot: &Snapshot, plan: Option<&UmDialPlan>) -> String {
        if self.anonymous {
            return String::new();
        }
        if let Some(mailbox) = plan.and_then(|p| self.mailbox(snapshot, p)) {
            return mailbox.display_name.clone();
        }
        if let Some(user) = snapshot.user(bare_address(&self.party)) {
            return user.display_name.clone();
        }
        if self.display != self.party { self.display.clone() } else { String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signaling::Method;

    fn check(headers: &[(HeaderName, &str)], parties: &[(&str, ReasonForCall)]) {
        let mut request = Message::request(Method::Invite, "sip:x@h");
        for (name, value) in headers {
            request.push(name.clone(), value);
        }
        let got: Vec<_> = diverted_parties(&request).into_iter().map(|d| (d.party, d.reason)).collect();
        let wanted: Vec<_> = parties.iter().map(|(p, r)| (p.to_string(), *r)).collect();
        assert_eq!(got, wanted);
    }

    #[test]
    fn the_first_to_divert_comes_first() {
        use ReasonForCall::{DivertBusy, DivertForward, DivertNoAnswer};
        check(&[], &[]);
        check(&[(HeaderName::Diversion, "<sip:51234@pbx>;reason=user-busy")], &[("51234", DivertBusy)]);
        check(
            &[(HeaderName::Diversion, "<tel:+1425>;reason=no-answer, <sip:ken@contoso.com>;reason=unconditional")],
            &[("ken@contoso.com", DivertForward), ("+1425", DivertNoAnswer)],
        );
        check(
            &[(HeaderName::HistoryInfo, "<sip:51234@pbx>;index=1, <sip:5000@um;cause=408>;index=1.1")],
            &[("51234", DivertNoAnswer)],
        );
    }

    #[test]
    fn callers_may_hide() {
        for (from, privacy, party) in [
            ("<sip:anonymous@anonymous.invalid>;tag=1", None, ""),
            ("\"A\" <sip:+14255550100@gw;user=phone>;tag=1", None, "+14255550100"),
            ("<sip:+1425@gw>;tag=1", Some("id"), ""),
            ("<sip:pilar@contoso.com>", None, "pilar@contoso.com"),
        ] {
            let mut request = Message::request(Method::Invite, "sip:x@h");
            request.push(HeaderName::From, from);
            if let Some(privacy) = privacy {
                request.push(HeaderName::Privacy, privacy);
            }
            assert_eq!(caller(&request).party, party);
        }
    }
}
