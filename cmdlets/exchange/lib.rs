//! cmdlets-exchange.
