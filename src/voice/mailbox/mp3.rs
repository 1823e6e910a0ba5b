//! MP3, the default of a UM dial plan.

/// Encodes 8 kHz sound; `None` when this build has no encoder, then a WAV file is attached instead.
pub(crate) fn encode(_audio: &[i16]) -> Option<Vec<u8>> {
    None
}
