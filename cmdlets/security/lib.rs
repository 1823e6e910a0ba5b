//! cmdlets-security.
