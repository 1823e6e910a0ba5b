//! sipp as a crowd: calls a second through the front end, and voice mails recorded at once. The numbers are small here; `scripts/bench-calls`
//! asks for the real ones in a release build.

use super::has_peer;
use super::service::Service;
use super::sound::Telephones;
use crate::calls::lab::contoso;
use crate::calls::peer::Peer;
use signaling::agent::{Agent, AgentConfig, Listen};
use signaling::auth::Credentials;
use signaling::message::RequestBuilder;
use signaling::transport::{Network, Transport};
use signaling::{HeaderName, Method};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use voice::config::{EncryptionLevel, Snapshot, VoipSecurity};
use voice::mailbox::VoiceStore;

/// The service as its own process runs: without pages of 2 MB.
fn started(snapshot: Snapshot) -> Service {
    rustix::thread::disable_transparent_huge_pages(true).unwrap();
    Service::with(snapshot)
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// CPU time by a `stat` file of /proc.
pub fn cpu(stat: &str) -> Duration {
    let stat = std::fs::read_to_string(stat).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks: u64 = [11, 12].iter().filter_map(|f| fields.get(*f)?.parse::<u64>().ok()).sum();
    // USER_HZ is 100 on Linux.
    Duration::from_millis(ticks * 10)
}

/// CPU time of this process, sipp not counted, and its memory in KB.
fn used() -> (Duration, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = status.lines().find_map(|l| l.strip_prefix("VmRSS:")?.trim().split(' ').next()?.parse().ok());
    (cpu("/proc/self/stat"), memory.unwrap_or(0))
}

/// Memory of this process at the end of each quarter of a run that takes so long, in KB: flat when nothing leaks.
fn quarters<T>(length: Duration, run: impl FnOnce() -> T) -> (T, Vec<u64>) {
    let over = Arc::new(AtomicBool::new(false));
    let seen = over.clone();
    let watch = std::thread::spawn(move || {
        let started = Instant::now();
        let mut found = Vec::new();
        while !seen.load(Ordering::Relaxed) {
            if started.elapsed() > length * (found.len() as u32 + 1) / 4 {
                found.push(used().1);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        found
    });
    let result = run();
    over.store(true, Ordering::Relaxed);
    (result, watch.join().unwrap())
}

/// The most memory that this process had while something ran, in KB.
fn peak<T>(run: impl FnOnce() -> T) -> (T, u64) {
    let over = Arc::new(AtomicBool::new(false));
    let seen = over.clone();
    let watch = std::thread::spawn(move || {
        let mut most = 0;
        while !seen.load(Ordering::Relaxed) {
            most = most.max(used().1);
            std::thread::sleep(Duration::from_millis(20));
        }
        most
    });
    let result = run();
    over.store(true, Ordering::Relaxed);
    (result, watch.join().unwrap())
}

/// Registers a user's telephone at a port of ours, which sipp then takes over.
fn register(service: &Service, user: &str, port: u16) {
    let server = format!("{}:{}", service.address("fe1.contoso.com"), 5060 + service.port_offset);
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    executor.block_on(async {
        let (agent, _incoming) = Agent::open(AgentConfig {
            name: "127.0.0.1".into(),
            address: "127.0.0.1".parse().unwrap(),
            listen: vec![Listen { transport: Transport::Udp, port }],
            port_offset: 0,
            user_agent: "phone".into(),
            network: Network::Real,
            tls: None,
            resolver: std::sync::Arc::new(signaling::resolve::Zone::default()),
            trace: None,
        })
        .await
        .unwrap();
        let account = format!("{user}@contoso.com");
        let token = signaling::agent::token;
        let request = RequestBuilder::new(
            Method::Register,
            &format!("sip:{server}"),
            &format!("<sip:{account}>;tag={}", token()),
            &format!("<sip:{account}>"),
            &token(),
            1,
        )
        .header(HeaderName::Contact, format!("<sip:{user}@127.0.0.1:{port}>"))
        // As long as may be: nobody registers again, and a run may take an hour.
        .header(HeaderName::Expires, "7200")
        .build();
        let credentials = Credentials { user: account, password: "secret".into() };
        let reply = agent.request(request, Some(&credentials)).await.unwrap();
        assert_eq!(reply.message.status(), 200);
        agent.close();
    });
}

const CALLEE: &str = r#"<?xml version="1.0"?>
<scenario name="callee">
<recv request="INVITE" crlf="true" rrs="true"/>
<send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
[last_Record-Route:]
Contact: <sip:pilar@[local_ip]:[local_port]>
Content-Length: 0

]]></send>
<send retrans="500"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
[last_Record-Route:]
Contact: <sip:pilar@[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=u 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
]]></send>
<recv request="ACK"/>
<recv request="BYE"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"#;

fn caller(from: &str, to: &str, talk: &str) -> String {
    let request = |method: &str, cseq: u32, uri: &str, to: &str, body: &str| {
        format!(
            "{method} {uri} SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\nFrom: <{from}>;tag=[call_number]\n{to}\n{}\
             Call-ID: [call_id]\nCSeq: {cseq} {method}\nContact: <sip:ken@[local_ip]:[local_port]>\nMax-Forwards: 70\n{body}\n",
            if method == "INVITE" { "" } else { "[routes]\n" }
        )
    };
    let sdp = "Content-Type: application/sdp\nContent-Length: [len]\n\nv=0\no=u 1 1 IN IP4 [local_ip]\ns=-\nc=IN IP4 [media_ip]\nt=0 0\n\
               m=audio [auto_media_port] RTP/AVP 0\na=rtpmap:0 PCMU/8000";
    let none = "Content-Length: 0\n";
    format!(
        "<?xml version=\"1.0\"?>\n<scenario name=\"caller\">\n<send retrans=\"500\"><![CDATA[\n{}]]></send>\n<recv response=\"100\" optional=\"true\"/>\n\
         <recv response=\"180\" optional=\"true\"/>\n<recv response=\"183\" optional=\"true\"/>\n<recv response=\"200\" rrs=\"true\" rtd=\"true\"/>\n\
         <send><![CDATA[\n{}]]></send>\n{talk}\n<send retrans=\"500\"><![CDATA[\n{}]]></send>\n<recv response=\"200\"/>\n</scenario>\n",
        request("INVITE", 1, to, &format!("To: <{to}>"), sdp),
        request("ACK", 1, "[next_url]", "[last_To:]", none),
        request("BYE", 2, "[next_url]", "[last_To:]", none),
    )
}

fn sipp(service: &Service, name: &str, scenario: &str, target: &str, arguments: &[String]) -> Command {
    let file = service.home.join(format!("{name}.xml"));
    std::fs::write(&file, scenario).unwrap();
    let mut command = Command::new("sipp");
    command.arg(target).arg("-sf").arg(&file).args(["-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin", "-t", "u1"]);
    // A generator that is starved for a while goes on: what is measured says how it went.
    command.args(["-buff_size", "4194304"]);
    command.args(["-watchdog_major_maxtriggers", "1000000", "-watchdog_minor_maxtriggers", "1000000"]);
    command.args(arguments).env("TERM", "xterm").current_dir(&service.home);
    let errors = std::fs::File::create(service.home.join(format!("{name}.stderr"))).unwrap();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors);
    command
}

/// What sipp said of runs that did not end well, by their names: the beginning and the end of it, where the reason is.
fn sipp_said(service: &Service, names: &[&str]) -> String {
    let mut text = String::new();
    for file in names.iter().flat_map(|name| ["stderr", "errors"].map(|kind| format!("{name}.{kind}"))) {
        let all = std::fs::read(service.home.join(&file)).unwrap_or_default();
        let all = String::from_utf8_lossy(&all);
        let lines: Vec<&str> = all.lines().collect();
        let (first, rest) = lines.split_at(lines.len().min(30));
        let last = &rest[rest.len().saturating_sub(30)..];
        text += &format!("--- {file}\n{}\n...\n{}\n", first.join("\n"), last.join("\n"));
    }
    text
}

#[test]
fn calls_a_second_through_the_front_end() {
    if !has_peer("sipp") {
        return;
    }
    let (rate, calls) = (number("DIALTONE_LOAD_RATE", 40), number("DIALTONE_LOAD_CALLS", 120));
    let service = started(contoso(VoipSecurity::Secured, EncryptionLevel::SupportEncryption));
    let (ken, pilar) = (service.port_offset + 7, service.port_offset + 9);
    register(&service, "ken", ken);
    register(&service, "pilar", pilar);
    let target = format!("{}:{}", service.address("fe1.contoso.com"), 5060 + service.port_offset);
    let arguments = |port: u16, more: &[&str]| {
        let mut all = vec!["-p".to_string(), port.to_string(), "-m".into(), calls.to_string()];
        all.extend(more.iter().map(|m| m.to_string()));
        all
    };
    // Ten times what it should take, and a while for few calls.
    let limit = format!("{}s", 120 + calls / rate * 10);
    let mut callee =
        sipp(&service, "callee", CALLEE, &target, &arguments(pilar, &["-timeout", &limit])).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let (before, _) = used();
    let started = Instant::now();
    let scenario = caller("sip:ken@contoso.com", "sip:pilar@contoso.com", "<pause milliseconds=\"50\"/>");
    let rate_text = rate.to_string();
    let error_file = service.home.join("caller.errors").display().to_string();
    let more = [
        "-r",
        &rate_text,
        "-timeout",
        &limit,
        "-timeout_error",
        "-l",
        "20000",
        "-trace_err",
        "-error_file",
        &error_file,
    ];
    let mut run = sipp(&service, "caller", &scenario, &target, &arguments(ken, &more));
    let length = Duration::from_secs_f64(calls as f64 / rate as f64);
    let (ended, quarters) = quarters(length, || run.status().unwrap());
    let (after, memory) = used();
    let _ = callee.kill();
    let _ = callee.wait();
    println!(
        "{calls} calls at {rate} a second: {:.1} s, {:.3} ms CPU a call, {memory} KB at the end, {quarters:?} KB after each quarter",
        started.elapsed().as_secs_f64(),
        (after - before).as_secs_f64() * 1000.0 / calls as f64
    );
    assert!(ended.success(), "{ended:?}: a call failed\n{}", sipp_said(&service, &["caller", "callee"]));
}

#[test]
fn voice_mails_recorded_at_once() {
    if !has_peer("sipp") {
        return;
    }
    let calls = number("DIALTONE_LOAD_MAILS", 8);
    let mut snapshot = contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption);
    // The default of a server is 100.
    snapshot.servers[1].max_calls = calls as usize + 10;
    let service = started(snapshot);
    let (_, said) = service.speech(5.0);
    let raw: Vec<u8> = said.iter().map(|s| media::codec::ulaw_encode(*s)).collect();
    let file = service.home.join("speech.ul");
    std::fs::write(&file, raw).unwrap();
    let talk = format!(
        "<pause milliseconds=\"1500\"/><nop><action><exec rtp_stream=\"{},1,0\"/></action></nop><pause milliseconds=\"5500\"/>",
        file.display()
    );
    let target = format!("{}:{}", service.address("gw1.contoso.com"), 5060 + service.port_offset);
    let scenario = caller("sip:+12065550100@[local_ip]:[local_port]", "sip:+14255551234@contoso.com", &talk);
    let rate = (calls / 4).max(1).to_string();
    let arguments: Vec<String> = ["-m", &calls.to_string(), "-r", &rate, "-timeout", "90s", "-timeout_error"]
        .iter()
        .map(|a| a.to_string())
        .collect();
    // One call first, so that what all share is not counted as theirs.
    let one = ["-m", "1", "-timeout", "60s", "-timeout_error"].map(str::to_string);
    assert!(sipp(&service, "mails", &scenario, &target, &one).status().unwrap().success());
    let (cpu, before) = used();
    let (ended, memory) = peak(|| sipp(&service, "mails", &scenario, &target, &arguments).status().unwrap());
    let (after, _) = used();
    assert!(ended.success(), "{ended:?}: a call failed\n{}", sipp_said(&service, &["mails"]));
    let store = VoiceStore::open(&service.home).unwrap();
    let mut messages = store.messages("ken").unwrap();
    let limit = Instant::now() + Duration::from_secs(60);
    while (messages.len() as u64) < calls + 1 && Instant::now() < limit {
        std::thread::sleep(Duration::from_millis(100));
        messages = store.messages("ken").unwrap();
    }
    println!(
        "{calls} messages at once: {:.1} ms CPU each, {} KB a call",
        (after - cpu).as_secs_f64() * 1000.0 / calls as f64,
        memory.saturating_sub(before) / calls
    );
    assert_eq!(messages.len() as u64, calls + 1);
    let short: Vec<u64> = messages.iter().map(|m| m.duration).filter(|d| *d < 5).collect();
    assert!(short.is_empty(), "cut: {short:?}");
}

/// What a run of calls with sound showed.
struct Sound {
    ended: std::process::ExitStatus,
    heard: super::sound::Heard,
}

/// Runs the callers of calls with sound and says what was heard and what it took.
fn hold(what: &str, calls: u64, seconds: u64, telephones: Telephones, mut callers: Command) -> Sound {
    let ((cpu, before), started) = (used(), Instant::now());
    let (ended, memory) = peak(|| callers.status().unwrap());
    let (after, _) = used();
    let heard = telephones.stop();
    println!(
        "{calls} calls {what} with sound for {seconds} s: {} packets heard in {:.1} s, {:.3} ms CPU a call and second, {} KB a call, \
         jitter {:.1} ms at 50 %, {:.1} ms at 99 %, {:.1} ms at 99.9 %; turns of the media clock late by {:.1} ms at 99.9 %",
        heard.packets,
        started.elapsed().as_secs_f64(),
        (after - cpu).saturating_sub(heard.cpu).as_secs_f64() * 1000.0 / calls as f64 / seconds as f64,
        memory.saturating_sub(before) / calls,
        heard.difference(0.5),
        heard.difference(0.99),
        heard.difference(0.999),
        voice::audio::pacer::lateness(0.999).as_secs_f64() * 1000.0
    );
    Sound { ended, heard }
}

/// A gateway outside calls a user through mediation server and front end; sound flows both ways.
#[test]
fn calls_with_sound_at_once() {
    if !has_peer("sipp") {
        return;
    }
    let (calls, seconds) = (number("DIALTONE_LOAD_TALKS", 4), number("DIALTONE_LOAD_SECONDS", 3));
    let mut snapshot = contoso(VoipSecurity::Secured, EncryptionLevel::SupportEncryption);
    snapshot.trunks.push(voice::config::Trunk {
        name: "outside".into(),
        gateway: "127.0.0.1".into(),
        mediation: "fe1.contoso.com".into(),
        mediation_port: 5068,
        allow_udp: true,
        ..voice::config::Trunk::default()
    });
    let service = started(snapshot);
    let (gateway, pilar) = (service.port_offset + 7, service.port_offset + 9);
    register(&service, "pilar", pilar);
    let telephones = Telephones::start(&service.address("fe1.contoso.com"), &service.home);
    let front_end = format!("{}:{}", service.address("fe1.contoso.com"), 5060 + service.port_offset);
    // Each side learns the port of ours from the description, begins when it is answered and ends with the call.
    let learn = "<action><ereg regexp=\"m=audio ([0-9]+)\" search_in=\"msg\" assign_to=\"all,port\"/>";
    let (begin, end) = ("<log message=\"[$port]\"/>", "<log message=\"-[$port]\"/>");
    let callee = CALLEE
        .replace("[media_port]", &telephones.ports[1].to_string())
        .replace("rrs=\"true\"/>", &format!("rrs=\"true\">{learn}</action></recv>"))
        .replace("\"ACK\"/>", &format!("\"ACK\"><action>{begin}</action></recv>"))
        .replace("\"BYE\"/>", &format!("\"BYE\"><action>{end}</action></recv>"))
        .replace("</scenario>", "<Reference variables=\"all\"/></scenario>");
    let arguments = |port: u16, side: usize, more: &[&str]| {
        let mut all = vec!["-p".to_string(), port.to_string(), "-m".into(), calls.to_string()];
        all.extend(["-trace_logs".into(), "-log_file".into(), telephones.logs[side].display().to_string()]);
        all.extend(more.iter().map(|m| m.to_string()));
        all
    };
    let mut answering =
        sipp(&service, "talks-callee", &callee, &front_end, &arguments(pilar, 1, &["-timeout", "600s"]))
            .spawn()
            .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let talk = format!("<pause milliseconds=\"{}\"/><nop><action>{end}</action></nop>", seconds * 1000);
    let target = format!("{}:{}", service.address("fe1.contoso.com"), 5068 + service.port_offset);
    let scenario = caller("sip:+12065550100@[local_ip]:[local_port]", "sip:+14255551999@contoso.com", &talk)
        .replace("[auto_media_port]", &telephones.ports[0].to_string())
        .replace("rtd=\"true\"/>", &format!("rtd=\"true\">{learn}{begin}</action></recv>"))
        .replace("</scenario>", "<Reference variables=\"all\"/></scenario>");
    let rate = (calls / 5).max(2).to_string();
    let more = ["-r", &rate, "-timeout", "600s", "-timeout_error", "-l", "20000"];
    let callers = sipp(&service, "talks", &scenario, &target, &arguments(gateway, 0, &more));
    let Sound { ended, heard } = hold("through the mediation server", calls, seconds, telephones, callers);
    let _ = answering.kill();
    let _ = answering.wait();
    assert!(ended.success(), "{ended:?}: a call failed\n{}", sipp_said(&service, &["talks", "talks-callee"]));
    // Half of what must come shows that sound flows; how evenly is for a machine that does nothing else.
    assert!(heard.packets > calls * seconds * 50, "{} packets", heard.packets);
}

/// A gateway outside calls unified messaging itself: a long greeting is heard, and what the callers say is listened to for keys.
#[test]
fn calls_to_voice_mail_with_sound_at_once() {
    if !has_peer("sipp") {
        return;
    }
    let (calls, seconds) = (number("DIALTONE_LOAD_TALKS", 4), number("DIALTONE_LOAD_SECONDS", 3));
    let mut snapshot = contoso(VoipSecurity::Unsecured, EncryptionLevel::SupportEncryption);
    snapshot.servers[1].max_calls = calls as usize + 10;
    Peer::add_to(&mut snapshot);
    snapshot.gateways.last_mut().unwrap().address = "127.0.0.1".into();
    let service = started(snapshot);
    let greeting = crate::calls::lab::speech_samples((seconds + 30) as f64);
    let sound = media::file::encode_wav(&greeting, 8000, media::file::WavFormat::Pcm16);
    std::fs::write(service.home.join("mailboxes/ken/greeting.wav"), sound).unwrap();
    let telephones = Telephones::start(&service.address("mbx1.contoso.com"), &service.home);
    let learn = "<action><ereg regexp=\"m=audio ([0-9]+)\" search_in=\"msg\" assign_to=\"all,port\"/><log message=\"[$port]\"/></action>";
    let end = "<nop><action><log message=\"-[$port]\"/></action></nop>";
    let talking = format!("<pause milliseconds=\"{}\"/>{end}", seconds * 1000);
    let target = format!("{}:{}", service.address("mbx1.contoso.com"), 5065 + service.port_offset);
    let scenario = caller(
        "sip:+12065550100@[local_ip]:[local_port]",
        "sip:5000@[remote_ip]:[remote_port];transport=tcp",
        &talking,
    )
    .replace("[auto_media_port]", &telephones.ports[0].to_string())
    .replace(
        "Max-Forwards: 70\nContent-Type",
        "Max-Forwards: 70\nDiversion: <sip:51234@pbx>;reason=no-answer\nContent-Type",
    )
    .replace("rtd=\"true\"/>", &format!("rtd=\"true\">{learn}</recv>"))
    .replace("[local_port]>\nMax", "[local_port];transport=tcp>\nMax")
    .replace("</scenario>", "<Reference variables=\"all\"/></scenario>");
    let mut arguments: Vec<String> =
        ["-t", "t1", "-timeout", "600s", "-timeout_error", "-l", "20000", "-m"].map(str::to_string).into();
    arguments.extend([
        calls.to_string(),
        "-r".into(),
        (calls / 5).max(2).to_string(),
        "-trace_logs".into(),
        "-log_file".into(),
    ]);
    arguments.push(telephones.logs[0].display().to_string());
    let callers = sipp(&service, "listeners", &scenario, &target, &arguments);
    let Sound { ended, heard } = hold("to voice mail", calls, seconds, telephones, callers);
    assert!(ended.success(), "{ended:?}: a call failed\n{}", sipp_said(&service, &["listeners"]));
    // Half of what must come shows that sound flows; how evenly is for a machine that does nothing else.
    assert!(heard.packets > calls * seconds * 25, "{} packets", heard.packets);
}
