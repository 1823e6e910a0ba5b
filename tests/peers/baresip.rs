//! baresip as a telephone of the PSTN: TLS with SRTP, and UDP.

use super::has_peer;
use super::service::Service;
use std::process::{Command, Stdio};

fn leave_message(port: u16, transport: &str, security: &str) {
    if !has_peer("baresip") {
        return;
    }
    let service = Service::start();
    let (file, said) = service.speech(3.0);
    // Silence first: the greeting and the tone.
    let mut padded = media::tone::silence(1500);
    padded.extend_from_slice(&said);
    padded.extend(media::tone::silence(4000));
    std::fs::write(&file, media::file::encode_wav(&padded, 8000, media::file::WavFormat::Pcm16)).unwrap();
    let folder = service.home.join("baresip");
    std::fs::create_dir_all(&folder).unwrap();
    let modules = ["/usr/lib/baresip/modules", "/usr/lib64/baresip/modules", "/usr/local/lib/baresip/modules"];
    let path = modules.iter().find(|p| std::path::Path::new(p).exists()).unwrap_or(&modules[0]);
    let config = format!(
        "module_path {path}\nmodule stdio.so\nmodule g711.so\nmodule aufile.so\nmodule srtp.so\nmodule_tmp account.so\nmodule_app menu.so\n\
         sip_listen 127.0.0.1:0\nsip_verify_server no\naudio_source aufile,{}\naudio_player aufile,{}\naudio_alert aufile,/dev/null\n\
         audio_channels 1-1\nausrc_srate 8000\nauplay_srate 8000\nrtp_ports 20000-21000\n",
        file.display(),
        folder.join("heard.wav").display(),
    );
    std::fs::write(folder.join("config"), config).unwrap();
    std::fs::write(
        folder.join("accounts"),
        format!("<sip:+12065550100@127.0.0.1;transport={transport}>;regint=0;audio_codecs=pcmu{security}\n"),
    )
    .unwrap();
    std::fs::write(folder.join("contacts"), "").unwrap();
    let target = format!(
        "sip:+14255551234@{}:{};transport={transport}",
        service.address("gw1.contoso.com"),
        port + service.port_offset
    );
    let output = Command::new("baresip")
        .args(["-f", &folder.to_string_lossy(), "-t", "9", "-e", &format!("/dial {target}")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    service.check_message("ken", &said, &text);
}

#[test]
fn baresip_leaves_a_message_over_udp() {
    leave_message(5060, "udp", "");
}

#[test]
fn baresip_leaves_a_message_over_tls_with_srtp() {
    leave_message(5061, "tls", ";mediaenc=srtp-mand");
}
