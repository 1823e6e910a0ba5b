//! cmdlets-skype.
