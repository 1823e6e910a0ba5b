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
