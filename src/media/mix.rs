//! Adding sounds.

/// Adds `other` to `into`, saturating.
pub fn add(into: &mut [i16], other: &[i16]) {
    for (sample, more) in into.iter_mut().zip(other) {
        *sample = sample.saturating_add(*more);
    }
}

/// Changes loudness by a factor in 1/256.
pub fn scale(samples: &mut [i16], factor: i32) {
    for sample in samples {
        *sample = ((i32::from(*sample) * factor) >> 8).clamp(-32768, 32767) as i16;
    }
}

/// Resamples by linear interpolation; good enough for prompts and speech between 8, 16, 44.1 and 48 kHz after smoothing.
pub fn resample(samples: &[i16], from: u32, to: u32) -> Vec<i16> {
    if from == to || samples.is_empty() || from == 0 {
        return samples.to_vec();
    }
    // Going down, a moving average over the ratio keeps aliases out of the band.
    let smoothed: Vec<i16>;
    let source = if from > to {
        let width = (from / to).max(1) as usize;
        smoothed = samples
            .windows(width)
            .map(|w| (w.iter().map(|s| i32::from(*s)).sum::<i32>() / width as i32) as i16)
            .collect();
        if smoothed.is_empty() { samples } else { &smoothed[..] }
    } else {
        samples
    };
    let length = (samples.len() as u64 * u64::from(to) / u64::from(from)) as usize;
    (0..length)
        .map(|index| {
            let position = index as f64 * f64::from(from) / f64::from(to);
            let at = (position as usize).min(source.len() - 1);
            let next = (at + 1).min(source.len() - 1);
            let part = position - position.floor();
            (f64::from(source[at]) * (1.0 - part) + f64::from(source[next]) * part) as i16
        })
        .collect()
}
