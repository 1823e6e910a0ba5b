//! cmdlets-online.
