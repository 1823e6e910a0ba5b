//! One connection: signing in, selecting, and the commands of each state.

use super::folder::{Entry, entries};
use super::text::{arguments, in_set};
use super::{fetch, search};
use crate::context::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

/// A client that says nothing for so long is gone (RFC 3501 5.4 asks for thirty minutes at least).
const IDLE: Duration = Duration::from_secs(1800);
/// Longest line, and longest literal.
const LONGEST: usize = 64 * 1024;
/// Wrong passwords before the connection ends.
const ATTEMPTS: u32 = 3;
const CAPABILITY: &str = "CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR";

struct Session<S> {
    stream: BufReader<S>,
    context: Arc<Context>,
    /// Id of the mailbox of who signed in.
    mailbox: Option<String>,
    selected: Option<Vec<Entry>>,
    failures: u32,
}

/// Serves a connection until it ends.
pub(crate) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, context: Arc<Context>) -> std::io::Result<()> {
    let mut session = Session { stream: BufReader::new(stream), context, mailbox: None, selected: None, failures: 0 };
    let greeting = format!("* OK [{CAPABILITY}] {} is ready.\r\n", session.context.server);
    session.write(greeting.as_bytes()).await?;
    loop {
        let line = match tokio::time::timeout(IDLE, session.read_command()).await {
            Ok(line) => line?,
            Err(_) => return session.write(b"* BYE Nothing was said for too long.\r\n").await,
        };
        let Some(line) = line else { return Ok(()) };
        if !session.answer(&line).await? {
            return Ok(());
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.get_mut().write_all(bytes).await?;
        self.stream.get_mut().flush().await
    }

    async fn read_line(&mut self) -> std::io::Result<Option<String>> {
        let mut bytes = Vec::new();
        let read = (&mut self.stream).take(LONGEST as u64).read_until(b'\n', &mut bytes).await?;
        if read == 0 || !bytes.ends_with(b"\n") {
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_string()))
    }

    /// A command with its literals put in as quoted strings; `None` at the end of the connection.
    async fn read_command(&mut self) -> std::io::Result<Option<String>> {
        let mut whole = String::new();
        loop {
            let Some(line) = self.read_line().await? else { return Ok(None) };
            let length = line
                .strip_suffix('}')
                .and_then(|l| l.rsplit_once('{'))
                .map(|(head, n)| (head.to_string(), n.to_string()));
            let size = length.as_ref().and_then(|(_, n)| n.trim_end_matches('+').parse::<usize>().ok());
            let (Some((head, _)), Some(size)) = (length, size) else {
                whole.push_str(&line);
                return Ok(Some(whole));
            };
            if size + whole.len() > LONGEST {
                return Ok(None);
            }
            self.write(b"+ go on\r\n").await?;
            let mut literal = vec![0; size];
            self.stream.read_exact(&mut literal).await?;
            let text = String::from_utf8_lossy(&literal).replace('\\', "\\\\").replace('"', "\\\"");
            whole.push_str(&format!("{head}\"{text}\""));
        }
    }

    /// Answers a command; false ends the connection.
    async fn answer(&mut self, line: &str) -> std::io::Result<bool> {
        let mut words = arguments(line).into_iter();
        let (tag, command) = (words.next().unwrap_or_default(), words.next().unwrap_or_default().to_ascii_uppercase());
        let rest: Vec<String> = words.collect();
        let argument = |at: usize| rest.get(at).map_or("", String::as_str);
        let mut goes_on = true;
        let outcome: Result<String, String> = match (command.as_str(), &self.mailbox, &self.selected) {
            ("CAPABILITY", ..) => {
                self.write(format!("* {CAPABILITY}\r\n").as_bytes()).await?;
                Ok(String::new())
            }
            ("NOOP" | "CHECK", ..) => Ok(String::new()),
            ("LOGOUT", ..) => {
                self.write(b"* BYE Goodbye.\r\n").await?;
                goes_on = false;
                Ok(String::new())
            }
            ("LOGIN", None, _) => self.sign_in(argument(0), argument(1)),
            ("AUTHENTICATE", None, _) if argument(0).eq_ignore_ascii_case("PLAIN") => {
                let given = match rest.get(1) {
                    Some(given) => given.clone(),
                    None => {
                        self.write(b"+ \r\n").await?;
                        match self.read_line().await? {
                            Some(line) => line,
                            None => return Ok(false),
                        }
                    }
                };
                let decoded = STANDARD.decode(given.trim()).unwrap_or_default();
                let mut fields = decoded.split(|b| *b == 0).map(|f| String::from_utf8_lossy(f).into_owned()).skip(1);
                let (name, password) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
                self.sign_in(&name, &password)
            }
            ("LIST" | "LSUB", Some(_), _) => {
                let text = match argument(1) {
                    "" => format!("* {command} (\\Noselect) \"/\" \"\"\r\n"),
                    pattern if pattern.contains(['*', '%']) || pattern.eq_ignore_ascii_case("INBOX") => {
                        format!("* {command} (\\HasNoChildren) \"/\" INBOX\r\n")
                    }
                    _ => String::new(),
                };
                self.write(text.as_bytes()).await?;
                Ok(String::new())
            }
            ("SELECT" | "EXAMINE", Some(mailbox), _) if argument(0).eq_ignore_ascii_case("INBOX") => {
                match entries(&self.context.runtime().store, mailbox) {
                    Ok(found) => {
                        let next = found.last().map_or(1, |e| e.uid + 1);
                        let mut text = format!(
                            "* {} EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen \\Flagged)\r\n* OK [PERMANENTFLAGS ()] None can be changed.\r\n\
                             * OK [UIDVALIDITY 1] Numbers stay.\r\n* OK [UIDNEXT {next}] The next number.\r\n",
                            found.len()
                        );
                        if let Some(first) = found.iter().position(|e| !e.seen) {
                            text.push_str(&format!("* OK [UNSEEN {}] The first unread.\r\n", first + 1));
                        }
                        self.selected = Some(found);
                        self.write(text.as_bytes()).await?;
                        Ok("[READ-ONLY] ".into())
                    }
                    Err(error) => Err(error),
                }
            }
            ("SELECT" | "EXAMINE" | "STATUS", Some(_), _) if !argument(0).eq_ignore_ascii_case("INBOX") => {
                Err(format!("There is no mailbox {}.", argument(0)))
            }
            ("STATUS", Some(mailbox), _) => match entries(&self.context.runtime().store, mailbox) {
                Ok(found) => {
                    let value = |item: &str| match item.to_ascii_uppercase().as_str() {
                        "MESSAGES" => found.len() as u32,
                        "UNSEEN" => found.iter().filter(|e| !e.seen).count() as u32,
                        "UIDNEXT" => found.last().map_or(1, |e| e.uid + 1),
                        "UIDVALIDITY" => 1,
                        _ => 0,
                    };
                    let items = fetch::items(argument(1));
                    let all: Vec<String> =
                        items.iter().map(|i| format!("{} {}", i.to_ascii_uppercase(), value(i))).collect();
                    self.write(format!("* STATUS INBOX ({})\r\n", all.join(" ")).as_bytes()).await?;
                    Ok(String::new())
                }
                Err(error) => Err(error),
            },
            ("FETCH", _, Some(_)) => self.fetch(argument(0), argument(1), false).await?,
            ("SEARCH", _, Some(_)) => self.search(&rest, false).await?,
            ("UID", _, Some(_)) => match argument(0).to_ascii_uppercase().as_str() {
                "FETCH" => self.fetch(argument(1), argument(2), true).await?,
                "SEARCH" => self.search(&rest[1..], true).await?,
                _ => Err("The mailbox is read-only.".into()),
            },
            ("CLOSE" | "UNSELECT", _, Some(_)) => {
                self.selected = None;
                Ok(String::new())
            }
            (
                "STORE" | "EXPUNGE" | "COPY" | "APPEND" | "CREATE" | "DELETE" | "RENAME" | "SUBSCRIBE" | "UNSUBSCRIBE",
                Some(_),
                _,
            ) => Err("The mailbox is read-only.".into()),
            _ => {
                let why = if self.mailbox.is_none() {
                    "Sign in first, or the command is not known"
                } else {
                    "Not known, or not now"
                };
                self.write(format!("{tag} BAD {why}: {command}\r\n").as_bytes()).await?;
                return Ok(true);
            }
        };
        let text = match outcome {
            Ok(code) => format!("{tag} OK {code}{command} is done.\r\n"),
            Err(text) => format!("{tag} NO {text}\r\n"),
        };
        self.write(text.as_bytes()).await?;
        if self.failures >= ATTEMPTS {
            self.write(b"* BYE Too many wrong passwords.\r\n").await?;
            return Ok(false);
        }
        Ok(goes_on)
    }

    fn sign_in(&mut self, name: &str, password: &str) -> Result<String, String> {
        let snapshot = self.context.snapshot();
        let user = crate::sign_in::user_of(&snapshot, name, password);
        let mailbox = user.as_ref().and_then(|u| snapshot.mailbox_by_identity(u));
        match mailbox {
            Some(mailbox) => {
                self.mailbox = Some(mailbox.id.clone());
                Ok(String::new())
            }
            None => {
                self.failures += 1;
                Err("[AUTHENTICATIONFAILED] The name or the password is wrong, or there is no mailbox.".into())
            }
        }
    }

    async fn fetch(&mut self, set: &str, items: &str, by_uid: bool) -> std::io::Result<Result<String, String>> {
        let items = fetch::items(items);
        let all = self.selected.clone().unwrap_or_default();
        let (count, largest) = (all.len() as u32, all.last().map_or(0, |e| e.uid));
        for (index, entry) in all.iter().enumerate() {
            let sequence = index as u32 + 1;
            let wanted = if by_uid { in_set(set, entry.uid, largest) } else { in_set(set, sequence, count) };
            match wanted {
                Some(true) => {}
                Some(false) => continue,
                None => return Ok(Err(format!("{set} is no set of messages."))),
            }
            match fetch::fetch(entry, &items, by_uid) {
                Ok(data) => {
                    let line = [format!("* {sequence} FETCH (").as_bytes(), &data, b")\r\n"].concat();
                    self.write(&line).await?;
                }
                Err(text) => return Ok(Err(text)),
            }
        }
        Ok(Ok(String::new()))
    }

    async fn search(&mut self, keys: &[String], by_uid: bool) -> std::io::Result<Result<String, String>> {
        let all = self.selected.clone().unwrap_or_default();
        let (count, largest) = (all.len() as u32, all.last().map_or(0, |e| e.uid));
        let mut found = String::new();
        for (index, entry) in all.iter().enumerate() {
            let sequence = index as u32 + 1;
            match search::fits(keys, entry, sequence, count, largest) {
                Ok(true) => found.push_str(&format!(" {}", if by_uid { entry.uid } else { sequence })),
                Ok(false) => {}
                Err(text) => return Ok(Err(text)),
            }
        }
        self.write(format!("* SEARCH{found}\r\n").as_bytes()).await?;
        Ok(Ok(String::new()))
    }
}
