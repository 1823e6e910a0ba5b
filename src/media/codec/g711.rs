//! ITU-T G.711: µ-law and A-law.

const BIAS: i32 = 0x84;
const CLIP: i32 = 32635;

const fn build_ulaw() -> [i16; 256] {
    let mut table = [0i16; 256];
    let mut at = 0;
    while at < 256 {
        let byte = !(at as u8);
        let exponent = (byte >> 4 & 7) as i32;
        let mantissa = (byte & 15) as i32;
        let magnitude = (((mantissa << 3) + BIAS) << exponent) - BIAS;
        table[at] = if byte & 0x80 != 0 { -magnitude as i16 } else { magnitude as i16 };
        at += 1;
    }
    table
}

const fn build_alaw() -> [i16; 256] {
    let mut table = [0i16; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8 ^ 0x55;
        let exponent = (byte >> 4 & 7) as i32;
        let mantissa = (byte & 15) as i32;
        let magnitude = if exponent == 0 { (mantissa << 4) + 8 } else { ((mantissa << 4) + 0x108) << (exponent - 1) };
        table[at] = if byte & 0x80 != 0 { magnitude as i16 } else { -magnitude as i16 };
        at += 1;
    }
    table
}

static ULAW: [i16; 256] = build_ulaw();
static ALAW: [i16; 256] = build_alaw();

/// Decodes one µ-law byte.
pub fn ulaw_decode(byte: u8) -> i16 {
    ULAW[usize::from(byte)]
}

/// Decodes one A-law byte.
pub fn alaw_decode(byte: u8) -> i16 {
    ALAW[usize::from(byte)]
}

/// Encodes a sample as µ-law.
pub fn ulaw_encode(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(CLIP) + BIAS;
    let exponent = 31 - magnitude.leading_zeros() as i32 - 7;
    let mantissa = magnitude >> (exponent + 3) & 15;
    !(sign | (exponent << 4) as u8 | mantissa as u8)
}

/// Encodes a sample as A-law.
pub fn alaw_encode(sample: i16) -> u8 {
    let (sign, magnitude) = if sample >= 0 { (0x80u8, i32::from(sample)) } else { (0, -i32::from(sample) - 1) };
    let magnitude = magnitude.min(32767) >> 4;
    let coded = if magnitude < 16 {
        magnitude as u8
    } else {
        let exponent = 31 - magnitude.leading_zeros() as i32 - 3;
        ((exponent << 4) | (magnitude >> (exponent - 1) & 15)) as u8
    };
    (sign | coded) ^ 0x55
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_a_round_trip() {
        for byte in 0..=255u8 {
            // Minus zero of µ-law has no sample of its own.
            if byte != 0x7f {
                assert_eq!(ulaw_encode(ulaw_decode(byte)), byte);
            }
            assert_eq!(alaw_encode(alaw_decode(byte)), byte, "{}", alaw_decode(byte));
        }
        for (sample, ulaw, alaw) in [(0i16, 0xff, 0xd5), (32767, 0x80, 0xaa), (-32768, 0x00, 0x2a), (1000, 0xce, 0xfa)]
        {
            assert_eq!((ulaw_encode(sample), alaw_encode(sample)), (ulaw, alaw), "{sample}");
        }
    }
}
