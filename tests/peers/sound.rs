//! The telephones of many calls at once: a packet every 20 ms to each call, from one socket a side, and a note of when each packet of ours
//! came, by the kernel's time stamps: what is measured is when it was sent, not when this thread got to read it.
// Batches and time stamps have no safe binding here.
#![allow(unsafe_code)]

use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::net::{IpAddr, SocketAddrV4, UdpSocket};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const BATCH: usize = 64;
const PACKET: usize = 172;
/// Parts of the 20 ms.
const SLOTS: usize = 20;
/// Tenths of a millisecond that are told apart.
const PLACES: usize = 5000;

/// What was heard of all calls.
pub struct Heard {
    pub packets: u64,
    /// Differences of the time between two packets of a call from what their sequence numbers say, by tenths of a millisecond.
    differences: Vec<u64>,
    /// Processor time of this generator.
    pub cpu: Duration,
}

impl Heard {
    /// Milliseconds below which the share `at` of the differences lies.
    pub fn difference(&self, at: f64) -> f64 {
        let wanted = (self.differences.iter().sum::<u64>() as f64 * at) as u64;
        let mut seen = 0;
        let place = self.differences.iter().position(|count| {
            seen += count;
            seen > wanted
        });
        (place.unwrap_or(0) + 1) as f64 / 10.0
    }
}

/// Both sides' telephones.
pub struct Telephones {
    /// Ports for the descriptions of callers and of the called.
    pub ports: [u16; 2],
    /// Where sipp writes the ports that it was told, one a line, and with `-` before it when the call is over.
    pub logs: [PathBuf; 2],
    over: Arc<AtomicBool>,
    thread: JoinHandle<Heard>,
}

impl Telephones {
    /// Starts them; the other side of all calls has this address.
    pub fn start(service: &str, folder: &Path) -> Telephones {
        let IpAddr::V4(service) = service.parse().unwrap() else { panic!("IPv4 only") };
        let sides = [Side::open(service), Side::open(service)];
        let ports = [0, 1].map(|side: usize| sides[side].socket.local_addr().unwrap().port());
        let logs = ["callers.log", "called.log"].map(|name| folder.join(name));
        let over = Arc::new(AtomicBool::new(false));
        let (read, ended) = (logs.clone(), over.clone());
        let thread = std::thread::spawn(move || run(sides, &read, &ended));
        Telephones { ports, logs, over, thread }
    }

    /// Hangs all up.
    pub fn stop(self) -> Heard {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

struct Flow {
    port: u16,
    sequence: u16,
}

struct Side {
    socket: UdpSocket,
    service: std::net::Ipv4Addr,
    slots: [Vec<Flow>; SLOTS],
    /// The last packet of each port: sequence number and nanoseconds.
    last: Vec<Option<(u16, u64)>>,
    read: u64,
}

fn option(socket: &UdpSocket, name: libc::c_int, value: libc::c_int) {
    // SAFETY: the value outlives the call, its size is given.
    unsafe {
        let value = (&raw const value).cast();
        libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, name, value, size_of::<libc::c_int>() as u32);
    }
}

impl Side {
    fn open(service: std::net::Ipv4Addr) -> Side {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        option(&socket, libc::SO_TIMESTAMPNS, 1);
        option(&socket, libc::SO_RCVBUF, 8 << 20);
        option(&socket, libc::SO_RCVBUFFORCE, 8 << 20);
        Side { socket, service, slots: Default::default(), last: vec![None; 65536], read: 0 }
    }

    /// Takes over which calls there are.
    fn follow(&mut self, log: &Path) {
        let Ok(mut file) = std::fs::File::open(log) else { return };
        let _ = file.seek(SeekFrom::Start(self.read));
        let mut reader = BufReader::new(file);
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|n| n > 0) && line.ends_with('\n') {
            self.read += line.len() as u64;
            let text = line.trim();
            if let Some(port) = text.strip_prefix('-').and_then(|p| p.parse::<u16>().ok()) {
                self.slots.iter_mut().for_each(|slot| slot.retain(|f| f.port != port));
                self.last[usize::from(port)] = None;
            } else if let (Ok(port), Some(slot)) = (text.parse(), self.slots.iter_mut().min_by_key(|s| s.len())) {
                slot.push(Flow { port, sequence: 0 });
            }
            line.clear();
        }
    }

    fn send(&mut self, slot: usize) {
        for flows in self.slots[slot].chunks_mut(BATCH) {
            let mut packets = [[0x5au8; PACKET]; BATCH];
            let to: Vec<_> = flows.iter().map(|f| address(SocketAddrV4::new(self.service, f.port))).collect();
            for (flow, packet) in flows.iter_mut().zip(&mut packets) {
                flow.sequence = flow.sequence.wrapping_add(1);
                packet[..2].copy_from_slice(&[0x80, 0]);
                packet[2..4].copy_from_slice(&flow.sequence.to_be_bytes());
                packet[4..8].copy_from_slice(&(u32::from(flow.sequence) * 160).to_be_bytes());
                packet[8..12].copy_from_slice(&u32::from(flow.port).to_be_bytes());
            }
            // SAFETY: addresses and packets live until the call is over; the pointers are not written through.
            unsafe {
                let mut parts: Vec<libc::iovec> = packets
                    .iter()
                    .map(|p| libc::iovec { iov_base: p.as_ptr().cast_mut().cast(), iov_len: PACKET })
                    .collect();
                let mut messages: Vec<libc::mmsghdr> = vec![std::mem::zeroed(); flows.len()];
                for (index, message) in messages.iter_mut().enumerate() {
                    message.msg_hdr.msg_name = (&raw const to[index]).cast_mut().cast();
                    message.msg_hdr.msg_namelen = size_of::<libc::sockaddr_in>() as u32;
                    message.msg_hdr.msg_iov = &raw mut parts[index];
                    message.msg_hdr.msg_iovlen = 1;
                }
                libc::sendmmsg(self.socket.as_raw_fd(), messages.as_mut_ptr(), messages.len() as u32, 0);
            }
        }
    }

    fn receive(&mut self, heard: &mut Heard) {
        const CONTROL: usize = 64;
        loop {
            let mut packets = [[0u8; 16]; BATCH];
            let mut controls = [[0u64; CONTROL / 8]; BATCH];
            // SAFETY: all buffers live until the call is over and are as long as said; what is read of them was written by the kernel.
            let came = unsafe {
                let mut from: Vec<libc::sockaddr_in> = vec![std::mem::zeroed(); BATCH];
                let mut parts: Vec<libc::iovec> = packets
                    .iter_mut()
                    .map(|p| libc::iovec { iov_base: p.as_mut_ptr().cast(), iov_len: p.len() })
                    .collect();
                let mut messages: Vec<libc::mmsghdr> = vec![std::mem::zeroed(); BATCH];
                for (index, message) in messages.iter_mut().enumerate() {
                    message.msg_hdr.msg_name = (&raw mut from[index]).cast();
                    message.msg_hdr.msg_namelen = size_of::<libc::sockaddr_in>() as u32;
                    message.msg_hdr.msg_iov = &raw mut parts[index];
                    message.msg_hdr.msg_iovlen = 1;
                    message.msg_hdr.msg_control = controls[index].as_mut_ptr().cast();
                    message.msg_hdr.msg_controllen = CONTROL;
                }
                let none = std::ptr::null_mut();
                let fd = self.socket.as_raw_fd();
                let came = libc::recvmmsg(fd, messages.as_mut_ptr(), BATCH as u32, libc::MSG_DONTWAIT, none);
                let came = usize::try_from(came).unwrap_or(0);
                for index in 0..came {
                    let control = libc::CMSG_FIRSTHDR(&raw const messages[index].msg_hdr);
                    if control.is_null() {
                        continue;
                    }
                    let time = libc::CMSG_DATA(control).cast::<libc::timespec>().read_unaligned();
                    let nanoseconds = time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64;
                    let sequence = u16::from_be_bytes([packets[index][2], packets[index][3]]);
                    let port = usize::from(u16::from_be(from[index].sin_port));
                    let before = self.last[port].replace((sequence, nanoseconds));
                    heard.note(before, sequence, nanoseconds);
                }
                came
            };
            if came < BATCH {
                return;
            }
        }
    }
}

impl Heard {
    fn note(&mut self, before: Option<(u16, u64)>, sequence: u16, nanoseconds: u64) {
        self.packets += 1;
        let Some((last, at)) = before else { return };
        let steps = sequence.wrapping_sub(last);
        // More is not a stream that goes on.
        if (1..=50).contains(&steps) {
            let difference = nanoseconds.saturating_sub(at).abs_diff(u64::from(steps) * 20_000_000) / 100_000;
            self.differences[(difference as usize).min(PLACES - 1)] += 1;
        }
    }
}

fn address(to: SocketAddrV4) -> libc::sockaddr_in {
    // SAFETY: all zeros is a valid address structure.
    let mut address: libc::sockaddr_in = unsafe { std::mem::zeroed() };
    address.sin_family = libc::AF_INET as u16;
    address.sin_port = to.port().to_be();
    address.sin_addr.s_addr = u32::from(*to.ip()).to_be();
    address
}

fn run(mut sides: [Side; 2], logs: &[PathBuf; 2], over: &AtomicBool) -> Heard {
    // A generator that is late would be taken for jitter of ours where it is later than the relay's cushion.
    voice::audio::pacer::go_first(1);
    let mut heard = Heard { packets: 0, differences: vec![0; PLACES], cpu: Duration::ZERO };
    let mut deadline = Instant::now();
    for turn in 0.. {
        if over.load(Ordering::Relaxed) {
            break;
        }
        for (side, log) in sides.iter_mut().zip(logs) {
            if turn % SLOTS == 0 {
                side.follow(log);
            }
            side.send(turn % SLOTS);
            side.receive(&mut heard);
        }
        deadline += Duration::from_millis(1);
        match deadline.checked_duration_since(Instant::now()) {
            Some(rest) => std::thread::sleep(rest),
            None if deadline.elapsed() > Duration::from_millis(100) => deadline = Instant::now(),
            None => {}
        }
    }
    heard.cpu = super::load::cpu("/proc/thread-self/stat");
    heard
}
