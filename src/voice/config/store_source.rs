//! Snapshots read from the organisation's store (docs/store-objects.md says what lies there).

use super::{
    AudioCodec, AutoAttendant, CallAnsweringRule, Certificate, ConfigSource, ContactKind, DnsRecord, EncryptionLevel,
    ExUmContact, GatewayStatus, MailboxPolicy, NormalizationRule, PstnGateway, RoleKind, Server, Snapshot, SrtpMode,
    StartupMode, TranslationRule, Trunk, TrunkConfiguration, UmDialPlan, UmHuntGroup, UmIpGateway, UmMailbox, UriType,
    VoiceDialPlan, VoicePolicy, VoiceRoute, VoiceUser, VoipSecurity,
};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use store::{Object, ObjectId, Reader, Store, StoreError};

/// A source that reads the store of a home.
pub struct StoreSource {
    store: Store,
}

impl StoreSource {
    /// Opens the store.
    pub fn open(home: &Path) -> Result<StoreSource, String> {
        Ok(StoreSource { store: Store::open(home).map_err(|e| e.to_string())? })
    }
}

impl ConfigSource for StoreSource {
    fn load(&self) -> Result<Arc<Snapshot>, String> {
        self.store.read(read).map(Arc::new).map_err(|e| e.to_string())
    }

    fn version(&self) -> u64 {
        self.store.sequence().unwrap_or(0)
    }
}

fn text(object: &Object, property: &str) -> String {
    object.text(property).unwrap_or_default().to_string()
}

fn texts(object: &Object, property: &str) -> Vec<String> {
    object.texts(property).iter().map(ToString::to_string).collect()
}

fn flag(object: &Object, property: &str, default: bool) -> bool {
    object.flag(property).unwrap_or(default)
}

fn number<T: TryFrom<i64>>(object: &Object, property: &str, default: T) -> T {
    object.number(property).and_then(|n| T::try_from(n).ok()).unwrap_or(default)
}

/// `Unlimited`, or a number kept as text.
fn limit(object: &Object, property: &str, default: u32) -> Option<u32> {
    match object.text(property) {
        Some("Unlimited") => None,
        Some(text) => text.parse().ok().or(Some(default)),
        None => Some(default),
    }
}

/// Names of objects by id.
type Names = HashMap<ObjectId, String>;

fn names(reader: &Reader, noun: &str) -> Result<Names, StoreError> {
    Ok(reader.all(noun)?.into_iter().map(|o| (o.id, o.name)).collect())
}

fn linked(object: &Object, property: &str, names: &Names) -> String {
    object.links(property).first().and_then(|id| names.get(id)).cloned().unwrap_or_default()
}

fn all_linked(object: &Object, property: &str, names: &Names) -> Vec<String> {
    object.links(property).iter().filter_map(|id| names.get(id)).cloned().collect()
}

fn read(reader: &Reader) -> Result<Snapshot, StoreError> {
    let organization = reader.all("Organization")?.into_iter().next();
    let plans = names(reader, "UMDialPlan")?;
    let mut snapshot = Snapshot {
        version: reader.sequence()?,
        domain: organization.as_ref().map_or_else(|| "contoso.com".into(), |o| text(o, "Domain")),
        sip_domains: reader.all("CsSipDomain")?.into_iter().map(|d| d.name).collect(),
        roots: reader.all("CertificateAuthority")?.iter().map(|a| text(a, "Certificate")).collect(),
        ..Snapshot::default()
    };
    snapshot.blocked = super::firewall::read(reader)?;
    snapshot.servers = servers(reader, &plans)?;
    unified_messaging(reader, &plans, &mut snapshot)?;
    mailboxes(reader, &mut snapshot)?;
    trunks(reader, &mut snapshot)?;
    voice(reader, &mut snapshot)?;
    users(reader, &mut snapshot)?;
    snapshot.services = super::services::read(reader)?;
    snapshot.send_connectors = super::transport::read(reader)?;
    for record in reader.all("DnsRecord")? {
        snapshot.dns.push(DnsRecord {
            name: text(&record, "Name"),
            kind: text(&record, "Type"),
            data: text(&record, "Data"),
            port: number(&record, "Port", 0),
            priority: number(&record, "Priority", 0),
            weight: number(&record, "Weight", 0),
        });
    }
    Ok(snapshot)
}

fn certificate(reader: &Reader, thumbprint: &str) -> Result<Option<Certificate>, StoreError> {
    if thumbprint.is_empty() {
        return Ok(None);
    }
    let found = reader.find("Certificate", "", thumbprint)?;
    Ok(found.map(|c| Certificate {
        chain: format!("{}{}", text(&c, "Certificate"), text(&c, "Chain")),
        key: text(&c, "Key"),
    }))
}

fn servers(reader: &Reader, plans: &Names) -> Result<Vec<Server>, StoreError> {
    let computers = reader.all("CsComputer")?;
    let pools = reader.all("CsPool")?;
    let services = reader.all("CsService")?;
    let assigned = reader.all("CsCertificate")?;
    let exchange = reader.all("ExchangeCertificate")?;
    let states = reader.all("ServerComponentState")?;
    let mut found = Vec::new();
    for host in reader.all("Host")? {
        let roles = texts(&host, "Roles");
        let mut server = Server {
            fqdn: host.name.clone(),
            pool: host.name.clone(),
            address: text(&host, "ListenAddress").parse().ok(),
            allow_udp: flag(&host, "AllowUdp", false),
            ..Server::default()
        };
        for role in &roles {
            server.roles.extend(match role.as_str() {
                "UMCallRouter" => Some(RoleKind::UmCallRouter),
                "UMService" => Some(RoleKind::UmService),
                "FrontEnd" => Some(RoleKind::FrontEnd),
                "Mediation" => Some(RoleKind::Mediation),
                "Edge" => Some(RoleKind::Edge),
                "PstnGateway" => Some(RoleKind::Gateway),
                _ => None,
            });
        }
        if let Some(computer) = computers.iter().find(|c| c.name.eq_ignore_ascii_case(&host.name)) {
            server.pool = text(computer, "Pool");
            if let Some(pool) = pools.iter().find(|p| p.name.eq_ignore_ascii_case(&server.pool)) {
                server.site = text(pool, "Site").trim_start_matches("Site:").to_string();
            }
            let of_pool = |s: &&Object| {
                text(s, "Role") == "MediationServer" && text(s, "PoolFqdn").eq_ignore_ascii_case(&server.pool)
            };
            if let Some(mediation) = services.iter().find(of_pool) {
                server.mediation_sip_port = number(mediation, "SipServerPort", 5070);
                server.mediation_tcp_port = number(mediation, "SipClientTcpPort", 5068);
                server.mediation_tls_port = number(mediation, "SipClientTlsPort", 5067);
            }
        }
        let short = host.name.split('.').next().unwrap_or_default();
        if let Some(service) = reader.find("UMService", "", short)? {
            server.um_startup_mode = StartupMode::parse(&text(&service, "UMStartupMode"));
            server.um_dial_plans = all_linked(&service, "DialPlans", plans);
            server.max_calls = number(&service, "MaxCallsAllowed", 100);
            if text(&service, "Status") == "Disabled" {
                server.inactive.push(RoleKind::UmService);
            }
            if let Some(certificate) = certificate(reader, &text(&service, "UMCertificateThumbprint"))? {
                server.certificates.insert(RoleKind::UmService.name().to_string(), certificate);
            }
        }
        if let Some(router) = reader.find("UMCallRouterSettings", "", short)? {
            server.router_startup_mode = StartupMode::parse(&text(&router, "UMStartupMode"));
            server.router_tcp_port = number(&router, "SipTcpListeningPort", 5060);
            server.router_tls_port = number(&router, "SipTlsListeningPort", 5061);
            server.router_dial_plans = all_linked(&router, "DialPlans", plans);
            if let Some(certificate) = certificate(reader, &text(&router, "UMCertificateThumbprint"))? {
                server.certificates.insert(RoleKind::UmCallRouter.name().to_string(), certificate);
            }
        }
        for state in
            states.iter().filter(|s| text(s, "Server").eq_ignore_ascii_case(short) && text(s, "State") == "Inactive")
        {
            match text(state, "Component").as_str() {
                "UMCallRouter" => server.inactive.push(RoleKind::UmCallRouter),
                "UnifiedMessaging" | "ServerWideOffline" => server.inactive.push(RoleKind::UmService),
                _ => {}
            }
        }
        for use_ in assigned.iter().filter(|c| text(c, "Computer").eq_ignore_ascii_case(&host.name)) {
            let purpose = match text(use_, "Use").as_str() {
                "Default" => "Default",
                // The web services have their own.
                "WebServicesInternal" => "IIS",
                _ => continue,
            };
            if let Some(certificate) = certificate(reader, &text(use_, "Thumbprint"))? {
                server.certificates.insert(purpose.to_string(), certificate);
            }
        }
        for use_ in exchange.iter().filter(|c| text(c, "Server").eq_ignore_ascii_case(short)) {
            if text(use_, "Services").split(',').any(|s| s.trim().eq_ignore_ascii_case("IIS"))
                && let Some(certificate) = certificate(reader, &text(use_, "Thumbprint"))?
            {
                server.certificates.insert("IIS".to_string(), certificate);
            }
        }
        // A simulated gateway is no server: the runtime plays it by its own list.
        if server.roles.iter().any(|r| *r != RoleKind::Gateway) {
            found.push(server);
        }
    }
    Ok(found)
}

fn unified_messaging(reader: &Reader, plans: &Names, snapshot: &mut Snapshot) -> Result<(), StoreError> {
    let attendants = names(reader, "UMAutoAttendant")?;
    for plan in reader.all("UMDialPlan")? {
        let minutes = |property: &str, default: u32| number(&plan, property, default);
        snapshot.dial_plans.push(UmDialPlan {
            name: plan.name.clone(),
            phone_context: text(&plan, "PhoneContext"),
            digits: number(&plan, "NumberOfDigitsInExtension", 5),
            uri_type: UriType::parse(&text(&plan, "URIType")),
            security: VoipSecurity::parse(&text(&plan, "VoIPSecurity")),
            access_numbers: texts(&plan, "AccessTelephoneNumbers"),
            pilots: texts(&plan, "PilotIdentifierList"),
            operator_extension: text(&plan, "OperatorExtension"),
            auto_attendant: linked(&plan, "UMAutoAttendant", &attendants),
            country_code: text(&plan, "CountryOrRegionCode"),
            outside_line_access_code: text(&plan, "OutsideLineAccessCode"),
            national_number_prefix: text(&plan, "NationalNumberPrefix"),
            international_access_code: text(&plan, "InternationalAccessCode"),
            audio_codec: AudioCodec::parse(&text(&plan, "AudioCodec")),
            max_call_duration: minutes("MaxCallDuration", 30),
            max_recording_duration: minutes("MaxRecordingDuration", 20),
            recording_idle_timeout: number(&plan, "RecordingIdleTimeout", 5),
            input_failures_before_disconnect: number(&plan, "InputFailuresBeforeDisconnect", 3),
            logon_failures_before_disconnect: number(&plan, "LogonFailuresBeforeDisconnect", 3),
            allow_dial_plan_subscribers: flag(&plan, "AllowDialPlanSubscribers", true),
            allow_extensions: flag(&plan, "AllowExtensions", false),
            call_someone_enabled: flag(&plan, "CallSomeoneEnabled", true),
            send_voice_message_enabled: flag(&plan, "SendVoiceMsgEnabled", true),
            call_answering_rules_enabled: flag(&plan, "CallAnsweringRulesEnabled", true),
            fax_enabled: flag(&plan, "FaxEnabled", true),
            language: text(&plan, "DefaultLanguage"),
            equivalent_contexts: texts(&plan, "EquivalentDialPlanPhoneContexts"),
            numbering_plan_formats: texts(&plan, "NumberingPlanFormats"),
            welcome_greeting: if flag(&plan, "WelcomeGreetingEnabled", false) {
                text(&plan, "WelcomeGreetingFilename")
            } else {
                String::new()
            },
            info_announcement: if text(&plan, "InfoAnnouncementEnabled") == "False" {
                String::new()
            } else {
                text(&plan, "InfoAnnouncementFilename")
            },
            info_announcement_uninterruptible: text(&plan, "InfoAnnouncementEnabled") == "Uninterruptible",
            in_country_rules: texts(&plan, "ConfiguredInCountryOrRegionGroups"),
            international_rules: texts(&plan, "ConfiguredInternationalGroups"),
            allowed_in_country: texts(&plan, "AllowedInCountryOrRegionGroups"),
            allowed_international: texts(&plan, "AllowedInternationalGroups"),
        });
    }
    for policy in reader.all("UMMailboxPolicy")? {
        let truth = |property: &str, default: bool| flag(&policy, property, default);
        snapshot.mailbox_policies.push(MailboxPolicy {
            name: policy.name.clone(),
            dial_plan: linked(&policy, "UMDialPlan", plans),
            min_pin_length: number(&policy, "MinPINLength", 6),
            pin_history_count: number(&policy, "PINHistoryCount", 5),
            pin_lifetime: match policy.text("PINLifetime") {
                Some("Unlimited") => None,
                Some(span) => span.split('.').next().and_then(|days| days.parse().ok()).or(Some(60)),
                None => Some(60),
            },
            logon_failures_before_reset: limit(&policy, "LogonFailuresBeforePINReset", 5),
            max_logon_attempts: limit(&policy, "MaxLogonAttempts", 15),
            allow_common_patterns: truth("AllowCommonPatterns", false),
            allow_pinless: truth("AllowPinlessVoiceMailAccess", false),
            allow_missed_call_notifications: truth("AllowMissedCallNotifications", true),
            allow_message_waiting: truth("AllowMessageWaitingIndicator", true),
            allow_subscriber_access: truth("AllowSubscriberAccess", true),
            allow_email: truth("AllowTUIAccessToEmail", true),
            allow_calendar: truth("AllowTUIAccessToCalendar", true),
            allow_directory: truth("AllowTUIAccessToDirectory", true),
            allow_play_on_phone: truth("AllowPlayOnPhone", true),
            allow_call_answering_rules: truth("AllowCallAnsweringRules", true),
            allow_fax: truth("AllowFax", true),
            fax_server: text(&policy, "FaxServerURI"),
            allow_dial_plan_subscribers: truth("AllowDialPlanSubscribers", true),
            allow_extensions: truth("AllowExtensions", true),
            max_greeting_duration: number(&policy, "MaxGreetingDuration", 5),
            protect_unauthenticated: text(&policy, "ProtectUnauthenticatedVoiceMail"),
            protect_authenticated: text(&policy, "ProtectAuthenticatedVoiceMail"),
            protected_text: text(&policy, "ProtectedVoiceMailText"),
            voice_mail_text: text(&policy, "VoiceMailText"),
            allowed_in_country: texts(&policy, "AllowedInCountryOrRegionGroups"),
            allowed_international: texts(&policy, "AllowedInternationalGroups"),
        });
    }
    let gateways = reader.all("UMIPGateway")?;
    for gateway in &gateways {
        snapshot.gateways.push(UmIpGateway {
            name: gateway.name.clone(),
            address: text(gateway, "Address"),
            port: number(gateway, "Port", 5060),
            status: GatewayStatus::parse(&text(gateway, "Status")),
            outcalls: flag(gateway, "OutcallsAllowed", true),
            message_waiting: flag(gateway, "MessageWaitingIndicatorAllowed", true),
            simulator: flag(gateway, "Simulator", false),
            proxy_redirects: flag(gateway, "LabProxyRedirects", false),
            delayed_source_party: flag(gateway, "DelayedSourcePartyInfoEnabled", false),
        });
    }
    let gateway_names: Names = gateways.iter().map(|g| (g.id, g.name.clone())).collect();
    for group in reader.all("UMHuntGroup")? {
        snapshot.hunt_groups.push(UmHuntGroup {
            name: group.name.clone(),
            gateway: linked(&group, "UMIPGateway", &gateway_names),
            dial_plan: linked(&group, "UMDialPlan", plans),
            pilot: text(&group, "PilotIdentifier"),
        });
    }
    for attendant in reader.all("UMAutoAttendant")? {
        let prompt = |switch: &str, file: &str| {
            if flag(&attendant, switch, false) { text(&attendant, file) } else { String::new() }
        };
        let keys = |hours: &str| {
            if flag(&attendant, &format!("{hours}KeyMappingEnabled"), false) {
                texts(&attendant, &format!("{hours}KeyMapping"))
            } else {
                Vec::new()
            }
        };
        snapshot.auto_attendants.push(AutoAttendant {
            name: attendant.name.clone(),
            dial_plan: linked(&attendant, "UMDialPlan", plans),
            pilots: texts(&attendant, "PilotIdentifierList"),
            enabled: text(&attendant, "Status") == "Enabled",
            business_name: text(&attendant, "BusinessName"),
            business_location: text(&attendant, "BusinessLocation"),
            operator_extension: text(&attendant, "OperatorExtension"),
            business_hours: texts(&attendant, "BusinessHoursSchedule"),
            holidays: texts(&attendant, "HolidaySchedule"),
            time_zone: text(&attendant, "TimeZone"),
            business_keys: keys("BusinessHours"),
            after_hours_keys: keys("AfterHours"),
            business_operator: flag(&attendant, "BusinessHoursTransferToOperatorEnabled", false),
            after_hours_operator: flag(&attendant, "AfterHoursTransferToOperatorEnabled", false),
            business_greeting: prompt("BusinessHoursWelcomeGreetingEnabled", "BusinessHoursWelcomeGreetingFilename"),
            after_hours_greeting: prompt("AfterHoursWelcomeGreetingEnabled", "AfterHoursWelcomeGreetingFilename"),
            business_menu: prompt(
                "BusinessHoursMainMenuCustomPromptEnabled",
                "BusinessHoursMainMenuCustomPromptFilename",
            ),
            after_hours_menu: prompt("AfterHoursMainMenuCustomPromptEnabled", "AfterHoursMainMenuCustomPromptFilename"),
            info_announcement: if text(&attendant, "InfoAnnouncementEnabled") == "False" {
                String::new()
            } else {
                text(&attendant, "InfoAnnouncementFilename")
            },
            name_lookup: flag(&attendant, "NameLookupEnabled", true),
            call_someone: flag(&attendant, "CallSomeoneEnabled", true),
            send_message: flag(&attendant, "SendVoiceMsgEnabled", true),
            allow_dial_plan_subscribers: flag(&attendant, "AllowDialPlanSubscribers", true),
            allow_extensions: flag(&attendant, "AllowExtensions", false),
            star_out: flag(&attendant, "StarOutToDialPlanEnabled", false),
            fallback: linked(&attendant, "DTMFFallbackAutoAttendant", &attendants),
            speech: flag(&attendant, "SpeechEnabled", false),
            allowed_in_country: texts(&attendant, "AllowedInCountryOrRegionGroups"),
            allowed_international: texts(&attendant, "AllowedInternationalGroups"),
        });
    }
    Ok(())
}

fn answering_rule(rule: &Object) -> CallAnsweringRule {
    CallAnsweringRule {
        name: rule.name.clone(),
        priority: number(rule, "Priority", 9),
        caller_ids: texts(rule, "CallerIds"),
        extensions_dialed: texts(rule, "ExtensionsDialed"),
        time_of_day: text(rule, "TimeOfDay"),
        schedule_status: number(rule, "ScheduleStatus", 0),
        automatic_replies: flag(rule, "CheckAutomaticReplies", false),
        interruptible: flag(rule, "CallersCanInterruptGreeting", false),
        key_mappings: texts(rule, "KeyMappings"),
    }
}

fn mailboxes(reader: &Reader, snapshot: &mut Snapshot) -> Result<(), StoreError> {
    let policies = names(reader, "UMMailboxPolicy")?;
    let mut answering = reader.all("UMCallAnsweringRule")?;
    answering.retain(|rule| flag(rule, "Enabled", true));
    for user in reader.all("User")? {
        if user.flag("UMEnabled") != Some(true) {
            continue;
        }
        let policy = linked(&user, "UMMailboxPolicy", &policies);
        let dial_plan = snapshot.policy(&policy).map(|p| p.dial_plan.clone()).unwrap_or_default();
        let pin = user.get("UMPin").cloned().unwrap_or_default();
        let state = |name: &str| pin.get(name).and_then(|v| v.as_bool()).unwrap_or(false);
        snapshot.mailboxes.push(UmMailbox {
            id: user.id.to_string(),
            alias: text(&user, "Alias"),
            display_name: user.text("DisplayName").unwrap_or(&user.name).to_string(),
            smtp: text(&user, "PrimarySmtpAddress"),
            server: text(&user, "ServerName"),
            policy,
            dial_plan,
            extensions: texts(&user, "Extensions"),
            sip_address: text(&user, "SIPResourceIdentifier"),
            enabled: true,
            operator_number: text(&user, "OperatorNumber"),
            missed_calls: flag(&user, "MissedCallNotificationEnabled", true),
            anonymous_callers: flag(&user, "AnonymousCallersCanLeaveMessages", true),
            subscriber_access: flag(&user, "SubscriberAccessEnabled", true),
            call_answering_rules: flag(&user, "CallAnsweringRulesEnabled", true),
            play_on_phone: flag(&user, "PlayOnPhoneEnabled", true),
            fax: flag(&user, "FaxEnabled", true),
            pinless: flag(&user, "PinlessAccessToVoiceMailEnabled", false),
            audio_codec: user.text("CallAnsweringAudioCodec").map(AudioCodec::parse),
            pin: pin.get("Hash").and_then(|v| v.as_str()).unwrap_or_default().to_string(),
            pin_expired: state("Expired"),
            locked: state("LockedOut"),
            calling_line_ids: texts(&user, "UMCallingLineIds"),
            phone: text(&user, "Phone"),
            searchable: text(&user, "AllowUMCallsFromNonUsers") != "None",
            rules: answering.iter().filter(|r| r.links("Mailbox").contains(&user.id)).map(answering_rule).collect(),
            forwarding: super::transport::forwarding(reader, &user)?,
        });
    }
    Ok(())
}

fn rules(reader: &Reader, noun: &str, container: &str) -> Result<Vec<Object>, StoreError> {
    let mut found = reader.within(noun, &container.to_lowercase())?;
    found.sort_by_key(|r| r.number("Priority").unwrap_or(i64::MAX));
    Ok(found)
}

fn trunks(reader: &Reader, snapshot: &mut Snapshot) -> Result<(), StoreError> {
    for trunk in reader.all("CsTrunk")? {
        let tls = text(&trunk, "Transport") == "TLS";
        let gateway = text(&trunk, "PoolFqdn");
        let host = reader.find("Host", "", &gateway)?;
        let port = if tls { "GatewaySipClientTlsPort" } else { "GatewaySipClientTcpPort" };
        snapshot.trunks.push(Trunk {
            name: trunk.name.trim_start_matches("PstnGateway:").to_string(),
            gateway: gateway.clone(),
            mediation: text(&trunk, "MediationServer").trim_start_matches("MediationServer:").to_string(),
            mediation_port: number(&trunk, "MediationServerPort", if tls { 5067 } else { 5068 }),
            gateway_port: number(&trunk, port, if tls { 5067 } else { 5066 }),
            tls,
            allow_udp: host.as_ref().is_some_and(|h| flag(h, "AllowUdp", false)),
        });
        if !snapshot.pstn_gateways.iter().any(|g| g.address.eq_ignore_ascii_case(&gateway)) {
            let simulator = host.as_ref().is_none_or(|h| flag(h, "Simulated", true));
            // A gateway outside is reached at the address that its host names.
            if let Some(host) = host.as_ref().filter(|_| !simulator) {
                let address = text(host, "ListenAddress");
                snapshot.dns.push(DnsRecord {
                    name: gateway.clone(),
                    kind: "A".into(),
                    data: address,
                    ..DnsRecord::default()
                });
            }
            snapshot.pstn_gateways.push(PstnGateway { address: gateway, simulator });
        }
    }
    let translation = |rule: Object| TranslationRule {
        pattern: text(&rule, "Pattern"),
        translation: text(&rule, "Translation"),
        name: rule.name,
    };
    for configuration in reader.all("CsTrunkConfiguration")? {
        let responses = rules(reader, "CsSipResponseCodeTranslationRule", &configuration.name)?;
        snapshot.trunk_configurations.push(TrunkConfiguration {
            srtp_mode: SrtpMode::parse(&text(&configuration, "SRTPMode")),
            remove_plus: flag(&configuration, "RemovePlusFromUri", false),
            called_rules: rules(reader, "CsOutboundTranslationRule", &configuration.name)?
                .into_iter()
                .map(translation)
                .collect(),
            calling_rules: rules(reader, "CsOutboundCallingNumberTranslationRule", &configuration.name)?
                .into_iter()
                .map(translation)
                .collect(),
            response_rules: responses
                .iter()
                .map(|r| (number(r, "ReceivedResponseCode", 0), number(r, "TranslatedResponseCode", 0)))
                .collect(),
            usages: texts(&configuration, "PstnUsages"),
            session_timer: flag(&configuration, "EnableSessionTimer", false),
            fast_failover: flag(&configuration, "EnableFastFailoverTimer", true),
            forward_call_history: flag(&configuration, "ForwardCallHistory", false),
            forward_pai: flag(&configuration, "ForwardPAI", false),
            refer: flag(&configuration, "EnableReferSupport", true),
            rtcp_active: flag(&configuration, "RTCPActiveCalls", true),
            rtcp_hold: flag(&configuration, "RTCPCallsOnHold", true),
            scope: configuration.name,
        });
    }
    Ok(())
}

fn voice(reader: &Reader, snapshot: &mut Snapshot) -> Result<(), StoreError> {
    for plan in reader.all("CsDialPlan")? {
        let of_plan = rules(reader, "CsVoiceNormalizationRule", &plan.name)?;
        let rule = |rule: Object| NormalizationRule {
            pattern: text(&rule, "Pattern"),
            translation: text(&rule, "Translation"),
            internal_extension: flag(&rule, "IsInternalExtension", false),
            name: rule.name,
        };
        snapshot.voice_dial_plans.push(VoiceDialPlan {
            simple_name: text(&plan, "SimpleName"),
            external_prefix: text(&plan, "ExternalAccessPrefix"),
            optimize_device_dialing: flag(&plan, "OptimizeDeviceDialing", false),
            rules: of_plan.into_iter().map(rule).collect(),
            scope: plan.name,
        });
    }
    for policy in reader.all("CsVoicePolicy")? {
        snapshot.voice_policies.push(VoicePolicy {
            usages: texts(&policy, "PstnUsages"),
            allow_forwarding: flag(&policy, "AllowCallForwarding", true),
            allow_simultaneous_ring: flag(&policy, "AllowSimulRing", true),
            voicemail_escape: flag(&policy, "EnableVoicemailEscapeTimer", false),
            voicemail_escape_timer: number(&policy, "PSTNVoicemailEscapeTimer", 1500),
            scope: policy.name,
        });
    }
    for route in reader.all("CsVoiceRoute")? {
        snapshot.voice_routes.push(VoiceRoute {
            priority: number(&route, "Priority", 0),
            pattern: text(&route, "NumberPattern"),
            usages: texts(&route, "PstnUsages"),
            trunks: route
                .texts("PstnGatewayList")
                .iter()
                .map(|t| t.trim_start_matches("PstnGateway:").to_string())
                .collect(),
            suppress_caller_id: flag(&route, "SuppressCallerId", false),
            alternate_caller_id: text(&route, "AlternateCallerId"),
            name: route.name,
        });
    }
    snapshot.voice_routes.sort_by_key(|r| r.priority);
    for media in reader.all("CsMediaConfiguration")? {
        snapshot.encryption.insert(media.name.clone(), EncryptionLevel::parse(&text(&media, "EncryptionLevel")));
    }
    Ok(())
}

fn users(reader: &Reader, snapshot: &mut Snapshot) -> Result<(), StoreError> {
    for user in reader.all("CsUser")? {
        snapshot.users.push(VoiceUser {
            sip_address: text(&user, "SipAddress").trim_start_matches("sip:").to_string(),
            display_name: user.text("DisplayName").unwrap_or(&user.name).to_string(),
            line: text(&user, "LineURI").trim_start_matches("tel:").to_string(),
            pool: text(&user, "RegistrarPool"),
            enabled: flag(&user, "Enabled", true),
            enterprise_voice: flag(&user, "EnterpriseVoiceEnabled", false),
            hosted_voice_mail: flag(&user, "HostedVoiceMail", false),
            dial_plan: text(&user, "DialPlan"),
            voice_policy: text(&user, "VoicePolicy"),
            phone_password: text(&user, "LabPassword"),
            forward_to: text(&user, "LabForwardTo"),
            simultaneous_ring: text(&user, "LabSimultaneousRing"),
            location_policy: text(&user, "LocationPolicy"),
            hosted_policy: text(&user, "HostedVoicemailPolicy"),
            online: text(&user, "HostingProvider") == "sipfed.online.lync.com",
            hybrid_site: text(&user, "HybridPstnSite"),
            no_answer: number(&user, "LabNoAnswerSeconds", VoiceUser::default().no_answer),
        });
    }
    let plans: Vec<(String, Vec<String>)> =
        snapshot.dial_plans.iter().map(|p| (p.phone_context.clone(), p.access_numbers.clone())).collect();
    for contact in reader.all("CsExUmContact")? {
        let line = text(&contact, "LineURI").trim_start_matches("tel:").to_string();
        let kind = if flag(&contact, "AutoAttendant", false) {
            ContactKind::AutoAttendant
        } else {
            ContactKind::SubscriberAccess
        };
        // OcsUmUtil notes the plan's phone context; a contact made by hand belongs to the plan that has its number.
        let noted = texts(&contact, "OtherIpPhone").into_iter().next().filter(|t| !t.is_empty());
        let by_number =
            || plans.iter().find(|(_, numbers)| numbers.contains(&line)).map(|(context, _)| context.clone());
        let by_pilot = || {
            let attendant = snapshot.auto_attendants.iter().find(|a| a.pilots.contains(&line))?;
            snapshot.dial_plan(&attendant.dial_plan).map(|p| p.phone_context.clone())
        };
        let phone_context = noted.or_else(by_number).or_else(by_pilot).unwrap_or_default();
        snapshot.contacts.push(ExUmContact {
            sip_address: text(&contact, "SipAddress").trim_start_matches("sip:").to_string(),
            display_name: contact.text("DisplayName").unwrap_or(&contact.name).to_string(),
            pool: text(&contact, "RegistrarPool"),
            kind,
            phone_context,
            line,
        });
    }
    Ok(())
}
