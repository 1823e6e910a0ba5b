//! What a receiver knows about a stream (RFC 3550 A.1, A.3, A.8).

use super::Header;

/// Quality of a stream for the call record.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Quality {
    pub packets: u64,
    pub lost: u64,
    /// Interarrival jitter in milliseconds.
    pub jitter: f64,
    /// Share of packets lost, 0 to 1.
    pub loss: f64,
    /// Mean opinion score estimated from loss and jitter (E-model, G.711).
    pub nmos: f64,
}

/// Counters of one received stream.
#[derive(Debug, Default)]
pub struct Statistics {
    ssrc: u32,
    base: u32,
    highest: u32,
    received: u64,
    transit: Option<i64>,
    jitter: f64,
    expected_before: u64,
    received_before: u64,
}

impl Statistics {
    /// Counts a packet; `arrival` is in units of the media clock.
    pub fn count(&mut self, header: &Header, arrival: u32) {
        if self.received == 0 || header.ssrc != self.ssrc {
            *self = Statistics {
                ssrc: header.ssrc,
                base: header.sequence.into(),
                highest: header.sequence.into(),
                ..Statistics::default()
            };
        }
        let ahead = header.sequence.wrapping_sub(self.highest as u16) as i16;
        if ahead > 0 {
            self.highest = self.highest.wrapping_add(ahead as u32);
        }
        self.received += 1;
        let transit = i64::from(arrival) - i64::from(header.timestamp);
        if let Some(last) = self.transit.replace(transit) {
            let difference = (transit - last).unsigned_abs() as f64;
            if difference < 80_000.0 {
                self.jitter += (difference - self.jitter) / 16.0;
            }
        }
    }

    /// Source counted.
    pub fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// Highest sequence number with its cycles.
    pub fn highest(&self) -> u32 {
        self.highest
    }

    /// Jitter in units of the media clock.
    pub fn jitter(&self) -> u32 {
        self.jitter as u32
    }

    fn expected(&self) -> u64 {
        if self.received == 0 { 0 } else { u64::from(self.highest.wrapping_sub(self.base)) + 1 }
    }

    /// Packets lost so far.
    pub fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received)
    }

    /// Share lost since the last report, in 1/256.
    pub fn fraction_lost(&mut self) -> u8 {
        let expected = self.expected() - self.expected_before.min(self.expected());
        let received = self.received - self.received_before;
        self.expected_before = self.expected();
        self.received_before = self.received;
        if expected == 0 || received >= expected { 0 } else { ((expected - received) * 256 / expected).min(255) as u8 }
    }

    /// Figures for the call record.
    pub fn quality(&self) -> Quality {
        let expected = self.expected().max(1);
        let loss = self.lost() as f64 / expected as f64;
        let jitter = self.jitter / 8.0;
        // ITU-T G.107 with the impairments of packet loss for G.711 and a delay of the jitter buffer.
        let delay = 20.0 + jitter * 2.0;
        let impairment = 95.0 * loss * 100.0 / (loss * 100.0 + 25.1);
        let r = (93.2 - impairment - delay * 0.024).clamp(0.0, 100.0);
        let nmos = if self.received == 0 { 0.0 } else { 1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6 };
        Quality { packets: self.received, lost: self.lost(), jitter, loss, nmos }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_loss_over_a_wrap() {
        let mut statistics = Statistics::default();
        for index in 0..1000u32 {
            if index % 10 != 3 {
                let header =
                    Header { sequence: (65000 + index) as u16, timestamp: index * 160, ssrc: 1, ..Header::default() };
                statistics.count(&header, index * 160);
            }
        }
        let quality = statistics.quality();
        assert_eq!((quality.packets, quality.lost, statistics.jitter()), (900, 100, 0));
        assert!(quality.nmos < 3.5 && statistics.fraction_lost() == 25);
    }
}
