//! The ZIP format (APPNOTE 6.3): stored and deflated entries, written in one go and read by the central directory.

use std::io::{Read, Write};

use flate2::{Compression, Crc, read::DeflateDecoder, write::DeflateEncoder};

/// A file or folder of an archive; folders end in `/`.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub name: String,
    pub data: Vec<u8>,
    /// DOS time and date.
    pub stamp: (u16, u16),
}

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Names are UTF-8 (general purpose bit 11).
const UTF8_NAMES: u16 = 0x0800;

/// A DOS time and date of calendar parts; years before 1980 are 1980.
pub fn stamp((year, month, day): (i64, u16, u16), (hour, minute, second): (u16, u16, u16)) -> (u16, u16) {
    let years = u16::try_from((year - 1980).clamp(0, 127)).unwrap_or_default();
    ((hour << 11) | (minute << 5) | (second / 2), (years << 9) | (month << 5) | day)
}

fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn too_large(what: &str) -> std::io::Error {
    std::io::Error::other(format!("{what} is too large for a ZIP archive without extensions."))
}

fn deflated(data: &[u8], level: u32) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(data)?;
    encoder.finish()
}

/// The content of an entry as an archive stores it.
pub fn packed(data: &[u8]) -> Vec<u8> {
    deflated(data, 6).unwrap_or_default()
}

/// The bytes of an archive. `level`: 0 stores, 1 is fast, 6 is thorough.
pub fn write(entries: &[Entry], level: u32) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    let count = u16::try_from(entries.len()).map_err(|_| too_large("The number of entries"))?;
    for entry in entries {
        let mut crc = Crc::new();
        crc.update(&entry.data);
        let is_stored = level == 0 || entry.data.is_empty();
        let packed = if is_stored { entry.data.clone() } else { deflated(&entry.data, level)? };
        let size = u32::try_from(entry.data.len()).map_err(|_| too_large(&entry.name))?;
        let packed_size = u32::try_from(packed.len()).map_err(|_| too_large(&entry.name))?;
        let offset = u32::try_from(out.len()).map_err(|_| too_large("The archive"))?;
        let name_size = u16::try_from(entry.name.len()).map_err(|_| too_large(&entry.name))?;
        let facts = |target: &mut Vec<u8>| {
            put16(target, 20);
            put16(target, UTF8_NAMES);
            put16(target, if is_stored { 0 } else { 8 });
            put16(target, entry.stamp.0);
            put16(target, entry.stamp.1);
            put32(target, crc.sum());
            put32(target, packed_size);
            put32(target, size);
            put16(target, name_size);
            put16(target, 0);
        };
        put32(&mut out, LOCAL);
        facts(&mut out);
        out.extend_from_slice(entry.name.as_bytes());
        out.extend_from_slice(&packed);
        put32(&mut directory, CENTRAL);
        put16(&mut directory, 20);
        facts(&mut directory);
        // Comment, disk, attributes.
        put16(&mut directory, 0);
        put16(&mut directory, 0);
        put16(&mut directory, 0);
        put32(&mut directory, if entry.name.ends_with('/') { 0x10 } else { 0 });
        put32(&mut directory, offset);
        directory.extend_from_slice(entry.name.as_bytes());
    }
    let start = u32::try_from(out.len()).map_err(|_| too_large("The archive"))?;
    let size = u32::try_from(directory.len()).map_err(|_| too_large("The archive"))?;
    out.extend_from_slice(&directory);
    put32(&mut out, END);
    put32(&mut out, 0);
    put16(&mut out, count);
    put16(&mut out, count);
    put32(&mut out, size);
    put32(&mut out, start);
    put16(&mut out, 0);
    Ok(out)
}

fn bad(why: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, why.to_string())
}

fn get16(bytes: &[u8], at: usize) -> std::io::Result<u16> {
    let part = bytes.get(at..at + 2).ok_or_else(|| bad("The archive ends too early."))?;
    Ok(u16::from_le_bytes([part[0], part[1]]))
}

fn get32(bytes: &[u8], at: usize) -> std::io::Result<u32> {
    let part = bytes.get(at..at + 4).ok_or_else(|| bad("The archive ends too early."))?;
    Ok(u32::from_le_bytes([part[0], part[1], part[2], part[3]]))
}

/// The entries of an archive, unpacked and checked.
pub fn read(bytes: &[u8]) -> std::io::Result<Vec<Entry>> {
    let end = (0..bytes.len().saturating_sub(21))
        .rev()
        .find(|at| get32(bytes, *at).is_ok_and(|mark| mark == END))
        .ok_or_else(|| bad("End of Central Directory record could not be found."))?;
    let count = get16(bytes, end + 10)?;
    let mut at = get32(bytes, end + 16)? as usize;
    let mut entries = Vec::with_capacity(count as usize);
    for _ in 0..count {
        if get32(bytes, at)? != CENTRAL {
            return Err(bad("The central directory is corrupt."));
        }
        let method = get16(bytes, at + 10)?;
        let stamp = (get16(bytes, at + 12)?, get16(bytes, at + 14)?);
        let sum = get32(bytes, at + 16)?;
        let (packed_size, size) = (get32(bytes, at + 20)? as usize, get32(bytes, at + 24)? as usize);
        let (name_size, extra, comment) =
            (get16(bytes, at + 28)? as usize, get16(bytes, at + 30)? as usize, get16(bytes, at + 32)? as usize);
        let offset = get32(bytes, at + 42)? as usize;
        let name = bytes.get(at + 46..at + 46 + name_size).ok_or_else(|| bad("The archive ends too early."))?;
        let name = String::from_utf8_lossy(name).replace('\\', "/");
        let start = offset + 30 + get16(bytes, offset + 26)? as usize + get16(bytes, offset + 28)? as usize;
        let packed = bytes.get(start..start + packed_size).ok_or_else(|| bad("The archive ends too early."))?;
        let mut data = Vec::new();
        match method {
            0 => data.extend_from_slice(packed),
            8 => {
                DeflateDecoder::new(packed).take(size as u64 + 1).read_to_end(&mut data)?;
            }
            _ => return Err(bad("The archive entry was compressed using an unsupported compression method.")),
        }
        let mut crc = Crc::new();
        crc.update(&data);
        if data.len() != size || crc.sum() != sum {
            return Err(bad("The archive entry is corrupt."));
        }
        entries.push(Entry { name, data, stamp });
        at += 46 + name_size + extra + comment;
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let entry = |name: &str, data: &[u8]| Entry {
            name: name.into(),
            data: data.to_vec(),
            stamp: stamp((2024, 2, 29), (13, 5, 6)),
        };
        let entries = vec![entry("a/", b""), entry("a/ü.txt", &b"text ".repeat(500)), entry("empty", b"")];
        for level in [0, 1, 6] {
            let bytes = write(&entries, level).expect("an archive");
            assert_eq!(read(&bytes).expect("its entries"), entries, "{level}");
        }
        assert!(read(b"no archive").is_err());
    }
}
