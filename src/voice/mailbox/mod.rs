//! Mailboxes: messages with their audio, personal greetings, sign-in counters; and the database that call records and events share.

mod database;
mod deliver;
mod message;
pub(crate) mod mp3;
mod pin;
mod post;
mod search;
mod smtp;

pub use database::{Outgoing, StoreError, VoiceStore};
pub use deliver::Delivery;
pub use message::{Importance, MessageClass, MessageDraft, VoiceMessage};
pub use pin::{PinState, SignIn, check_pin_rules};
pub use post::{Appointment, CALENDAR, INBOX, ItemState, Mail, Party, parse_appointment, parse_mail};
pub use search::{WaitingCounts, directory_matches, keypad};
pub(crate) use smtp::{Envelope, NextHop, SmtpError, send};
