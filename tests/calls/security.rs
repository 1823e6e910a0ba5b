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
    for (plan, pool, works) in [
        (Unsecured, RequireEncryption, false),
        (SipSecured, RequireEncryption, false),
        (Secured, RequireEncryption, true),
        (Unsecured, SupportEncryption, false),
        (SipSecured, SupportEncryption, true),
        (Secured, SupportEncryption, true),
        (Unsecured, DoNotSupportEncryption, false),
        (SipSecured, DoNotSupportEncryption, true),
        (Secured, DoNotSupportEncryption, false),
    ] {
        let lab = Lab::start(contoso(plan, pool)).await;
        let result = lab.call(call()).await;
        assert_eq!(result.answered, works, "{plan:?} {pool:?} {} {}", result.status, result.diagnostics);
        if !works {
            let refused =
                result.ladder.iter().any(|a| a.text.starts_with(if plan == Unsecured { "403" } else { "488" }));
            assert!(refused, "{plan:?} {pool:?} {:#?}", result.ladder.iter().map(|a| &a.text).collect::<Vec<_>>());
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
