//! The RTP header.

/// Fields of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Header {
    pub marker: bool,
    pub payload_type: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
}

/// Reads a packet: header and payload; `None` when it is no RTP.
pub fn parse(data: &[u8]) -> Option<(Header, &[u8])> {
    let fixed = data.first_chunk::<12>()?;
    if fixed[0] >> 6 != 2 {
        return None;
    }
    let mut at = 12 + usize::from(fixed[0] & 15) * 4;
    if fixed[0] & 0x10 != 0 {
        let length = data.get(at + 2..at + 4)?;
        at += 4 + usize::from(u16::from_be_bytes([length[0], length[1]])) * 4;
    }
    let mut end = data.len();
    if fixed[0] & 0x20 != 0 {
        end = end.checked_sub(usize::from(*data.last()?))?;
    }
    let header = Header {
        marker: fixed[1] & 0x80 != 0,
        payload_type: fixed[1] & 0x7f,
        sequence: u16::from_be_bytes([fixed[2], fixed[3]]),
        timestamp: u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
        ssrc: u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]),
    };
    Some((header, data.get(at..end)?))
}

/// Appends a header.
pub fn write(header: &Header, out: &mut Vec<u8>) {
    out.push(0x80);
    out.push(u8::from(header.marker) << 7 | header.payload_type & 0x7f);
    out.extend_from_slice(&header.sequence.to_be_bytes());
    out.extend_from_slice(&header.timestamp.to_be_bytes());
    out.extend_from_slice(&header.ssrc.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_and_refuses_rubbish() {
        let header = Header { marker: true, payload_type: 101, sequence: 65535, timestamp: 7, ssrc: 0xdead_beef };
        let mut data = Vec::new();
        write(&header, &mut data);
        data.extend_from_slice(b"abc");
        assert_eq!(parse(&data), Some((header, &b"abc"[..])));
        for bad in [
            &data[..11],
            &[0u8; 20][..],
            &[0xb0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff][..],
            &[0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 99][..],
        ] {
            assert_eq!(parse(bad), None);
        }
    }
}
