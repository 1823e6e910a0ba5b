//! cmdlets-core.
