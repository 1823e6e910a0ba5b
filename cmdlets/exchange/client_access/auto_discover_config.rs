//! Export-AutoDiscoverConfig: the pointer by which another forest finds this one's Autodiscover.

use command::Result;
use directory::{Fault, NounCode, Work, verb};
use store::Draft;

pub static NOUN: NounCode = NounCode {
    noun: "AutoDiscoverConfig",
    heeds: &["TargetForestDomainController", "DeleteConfig", "MultipleExchangeDeployments", "PreferredSourceFqdn"],
    verbs: &[("Export", export)],
    ..NounCode::PLAIN
};

fn export(work: &mut Work) -> Result<()> {
    let (target, facts) = (verb::text(work, "TargetForestDomainController"), work.facts());
    let is_own = target.eq_ignore_ascii_case(&facts.controller) || target.eq_ignore_ascii_case(&facts.domain);
    if !is_own {
        let text = format!(
            "The domain controller '{target}' can't be reached: the organization knows one forest, {}.",
            facts.domain
        );
        return work.fail(&Fault::exchange("ADTransientException", "AutoDiscoverConfig", text).at(&target));
    }
    if !work.should(&target)? {
        return Ok(());
    }
    let source = verb::text(work, "PreferredSourceFqdn");
    let source = if source.is_empty() { facts.domain.clone() } else { source };
    let (deletes, several) = (work.bound.switch("DeleteConfig"), work.bound.has("MultipleExchangeDeployments"));
    work.write(|writer, _| {
        let known = writer.find("AutoDiscoverConfig", "", &source)?;
        if deletes {
            let known = known.ok_or_else(|| Fault::not_found("AutoDiscoverConfig", &source, &facts.controller))?;
            return Ok(writer.remove(known.id)?);
        }
        let draft = known.map_or_else(|| Draft::new("AutoDiscoverConfig", "", &source), |k| k.draft());
        writer.put(draft.with("Keyword", format!("Domain={source}")).with("MultipleExchangeDeployments", several))?;
        Ok(())
    })?;
    Ok(())
}
