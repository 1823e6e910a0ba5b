//! RTP and RTCP (RFC 3550).

mod packet;
mod rtcp;
mod statistics;

pub use packet::{Header, parse, write};
pub use rtcp::{Report, parse_reports, write_report};
pub use statistics::{Quality, Statistics};
