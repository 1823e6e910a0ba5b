//! Find me: a caller waits while numbers of the called user are rung; whoever answers hears who calls and accepts with 1.

use super::outcall::{dial, gateway_of, open_agent};
use super::outdial::{Authority, authorize};
use super::session::{Ended, Session};
use crate::config::{MailboxPolicy, RoleKind, Snapshot, UmDialPlan, UmMailbox};
use crate::record::{CallRecord, CallType, OfferResult, ReasonForCall, record_time};
use crate::service::Runtime;
use control::ActiveCall;
use std::sync::Arc;
use std::time::Duration;

/// Most of the caller's name that is kept.
const NAME: usize = 3 * 8000;
/// Pause before an unanswered question counts as a refusal.
const DECISION: Duration = Duration::from_secs(10);

/// What find-me needs to know.
pub(super) struct FindMe<'a> {
    pub runtime: &'a Arc<Runtime>,
    pub snapshot: &'a Snapshot,
    pub plan: &'a UmDialPlan,
    pub mailbox: &'a UmMailbox,
    pub server: &'a str,
    pub call_id: &'a str,
}

impl FindMe<'_> {
    /// Rings the numbers one after the other; `Err` when the caller's call ended, `Ok` when nobody took it.
    pub async fn run(&self, session: &mut Session, numbers: &[(String, u64)]) -> Result<(), Ended> {
        let prompts = &self.runtime.prompts;
        session.play(&prompts.get("say-your-name"), true).await?;
        session.play(&media::tone::beep(), false).await?;
        let name = session.listen(NAME, Duration::from_millis(1500)).await?;
        session.play(&prompts.get("please-hold"), false).await?;
        let policy = self.snapshot.policy(&self.mailbox.policy).cloned().unwrap_or_default();
        for (number, seconds) in numbers {
            self.try_number(session, &policy, number, *seconds, &name).await?;
        }
        Ok(())
    }

    async fn try_number(
        &self,
        session: &mut Session,
        policy: &MailboxPolicy,
        number: &str,
        seconds: u64,
        name: &[i16],
    ) -> Result<(), Ended> {
        let runtime = self.runtime;
        let event = |text: String| runtime.events.write(1036, "Warning", self.server, self.call_id, text);
        // The called user's authorisation counts.
        let Some(target) = authorize(self.snapshot, self.plan, &Authority::policy(policy), number) else {
            event(format!("Find me: {number} cannot be dialled by the policy of {}.", self.mailbox.smtp));
            return Ok(());
        };
        let (Some(gateway), Some(server)) =
            (gateway_of(runtime, self.snapshot, self.plan), self.snapshot.server(self.server))
        else {
            event("Find me: no UM IP gateway of the dial plan allows calls out.".into());
            return Ok(());
        };
        let agent = match open_agent(runtime, server).await {
            Ok(agent) => agent,
            Err(error) => {
                event(format!("Find me: {error}"));
                return Ok(());
            }
        };
        let mut record = CallRecord {
            call_start_time: record_time(),
            call_type: CallType::FindMe.name().into(),
            parent_call_identity: self.call_id.to_string(),
            um_server_name: self.server.to_string(),
            dial_plan_name: self.plan.name.clone(),
            ip_gateway_address: gateway.address.clone(),
            called_phone_number: target.clone(),
            reason_for_call: ReasonForCall::Outbound,
            offer_result: OfferResult::Failed,
            callee_mailbox_alias: self.mailbox.alias.clone(),
            ..CallRecord::default()
        };
        let guard = runtime.active.enter(ActiveCall {
            server: self.server.to_string(),
            role: RoleKind::UmService.name().into(),
            dial_plan: self.plan.name.clone(),
            call_type: CallType::FindMe.name().into(),
            state: "Alerted".into(),
            to: target.clone(),
            gateway: gateway.address.clone(),
            ..ActiveCall::default()
        });
        let mut call_id = String::new();
        let ended = {
            let ring = Duration::from_secs(seconds.clamp(5, 180));
            let started = |id: &str| {
                call_id = id.to_string();
                runtime.ladder.relate(self.call_id, id);
                guard.update(|c| c.call_id = id.to_string());
            };
            let dialing =
                dial(runtime, &agent, self.snapshot, self.plan, gateway, self.mailbox, &target, ring, started, || {});
            tokio::pin!(dialing);
            let music = media::tone::ringback();
            let mut at = 0;
            let outcome = loop {
                let frame = crate::audio::AudioLeg::frame_of(&music, at);
                at = if frame.is_some() { at + 1 } else { 0 };
                tokio::select! {
                    outcome = &mut dialing => break Ok(outcome),
                    // The caller hears the line ring while waiting.
                    heard = session.tick(frame.as_ref()) => if let Err(ended) = heard { break Err(ended) },
                }
            };
            match outcome {
                Ok(Ok(answered)) => {
                    record.offer_result = OfferResult::Answer;
                    let limit = Duration::from_secs(u64::from(self.plan.max_call_duration) * 60);
                    let mut other = Session::new(answered.call, answered.leg, answered.security, limit, guard.cut());
                    let result = self.offer(session, &mut other, name).await;
                    record.call_duration = other.duration().as_secs_f64().round() as u64;
                    record.set_quality(&other.leg.quality(), other.leg.codec_name());
                    other.hang_up().await;
                    result
                }
                Ok(Err(refused)) => {
                    tracing::debug!(status = refused.status, reason = refused.reason, "find me not answered");
                    Ok(())
                }
                Err(ended) => Err(ended),
            }
        };
        record.call_identity = call_id;
        record.drop_call_reason = if ended.is_err() { "GracefulHangup" } else { "Declined" }.into();
        runtime.keep_record(&record);
        agent.close();
        ended
    }

    /// Tells the one who answered who calls; joins both when that is accepted. The caller hears the line ring meanwhile.
    async fn offer(&self, session: &mut Session, other: &mut Session, name: &[i16]) -> Result<(), Ended> {
        let prompts = &self.runtime.prompts;
        let mut question = prompts.get("find-me-call-from");
        question.extend_from_slice(name);
        question.extend(prompts.get("find-me-accept"));
        let key = {
            let asking = other.ask(&question, DECISION);
            tokio::pin!(asking);
            loop {
                tokio::select! {
                    key = &mut asking => break key,
                    heard = session.tick(None) => { heard?; }
                }
            }
        };
        if !matches!(key, Ok(Some('1'))) {
            return Ok(());
        }
        session.bridge(other).await
    }
}
