//! cmdlets-server.
