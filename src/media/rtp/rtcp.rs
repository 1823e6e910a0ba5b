//! RTCP: sender and receiver reports with a CNAME.

use super::Statistics;

/// One report block received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Source the block is about.
    pub ssrc: u32,
    pub fraction_lost: u8,
    pub jitter: u32,
    /// Middle bits of the sender report it answers, and the delay since, in 1/65536 s.
    pub last_sr: u32,
    pub delay: u32,
}

/// Writes a compound packet: SR with one block, and SDES with the CNAME.
pub fn write_report(
    ssrc: u32,
    ntp: u64,
    timestamp: u32,
    packets: u32,
    octets: u32,
    cname: &str,
    heard: &mut Statistics,
    out: &mut Vec<u8>,
) {
    let block = heard.quality().packets > 0;
    let length: u16 = if block { 12 } else { 6 };
    out.extend_from_slice(&[0x80 | u8::from(block), 200]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&ssrc.to_be_bytes());
    out.extend_from_slice(&ntp.to_be_bytes());
    out.extend_from_slice(&timestamp.to_be_bytes());
    out.extend_from_slice(&packets.to_be_bytes());
    out.extend_from_slice(&octets.to_be_bytes());
    if block {
        out.extend_from_slice(&heard.ssrc().to_be_bytes());
        let lost = heard.lost().min(0x7f_ffff) as u32;
        out.extend_from_slice(&(u32::from(heard.fraction_lost()) << 24 | lost).to_be_bytes());
        out.extend_from_slice(&heard.highest().to_be_bytes());
        out.extend_from_slice(&heard.jitter().to_be_bytes());
        out.extend_from_slice(&[0; 8]);
    }
    let name = &cname.as_bytes()[..cname.len().min(255)];
    let items = 2 + name.len() + 1;
    let padded = items.div_ceil(4) * 4;
    out.extend_from_slice(&[0x81, 202]);
    out.extend_from_slice(&((1 + padded / 4) as u16).to_be_bytes());
    out.extend_from_slice(&ssrc.to_be_bytes());
    out.extend_from_slice(&[1, name.len() as u8]);
    out.extend_from_slice(name);
    out.resize(out.len() + padded - items + 1, 0);
}

/// Reads the report blocks of a compound packet.
pub fn parse_reports(mut data: &[u8]) -> Vec<Report> {
    let mut reports = Vec::new();
    while let Some(head) = data.first_chunk::<4>() {
        let length = 4 + usize::from(u16::from_be_bytes([head[2], head[3]])) * 4;
        if head[0] >> 6 != 2 || length > data.len() {
            break;
        }
        let at = match head[1] {
            200 => 28,
            201 => 8,
            _ => length,
        };
        let word =
            |block: &[u8], at: usize| block.get(at..at + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
        for block in data.get(at..length).unwrap_or(&[]).chunks_exact(24).take(usize::from(head[0] & 31)) {
            reports.push(Report {
                ssrc: word(block, 0),
                fraction_lost: block[4],
                jitter: word(block, 12),
                last_sr: word(block, 16),
                delay: word(block, 20),
            });
        }
        data = &data[length..];
    }
    reports
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtp::Header;

    #[test]
    fn reports_round_trip() {
        let mut heard = Statistics::default();
        for sequence in [1u16, 2, 4] {
            heard.count(&Header { sequence, ssrc: 9, ..Header::default() }, 0);
        }
        let mut out = Vec::new();
        write_report(5, 1, 2, 3, 4, "a@b", &mut heard, &mut out);
        assert_eq!(out.len() % 4, 0);
        let reports = parse_reports(&out);
        assert_eq!((reports.len(), reports[0].ssrc, reports[0].fraction_lost), (1, 9, 64));
        for cut in 0..out.len() {
            parse_reports(&out[..cut]);
        }
    }
}
