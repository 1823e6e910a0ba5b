//! How alike two recordings are: normalised cross-correlation over a range of shifts.

/// Best correlation of `needle` anywhere in `hay` (both 8 kHz), and the shift in samples where it was found. 1.0 is the same sound.
pub fn correlate(needle: &[i16], hay: &[i16]) -> (f64, usize) {
    if needle.is_empty() || hay.is_empty() {
        return (0.0, 0);
    }
    let needle = &needle[..needle.len().min(hay.len())];
    let energy: f64 = needle.iter().map(|s| f64::from(*s).powi(2)).sum();
    if energy == 0.0 {
        return (0.0, 0);
    }
    let at = |shift: usize, step: usize| -> f64 {
        let window = &hay[shift..shift + needle.len()];
        let (mut product, mut other, mut own) = (0.0, 0.0, 0.0);
        for index in (0..needle.len()).step_by(step) {
            let (x, y) = (f64::from(needle[index]), f64::from(window[index]));
            product += x * y;
            other += y * y;
            own += x * x;
        }
        if other == 0.0 || own == 0.0 { 0.0 } else { product / (other * own).sqrt() }
    };
    let shifts = hay.len() - needle.len() + 1;
    // A thinned search finds the candidates, the full sum decides among them.
    let step = (needle.len() / 1000).max(1);
    let mut candidates: Vec<(f64, usize)> = (0..shifts).map(|shift| (at(shift, step), shift)).collect();
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
    candidates.truncate(16);
    candidates
        .into_iter()
        .map(|(_, shift)| (at(shift, 1), shift))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap_or((0.0, 0))
}

/// How well `hay` contains `needle` where the way between them may have shifted what follows a late packet: the mean of the
/// correlations of half seconds, each found by itself, and the shift of the first.
pub fn correlate_pieces(needle: &[i16], hay: &[i16]) -> (f64, usize) {
    let piece = crate::RATE as usize / 2;
    let found: Vec<(f64, usize)> = needle
        .chunks(piece)
        .filter(|chunk| chunk.len() * 2 >= piece.min(needle.len()))
        .map(|chunk| correlate(chunk, hay))
        .collect();
    let sum: f64 = found.iter().map(|(score, _)| score).sum();
    let first = found.first().map_or(0, |(_, shift)| *shift);
    (sum / found.len().max(1) as f64, first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_shift() {
        let mut seed = 1u32;
        let noise: Vec<i16> = (0..12_000)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 18) as i16
            })
            .collect();
        let (score, shift) = correlate(&noise[700..2700], &noise);
        assert!(score > 0.999 && shift == 700);
        // Twenty milliseconds more in the middle: the whole no longer fits, the pieces do.
        let mut shifted = noise.clone();
        shifted.splice(6000..6000, [0; 160]);
        assert!(correlate(&noise, &shifted).0 < 0.9);
        let (score, shift) = correlate_pieces(&noise, &shifted);
        assert!(score > 0.8 && shift == 0);
        assert!(correlate(&noise[..1000], &noise[1500..3000]).0 < 0.8);
    }
}
