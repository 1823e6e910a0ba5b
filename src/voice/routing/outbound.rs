//! Outbound routing: authorisation by usages, routes, trunks.

use super::pattern::matches;
use crate::config::{Snapshot, Trunk, VoiceRoute};
use signaling::headers::MsDiagnostics;

/// Why a number is not routed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteRefusal {
    /// The policy has no usage.
    NoUsage,
    /// No route of the usages fits.
    NoRoute,
    /// Routes fit, but none has a trunk that works.
    NoGateway,
    /// Not a number that can be routed.
    Invalid,
}

impl RouteRefusal {
    /// Status code; only that of 12001 is documented.
    pub fn status(self) -> u16 {
        match self {
            RouteRefusal::NoUsage | RouteRefusal::NoRoute => 403,
            RouteRefusal::NoGateway => 503,
            RouteRefusal::Invalid => 404,
        }
    }

    /// The documented diagnosis.
    pub fn diagnosis(self, source: &str) -> MsDiagnostics {
        let (id, text) = match self {
            RouteRefusal::NoUsage => (12001, "User Policy does not contain phone route usage."),
            RouteRefusal::NoRoute => (12004, "No route found."),
            RouteRefusal::NoGateway => {
                (12000, "Routes available for this request but no available gateway at this point.")
            }
            RouteRefusal::Invalid => (12002, "Phone number not valid or too large."),
        };
        MsDiagnostics::new(id, text, source)
    }
}

/// Trunks to try for a number, with the route that names each: usages in order of the policy, routes by priority, trunks in turn.
pub fn attempts<'a>(
    snapshot: &'a Snapshot,
    usages: &[String],
    number: &str,
    turn: usize,
) -> Result<Vec<(&'a VoiceRoute, &'a Trunk)>, RouteRefusal> {
    let digits = number.trim_start_matches('+');
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) || digits.len() > 24 {
        return Err(RouteRefusal::Invalid);
    }
    if usages.is_empty() {
        return Err(RouteRefusal::NoUsage);
    }
    let mut list: Vec<(&VoiceRoute, &Trunk)> = Vec::new();
    let mut fits = false;
    for usage in usages {
        let mut routes: Vec<&VoiceRoute> = snapshot
            .voice_routes
            .iter()
            .filter(|r| r.usages.iter().any(|u| u.eq_ignore_ascii_case(usage)) && matches(&r.pattern, number))
            .collect();
        routes.sort_by_key(|r| r.priority);
        for route in routes {
            fits = true;
            let trunks: Vec<&Trunk> = route.trunks.iter().filter_map(|t| snapshot.trunk(t)).collect();
            for index in 0..trunks.len() {
                let trunk = trunks[(turn + index) % trunks.len()];
                if !list.iter().any(|(_, t)| t.name == trunk.name) {
                    list.push((route, trunk));
                }
            }
        }
    }
    match (fits, list.is_empty()) {
        (false, _) => Err(RouteRefusal::NoRoute),
        (true, true) => Err(RouteRefusal::NoGateway),
        (true, false) => Ok(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_order_goes_before_priority() {
        let route = |n: &str, p: i32, u: &str, t: &[&str]| VoiceRoute {
            name: n.into(),
            priority: p,
            pattern: r"^\+1\d{10}$".into(),
            usages: vec![u.into()],
            trunks: t.iter().map(|t| t.to_string()).collect(),
            ..VoiceRoute::default()
        };
        let trunk = |n: &str| Trunk { name: n.into(), ..Trunk::default() };
        let snapshot = Snapshot {
            voice_routes: vec![
                route("far", 0, "Long", &["t3"]),
                route("b", 2, "Local", &["t2"]),
                route("a", 1, "Local", &["t1", "t2"]),
            ],
            trunks: vec![trunk("t1"), trunk("t2"), trunk("t3")],
            ..Snapshot::default()
        };
        let names = |usages: &[&str], turn| {
            let usages: Vec<String> = usages.iter().map(|u| u.to_string()).collect();
            attempts(&snapshot, &usages, "+14255550100", turn)
                .map(|l| l.iter().map(|(_, t)| t.name.clone()).collect::<Vec<_>>())
        };
        assert_eq!(names(&["Local", "Long"], 0).unwrap(), ["t1", "t2", "t3"]);
        assert_eq!(names(&["Local"], 1).unwrap(), ["t2", "t1"]);
        assert_eq!(names(&[], 0), Err(RouteRefusal::NoUsage));
        assert_eq!(names(&["None"], 0), Err(RouteRefusal::NoRoute));
    }
}
