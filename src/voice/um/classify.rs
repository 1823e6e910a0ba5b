//! What a call is: the decision table of the worker.

use crate::config::{Snapshot, UmDialPlan, UmMailbox};
use crate::record::ReasonForCall;
use crate::router::{Caller, caller, diverted_parties};
use signaling::uri::Uri;
use signaling::{Message, SipUri};

/// What the worker does with a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Classified {
    /// Take a message for the mailbox.
    CallAnswering { mailbox: UmMailbox, reason: ReasonForCall, dialed: String },
    /// Outlook Voice Access of a known user.
    OwnMailbox { mailbox: UmMailbox },
    /// Outlook Voice Access, the extension is asked for.
    SubscriberAccess,
    /// Auto attendant by name.
    AutoAttendant { name: String },
    /// Nobody is known by that number.
    Unknown { number: String },
}

fn called_parties(request: &Message) -> Vec<String> {
    let mut parties = Vec::new();
    let to = request.typed::<signaling::headers::To>().map(|t| t.0.uri.to_string());
    for text in [Some(request.request_uri().to_string()), to].into_iter().flatten() {
        if let Some(uri) = Uri::parse(&text) {
            match &uri {
                Uri::Sip(sip) => {
                    parties.push(sip.user_name().to_string());
                    parties.push(format!("{}@{}", sip.user_name(), sip.host));
                }
                other => parties.push(other.user().to_string()),
            }
        }
    }
    parties
}

fn is_plan_itself(plan: &UmDialPlan, parties: &[String], pilot: &str) -> bool {
    let bare = |p: &String| p.split('@').next().unwrap_or("").to_string();
    parties.iter().any(|p| {
        let user = bare(p);
        user.eq_ignore_ascii_case(&plan.phone_context)
            || user.eq_ignore_ascii_case(&plan.name)
            || pilot.split(',').any(|pilot| {
                !pilot.trim().is_empty()
                    && (user.eq_ignore_ascii_case(pilot.trim()) || p.eq_ignore_ascii_case(pilot.trim()))
            })
    })
}

/// Decides by diverted party, called number and caller.
pub fn classify(snapshot: &Snapshot, plan: &UmDialPlan, pilot: &str, request: &Message) -> Classified {
    let who: Caller = caller(request);
    let own = who.mailbox(snapshot, plan);
    let diverted = diverted_parties(request);
    for party in &diverted {
        if let Some(mailbox) = snapshot.mailbox(plan, &party.party) {
            if own.is_some_and(|o| o.id == mailbox.id) {
                return Classified::OwnMailbox { mailbox: mailbox.clone() };
            }
            return Classified::CallAnswering {
                mailbox: mailbox.clone(),
                reason: party.reason,
                dialed: party.party.clone(),
            };
        }
        if let Some(attendant) = snapshot.auto_attendant(plan, &party.party) {
            return Classified::AutoAttendant { name: attendant.name.clone() };
        }
        if snapshot.is_access_number(plan, &party.party) {
            return own.map_or(Classified::SubscriberAccess, |m| Classified::OwnMailbox { mailbox: m.clone() });
        }
    }
    if let Some(first) = diverted.first() {
        return Classified::Unknown { number: first.party.clone() };
    }
    let parties = called_parties(request);
    // The contacts that OcsUmUtil makes lead to an attendant or to subscriber access.
    let contact = parties.iter().find_map(|p| snapshot.contact(p));
    if let Some(attendant) = parties.iter().find_map(|p| snapshot.auto_attendant(plan, p)) {
        return Classified::AutoAttendant { name: attendant.name.clone() };
    }
    let access = parties.iter().any(|p| snapshot.is_access_number(plan, p))
        || is_plan_itself(plan, &parties, pilot)
        || contact.is_some();
    // The caller's own address in To: the front end says so of a user who dials the own voice mail.
    if access {
        return own.map_or(Classified::SubscriberAccess, |m| Classified::OwnMailbox { mailbox: m.clone() });
    }
    if let Some(mailbox) = parties.iter().find_map(|p| snapshot.mailbox(plan, p)) {
        let dialed = parties.first().cloned().unwrap_or_default();
        return Classified::CallAnswering { mailbox: mailbox.clone(), reason: ReasonForCall::Direct, dialed };
    }
    let number = SipUri::parse(request.request_uri()).map(|u| u.user_name().to_string()).unwrap_or_default();
    Classified::Unknown { number }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AutoAttendant, UriType};
    use signaling::{HeaderName, Method};

    fn snapshot() -> Snapshot {
        let plan = UmDialPlan {
            name: "Plan".into(),
            phone_context: "Plan.contoso.com".into(),
            uri_type: UriType::SipName,
            access_numbers: vec!["+14255559000".into()],
            ..UmDialPlan::default()
        };
        let mailbox = |n: &str, e: &str| UmMailbox {
            id: n.into(),
            dial_plan: "Plan".into(),
            sip_address: format!("{n}@contoso.com"),
            extensions: vec![e.into()],
            ..UmMailbox::default()
        };
        let attendant = AutoAttendant {
            name: "Main".into(),
            dial_plan: "Plan".into(),
            pilots: vec!["+14255559100".into()],
            ..AutoAttendant::default()
        };
        Snapshot {
            dial_plans: vec![plan],
            mailboxes: vec![mailbox("ken", "51234"), mailbox("pilar", "51999")],
            auto_attendants: vec![attendant],
            ..Snapshot::default()
        }
    }

    #[test]
    fn decision_table() {
        for (uri, from, diversion, expected) in [
            ("sip:Plan.contoso.com@m", "<sip:+1425@gw>", Some("<sip:ken@contoso.com>;reason=no-answer"), "answer ken"),
            ("sip:Plan.contoso.com@m", "<sip:ken@contoso.com>", Some("<sip:ken@contoso.com>"), "own ken"),
            ("sip:Plan.contoso.com@m", "<sip:ken@contoso.com>", None, "own ken"),
            ("sip:Plan.contoso.com@m", "<sip:+1999@gw>", None, "access"),
            ("sip:+14255559000@m", "<sip:51999@gw>", None, "own pilar"),
            ("sip:+14255559100@m", "<sip:51999@gw>", None, "attendant"),
            ("sip:5000@m", "<sip:x@gw>", Some("<sip:+14255559100@gw>"), "attendant"),
            ("sip:5000@m", "<sip:x@gw>", Some("<sip:40000@gw>"), "unknown"),
            ("sip:51234@m", "<sip:x@gw>", None, "answer ken"),
            ("sip:40000@m", "<sip:x@gw>", None, "unknown"),
        ] {
            let snapshot = snapshot();
            let mut request = Message::request(Method::Invite, uri);
            request.push(HeaderName::From, from);
            request.push(HeaderName::To, format!("<{uri}>"));
            if let Some(diversion) = diversion {
                request.push(HeaderName::Diversion, diversion);
            }
            let got = match classify(&snapshot, &snapshot.dial_plans[0], "", &request) {
                Classified::CallAnswering { mailbox, .. } => format!("answer {}", mailbox.id),
                Classified::OwnMailbox { mailbox } => format!("own {}", mailbox.id),
                Classified::SubscriberAccess => "access".into(),
                Classified::AutoAttendant { .. } => "attendant".into(),
                Classified::Unknown { .. } => "unknown".into(),
            };
            assert_eq!(got, expected, "{uri} {from} {diversion:?}");
        }
    }
}
