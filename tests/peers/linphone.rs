//! linphone as a telephone of the PSTN.

use super::has_peer;
use super::service::Service;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

#[test]
fn linphone_leaves_a_message() {
    if !has_peer("linphonec") {
        return;
    }
    let service = Service::start();
    let (file, said) = service.speech(3.0);
    // Silence first: the greeting and the tone.
    let mut padded = media::tone::silence(1500);
    padded.extend_from_slice(&said);
    padded.extend(media::tone::silence(1000));
    std::fs::write(&file, media::file::encode_wav(&padded, 8000, media::file::WavFormat::Pcm16)).unwrap();
    let configuration = service.home.join("linphonerc");
    let text = format!(
        "[sip]\nsip_port={}\ncontact=<sip:+12065550100@127.0.0.1>\nuse_ipv6=0\n[rtp]\naudio_rtp_port={}\n\
         [sound]\nechocancellation=0\n[video]\nenabled=0\n[misc]\nlog_collection_enabled=0\n",
        service.port_offset + 13,
        service.port_offset + 14
    );
    std::fs::write(&configuration, text).unwrap();
    // Without a folder for its database it never opens a port.
    std::fs::create_dir_all(service.home.join(".local/share/linphone")).unwrap();
    let mut linphone = Command::new("linphonec")
        .arg("-c")
        .arg(&configuration)
        .env("HOME", &service.home)
        .env_remove("XDG_DATA_HOME")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = linphone.stdin.take().unwrap();
    let output = BufReader::new(linphone.stdout.take().unwrap());
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in output.split(b'\n').map_while(Result::ok) {
            if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
        }
    });
    let mut printed = String::new();
    let mut say = |command: &str| {
        input.write_all(format!("{command}\n").as_bytes()).unwrap();
        input.flush().unwrap();
    };
    let mut until = |part: &str| {
        while let Ok(line) = lines.recv_timeout(Duration::from_secs(60)) {
            printed.push_str(&line);
            printed.push('\n');
            if line.contains(part) {
                return;
            }
        }
        panic!("linphone never said {part}:\n{printed}");
    };
    say("soundcard use files");
    say(&format!("call sip:+14255551234@{}:{}", service.address("gw1.contoso.com"), 5060 + service.port_offset));
    until("connected");
    say(&format!("play {}", file.display()));
    // What it plays lasts as long as it lasts; then silence ends the recording on the other side, too.
    std::thread::sleep(Duration::from_millis(padded.len() as u64 / 8 + 1000));
    say("terminate");
    service.check_message("ken", &said, "linphone");
    say("quit");
    let _ = linphone.wait();
}
