//! An organisation for calls: contoso.com with a pool (front end and mediation), a mailbox server and a simulated gateway.

use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use signaling::transport::{Network, SimulatedNetwork};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use voice::config::ConfigSource;
use voice::config::{
    EncryptionLevel, MailboxPolicy, MemorySource, NormalizationRule, PstnGateway, RoleKind, Server, Snapshot, SrtpMode,
    StartupMode, Trunk, TrunkConfiguration, UmDialPlan, UmHuntGroup, UmIpGateway, UmMailbox, UriType, VoiceDialPlan,
    VoicePolicy, VoiceRoute, VoiceUser, VoipSecurity,
};
use voice::mailbox::VoiceStore;
use voice::service::{Options, Runtime, Supervisor};

/// The lab's authority.
pub struct Authority {
    certificate: Certificate,
    key: KeyPair,
}

impl Authority {
    pub fn new() -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Contoso CA");
        Authority { certificate: params.self_signed(&key).unwrap(), key }
    }

    pub fn root(&self) -> String {
        self.certificate.pem()
    }

    pub fn issue(&self, names: &[&str]) -> voice::config::Certificate {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(names.iter().map(|n| n.to_string()).collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, names[0]);
        let mut issuer = CertificateParams::new(Vec::new()).unwrap();
        issuer.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        issuer.distinguished_name.push(DnType::CommonName, "Contoso CA");
        let certificate = params.signed_by(&key, &Issuer::from_params(&issuer, &self.key)).unwrap();
        voice::config::Certificate { chain: certificate.pem(), key: key.serialize_pem() }
    }
}

/// The organisation as a snapshot.
pub fn contoso(security: VoipSecurity, encryption: EncryptionLevel) -> Snapshot {
    contoso_of(&Authority::new(), security, encryption)
}

/// The same with certificates of an authority that the caller keeps.
pub fn contoso_of(authority: &Authority, security: VoipSecurity, encryption: EncryptionLevel) -> Snapshot {
    let mut front_end = Server {
        fqdn: "fe1.contoso.com".into(),
        pool: "pool1.contoso.com".into(),
        site: "Redmond".into(),
        roles: vec![RoleKind::FrontEnd, RoleKind::Mediation],
        ..Server::default()
    };
    front_end.certificates.insert("Default".into(), authority.issue(&["pool1.contoso.com", "fe1.contoso.com"]));
    let mut exchange = Server {
        fqdn: "mbx1.contoso.com".into(),
        roles: vec![RoleKind::UmCallRouter, RoleKind::UmService],
        um_startup_mode: StartupMode::Dual,
        router_startup_mode: StartupMode::Dual,
        um_dial_plans: vec!["Plan".into()],
        router_dial_plans: vec!["Plan".into()],
        ..Server::default()
    };
    exchange.certificates.insert("Default".into(), authority.issue(&["mbx1.contoso.com"]));
    let mut gateway = Server { fqdn: "gw1.contoso.com".into(), roles: vec![RoleKind::Gateway], ..Server::default() };
    gateway.certificates.insert("Default".into(), authority.issue(&["gw1.contoso.com"]));
    let plan = UmDialPlan {
        name: "Plan".into(),
        phone_context: "Plan.contoso.com".into(),
        uri_type: UriType::SipName,
        security,
        access_numbers: vec!["+14255559000".into()],
        audio_codec: voice::config::AudioCodec::G711,
        ..UmDialPlan::default()
    };
    let policy =
        MailboxPolicy { name: "Plan Default Policy".into(), dial_plan: "Plan".into(), ..MailboxPolicy::default() };
    let person = |name: &str, display: &str, extension: &str, line: &str| {
        (
            UmMailbox {
                id: name.into(),
                alias: name.into(),
                display_name: display.into(),
                smtp: format!("{name}@contoso.com"),
                policy: policy.name.clone(),
                dial_plan: "Plan".into(),
                extensions: vec![extension.into()],
                sip_address: format!("{name}@contoso.com"),
                pin: store::pin::hash("918273"),
                ..UmMailbox::default()
            },
            VoiceUser {
                sip_address: format!("{name}@contoso.com"),
                display_name: display.into(),
                line: line.into(),
                pool: "pool1.contoso.com".into(),
                phone_password: "secret".into(),
                ..VoiceUser::default()
            },
        )
    };
    let (ken, ken_user) = person("ken", "Ken Myer", "51234", "+14255551234");
    let (pilar, pilar_user) = person("pilar", "Pilar Ackerman", "51999", "+14255551999");
    Snapshot {
        version: 1,
        domain: "contoso.com".into(),
        sip_domains: vec!["contoso.com".into()],
        servers: vec![front_end, exchange, gateway],
        dial_plans: vec![plan],
        mailbox_policies: vec![policy],
        mailboxes: vec![ken, pilar],
        gateways: vec![UmIpGateway {
            name: "1:1".into(),
            address: "pool1.contoso.com".into(),
            port: 5061,
            ..UmIpGateway::default()
        }],
        hunt_groups: vec![UmHuntGroup {
            name: "Plan".into(),
            gateway: "1:1".into(),
            dial_plan: "Plan".into(),
            pilot: "Plan".into(),
        }],
        pstn_gateways: vec![PstnGateway { address: "gw1.contoso.com".into(), simulator: true }],
        trunks: vec![Trunk {
            name: "gw1.contoso.com".into(),
            gateway: "gw1.contoso.com".into(),
            mediation: "fe1.contoso.com".into(),
            ..Trunk::default()
        }],
        trunk_configurations: vec![TrunkConfiguration {
            srtp_mode: SrtpMode::Optional,
            ..TrunkConfiguration::default()
        }],
        voice_dial_plans: vec![VoiceDialPlan {
            scope: "Global".into(),
            simple_name: "DefaultProfile".into(),
            rules: vec![
                NormalizationRule {
                    name: "Internal".into(),
                    pattern: r"^5(\d{4})$".into(),
                    translation: "+1425555$1".into(),
                    ..NormalizationRule::default()
                },
                NormalizationRule {
                    name: "Long".into(),
                    pattern: r"^(1\d{10})$".into(),
                    translation: "+$1".into(),
                    ..NormalizationRule::default()
                },
            ],
            ..VoiceDialPlan::default()
        }],
        voice_policies: vec![VoicePolicy { usages: vec!["Local".into()], ..VoicePolicy::default() }],
        voice_routes: vec![VoiceRoute {
            name: "LocalRoute".into(),
            pattern: r"^\+1\d{10}$".into(),
            usages: vec!["Local".into()],
            trunks: vec!["gw1.contoso.com".into()],
            ..VoiceRoute::default()
        }],
        users: vec![ken_user, pilar_user],
        encryption: HashMap::from([("Global".to_string(), encryption)]),
        roots: vec![authority.root()],
        ..Snapshot::default()
    }
}

/// A moment of the wall clock, as the runtime has it.
pub type WallClock = voice::service::WallClock;

fn chrono_now() -> WallClock {
    WallClock::from(std::time::SystemTime::now())
}

/// A running lab.
pub struct Lab {
    pub home: PathBuf,
    pub source: Arc<MemorySource>,
    pub supervisor: Arc<Supervisor>,
    pub runtime: Arc<Runtime>,
}

impl Lab {
    /// Starts all roles of an organisation.
    pub async fn start(snapshot: Snapshot) -> Lab {
        Lab::start_at(snapshot, chrono_now).await
    }

    /// The same with a wall clock of its own.
    pub async fn start_at(snapshot: Snapshot, clock: fn() -> WallClock) -> Lab {
        let home =
            std::env::temp_dir().join(format!("dialtone-calls-{}-{}", std::process::id(), signaling::agent::token()));
        std::fs::create_dir_all(&home).unwrap();
        let store = VoiceStore::open(&home).unwrap();
        let runtime = Runtime::new(Options::default(), Network::Simulated(SimulatedNetwork::new()), store);
        let mut runtime = Arc::into_inner(runtime).expect("nobody else has it yet");
        runtime.wall_clock = clock;
        let runtime = Arc::new(runtime);
        let supervisor = Supervisor::new(runtime.clone());
        let source = MemorySource::new(snapshot);
        supervisor.apply(source.load().unwrap()).await;
        for role in supervisor.status().roles {
            assert_eq!(role.state, control::RoleState::Running, "{role:?}");
        }
        Lab { home, source, supervisor, runtime }
    }

    /// Changes the configuration and lets the roles take it over.
    pub async fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        self.source.change(change);
        self.supervisor.apply(self.source.load().unwrap()).await;
    }

    /// Types of the unified messaging calls so far, the newest first.
    pub fn call_types(&self) -> Vec<String> {
        let calls = self.runtime.store.calls("", 30).unwrap();
        calls.into_iter().filter(|r| r.call_type != "Enterprise Voice").map(|r| r.call_type).collect()
    }

    /// Whether the event log holds an event.
    pub fn has_event(&self, id: u32) -> bool {
        self.runtime.store.events(50).unwrap().iter().any(|e| e.id == id)
    }

    /// Places a call with the test phone.
    pub async fn call(&self, call: control::TestCall) -> control::CallResult {
        voice::service::place_test_call(&self.runtime, &call).await.unwrap()
    }

    /// A sound file that says something recognisable, with its samples.
    pub fn speech(&self, seconds: f64) -> (String, Vec<i16>) {
        let samples = speech_samples(seconds);
        let path = self.home.join(format!("speech-{seconds}.wav"));
        std::fs::write(&path, media::file::encode_wav(&samples, 8000, media::file::WavFormat::Pcm16)).unwrap();
        (path.to_string_lossy().into_owned(), samples)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// Noise with the rhythm of syllables: recognisable, and like nothing else.
pub fn speech_samples(seconds: f64) -> Vec<i16> {
    let mut seed = 12345u32;
    let mut last = 0f64;
    (0..(seconds * 8000.0) as usize)
        .map(|index| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            last = last * 0.7 + f64::from((seed >> 16) as i16) * 0.3;
            let rhythm = 0.55 + 0.45 * (index as f64 / 8000.0 * 4.0 * std::f64::consts::TAU).sin();
            (last * 0.5 * rhythm) as i16
        })
        .collect()
}
