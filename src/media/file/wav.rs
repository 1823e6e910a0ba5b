//! RIFF/WAVE: 16-bit PCM, µ-law and A-law; a writer whose file is valid at any moment.

use super::Sound;
use crate::codec::{alaw_decode, alaw_encode, ulaw_decode, ulaw_encode};
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

/// Sample format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WavFormat {
    Pcm16,
    ALaw,
    ULaw,
}

impl WavFormat {
    fn tag(self) -> u16 {
        match self {
            WavFormat::Pcm16 => 1,
            WavFormat::ALaw => 6,
            WavFormat::ULaw => 7,
        }
    }

    fn width(self) -> u32 {
        if self == WavFormat::Pcm16 { 2 } else { 1 }
    }

    fn encode(self, samples: &[i16], out: &mut Vec<u8>) {
        match self {
            WavFormat::Pcm16 => out.extend(samples.iter().flat_map(|s| s.to_le_bytes())),
            WavFormat::ALaw => out.extend(samples.iter().map(|s| alaw_encode(*s))),
            WavFormat::ULaw => out.extend(samples.iter().map(|s| ulaw_encode(*s))),
        }
    }
}

/// Why a file is no sound.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    #[error("not a RIFF/WAVE file")]
    NotWave,
    #[error("WAVE format tag 0x{0:04x} with {1} bits is not supported")]
    Format(u16, u16),
    #[error("file holds no sound")]
    Empty,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads a file from memory. A data chunk whose size was never written reaches to the end.
pub fn parse_wav(data: &[u8]) -> Result<Sound, WavError> {
    if data.len() < 12 || &data[..4] != b"RIFF" || &data[8..12] != b"WAVE" {
        return Err(WavError::NotWave);
    }
    let word = |at: usize| data.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]));
    let long = |at: usize| data.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let (mut tag, mut channels, mut rate, mut bits) = (0u16, 1u16, 8000u32, 16u16);
    let mut at = 12;
    while at + 8 <= data.len() {
        let size = long(at + 4) as usize;
        let body = at + 8;
        match &data[at..at + 4] {
            b"fmt " => {
                tag = word(body);
                channels = word(body + 2).max(1);
                rate = long(body + 4);
                bits = word(body + 14);
                if tag == 0xfffe {
                    tag = word(body + 24);
                }
            }
            b"data" => {
                let end = if size == 0 || size == u32::MAX as usize {
                    data.len()
                } else {
                    body.saturating_add(size).min(data.len())
                };
                let bytes = &data[body..end];
                let all: Vec<i16> = match (tag, bits) {
                    (1, 16) => bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect(),
                    (1, 8) => bytes.iter().map(|b| (i16::from(*b) - 128) << 8).collect(),
                    (6, 8) => bytes.iter().map(|b| alaw_decode(*b)).collect(),
                    (7, 8) => bytes.iter().map(|b| ulaw_decode(*b)).collect(),
                    _ => return Err(WavError::Format(tag, bits)),
                };
                let samples = if channels == 1 {
                    all
                } else {
                    let count = i32::from(channels);
                    all.chunks_exact(channels.into())
                        .map(|c| (c.iter().map(|s| i32::from(*s)).sum::<i32>() / count) as i16)
                        .collect()
                };
                return Ok(Sound { rate, samples });
            }
            _ => {}
        }
        at = body.saturating_add(size).saturating_add(size & 1);
    }
    Err(WavError::Empty)
}

/// Reads a file.
pub fn read_wav(path: &Path) -> Result<Sound, WavError> {
    parse_wav(&std::fs::read(path)?)
}

fn header(format: WavFormat, rate: u32, bytes: u32) -> Vec<u8> {
    let width = format.width();
    let mut out = Vec::with_capacity(44);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(36 + bytes).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16u32.to_le_bytes());
    out.extend_from_slice(&format.tag().to_le_bytes());
    out.extend_from_slice(&1u16.to_le_bytes());
    out.extend_from_slice(&rate.to_le_bytes());
    out.extend_from_slice(&(rate * width).to_le_bytes());
    out.extend_from_slice(&(width as u16).to_le_bytes());
    out.extend_from_slice(&(8 * width as u16).to_le_bytes());
    out.extend_from_slice(b"data");
    out.extend_from_slice(&bytes.to_le_bytes());
    out
}

/// A whole file in memory.
pub fn encode_wav(samples: &[i16], rate: u32, format: WavFormat) -> Vec<u8> {
    let mut out = header(format, rate, samples.len() as u32 * format.width());
    format.encode(samples, &mut out);
    out
}

/// Writes a file piece by piece. Sizes are put right each second, so that a crash loses one second at most.
#[derive(Debug)]
pub struct WavWriter {
    file: File,
    format: WavFormat,
    rate: u32,
    samples: u64,
    since_header: u64,
    buffer: Vec<u8>,
}

/// Bytes that wait for the disk: hundreds of messages may be recorded at once.
const BUFFER: usize = 4096;

impl WavWriter {
    /// Creates the file.
    pub fn create(path: &Path, rate: u32, format: WavFormat) -> io::Result<WavWriter> {
        let mut file = File::create(path)?;
        file.write_all(&header(format, rate, 0))?;
        Ok(WavWriter { file, format, rate, samples: 0, since_header: 0, buffer: Vec::with_capacity(BUFFER) })
    }

    /// Appends samples.
    pub fn write(&mut self, samples: &[i16]) -> io::Result<()> {
        self.format.encode(samples, &mut self.buffer);
        self.samples += samples.len() as u64;
        self.since_header += samples.len() as u64;
        if self.since_header >= u64::from(self.rate) {
            self.flush()?;
        } else if self.buffer.len() + 2 * std::mem::size_of_val(samples) > BUFFER {
            self.file.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Samples written.
    pub fn samples(&self) -> u64 {
        self.samples
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.buffer)?;
        self.buffer.clear();
        self.since_header = 0;
        let bytes = (self.samples * u64::from(self.format.width())).min(u64::from(u32::MAX) - 64) as u32;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header(self.format, self.rate, bytes))?;
        self.file.seek(SeekFrom::End(0))?;
        Ok(())
    }

    /// Cuts the file to so many samples, completes it and waits until it is on the disk.
    pub fn finish(mut self, keep: Option<u64>) -> io::Result<u64> {
        self.flush()?;
        if let Some(keep) = keep.filter(|k| *k < self.samples) {
            self.samples = keep;
            self.file.set_len(44 + keep * u64::from(self.format.width()))?;
            self.flush()?;
        }
        self.file.sync_all()?;
        Ok(self.samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_round_trip() {
        let samples: Vec<i16> = (0..500).map(|i| (i * 37 % 4000 - 2000) as i16).collect();
        for format in [WavFormat::Pcm16, WavFormat::ALaw, WavFormat::ULaw] {
            let sound = parse_wav(&encode_wav(&samples, 8000, format)).unwrap();
            assert_eq!((sound.rate, sound.samples.len()), (8000, 500));
            assert!(sound.samples.iter().zip(&samples).all(|(a, b)| (a - b).abs() < 100));
        }
        let whole = encode_wav(&samples, 8000, WavFormat::Pcm16);
        for cut in 0..whole.len() {
            let _ = parse_wav(&whole[..cut]);
        }
    }

    #[test]
    fn a_file_is_valid_while_it_grows() {
        let path = std::env::temp_dir().join(format!("dialtone-wav-{}.wav", std::process::id()));
        let mut writer = WavWriter::create(&path, 8000, WavFormat::Pcm16).unwrap();
        for _ in 0..101 {
            writer.write(&[7; 160]).unwrap();
        }
        assert!(read_wav(&path).unwrap().samples.len() >= 8000);
        assert_eq!(writer.finish(Some(16_000)).unwrap(), 16_000);
        assert_eq!(read_wav(&path).unwrap().samples.len(), 16_000);
        std::fs::remove_file(&path).unwrap();
    }
}
