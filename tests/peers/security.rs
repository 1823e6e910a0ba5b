//! The wrong security, tried by programs that nobody here wrote: refused with code, warning, diagnosis and event.

use super::has_peer;
use super::service::Service;
use crate::calls::lab::{Authority, contoso_of};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use voice::config::EncryptionLevel::{DoNotSupportEncryption, RequireEncryption, SupportEncryption};
use voice::config::VoipSecurity::{Secured, SipSecured, Unsecured};
use voice::config::{EncryptionLevel, SrtpMode, Trunk, UmHuntGroup, UmIpGateway, VoipSecurity};
use voice::mailbox::VoiceStore;

/// What a telephone or gateway offers.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Media {
    Rtp,
    Srtp,
}

/// One call by sipp: follows up to two redirects over the same transport, wants a final status and texts in its header fields.
struct SippCall<'a> {
    service: &'a Service,
    /// Server and logical port.
    to: (&'a str, u16),
    user: &'a str,
    transport: &'a str,
    media: Media,
    redirects: usize,
    status: u16,
    /// Pattern that the last answer has to hold.
    holds: &'a str,
}

impl SippCall<'_> {
    fn invite(&self, cseq: usize) -> String {
        let (profile, key) = match self.media {
            Media::Rtp => ("RTP/AVP", ""),
            Media::Srtp => (
                "RTP/SAVP",
                "\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^31",
            ),
        };
        format!(
            "<send retrans=\"500\"><![CDATA[\nINVITE sip:{user}@[remote_ip]:[remote_port] SIP/2.0\n\
             Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n\
             From: <sip:+12065550100@[local_ip]:[local_port]>;tag=[call_number]\nTo: <sip:{user}@[remote_ip]>\n\
             Call-ID: [call_id]\nCSeq: {cseq} INVITE\nContact: <sip:gw@[local_ip]:[local_port];transport=[transport]>\n\
             Max-Forwards: 70\nContent-Type: application/sdp\nContent-Length: [len]\n\n\
             v=0\no=sipp 1 1 IN IP4 [local_ip]\ns=-\nc=IN IP4 [media_ip]\nt=0 0\nm=audio [auto_media_port] {profile} 0\n\
             a=rtpmap:0 PCMU/8000{key}\n\n]]></send>\n<recv response=\"100\" optional=\"true\"/>\n\
             <recv response=\"180\" optional=\"true\"/>\n",
            user = self.user
        )
    }

    fn end(&self, method: &str, cseq: usize) -> String {
        format!(
            "<send><![CDATA[\n{method} sip:{user}@[remote_ip]:[remote_port] SIP/2.0\n[last_Via:]\n\
             From: <sip:+12065550100@[local_ip]:[local_port]>;tag=[call_number]\n[last_To:]\nCall-ID: [call_id]\n\
             CSeq: {cseq} {method}\nMax-Forwards: 70\nContent-Length: 0\n\n]]></send>\n",
            user = self.user
        )
    }

    fn run(self) {
        let mut scenario = String::from("<?xml version=\"1.0\"?>\n<scenario name=\"security\">\n");
        let mut cseq = 1;
        for _ in 0..self.redirects {
            scenario += &self.invite(cseq);
            scenario += "<recv response=\"302\"><action><ereg regexp=\"@([0-9.]+):([0-9]+);\" search_in=\"hdr\" header=\"Contact:\" \
                         check_it=\"true\" assign_to=\"all,host,port\"/><log message=\"[$all]\"/></action></recv>\n";
            scenario += &self.end("ACK", cseq);
            scenario += &format!(
                "<nop><action><setdest host=\"[$host]\" port=\"[$port]\" protocol=\"{}\"/></action></nop>\n",
                self.transport
            );
            cseq += 1;
        }
        scenario += &self.invite(cseq);
        let check = if self.holds.is_empty() {
            String::new()
        } else {
            format!(
                "<action><ereg regexp=\"{}\" search_in=\"msg\" check_it=\"true\" assign_to=\"found\"/><log message=\"[$found]\"/></action>",
                self.holds
            )
        };
        // A proxy on the way may send its own 1xx before.
        scenario += &format!("<recv response=\"{}\">{check}</recv>\n", self.status);
        scenario += &self.end("ACK", cseq);
        if self.status == 200 {
            scenario += "<pause milliseconds=\"200\"/>\n";
            scenario += &self.end("BYE", cseq + 1);
            scenario += "<recv response=\"200\"/>\n";
        }
        scenario += "</scenario>\n";
        let file = self.service.home.join("security.xml");
        std::fs::write(&file, scenario).unwrap();
        let target = format!("{}:{}", self.service.address(self.to.0), self.to.1 + self.service.port_offset);
        // setdest wants a socket a call.
        let mode = if self.transport == "udp" { "u1" } else { "tn" };
        let output = Command::new("sipp")
            .arg(&target)
            .arg("-sf")
            .arg(&file)
            .args(["-i", "127.0.0.1", "-mi", "127.0.0.1", "-m", "1", "-t", mode, "-max_socket", "10"])
            .args(["-timeout", "20s", "-timeout_error", "-nostdin", "-trace_err", "-error_file"])
            .arg(self.service.home.join("errors.log"))
            .env("TERM", "xterm")
            .current_dir(&self.service.home)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let errors = std::fs::read_to_string(self.service.home.join("errors.log")).unwrap_or_default();
        assert!(
            output.status.success(),
            "{} to {:?} {:?} wants {} {}: {errors}\n{}",
            self.transport,
            self.to,
            self.media,
            self.status,
            self.holds,
            String::from_utf8_lossy(&output.stdout)
        );
    }
}

/// One call by baresip; what its session said last: `established` or the reason it closed.
fn baresip(service: &Service, transport: &str, target: &str, certificate: bool, media: Media) -> String {
    let (outcome, said) = run_baresip(service, transport, target, certificate, media, 25);
    assert!(!outcome.is_empty(), "baresip said nothing of the call:\n{said}");
    outcome
}

/// The last answer that the service sent in its newest call. baresip 1.0 takes the field `ms-client-diagnostics` for another
/// and waits for more, so that this refusal is read where it left.
fn refusal_on_the_wire(service: &Service, target: &str, media: Media) -> String {
    run_baresip(service, "tls", target, true, media, 2);
    let store = VoiceStore::open(&service.home).unwrap();
    let call = store.calls("", 1).unwrap().remove(0);
    store.ladder(&call.call_identity).unwrap().pop().map(|a| a.message).unwrap_or_default()
}

fn run_baresip(
    service: &Service,
    transport: &str,
    target: &str,
    certificate: bool,
    media: Media,
    seconds: u64,
) -> (String, String) {
    let folder = service.home.join("baresip-security");
    std::fs::create_dir_all(&folder).unwrap();
    let modules = ["/usr/lib/baresip/modules", "/usr/lib64/baresip/modules", "/usr/local/lib/baresip/modules"];
    let path = modules.iter().find(|p| std::path::Path::new(p).exists()).unwrap_or(&modules[0]);
    let silence = folder.join("silence.wav");
    let sound = media::tone::silence(8000);
    std::fs::write(&silence, media::file::encode_wav(&sound, 8000, media::file::WavFormat::Pcm16)).unwrap();
    let certificate = if certificate {
        format!("sip_certificate {}\n", service.home.join("gateway.pem").display())
    } else {
        String::new()
    };
    let config = format!(
        "module_path {path}\nmodule stdio.so\nmodule g711.so\nmodule aufile.so\nmodule srtp.so\nmodule_tmp account.so\nmodule_app menu.so\n\
         sip_listen 127.0.0.1:0\n{certificate}sip_verify_server no\naudio_source aufile,{0}\naudio_player aufile,/dev/null\n\
         audio_alert aufile,/dev/null\naudio_channels 1-1\nausrc_srate 8000\nauplay_srate 8000\nrtp_ports 21000-22000\n",
        silence.display(),
    );
    std::fs::write(folder.join("config"), config).unwrap();
    let security = if media == Media::Srtp { ";mediaenc=srtp-mand" } else { "" };
    std::fs::write(
        folder.join("accounts"),
        format!("<sip:+12065550100@127.0.0.1;transport={transport}>;regint=0;audio_codecs=pcmu{security}\n"),
    )
    .unwrap();
    std::fs::write(folder.join("contacts"), "").unwrap();
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "exec baresip -f {} -t {seconds} -e '/dial {target};transport={transport}' 2>&1",
            folder.to_string_lossy()
        ))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    let mut said = String::new();
    let mut outcome = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        if line.contains("Call established") {
            outcome = "established".into();
        } else if let Some((_, reason)) = line.split_once("session closed:") {
            outcome = reason.trim().to_string();
        }
        said += &line;
        said.push('\n');
        if !outcome.is_empty() || started.elapsed() > Duration::from_secs(seconds) {
            break;
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    (outcome, said)
}

/// contoso.com with two more gateways of unified messaging: by address over TCP, by certificate over TLS.
fn service(plan: VoipSecurity, pool: EncryptionLevel) -> Service {
    let authority = Authority::new();
    let mut snapshot = contoso_of(&authority, plan, pool);
    for (name, address, port) in [("plain", "127.0.0.1", 5060), ("secure", "pbx.contoso.com", 5061)] {
        snapshot.gateways.push(UmIpGateway {
            name: name.into(),
            address: address.into(),
            port,
            ..UmIpGateway::default()
        });
        snapshot.hunt_groups.push(UmHuntGroup {
            name: name.into(),
            gateway: name.into(),
            dial_plan: "Plan".into(),
            pilot: "5000".into(),
        });
    }
    // The mediation server knows a gateway over TCP and one over TLS.
    for (name, gateway, tls, port) in [("plain", "127.0.0.1", false, 5068), ("secure", "pbx.contoso.com", true, 5067)] {
        snapshot.trunks.push(Trunk {
            name: name.into(),
            gateway: gateway.into(),
            mediation: "fe1.contoso.com".into(),
            mediation_port: port,
            tls,
            ..Trunk::default()
        });
    }
    let service = Service::with(snapshot);
    let gateway = authority.issue(&["pbx.contoso.com"]);
    std::fs::write(service.home.join("gateway.pem"), format!("{}{}", gateway.key, gateway.chain)).unwrap();
    service
}

/// telephony.md 2.2, over TCP: only an Unsecured plan takes the call, and only with plain RTP.
#[test]
fn sipp_calls_unified_messaging_with_the_wrong_security() {
    if !has_peer("sipp") {
        return;
    }
    let service = service(Unsecured, RequireEncryption);
    let call = |media, redirects, status, holds: &str| {
        let service = &service;
        SippCall {
            service,
            to: ("mbx1.contoso.com", 5060),
            user: "5000",
            transport: "tcp",
            media,
            redirects,
            status,
            holds,
        }
        .run()
    };
    call(Media::Rtp, 2, 200, "");
    call(Media::Srtp, 2, 488, "Warning: 30[0-9] mbx1.contoso.com.*52017;reason=.Encryption levels dont match");
    assert!(service.has_event(1028));
    for (security, name) in [(SipSecured, "SIPSecured"), (Secured, "Secured")] {
        service.change(|s| s.dial_plans[0].security = security);
        call(Media::Rtp, 0, 403, &format!("15603;reason=.*dial plan Plan is {name}, but the call came over TCP"));
        assert!(service.has_event(1023));
    }
    // The service and the worker do not trust the hop before them.
    for port in [5062, 5065] {
        let (media, holds) = (Media::Rtp, "but the call came over TCP");
        let to = ("mbx1.contoso.com", port);
        SippCall { service: &service, to, user: "5000", transport: "tcp", media, redirects: 0, status: 403, holds }
            .run();
    }
}

/// The same over TLS, with a certificate of the gateway, of nobody known, and without any.
#[test]
fn baresip_calls_unified_messaging_with_the_wrong_security() {
    if !has_peer("baresip") {
        return;
    }
    let service = service(Secured, RequireEncryption);
    let target = format!("sip:5000@{}:{}", service.address("mbx1.contoso.com"), 5061 + service.port_offset);
    for (security, media, wanted, event) in [
        (Secured, Media::Srtp, "established", 0),
        (Secured, Media::Rtp, "488", 1028),
        (SipSecured, Media::Rtp, "established", 0),
        (SipSecured, Media::Srtp, "488", 1028),
        (Unsecured, Media::Rtp, "403", 1023),
        (Unsecured, Media::Srtp, "403", 1023),
    ] {
        service.change(|s| s.dial_plans[0].security = security);
        if wanted == "488" {
            let answer = refusal_on_the_wire(&service, &target, media);
            assert!(answer.starts_with("SIP/2.0 488"), "{security:?} {media:?}: {answer}");
            assert!(
                answer.contains("Warning: 302 mbx1")
                    && answer.contains("52017;reason=\"Encryption levels dont match\"")
            );
        } else {
            let got = baresip(&service, "tls", &target, true, media);
            assert!(got.starts_with(wanted), "{security:?} {media:?}: {got}");
        }
        assert!(event == 0 || service.has_event(event), "{security:?} {media:?}: no event {event}");
    }
    // Without a certificate there is no connection, so no answer of ours.
    let (got, said) = run_baresip(&service, "tls", &target, false, Media::Srtp, 3);
    assert!(got != "established" && !got.starts_with("403"), "{got}\n{said}");
    service.change(|s| s.gateways.retain(|g| g.name != "secure"));
    let got = baresip(&service, "tls", &target, true, Media::Srtp);
    assert!(got.starts_with("403"), "unknown gateway: {got}");
    assert!(service.has_event(1020));
}

/// telephony.md 2.4: the mediation server's trunks.
#[test]
fn peers_call_the_mediation_server_with_the_wrong_security() {
    let service = service(Secured, RequireEncryption);
    if has_peer("sipp") {
        for (media, status, holds) in [(Media::Rtp, 200, ""), (Media::Srtp, 488, "Warning: 30[0-9]")] {
            let to = ("fe1.contoso.com", 5068);
            SippCall {
                service: &service,
                to,
                user: "+14255551234",
                transport: "tcp",
                media,
                redirects: 0,
                status,
                holds,
            }
            .run();
        }
    }
    if !has_peer("baresip") {
        return;
    }
    let target = format!("sip:+14255551234@{}:{}", service.address("fe1.contoso.com"), 5067 + service.port_offset);
    for (mode, media, wanted) in [
        (SrtpMode::Required, Media::Srtp, "established"),
        (SrtpMode::Required, Media::Rtp, "488"),
        (SrtpMode::Optional, Media::Srtp, "established"),
        (SrtpMode::Optional, Media::Rtp, "established"),
        (SrtpMode::NotSupported, Media::Rtp, "established"),
        (SrtpMode::NotSupported, Media::Srtp, "488"),
    ] {
        service.change(|s| s.trunk_configurations[0].srtp_mode = mode);
        let got = baresip(&service, "tls", &target, true, media);
        assert!(got.starts_with(wanted), "{mode:?} {media:?}: {got}");
    }
    service.change(|s| s.trunks.retain(|t| t.name != "secure"));
    let got = baresip(&service, "tls", &target, true, Media::Srtp);
    assert!(got.starts_with("403"), "unknown gateway: {got}");
    assert!(service.has_event(25002));
}

/// telephony.md 2.3: each cell of plan and pool, as a caller of the PSTN meets it.
#[test]
fn sipp_meets_the_nine_cells() {
    if !has_peer("sipp") {
        return;
    }
    let service = service(Secured, RequireEncryption);
    for (plan, pool, status, holds) in [
        (Unsecured, RequireEncryption, 504, "15030;reason=.Failed to route to Exchange Server"),
        (SipSecured, RequireEncryption, 488, "52017;reason=.Encryption levels dont match"),
        (Secured, RequireEncryption, 200, ""),
        (Unsecured, SupportEncryption, 504, "15030;reason=.Failed to route to Exchange Server"),
        (SipSecured, SupportEncryption, 200, ""),
        (Secured, SupportEncryption, 200, ""),
        (Unsecured, DoNotSupportEncryption, 504, "15030;reason=.Failed to route to Exchange Server"),
        (SipSecured, DoNotSupportEncryption, 200, ""),
        (Secured, DoNotSupportEncryption, 488, "52017;reason=.Encryption levels dont match"),
    ] {
        service.change(|s| {
            s.dial_plans[0].security = plan;
            s.encryption.insert("Global".into(), pool);
        });
        let (to, user, media) = (("gw1.contoso.com", 5060), "+14255551234", Media::Rtp);
        SippCall { service: &service, to, user, transport: "udp", media, redirects: 0, status, holds }.run();
    }
}
