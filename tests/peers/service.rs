//! The service in a thread of the test, on ports of its own.

use crate::calls::lab::{contoso, speech_samples};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use voice::config::{ConfigSource, EncryptionLevel, MemorySource, Snapshot, VoipSecurity};
use voice::mailbox::{VoiceMessage, VoiceStore};
use voice::service::{Options, ServiceError};

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A running service; it ends when this is dropped.
pub struct Service {
    pub home: PathBuf,
    pub snapshot: Snapshot,
    source: Arc<MemorySource>,
    pub port_offset: u16,
    thread: Option<JoinHandle<Result<(), ServiceError>>>,
}

impl Service {
    pub fn start() -> Service {
        Service::with(contoso(VoipSecurity::Secured, EncryptionLevel::RequireEncryption))
    }

    /// The service of an organisation.
    pub fn with(snapshot: Snapshot) -> Service {
        let (home, port_offset) = Service::place();
        Service::at(snapshot, home, port_offset)
    }

    /// A home and ports that nobody else has.
    pub fn place() -> (PathBuf, u16) {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let port_offset = 2000 + (std::process::id() % 300) as u16 * 100 + number * 20;
        (std::env::temp_dir().join(format!("dialtone-peers-{}-{number}", std::process::id())), port_offset)
    }

    /// The service of a home, which may have run before.
    pub fn at(snapshot: Snapshot, home: PathBuf, port_offset: u16) -> Service {
        std::fs::create_dir_all(home.join("mailboxes/ken")).unwrap();
        // A short greeting keeps the test short.
        let greeting = media::tone::generate(&[350.0], 300, -20.0);
        std::fs::write(
            home.join("mailboxes/ken/greeting.wav"),
            media::file::encode_wav(&greeting, 8000, media::file::WavFormat::Pcm16),
        )
        .unwrap();
        let source = MemorySource::new(snapshot.clone());
        let options = Options { port_offset, ..Options::default() };
        let (thread_home, thread_source) = (home.clone(), source.clone());
        let thread = std::thread::spawn(move || voice::service::run_with(&thread_home, options, thread_source));
        for _ in 0..200 {
            if let Ok(mut client) = control::Client::connect(&home)
                && let Ok(status) = client.wait_ready(1, 10)
            {
                let failed: Vec<_> = status.roles.iter().filter(|r| r.state != control::RoleState::Running).collect();
                assert!(failed.is_empty(), "{failed:#?}");
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Service { home, snapshot, source, port_offset, thread: Some(thread) }
    }

    /// Changes the configuration and waits until it is in force.
    pub fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        self.source.change(change);
        let version = self.source.version();
        control::Client::connect(&self.home).unwrap().wait_ready(version, 10).unwrap();
    }

    /// Whether the event log holds an event.
    pub fn has_event(&self, id: u32) -> bool {
        VoiceStore::open(&self.home).unwrap().events(20).unwrap().iter().any(|e| e.id == id)
    }

    /// Address of a server.
    pub fn address(&self, name: &str) -> String {
        self.snapshot.addresses()[name].to_string()
    }

    /// A sound file and its samples.
    pub fn speech(&self, seconds: f64) -> (PathBuf, Vec<i16>) {
        let samples = speech_samples(seconds);
        let path = self.home.join("speech.wav");
        std::fs::write(&path, media::file::encode_wav(&samples, 8000, media::file::WavFormat::Pcm16)).unwrap();
        (path, samples)
    }

    /// Waits for the first message of a mailbox.
    pub fn message(&self, mailbox: &str) -> Option<VoiceMessage> {
        let store = VoiceStore::open(&self.home).unwrap();
        for _ in 0..150 {
            if let Some(message) = store.messages(mailbox).unwrap().into_iter().find(|m| m.duration > 0) {
                return Some(message);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }

    /// Checks that a mailbox holds what was said.
    pub fn check_message(&self, mailbox: &str, said: &[i16], output: &str) {
        let calls = VoiceStore::open(&self.home).unwrap();
        let Some(message) = self.message(mailbox) else {
            panic!("no message; events {:#?}\n{output}", calls.events(10).unwrap())
        };
        let heard = media::file::read_wav(std::path::Path::new(&message.audio_file)).unwrap();
        // Half seconds one by one: on a busy machine a late packet may shift what follows it.
        let mut scores: Vec<f64> =
            said[4000..].chunks_exact(4000).map(|piece| media::compare::correlate(piece, &heard.samples).0).collect();
        scores.sort_by(f64::total_cmp);
        assert!(scores[scores.len() / 3] > 0.8, "correlations {scores:?}\n{output}");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        control::stop_service(&self.home, false).unwrap();
        let ended = self.thread.take().unwrap().join().unwrap();
        ended.unwrap();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}
