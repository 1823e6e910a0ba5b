//! cmdlets-utility.
