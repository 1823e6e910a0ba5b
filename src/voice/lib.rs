//! voice.
