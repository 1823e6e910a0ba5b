//! What keys mean, in one table, so that a wrong guess is put right in one place.

/// Keys after a recording that ended by `#` or silence.
pub mod after_recording {
    /// Documented: accepts.
    pub const SEND: char = '1';
    /// assumed
    pub const REPLAY: char = '2';
    /// assumed
    pub const AGAIN: char = '3';
    /// Documented: more options.
    pub const MORE: char = '#';
    /// assumed: in the further options.
    pub const IMPORTANT: char = '1';
    /// assumed: in the further options.
    pub const PRIVATE: char = '2';
}

/// Keys during a greeting (assumed).
pub mod greeting {
    /// Sign in to the mailbox that answers.
    pub const SIGN_IN: char = '*';
    /// Straight to the tone.
    pub const SKIP: char = '#';
    pub const OPERATOR: char = '0';
}

/// What keys mean in Outlook Voice Access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Next,
    NextUnread,
    Previous,
    Again,
    Delete,
    DeleteConversation,
    Reply,
    ReplyAll,
    Forward,
    Keep,
    Hide,
    Accept,
    Call,
    Envelope,
    Flag,
    Language,
    Rewind,
    Pause,
    Skip,
    End,
    Slower,
    Faster,
    Help,
    More,
    MainMenu,
    NextDay,
    Late,
    Details,
    Decline,
    CallOrganizer,
    Attendance,
    Clear,
}

/// A menu: what its keys, pressed once or twice, mean.
pub type Keys = &'static [(&'static str, Command)];

/// While a message is heard.
pub const PLAYING: Keys = &[
    ("#", Command::Next),
    ("##", Command::NextUnread),
    ("1", Command::Rewind),
    ("11", Command::Previous),
    ("2", Command::Pause),
    ("3", Command::Skip),
    ("33", Command::End),
    ("4", Command::Slower),
    ("6", Command::Faster),
    ("7", Command::Delete),
    ("8", Command::Reply),
    ("88", Command::ReplyAll),
    ("9", Command::Keep),
    ("99", Command::Hide),
    ("0", Command::Help),
    ("00", Command::More),
    ("*", Command::MainMenu),
];

/// At the end of a message.
pub const MESSAGE: Keys = &[
    ("#", Command::Next),
    ("##", Command::NextUnread),
    ("1", Command::Again),
    ("11", Command::Previous),
    ("2", Command::Call),
    ("4", Command::Accept),
    ("6", Command::Forward),
    ("7", Command::Delete),
    ("8", Command::Reply),
    ("88", Command::ReplyAll),
    ("9", Command::Keep),
    ("99", Command::Hide),
    ("0", Command::Help),
    ("00", Command::More),
    ("*", Command::MainMenu),
];

/// Further options of a message, after `00`.
pub const MORE: Keys = &[
    ("##", Command::NextUnread),
    ("1", Command::Again),
    ("11", Command::Previous),
    ("2", Command::Call),
    ("5", Command::Envelope),
    ("6", Command::Forward),
    ("44", Command::Flag),
    ("55", Command::Language),
    ("77", Command::DeleteConversation),
    ("88", Command::ReplyAll),
    ("99", Command::Hide),
    ("0", Command::Help),
    ("*", Command::MainMenu),
];

/// An appointment.
pub const CALENDAR: Keys = &[
    ("#", Command::Next),
    ("##", Command::NextDay),
    ("1", Command::Again),
    ("2", Command::Call),
    ("3", Command::Late),
    ("4", Command::Accept),
    ("5", Command::Details),
    ("7", Command::Decline),
    ("0", Command::Help),
    ("00", Command::More),
    ("*", Command::MainMenu),
];

/// Further options of an appointment, after `00`.
pub const CALENDAR_MORE: Keys = &[
    ("6", Command::Forward),
    ("8", Command::Reply),
    ("88", Command::ReplyAll),
    ("11", Command::Previous),
    ("22", Command::CallOrganizer),
    ("55", Command::Attendance),
    ("77", Command::Clear),
    ("0", Command::Help),
    ("*", Command::MainMenu),
];
