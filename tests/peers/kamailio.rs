//! kamailio as the border in front of the gateway: calls come through a proxy that nobody here wrote.

use super::service::Service;
use super::{has_peer, sipp};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Proxy(Child);

impl Drop for Proxy {
    fn drop(&mut self) {
        // SIGTERM: the main process ends its workers.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// A stateful proxy that records its route and sends everything to one place.
fn start(service: &Service, port: u16) -> Option<Proxy> {
    let modules = [
        "/usr/lib/x86_64-linux-gnu/kamailio/modules",
        "/usr/lib/aarch64-linux-gnu/kamailio/modules",
        "/usr/lib64/kamailio/modules",
    ];
    let modules = modules.iter().find(|p| std::path::Path::new(p).exists())?;
    let target = format!("{}:{}", service.address("gw1.contoso.com"), 5060 + service.port_offset);
    let configuration = format!(
        "mpath=\"{modules}\"\nloadmodule \"tm.so\"\nloadmodule \"sl.so\"\nloadmodule \"rr.so\"\nloadmodule \"pv.so\"\nloadmodule \"maxfwd.so\"\n\
         loadmodule \"textops.so\"\nloadmodule \"siputils.so\"\n         children=2\nfork=yes\nlog_stderror=yes\ndebug=0\ndisable_tcp=yes\nauto_aliases=no\nlisten=udp:127.0.0.1:{port}\n\
         request_route {{\n  if (!mf_process_maxfwd_header(\"10\")) {{ sl_send_reply(\"483\", \"Too Many Hops\"); exit; }}\n\
         if (has_totag()) {{ loose_route(); t_relay(); exit; }}\n  if (is_method(\"CANCEL\")) {{ t_relay(); exit; }}\n\
         record_route();\n  $du = \"sip:{target}\";\n  if (!t_relay()) {{ sl_reply_error(); }}\n  exit;\n}}\n"
    );
    let file = service.home.join("kamailio.cfg");
    std::fs::write(&file, configuration).unwrap();
    let folder = service.home.join("kamailio");
    std::fs::create_dir_all(&folder).unwrap();
    let child = Command::new("kamailio")
        .arg("-f")
        .arg(&file)
        .arg("-Y")
        .arg(&folder)
        .args(["-DD", "-E", "-m", "16", "-M", "4"])
        .current_dir(&service.home)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(service.home.join("kamailio.log")).unwrap())
        .spawn()
        .unwrap();
    Some(Proxy(child))
}

/// Waits until the proxy answers: a request that may go no further gets its own 483.
fn answers(port: u16) -> bool {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let request = format!(
        "OPTIONS sip:probe@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {};branch=z9hG4bKprobe\r\nMax-Forwards: 0\r\n\
         From: <sip:probe@127.0.0.1>;tag=1\r\nTo: <sip:probe@127.0.0.1>\r\nCall-ID: probe\r\nCSeq: 1 OPTIONS\r\n\
         Content-Length: 0\r\n\r\n",
        socket.local_addr().unwrap()
    );
    let end = Instant::now() + Duration::from_secs(60);
    while Instant::now() < end {
        // Before the port is open the system says so: that is no answer either.
        let sent = socket.send_to(request.as_bytes(), ("127.0.0.1", port)).is_ok();
        if sent && socket.recv(&mut [0; 2048]).is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

#[test]
fn a_call_through_kamailio_leaves_a_message() {
    if !has_peer("sipp") || !has_peer("kamailio") {
        return;
    }
    let service = Service::start();
    let port = service.port_offset + 15;
    let Some(_proxy) = start(&service, port) else {
        println!("skipped: kamailio's modules are not where they are looked for");
        return;
    };
    let log = || std::fs::read_to_string(service.home.join("kamailio.log")).unwrap_or_default();
    assert!(answers(port), "{}", log());
    let (_, said) = service.speech(3.0);
    let text = sipp::call(&format!("127.0.0.1:{port}"), "+14255551234", &said, &service.home, "u1");
    service.check_message("ken", &said, &format!("{text}\n{}", log()));
}
