//! MP3, the default of a UM dial plan: MPEG-2 layer 3, mono, 16 kHz, 16 kbit/s (assumed rate).

/// Encodes 8 kHz sound; `None` when this build has no encoder or it fails, then a WAV file is attached instead.
#[cfg(feature = "mp3")]
pub(crate) fn encode(audio: &[i16]) -> Option<Vec<u8>> {
    use mp3lame_encoder::{Bitrate, Builder, FlushNoGap, MonoPcm, Quality, max_required_buffer_size};
    let wide = media::mix::resample(audio, media::RATE, 16_000);
    let builder = Builder::new()?.with_num_channels(1).ok()?.with_sample_rate(16_000).ok()?;
    let mut encoder = builder.with_brate(Bitrate::Kbps16).ok()?.with_quality(Quality::Good).ok()?.build().ok()?;
    let mut out = Vec::with_capacity(max_required_buffer_size(wide.len()));
    encoder.encode_to_vec(MonoPcm(&wide), &mut out).ok()?;
    out.reserve(max_required_buffer_size(0).max(7200));
    encoder.flush_to_vec::<FlushNoGap>(&mut out).ok()?;
    Some(out)
}

/// Without an encoder there is no MP3.
#[cfg(not(feature = "mp3"))]
pub(crate) fn encode(_audio: &[i16]) -> Option<Vec<u8>> {
    None
}

#[cfg(all(test, feature = "mp3"))]
mod tests {
    #[test]
    fn encodes_at_sixteen_kilobits() {
        let mp3 = super::encode(&media::tone::generate(&[440.0], 3000, -12.0)).unwrap();
        assert!((4500..9000).contains(&mp3.len()), "{}", mp3.len());
        // An MPEG-2 layer 3 frame begins with eleven ones and version 2.
        assert!(mp3.windows(2).any(|w| w[0] == 0xff && w[1] & 0xfe == 0xf2));
    }
}
