//! The service killed in the middle of recordings: what it had is delivered when it is back.
//!
//! The service is this test binary once more, told by `DIALTONE_SERVICE_AT` to run one.

use super::has_peer;
use super::service::Service;
use crate::calls::lab::contoso;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use voice::config::{EncryptionLevel, Snapshot, UmHuntGroup, UmIpGateway, VoipSecurity};
use voice::mailbox::VoiceStore;

/// Messages recorded at once.
const CALLS: usize = 100;
/// Samples of a second, two bytes each.
const SECOND: u64 = 16_000;

const NAME: &str = "peers::killed::what_a_killed_service_recorded_is_there_when_it_is_back";

fn snapshot() -> Snapshot {
    let mut snapshot = contoso(VoipSecurity::Unsecured, EncryptionLevel::SupportEncryption);
    snapshot.servers[1].max_calls = 1000;
    snapshot.gateways.push(UmIpGateway { name: "sipp".into(), address: "127.0.0.1".into(), ..UmIpGateway::default() });
    snapshot.hunt_groups.push(UmHuntGroup {
        name: "sipp".into(),
        gateway: "sipp".into(),
        dial_plan: "Plan".into(),
        pilot: "5000".into(),
    });
    snapshot
}

/// Runs a service until it is killed.
fn serve(place: &str) -> ! {
    let (home, offset) = place.rsplit_once(' ').expect("home and port");
    let _service = Service::at(snapshot(), home.into(), offset.parse().expect("a port"));
    loop {
        std::thread::park();
    }
}

fn start(home: &Path, offset: u16) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", NAME, "--nocapture"])
        .env("DIALTONE_SERVICE_AT", format!("{} {offset}", home.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the service starts")
}

/// Waits until something holds; a minute at most.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn ready(home: &Path) -> bool {
    control::Client::connect(home).is_ok_and(|mut client| client.wait_ready(1, 30).is_ok())
}

/// Recordings that hold so many seconds and more.
fn recordings(home: &Path, seconds: u64) -> usize {
    let files = std::fs::read_dir(home.join("mailboxes/ken")).into_iter().flatten().flatten();
    let fits = |e: &std::fs::DirEntry| {
        e.file_name().to_string_lossy().ends_with(".recording.wav")
            && e.metadata().is_ok_and(|m| m.len() > seconds * SECOND)
    };
    files.filter(fits).count()
}

fn scenario(sound: &Path) -> String {
    let request = |method: &str, cseq: u32, to: &str, body: &str| {
        format!(
            "{method} sip:5000@[remote_ip]:[remote_port];transport=tcp SIP/2.0\nVia: SIP/2.0/TCP [local_ip]:[local_port];branch=[branch]\n\
             From: <sip:+1206555[call_number]@127.0.0.1>;tag=[call_number]\nTo: {to}\nCall-ID: [call_id]\nCSeq: {cseq} {method}\n\
             Contact: <sip:x@[local_ip]:[local_port];transport=tcp>\nMax-Forwards: 70\nDiversion: <sip:51234@pbx>;reason=no-answer\n{body}\n"
        )
    };
    let sdp = "Content-Type: application/sdp\nContent-Length: [len]\n\nv=0\no=u 1 1 IN IP4 [local_ip]\ns=-\nc=IN IP4 [media_ip]\nt=0 0\n\
               m=audio [auto_media_port] RTP/AVP 0\na=rtpmap:0 PCMU/8000";
    format!(
        "<?xml version=\"1.0\"?>\n<scenario name=\"recorded\">\n<send><![CDATA[\n{}]]></send>\n<recv response=\"100\" optional=\"true\"/>\n\
         <recv response=\"180\" optional=\"true\"/>\n<recv response=\"200\"/>\n<send><![CDATA[\n{}]]></send>\n\
         <nop><action><exec rtp_stream=\"{},-1,0\"/></action></nop><pause milliseconds=\"120000\"/>\n</scenario>\n",
        request("INVITE", 1, "<sip:5000@127.0.0.1>", sdp),
        request("ACK", 1, "<sip:5000@127.0.0.1>[peer_tag_param]", "Content-Length: 0\n"),
        sound.display()
    )
}

#[test]
fn what_a_killed_service_recorded_is_there_when_it_is_back() {
    if let Ok(place) = std::env::var("DIALTONE_SERVICE_AT") {
        serve(&place);
    }
    if !has_peer("sipp") {
        return;
    }
    let (home, offset) = Service::place();
    std::fs::create_dir_all(&home).unwrap();
    let mut first = start(&home, offset);
    until("the service does not start", || ready(&home));
    let said: Vec<u8> = crate::calls::lab::speech_samples(4.0).iter().map(|s| media::codec::ulaw_encode(*s)).collect();
    let sound = home.join("speech.ul");
    std::fs::write(&sound, said).unwrap();
    let file = home.join("recorded.xml");
    std::fs::write(&file, scenario(&sound)).unwrap();
    let worker = format!("{}:{}", snapshot().addresses()["mbx1.contoso.com"], 5065 + offset);
    let mut sipp = Command::new("sipp")
        .arg(worker)
        .arg("-sf")
        .arg(&file)
        .args(["-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin", "-t", "t1", "-r", "50", "-m"])
        .arg(CALLS.to_string())
        .env("TERM", "xterm")
        .current_dir(&home)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // More than is wanted below: what is silent at the end, as a busy generator leaves it, is no part of a message.
    until("not all calls are recorded", || recordings(&home, 5) == CALLS);
    // SIGKILL: no chance to tidy up.
    first.kill().unwrap();
    first.wait().unwrap();
    let _ = sipp.kill();
    let _ = sipp.wait();
    let killed = Instant::now();
    let mut second = start(&home, offset);
    until("the service does not come back", || ready(&home));
    let back = killed.elapsed();
    println!("the service was back after {} ms", back.as_millis());
    // A second is wanted; an unoptimised build on a busy machine gets a lot more.
    let limit = if cfg!(debug_assertions) { 30 } else { 1 };
    assert!(back < Duration::from_secs(limit), "{back:?}");
    let store = VoiceStore::open(&home).unwrap();
    until("not all messages were delivered", || {
        store.messages("ken").is_ok_and(|m| m.len() >= CALLS) && recordings(&home, 0) == 0
    });
    let messages = store.messages("ken").unwrap();
    assert_eq!(messages.len(), CALLS);
    let whole = messages.iter().filter(|m| m.interrupted && m.duration >= 3).count();
    assert_eq!(whole, CALLS, "{:?}", messages.iter().map(|m| (m.interrupted, m.duration)).collect::<Vec<_>>());
    second.kill().unwrap();
    second.wait().unwrap();
    let _ = std::fs::remove_dir_all(&home);
}
