//! Centralized logging: scenarios that run on pools, and the messages of calls that they let one find again.

use command::{Result, Value};
use directory::{Fault, NounCode, Work, verb};
use serde_json::Value as Json;
use store::voice::VoiceRecords;
use store::{Draft, Object};

pub static NOUN: NounCode = NounCode {
    noun: "CsClsLogging",
    heeds: &[
        "Scenario",
        "Pools",
        "Computers",
        "Duration",
        "StartTime",
        "EndTime",
        "CallId",
        "CorrelationIds",
        "IP",
        "Phone",
        "Uri",
        "SipContents",
        "MatchAny",
        "MatchAll",
        "OutputFilePath",
    ],
    verbs: &[("Start", start), ("Stop", stop), ("Show", show), ("Sync", sync), ("Update", update), ("Search", search)],
    ..NounCode::PLAIN
};

/// Noun of the scenarios that run, one for each pool: `AlwaysOn/pool01.contoso.com`.
const RUNNING: &str = "CsClsRunning";

/// The pools that the call means; all when it names none.
fn pools(work: &Work) -> std::result::Result<Vec<String>, Fault> {
    let named = [work.bound.strings("Pools"), work.bound.strings("Computers")].concat();
    if named.is_empty() {
        return Ok(work.all("CsPool")?.into_iter().map(|p| p.name).collect());
    }
    let computers = work.all("CsComputer")?;
    named
        .iter()
        .flat_map(|n| n.split(',').map(|p| p.trim().to_owned()).collect::<Vec<_>>())
        .map(|name| {
            let of = computers.iter().find(|c| c.name.eq_ignore_ascii_case(&name)).and_then(|c| c.text("Pool"));
            work.target("CsPool", &Value::from(of.unwrap_or(&name))).map(|p| p.name)
        })
        .collect()
}

/// The scenario's own spelling; those of the documentation, and those that were made.
fn scenario(work: &Work) -> std::result::Result<String, Fault> {
    let name = verb::text(work, "Scenario");
    const BUILT_IN: [&str; 8] = [
        "AlwaysOn",
        "MediaConnectivity",
        "ApplicationSharing",
        "AudioVideoConferencingIssue",
        "HybridVoice",
        "IncomingAndOutgoingCall",
        "VoiceMail",
        "UserReplicator",
    ];
    if let Some(known) = BUILT_IN.iter().find(|s| s.eq_ignore_ascii_case(&name)) {
        return Ok((*known).to_owned());
    }
    let made = work.all("CsClsScenario")?.into_iter().map(|s| s.name.rsplit('/').next().unwrap_or_default().to_owned());
    made.into_iter()
        .find(|s| s.eq_ignore_ascii_case(&name))
        .ok_or_else(|| Fault::argument("ScenarioUnknown", format!("There is no scenario \"{name}\".")).at(&name))
}

/// A line for each pool, as the agents answer.
fn told(work: &mut Work, pools: &[String], what: &str) -> Result<()> {
    pools.iter().try_for_each(|pool| work.session.write(Value::from(format!("PoolFqdn: {pool}, Success: {what}"))))
}

fn start(work: &mut Work) -> Result<()> {
    let (scenario, pools) = match scenario(work).and_then(|s| Ok((s, pools(work)?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let duration = verb::stored(work, "Duration");
    let done = work.write(|writer, _| {
        for pool in &pools {
            let name = format!("{scenario}/{pool}");
            if writer.find(RUNNING, "", &name)?.is_some() {
                let text = format!("The scenario {scenario} runs on {pool} already.");
                return Err(Fault::state("ScenarioRunning", text).at(&name));
            }
            writer.insert(
                Draft::new(RUNNING, "", &name)
                    .with("Scenario", scenario.as_str())
                    .with("Pool", pool.as_str())
                    .with("Duration", duration.clone()),
            )?;
        }
        Ok(())
    })?;
    if done.is_some() { told(work, &pools, &format!("scenario {scenario} started")) } else { Ok(()) }
}

fn stop(work: &mut Work) -> Result<()> {
    let (scenario, pools) = match scenario(work).and_then(|s| Ok((s, pools(work)?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let done = work.write(|writer, _| {
        let mut gone = 0;
        for pool in &pools {
            if let Some(running) = writer.find(RUNNING, "", &format!("{scenario}/{pool}"))? {
                writer.remove(running.id)?;
                gone += 1;
            }
        }
        match gone {
            0 => Err(Fault::state("ScenarioNotRunning", format!("The scenario {scenario} does not run."))),
            _ => Ok(()),
        }
    })?;
    if done.is_some() { told(work, &pools, &format!("scenario {scenario} stopped")) } else { Ok(()) }
}

/// The scenarios that run on some pools.
fn running(work: &Work, pools: &[String]) -> std::result::Result<Vec<Object>, Fault> {
    let is_of = |o: &Object| o.text("Pool").is_some_and(|p| pools.iter().any(|pool| pool.eq_ignore_ascii_case(p)));
    Ok(work.all(RUNNING)?.into_iter().filter(is_of).collect())
}

fn show(work: &mut Work) -> Result<()> {
    let rows = pools(work).and_then(|pools| {
        let running = running(work, &pools)?;
        Ok(pools
            .iter()
            .map(|pool| {
                let of = running.iter().filter(|r| r.text("Pool") == Some(pool.as_str()));
                let names: Vec<&str> = of.filter_map(|r| r.text("Scenario")).collect();
                let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                Value::from(format!("PoolFqdn: {pool}, Scenarios: {names}"))
            })
            .collect())
    });
    work.answer(rows)
}

/// Sync: what the agents hold back is written. They hold nothing back here: each message is recorded when its call ends.
fn sync(work: &mut Work) -> Result<()> {
    match pools(work) {
        Ok(pools) => told(work, &pools, "flushed"),
        Err(fault) => work.fail(&fault),
    }
}

fn update(work: &mut Work) -> Result<()> {
    let found = pools(work).and_then(|pools| Ok((running(work, &pools)?, pools)));
    let (running, pools) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let duration = verb::stored(work, "Duration");
    if running.is_empty() {
        return work.fail(&Fault::state("ScenarioNotRunning", "No scenario runs whose duration could be changed."));
    }
    let done = work.write(|writer, _| {
        for object in &running {
            writer.update(object.draft().with("Duration", duration.clone()))?;
        }
        Ok(())
    })?;
    if done.is_some() { told(work, &pools, "duration updated") } else { Ok(()) }
}

fn search(work: &mut Work) -> Result<()> {
    let text = match matching(work) {
        Ok(text) => text,
        Err(fault) => return work.fail(&fault),
    };
    let file = verb::text(work, "OutputFilePath");
    if file.is_empty() {
        return text.into_iter().try_for_each(|line| work.session.write(Value::from(line)));
    }
    let path = work.session.file_path(&file)?;
    match std::fs::write(&path, text.join("\n")) {
        Ok(()) => Ok(()),
        Err(error) => work.fail(&Fault::argument("OutputFilePath", format!("{}: {error}", path.display())).at(&file)),
    }
}

/// The messages of recorded calls that have what is asked for; all of it with -MatchAll, any of it else.
fn matching(work: &mut Work) -> std::result::Result<Vec<String>, Fault> {
    pools(work)?;
    let home = work.session.home();
    let Some(records) = VoiceRecords::open(&home)? else { return Ok(Vec::new()) };
    let asked: Vec<String> = ["CallId", "Phone", "Uri", "SipContents", "IP", "CorrelationIds"]
        .iter()
        .flat_map(|name| work.bound.strings(name))
        .map(|t| t.trim_start_matches("sip:").to_lowercase())
        .collect();
    let time = |name: &str| {
        work.bound.get(name).filter(|v| !v.is_null()).and_then(directory::milliseconds).map(directory::iso)
    };
    let (from, to) = (time("StartTime"), time("EndTime"));
    if work.bound.switch("MatchAll") && work.bound.switch("MatchAny") {
        return Err(Fault::argument("MatchAmbiguous", "-MatchAll and -MatchAny can't be used together."));
    }
    let all = work.bound.switch("MatchAll");
    let mut lines = Vec::new();
    for call in records.calls("", 10_000)? {
        let id = ["callId", "CallId", "call_id"]
            .iter()
            .find_map(|n| call.get(*n))
            .and_then(Json::as_str)
            .unwrap_or_default();
        for arrow in records.ladder(id)? {
            let part = |name: &str| arrow.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
            let (time, message) = (part("time"), part("message"));
            let body = format!("{id} {} {} {message}", part("from"), part("to")).to_lowercase();
            let mut fits = asked.iter().map(|wanted| body.contains(wanted.as_str()));
            let fits = if all { fits.all(|f| f) } else { asked.is_empty() || fits.any(|f| f) };
            let within = from.as_ref().is_none_or(|f| time >= *f) && to.as_ref().is_none_or(|t| time <= *t);
            if fits && within {
                lines.push(format!(
                    "TL_INFO(TF_PROTOCOL) {time} {} -> {} ({})\n{message}",
                    part("from"),
                    part("to"),
                    part("transport")
                ));
            }
        }
    }
    Ok(lines)
}
