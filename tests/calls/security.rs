//! Plan security against the pool's encryption level, and refusals of unified messaging.

use super::lab::{Lab, contoso};
use control::TestCall;
use voice::config::{EncryptionLevel, GatewayStatus, RoleKind, VoipSecurity};

fn call() -> TestCall {
    TestCall { from: "+12065550100".into(), to: "+14255551234".into(), hang_up_after: 1.0, ..TestCall::default() }
}

#[tokio::test(start_paused = true)]
async fn nine_cells_of_plan_and_pool() {
    use EncryptionLevel::{DoNotSupportEncryption, RequireEncryption, SupportEncryption};
    use VoipSecurity::{Secured, SipSecured, Unsecured};
    // What unified messaging says, with Warning and diagnosis, the event it writes, whether the record says so; and what the caller gets.
    let tls = Some((
        "403",
        "",
        "15603;reason=\"A call was refused: the dial plan Plan is Unsecured",
        1023,
        false,
        504,
        "15030;reason=\"Failed to route to Exchange Server\"",
    ));
    let media =
        Some(("488", "Warning: 3", "52017;reason=\"Encryption levels dont match\"", 1028, true, 488, "52017;reason"));
    for (plan, pool, refusal) in [
        (Unsecured, RequireEncryption, tls),
        (SipSecured, RequireEncryption, media),
        (Secured, RequireEncryption, None),
        (Unsecured, SupportEncryption, tls),
        (SipSecured, SupportEncryption, None),
        (Secured, SupportEncryption, None),
        (Unsecured, DoNotSupportEncryption, tls),
        (SipSecured, DoNotSupportEncryption, None),
        (Secured, DoNotSupportEncryption, media),
    ] {
        let what = format!("{plan:?} {pool:?}");
        let lab = Lab::start(contoso(plan, pool)).await;
        let result = lab.call(call()).await;
        assert_eq!(result.answered, refusal.is_none(), "{what} {} {}", result.status, result.diagnostics);
        if let Some((code, warning, diagnosis, event, rejected, status, shown)) = refusal {
            let refused: Vec<_> = result
                .ladder
                .iter()
                .filter(|a| a.text.starts_with(code) && a.message.contains(warning) && a.message.contains(diagnosis))
                .collect();
            let all = || result.ladder.iter().map(|a| a.message.as_str()).collect::<Vec<_>>().join("\n");
            assert!(!refused.is_empty(), "{what}: no {code} {warning} {diagnosis} in\n{}", all());
            assert!(lab.has_event(event), "{what}: {:#?}", lab.runtime.store.events(9));
            assert_eq!(u32::from(result.status), status, "{what}");
            assert!(result.diagnostics.contains(shown), "{what}: {}", result.diagnostics);
            let records = lab.runtime.store.calls("", 9).unwrap();
            let said = records.iter().any(|r| r.offer_result == voice::record::OfferResult::Rejected);
            assert_eq!(said, rejected, "{what}");
        }
        lab.supervisor.shut_down(false).await;
    }
}

#[tokio::test(start_paused = true)]
async fn wrong_configuration_is_refused_as_in_production() {
    let lab = Lab::start(contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption)).await;
    let check = async |what: &str, code: &str, event: u32| {
        let result = lab.call(call()).await;
        let texts: Vec<&String> = result.ladder.iter().map(|a| &a.text).collect();
        assert!(!result.answered, "{what}");
        assert!(texts.iter().any(|t| t.starts_with(code)), "{what}: {texts:#?}");
        assert!(lab.runtime.store.events(5).unwrap().iter().any(|e| e.id == event), "{what}: no event {event}");
        // Whatever the reason, the caller of an unreachable voice mail sees the front end's diagnosis.
        assert!(
            result.diagnostics.is_empty() || result.diagnostics.contains("15030") || matches!(code, "404" | "488"),
            "{what}: {}",
            result.diagnostics
        );
    };
    lab.change(|s| s.gateways[0].address = "other.contoso.com".into()).await;
    check("unknown peer", "403", 1020).await;
    lab.change(|s| {
        s.gateways[0].address = "pool1.contoso.com".into();
        s.gateways[0].status = GatewayStatus::Disabled;
    })
    .await;
    check("disabled gateway", "403", 1022).await;
    lab.change(|s| {
        s.gateways[0].status = GatewayStatus::Enabled;
        s.hunt_groups.clear();
    })
    .await;
    check("no hunt group", "404", 1021).await;
    lab.change(|s| s.hunt_groups = contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption).hunt_groups)
        .await;
    lab.change(|s| s.servers[1].um_dial_plans.clear()).await;
    check("no server in the plan", "504", 1026).await;
    lab.change(|s| s.servers[1].um_dial_plans = vec!["Plan".into()]).await;
    lab.change(|s| s.servers[1].inactive = vec![RoleKind::UmCallRouter]).await;
    check("component inactive", "503", 1025).await;
    lab.change(|s| {
        s.servers[1].inactive.clear();
        s.servers[1].max_calls = 0;
    })
    .await;
    check("capacity", "503", 1024).await;
    lab.change(|s| s.servers[1].max_calls = 100).await;
    assert!(lab.call(call()).await.answered);
    lab.supervisor.shut_down(false).await;
}
