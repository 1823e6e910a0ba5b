//! Services of the front end: call park, unassigned numbers, emergency calls, hosted voice mail, rerouting, hybrid voice.

use super::{Snapshot, VoiceUser, digits};
use serde::{Deserialize, Serialize};
use store::{Object, Reader, StoreError};

/// Numbers that nobody has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UnassignedRange {
    pub name: String,
    pub start: String,
    pub end: String,
    pub priority: i64,
    /// Announcement to play: text, or the name of a WAV file under `announcements/` of the home.
    pub announcement: String,
    /// Auto attendant that takes the call instead.
    pub attendant: String,
}

/// Numbers at which calls wait.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ParkOrbit {
    pub start: String,
    pub end: String,
}

/// How long parked calls wait, and what becomes of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParkConfiguration {
    /// Seconds.
    pub timeout: u64,
    pub attempts: u32,
    pub timeout_uri: String,
    pub music: bool,
}

impl Default for ParkConfiguration {
    fn default() -> Self {
        ParkConfiguration { timeout: 90, attempts: 1, timeout_uri: String::new(), music: true }
    }
}

/// Emergency calls of a scope.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LocationPolicy {
    /// `Global`, `Site:<name>` or `Tag:<name>`.
    pub scope: String,
    /// What is dialled, and what counts as the same.
    pub dial_string: String,
    pub masks: Vec<String>,
    pub usage: String,
}

/// Voice mail in the cloud.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HostedPolicy {
    pub scope: String,
    pub destination: String,
    /// Tenant domains, the first one counts.
    pub organization: String,
}

/// Where voice mail goes over the PSTN when no server is reached.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rerouting {
    pub scope: String,
    pub enabled: bool,
    pub attendant_number: String,
    pub access_number: String,
}

/// A PSTN site of hybrid voice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HybridSite {
    pub name: String,
    pub edge: String,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Services {
    pub unassigned: Vec<UnassignedRange>,
    pub orbits: Vec<ParkOrbit>,
    pub park: ParkConfiguration,
    pub locations: Vec<LocationPolicy>,
    pub hosted: Vec<HostedPolicy>,
    pub rerouting: Vec<Rerouting>,
    pub hybrid_sites: Vec<HybridSite>,
    /// Edge for online users without a site.
    pub peer_destination: String,
}

/// Whether a number lies in a range of equal length.
fn within(number: &str, start: &str, end: &str) -> bool {
    let prefix = |text: &str| text.chars().next().filter(|c| matches!(c, '*' | '#'));
    let bare = |text: &str| text.trim_start_matches(['*', '#']).to_string();
    let (number_digits, start_digits, end_digits) = (digits(&bare(number)), digits(&bare(start)), digits(&bare(end)));
    prefix(number) == prefix(start)
        && !number_digits.is_empty()
        && number_digits.len() == start_digits.len()
        && (start_digits..=end_digits).contains(&number_digits)
}

impl Snapshot {
    /// Scopes of a policy that is granted to users: the one assigned, the site's, the global one.
    fn user_scopes(&self, user: &VoiceUser, assigned: &str) -> Vec<String> {
        let site = self.servers.iter().find(|s| s.pool.eq_ignore_ascii_case(&user.pool)).map_or("", |s| &s.site);
        let mut scopes = Vec::new();
        if !assigned.is_empty() {
            scopes.push(format!("Tag:{}", assigned.trim_start_matches("Tag:")));
        }
        scopes.extend([format!("Site:{site}"), "Global".to_string()]);
        scopes
    }

    /// The range that a number is unassigned in.
    pub fn unassigned(&self, number: &str) -> Option<&UnassignedRange> {
        let mut found: Vec<_> = self.services.unassigned.iter().filter(|r| within(number, &r.start, &r.end)).collect();
        found.sort_by_key(|r| r.priority);
        found.first().copied()
    }

    /// Whether calls are parked at a number.
    pub fn is_orbit(&self, number: &str) -> bool {
        self.services.orbits.iter().any(|o| within(number, &o.start, &o.end))
    }

    /// Number and usage of an emergency call, when a user dials one.
    pub fn emergency(&self, user: &VoiceUser, dialed: &str) -> Option<(String, &LocationPolicy)> {
        let scopes = self.user_scopes(user, &user.location_policy);
        let policy = scopes
            .iter()
            .find_map(|scope| self.services.locations.iter().find(|p| p.scope.eq_ignore_ascii_case(scope)))?;
        let dialed = dialed.trim_start_matches('+');
        let matches = !policy.dial_string.is_empty()
            && (policy.dial_string == dialed || policy.masks.iter().any(|m| m == dialed));
        matches.then(|| (format!("+{}", policy.dial_string.trim_start_matches('+')), policy))
    }

    /// Hosted voice mail policy of a user.
    pub fn hosted_policy(&self, user: &VoiceUser) -> Option<&HostedPolicy> {
        self.user_scopes(user, &user.hosted_policy)
            .iter()
            .find_map(|scope| self.services.hosted.iter().find(|p| p.scope.eq_ignore_ascii_case(scope)))
    }

    /// Rerouting of voice mail for a user's site.
    pub fn rerouting(&self, user: &VoiceUser) -> Option<&Rerouting> {
        self.user_scopes(user, "")
            .iter()
            .find_map(|scope| self.services.rerouting.iter().find(|p| p.scope.eq_ignore_ascii_case(scope)))
            .filter(|r| r.enabled)
    }

    /// The edge that an online user's calls to the PSTN take; the error is the site that does not exist, or none.
    pub fn hybrid_edge(&self, user: &VoiceUser) -> Result<String, Option<String>> {
        if user.hybrid_site.is_empty() {
            return if self.services.peer_destination.is_empty() {
                Err(None)
            } else {
                Ok(self.services.peer_destination.clone())
            };
        }
        let site = self.services.hybrid_sites.iter().find(|s| s.name.eq_ignore_ascii_case(&user.hybrid_site));
        site.map(|s| s.edge.clone()).ok_or_else(|| Some(user.hybrid_site.clone()))
    }
}

fn text(object: &Object, property: &str) -> String {
    object.text(property).unwrap_or_default().to_string()
}

/// Seconds of `[d.]hh:mm:ss`.
fn seconds(text: &str) -> Option<u64> {
    let (days, clock) = text.split_once('.').filter(|(_, c)| c.contains(':')).unwrap_or(("0", text));
    let mut parts = clock.split(':').map(|p| p.split('.').next().unwrap_or("").parse::<u64>().ok());
    Some(days.parse::<u64>().ok()? * 86_400 + parts.next()?? * 3600 + parts.next()?? * 60 + parts.next()??)
}

/// Reads them from the organisation's store.
pub(super) fn read(reader: &Reader) -> Result<Services, StoreError> {
    let mut services = Services::default();
    for range in reader.all("CsUnassignedNumber")? {
        services.unassigned.push(UnassignedRange {
            start: text(&range, "NumberRangeStart"),
            end: text(&range, "NumberRangeEnd"),
            priority: range.number("Priority").unwrap_or(0),
            announcement: text(&range, "AnnouncementName"),
            attendant: text(&range, "ExUmAutoAttendantPhoneNumber").trim_start_matches("tel:").to_string(),
            name: range.name,
        });
    }
    // The announcement's own text or file stands behind its name.
    for announcement in reader.all("CsAnnouncement")? {
        let name = text(&announcement, "Name");
        let spoken = announcement.text("TextToSpeechPrompt").or(announcement.text("AudioFilePrompt")).unwrap_or("");
        for range in services.unassigned.iter_mut().filter(|r| r.announcement.eq_ignore_ascii_case(&name)) {
            range.announcement = spoken.to_string();
        }
    }
    for orbit in reader.all("CsCallParkOrbit")? {
        services
            .orbits
            .push(ParkOrbit { start: text(&orbit, "NumberRangeStart"), end: text(&orbit, "NumberRangeEnd") });
    }
    if let Some(park) = reader.all("CsCpsConfiguration")?.first() {
        services.park = ParkConfiguration {
            timeout: seconds(&text(park, "CallPickupTimeoutThreshold")).unwrap_or(90),
            attempts: park.number("MaxCallPickupAttempts").and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            timeout_uri: text(park, "OnTimeoutURI"),
            music: park.flag("EnableMusicOnHold").unwrap_or(true),
        };
    }
    for policy in reader.all("CsLocationPolicy")? {
        services.locations.push(LocationPolicy {
            scope: policy.name.clone(),
            dial_string: text(&policy, "EmergencyDialString"),
            masks: text(&policy, "EmergencyDialMask")
                .split(';')
                .map(str::to_string)
                .filter(|m| !m.is_empty())
                .collect(),
            usage: text(&policy, "PstnUsage"),
        });
    }
    for policy in reader.all("CsHostedVoicemailPolicy")? {
        services.hosted.push(HostedPolicy {
            scope: policy.name.clone(),
            destination: text(&policy, "Destination"),
            organization: text(&policy, "Organization"),
        });
    }
    for rerouting in reader.all("CsVoicemailReroutingConfiguration")? {
        services.rerouting.push(Rerouting {
            scope: rerouting.name.clone(),
            enabled: rerouting.flag("Enabled").unwrap_or(false),
            attendant_number: text(&rerouting, "AutoAttendantNumber"),
            access_number: text(&rerouting, "SubscriberAccessNumber"),
        });
    }
    for site in reader.all("CsHybridPSTNSite")? {
        services.hybrid_sites.push(HybridSite { edge: text(&site, "EdgeFQDN"), name: site.name });
    }
    if let Some(tenant) = reader.all("CsTenantHybridConfiguration")?.first() {
        services.peer_destination = text(tenant, "PeerDestination");
    }
    Ok(services)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_equal_length() {
        for (number, start, end, inside) in [
            ("+14255550105", "tel:+14255550100", "tel:+14255550199", true),
            ("+14255550205", "+14255550100", "+14255550199", false),
            ("101", "100", "199", true),
            ("1010", "100", "199", false),
            ("*150", "*100", "*199", true),
            ("150", "*100", "*199", false),
        ] {
            assert_eq!(within(number, start, end), inside, "{number}");
        }
        assert_eq!((seconds("00:01:30"), seconds("1.00:00:00"), seconds("x")), (Some(90), Some(86_400), None));
    }
}
