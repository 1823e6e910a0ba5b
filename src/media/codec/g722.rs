//! ITU-T G.722 at 64 kbit/s: sub-band ADPCM with a quadrature mirror filter.

const Q6: [i32; 32] = [
    0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339,
    1458, 1612, 1765, 1980, 2195, 2557, 2919, 0, 0,
];
const ILN: [u8; 32] = [
    0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5,
    4, 0,
];
const ILP: [u8; 32] = [
    0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34,
    33, 32, 0,
];
const WL: [i32; 8] = [-60, -30, 58, 172, 334, 538, 1198, 3042];
const RL42: [usize; 16] = [0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0];
const ILB: [i32; 32] = [
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025,
    3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
];
const QM4: [i32; 16] =
    [0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0];
const QM2: [i32; 4] = [-7408, -1616, 7408, 1616];
const QM6: [i32; 64] = [
    -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576,
    -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040,
    -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
    4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
];
const IHN: [u8; 3] = [0, 1, 0];
const IHP: [u8; 3] = [0, 3, 2];
const WH: [i32; 3] = [0, -214, 798];
const RH2: [usize; 4] = [2, 1, 2, 1];
const QMF: [i32; 12] = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];

fn saturate(value: i32) -> i32 {
    value.clamp(-32768, 32767)
}

#[derive(Debug, Clone, Default)]
struct Band {
    s: i32,
    sp: i32,
    sz: i32,
    r: [i32; 3],
    a: [i32; 3],
    ap: [i32; 3],
    p: [i32; 3],
    d: [i32; 7],
    b: [i32; 7],
    bp: [i32; 7],
    sg: [i32; 7],
    nb: i32,
    det: i32,
}

impl Band {
    fn with_det(det: i32) -> Band {
        Band { det, ..Band::default() }
    }

    /// Block 4 of the recommendation: reconstruction and adaptation of the predictor.
    fn adapt(&mut self, d: i32) {
        self.d[0] = d;
        self.r[0] = saturate(self.s + d);
        self.p[0] = saturate(self.sz + d);
        for i in 0..3 {
            self.sg[i] = self.p[i] >> 15;
        }
        let wd1 = saturate(self.a[1] << 2);
        let wd2 = (if self.sg[0] == self.sg[1] { -wd1 } else { wd1 }).min(32767);
        let wd3 = (wd2 >> 7) + if self.sg[0] == self.sg[2] { 128 } else { -128 } + ((self.a[2] * 32512) >> 15);
        self.ap[2] = wd3.clamp(-12288, 12288);
        self.sg[0] = self.p[0] >> 15;
        self.sg[1] = self.p[1] >> 15;
        let wd1 = if self.sg[0] == self.sg[1] { 192 } else { -192 };
        let wd2 = (self.a[1] * 32640) >> 15;
        self.ap[1] = saturate(wd1 + wd2);
        let wd3 = saturate(15360 - self.ap[2]);
        self.ap[1] = self.ap[1].clamp(-wd3, wd3);
        let wd1 = if d == 0 { 0 } else { 128 };
        self.sg[0] = d >> 15;
        for i in 1..7 {
            self.sg[i] = self.d[i] >> 15;
            let wd2 = if self.sg[i] == self.sg[0] { wd1 } else { -wd1 };
            let wd3 = (self.b[i] * 32640) >> 15;
            self.bp[i] = saturate(wd2 + wd3);
        }
        for i in (1..7).rev() {
            self.d[i] = self.d[i - 1];
            self.b[i] = self.bp[i];
        }
        for i in (1..3).rev() {
            self.r[i] = self.r[i - 1];
            self.p[i] = self.p[i - 1];
            self.a[i] = self.ap[i];
        }
        let wd1 = saturate(self.r[1] + self.r[1]);
        let wd1 = (self.a[1] * wd1) >> 15;
        let wd2 = saturate(self.r[2] + self.r[2]);
        let wd2 = (self.a[2] * wd2) >> 15;
        self.sp = saturate(wd1 + wd2);
        self.sz = 0;
        for i in (1..7).rev() {
            let wd1 = saturate(self.d[i] + self.d[i]);
            self.sz += (self.b[i] * wd1) >> 15;
        }
        self.sz = saturate(self.sz);
        self.s = saturate(self.sp + self.sz);
    }

    fn scale_low(&mut self, code: usize) {
        let wd = (self.nb * 127) >> 7;
        self.nb = (wd + WL[RL42[code]]).clamp(0, 18432);
        let wd1 = (self.nb >> 6 & 31) as usize;
        let wd2 = 8 - (self.nb >> 11);
        let wd3 = if wd2 < 0 { ILB[wd1] << -wd2 } else { ILB[wd1] >> wd2 };
        self.det = wd3 << 2;
    }

    fn scale_high(&mut self, code: usize) {
        let wd = (self.nb * 127) >> 7;
        self.nb = (wd + WH[RH2[code]]).clamp(0, 22528);
        let wd1 = (self.nb >> 6 & 31) as usize;
        let wd2 = 10 - (self.nb >> 11);
        let wd3 = if wd2 < 0 { ILB[wd1] << -wd2 } else { ILB[wd1] >> wd2 };
        self.det = wd3 << 2;
    }
}

/// Encoder state.
#[derive(Debug, Clone)]
pub struct G722Encoder {
    bands: [Band; 2],
    x: [i32; 24],
}

impl Default for G722Encoder {
    fn default() -> Self {
        G722Encoder { bands: [Band::with_det(32), Band::with_det(8)], x: [0; 24] }
    }
}

impl G722Encoder {
    /// Encodes two samples of 16 kHz into one byte.
    pub fn encode(&mut self, first: i16, second: i16) -> u8 {
        self.x.copy_within(2.., 0);
        self.x[22] = first.into();
        self.x[23] = second.into();
        let (mut odd, mut even) = (0, 0);
        for i in 0..12 {
            odd += self.x[2 * i] * QMF[i];
            even += self.x[2 * i + 1] * QMF[11 - i];
        }
        let low = (even + odd) >> 14;
        let high = (even - odd) >> 14;
        let band = &mut self.bands[0];
        let el = saturate(low - band.s);
        let wd = if el >= 0 { el } else { -(el + 1) };
        let mut i = 1;
        while i < 30 && wd >= (Q6[i] * band.det) >> 12 {
            i += 1;
        }
        let ilow = if el < 0 { ILN[i] } else { ILP[i] };
        let ril = usize::from(ilow >> 2);
        let dlow = (band.det * QM4[ril]) >> 15;
        band.scale_low(ril);
        band.adapt(dlow);
        let band = &mut self.bands[1];
        let eh = saturate(high - band.s);
        let wd = if eh >= 0 { eh } else { -(eh + 1) };
        let mih = if wd >= (564 * band.det) >> 12 { 2 } else { 1 };
        let ihigh = if eh < 0 { IHN[mih] } else { IHP[mih] };
        let dhigh = (band.det * QM2[usize::from(ihigh)]) >> 15;
        band.scale_high(usize::from(ihigh));
        band.adapt(dhigh);
        ihigh << 6 | ilow
    }
}

/// Decoder state.
#[derive(Debug, Clone)]
pub struct G722Decoder {
    bands: [Band; 2],
    x: [i32; 24],
}

impl Default for G722Decoder {
    fn default() -> Self {
        G722Decoder { bands: [Band::with_det(32), Band::with_det(8)], x: [0; 24] }
    }
}

impl G722Decoder {
    /// Decodes one byte into two samples of 16 kHz.
    pub fn decode(&mut self, code: u8) -> (i16, i16) {
        let band = &mut self.bands[0];
        let ilow = usize::from(code & 63);
        let rlow = (band.s + ((band.det * QM6[ilow]) >> 15)).clamp(-16384, 16383);
        let ril = ilow >> 2;
        let dlow = (band.det * QM4[ril]) >> 15;
        band.scale_low(ril);
        band.adapt(dlow);
        let band = &mut self.bands[1];
        let ihigh = usize::from(code >> 6);
        let dhigh = (band.det * QM2[ihigh]) >> 15;
        let rhigh = (dhigh + band.s).clamp(-16384, 16383);
        band.scale_high(ihigh);
        band.adapt(dhigh);
        self.x.copy_within(2.., 0);
        self.x[22] = rlow + rhigh;
        self.x[23] = rlow - rhigh;
        let (mut first, mut second) = (0, 0);
        for i in 0..12 {
            second += self.x[2 * i] * QMF[i];
            first += self.x[2 * i + 1] * QMF[11 - i];
        }
        (saturate(first >> 11) as i16, saturate(second >> 11) as i16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_band_survives() {
        let (mut encoder, mut decoder) = (G722Encoder::default(), G722Decoder::default());
        let tone: Vec<i16> = (0..3200).map(|i| (f64::sin(f64::from(i) * 0.3) * 8000.0) as i16).collect();
        let mut out = Vec::new();
        for pair in tone.chunks_exact(2) {
            let (a, b) = decoder.decode(encoder.encode(pair[0], pair[1]));
            out.extend([a, b]);
        }
        let best = (0..60)
            .map(|shift| {
                let (mut xy, mut xx, mut yy) = (0f64, 0f64, 0f64);
                for i in 800..3000 {
                    let (x, y) = (f64::from(tone[i]), f64::from(out[i + shift]));
                    xy += x * y;
                    xx += x * x;
                    yy += y * y;
                }
                xy / (xx * yy).sqrt()
            })
            .fold(f64::MIN, f64::max);
        assert!(best > 0.97, "{best}");
    }
}
