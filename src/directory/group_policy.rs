//! Policies of the tenant that reach users through their groups, and those of the whole tenant: an assignment to a user comes
//! first, then those to groups by rank, then the tenant's.

use command::{ErrorCategory, Value};
use serde_json::Value as Json;
use store::{Draft, Object, Writer};

use crate::fault::Fault;
use crate::identity::Resolved;
use crate::row::iso;
use crate::work::Work;

/// Noun of assignments to groups.
pub const ASSIGNMENT: &str = "CsGroupPolicyAssignment";
/// What a kind of policy is for users who have none of their own; named after the kind.
const OF_TENANT: &str = "TenantPolicyAssignment";
/// Nouns whose objects are groups of the tenant.
const GROUPS: [&str; 6] =
    ["MsolGroup", "DistributionGroup", "UnifiedGroup", "Team", "ADGroup", "DynamicDistributionGroup"];
/// To how many groups policies of one kind can be assigned.
const MOST: usize = 64;

/// A group, by id, name or address.
pub fn group(work: &Work, value: &Value) -> Result<Object, Fault> {
    let named = Resolved::of(value);
    for noun in GROUPS.into_iter().filter(|noun| work.library().noun(noun).is_some()) {
        if let Ok(found) = work.target(noun, value) {
            return Ok(found);
        }
        let is_it = |group: &Object| {
            ["ObjectId", "GroupId", "EmailAddress", "PrimarySmtpAddress", "DisplayName"]
                .iter()
                .any(|p| group.text(p).is_some_and(|t| t.eq_ignore_ascii_case(named.text.trim())))
        };
        if let Some(found) = work.all(noun)?.into_iter().find(is_it) {
            return Ok(found);
        }
    }
    let text = format!("Group \"{}\" was not found in the directory of the tenant.", named.text);
    Err(Fault::new("ItemNotFoundException", "GroupNotFound", ErrorCategory::ObjectNotFound, text).at(&named.text))
}

fn rank_of(assignment: &Object) -> i64 {
    assignment.number("Rank").unwrap_or(i64::MAX)
}

/// The assignments of one kind, the highest rank first.
fn of_kind(all: Vec<Object>, kind: &str) -> Vec<Object> {
    let mut found: Vec<Object> =
        all.into_iter().filter(|a| a.text("PolicyType").is_some_and(|t| t.eq_ignore_ascii_case(kind))).collect();
    found.sort_by_key(rank_of);
    found
}

/// Ranks are the places in the list, from 1.
fn number(writer: &mut Writer, list: Vec<Draft>) -> Result<(), Fault> {
    for (at, draft) in list.into_iter().enumerate() {
        let draft = draft.with("Rank", at + 1);
        match writer.get(draft.id)? {
            Some(_) => writer.update(draft)?,
            None => {
                writer.insert(draft)?;
            }
        }
    }
    Ok(())
}

/// A policy to be assigned to a group.
pub struct Assignment<'a> {
    pub group: &'a Object,
    /// `TeamsMeetingPolicy`.
    pub kind: &'a str,
    /// None takes the assignment back.
    pub policy: Option<&'a str>,
    /// The place in the list; the end without one.
    pub rank: Option<i64>,
}

/// Writes an assignment; those behind it move. Returns it as it is then.
pub fn assign(writer: &mut Writer, assignment: &Assignment, by: &str) -> Result<Option<Object>, Fault> {
    let Assignment { group, kind, policy, rank } = assignment;
    let id = group_id(group);
    let mut list = of_kind(writer.all(ASSIGNMENT)?, kind);
    let own = list.iter().position(|a| a.text("GroupId") == Some(id.as_str())).map(|at| list.remove(at));
    let Some(policy) = policy else {
        if let Some(own) = own {
            writer.remove(own.id)?;
        }
        return number(writer, list.iter().map(Object::draft).collect()).map(|()| None);
    };
    if list.len() >= MOST {
        let text = format!("Policies of the type {kind} are assigned to {MOST} groups already: the most there can be.");
        return Err(Fault::state("GroupPolicyAssignmentLimit", text).at(&id));
    }
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let now = iso(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    let name = format!("{kind}/{id}");
    let draft = own
        .as_ref()
        .map_or_else(|| Draft::new(ASSIGNMENT, "", &name), Object::draft)
        .with("GroupId", id.as_str())
        .with("PolicyType", *kind)
        .with("PolicyName", *policy)
        .with("CreatedTime", now)
        .with("CreatedBy", by);
    let place = match (rank, &own) {
        (Some(rank), _) => rank - 1,
        // Without a word on it, one that is there keeps its place.
        (None, Some(own)) => rank_of(own) - 1,
        (None, None) => i64::MAX,
    };
    let place = usize::try_from(place.max(0)).unwrap_or(usize::MAX).min(list.len());
    let mut drafts: Vec<Draft> = list.iter().map(Object::draft).collect();
    drafts.insert(place, draft);
    number(writer, drafts)?;
    Ok(writer.find(ASSIGNMENT, "", &name)?)
}

/// The id of who assigns: the account of the administrator, the tenant's where he has none.
pub fn author(work: &mut Work) -> String {
    let name = crate::sign_in::administrator(work.session).unwrap_or_default();
    let account = ["MsolUser", "User"].iter().find_map(|noun| work.target(noun, &Value::from(name.as_str())).ok());
    account.map_or_else(|| crate::sign_in::tenant_id(work), |a| a.id.to_string())
}

/// The id by which a group is known in the tenant.
pub fn group_id(group: &Object) -> String {
    let known = ["ObjectId", "GroupId"].iter().find_map(|p| group.text(p).filter(|t| !t.is_empty()));
    known.map_or_else(|| group.id.to_string(), str::to_owned)
}

/// Makes a policy the tenant's, or takes that back.
pub(crate) fn assign_to_tenant(writer: &mut Writer, kind: &str, policy: Option<&str>) -> Result<(), Fault> {
    let kept = writer.find(OF_TENANT, "", kind)?;
    match (kept, policy) {
        (Some(kept), Some(policy)) => writer.update(kept.draft().with("PolicyName", policy))?,
        (None, Some(policy)) => {
            writer.insert(Draft::new(OF_TENANT, "", kind).with("PolicyName", policy))?;
        }
        (Some(kept), None) => writer.remove(kept.id)?,
        (None, None) => {}
    }
    Ok(())
}

/// Where a policy of a user comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub policy: String,
    /// The group's id; the user's own assignment without one.
    pub group: Option<String>,
}

/// What is assigned to users, read once for many kinds of policies.
pub struct Assigned {
    assignments: Vec<Object>,
    of_tenant: Vec<Object>,
    /// Ids of the groups that the user is a member of.
    groups: Vec<String>,
}

impl Assigned {
    /// For a user of the tenant.
    pub fn to(work: &Work, user: &Object) -> Result<Assigned, Fault> {
        let assignments = work.all(ASSIGNMENT)?;
        let groups = if assignments.is_empty() { Vec::new() } else { groups_of(work, user)? };
        Ok(Assigned { assignments, of_tenant: work.all(OF_TENANT)?, groups })
    }

    /// The policies of a kind that reach the user, the one that holds first. The tenant's is not among them.
    pub fn sources(&self, user: &Object, kind: &str) -> Vec<Source> {
        let plain = |name: &str| name.trim_start_matches("Tag:").to_owned();
        let own = user.text(kind).filter(|p| !p.is_empty()).map(|p| Source { policy: plain(p), group: None });
        let by_groups = of_kind(self.assignments.clone(), kind).into_iter().filter_map(|a| {
            let group = a.text("GroupId")?.to_owned();
            let is_member = self.groups.iter().any(|g| g.eq_ignore_ascii_case(&group));
            is_member.then(|| Source { policy: plain(a.text("PolicyName").unwrap_or_default()), group: Some(group) })
        });
        own.into_iter().chain(by_groups).collect()
    }

    /// The policy of a kind that holds for the user; none where the Global one does.
    pub fn effective(&self, user: &Object, kind: &str) -> Option<String> {
        let of_tenant = || {
            let kept = self.of_tenant.iter().find(|o| o.name.eq_ignore_ascii_case(kind))?;
            kept.text("PolicyName").map(str::to_owned)
        };
        self.sources(user, kind).into_iter().next().map(|s| s.policy).or_else(of_tenant)
    }
}

/// Ids of the groups that a user is a direct member of.
fn groups_of(work: &Work, user: &Object) -> Result<Vec<String>, Fault> {
    let mut names = vec![user.id.to_string(), user.name.clone()];
    let upn = user.text("UserPrincipalName").unwrap_or_default();
    for property in ["ObjectId", "UserPrincipalName", "DisplayName", "SipAddress", "Alias"] {
        names.extend(user.text(property).map(str::to_owned));
    }
    // The same account as the other directories know it.
    for noun in ["MsolUser", "User", "CsUser"] {
        let same =
            work.directory.store.read(|r| r.matching(noun, "UserPrincipalName", &store::Match::Is(upn.to_owned())))?;
        for account in same.iter().filter(|_| !upn.is_empty()) {
            names.extend([account.id.to_string(), account.name.clone()]);
            names.extend(account.text("ObjectId").map(str::to_owned));
        }
    }
    let is_he = |text: &str| names.iter().any(|n| n.eq_ignore_ascii_case(text));
    let mut found = Vec::new();
    for member in work.all("MsolGroupMember")? {
        if member.text("GroupMemberObjectId").is_some_and(is_he) {
            found.extend(member.text("GroupObjectId").map(str::to_owned));
        }
    }
    for noun in GROUPS.into_iter().filter(|noun| work.library().noun(noun).is_some()) {
        for group in work.all(noun)? {
            let listed = match group.get("Members") {
                Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).any(is_he),
                _ => false,
            };
            // A member may be recorded with either of a group's ids.
            if listed || found.iter().any(|f| f.eq_ignore_ascii_case(&group.id.to_string())) {
                found.push(group_id(&group));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_places_in_the_list() {
        let home = std::env::temp_dir().join(format!("dialtone-group-policy-{}", std::process::id()));
        let store = store::Store::open(&home).unwrap();
        let ids = ["a", "b", "c"].map(|name| {
            store
                .write(|w| {
                    let id = w.insert(Draft::new("MsolGroup", "", name).with("DisplayName", name))?;
                    Ok::<_, store::StoreError>(w.get(id)?.unwrap())
                })
                .unwrap()
        });
        let give = |at: usize, policy: Option<&str>, rank: Option<i64>| {
            let wanted = Assignment { group: &ids[at], kind: "TeamsCallingPolicy", policy, rank };
            store.write(|w| assign(w, &wanted, "x")).unwrap();
            let list = of_kind(store.read(|r| r.all(ASSIGNMENT)).unwrap(), "teamscallingpolicy");
            assert!(list.iter().enumerate().all(|(at, a)| rank_of(a) == i64::try_from(at).unwrap() + 1));
            let name =
                |a: &Object| ids.iter().find(|g| a.text("GroupId") == Some(group_id(g).as_str())).unwrap().name.clone();
            list.iter().map(name).collect::<String>()
        };
        assert_eq!(give(0, Some("P"), None), "a");
        assert_eq!(give(1, Some("Q"), Some(99)), "ab");
        assert_eq!(give(2, Some("R"), Some(2)), "acb");
        assert_eq!(give(0, Some("S"), Some(3)), "cba");
        assert_eq!(give(1, Some("T"), None), "cba");
        assert_eq!(give(2, None, None), "ba");
        std::fs::remove_dir_all(&home).unwrap();
    }
}
