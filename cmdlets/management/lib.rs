//! cmdlets-management.
