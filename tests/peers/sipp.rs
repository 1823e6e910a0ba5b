//! sipp as a telephone of the PSTN.

use super::has_peer;
use super::service::Service;
use std::path::Path;
use std::process::{Command, Stdio};

const SCENARIO: &str = r#"<?xml version="1.0"?>
<scenario name="leave a message">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:+12065550100@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:+12065550100@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:+12065550100@[local_ip]:[local_port]>;tag=[call_number]
[last_To:]
[routes]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
  <pause milliseconds="1500"/>
  <nop><action><exec rtp_stream="SPEECH,1,0"/></action></nop>
  <pause milliseconds="4000"/>
  <send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:+12065550100@[local_ip]:[local_port]>;tag=[call_number]
[last_To:]
[routes]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200"/>
</scenario>
"#;

/// Calls a gateway as sipp does, says what is given, and returns what sipp printed; sipp must succeed.
pub fn call(target: &str, called: &str, said: &[i16], folder: &Path, transport: &str) -> String {
    // sipp plays the bytes of the file as they are: µ-law without a header.
    let raw: Vec<u8> = said.iter().map(|s| media::codec::ulaw_encode(*s)).collect();
    let file = folder.join("speech.ul");
    std::fs::write(&file, raw).unwrap();
    let scenario = folder.join("scenario.xml");
    std::fs::write(&scenario, SCENARIO.replace("SPEECH", &file.to_string_lossy())).unwrap();
    let output = Command::new("sipp")
        .args([target, "-sf"])
        .arg(&scenario)
        .args(["-s", called, "-i", "127.0.0.1", "-mi", "127.0.0.1", "-m", "1", "-t", transport])
        .args(["-timeout", "120s", "-timeout_error", "-nostdin"])
        .env("TERM", "xterm")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}");
    text
}

fn leave_message(transport: &str) {
    if !has_peer("sipp") {
        return;
    }
    let service = Service::start();
    let (_, said) = service.speech(3.0);
    let target = format!("{}:{}", service.address("gw1.contoso.com"), 5060 + service.port_offset);
    let text = call(&target, "+14255551234", &said, &service.home, transport);
    service.check_message("ken", &said, &text);
}

#[test]
fn sipp_leaves_a_message_over_udp() {
    leave_message("u1");
}

#[test]
fn sipp_leaves_a_message_over_tcp() {
    leave_message("t1");
}
