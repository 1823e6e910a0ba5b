//! System.IO.Compression: GZipStream, DeflateStream, ZLibStream and BrotliStream's absence.

use std::io::Read;

use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder, GzEncoder, MultiGzDecoder, ZlibDecoder, ZlibEncoder};

use super::stream::{Code, Coded};
use crate::error::Result;
use crate::types::{Behaviour, Call, TypeDef, fail, hold};

/// flate2's level of a System.IO.Compression.CompressionLevel.
pub fn level(n: i64) -> Compression {
    Compression::new(match n {
        1 => 1,
        2 => 0,
        3 => 9,
        _ => 6,
    })
}

fn all(mut source: impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match source.read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(_) => {
            let text = "The archive entry was compressed using an unsupported compression method.";
            fail::named("System.IO.InvalidDataException", text).throw()
        }
    }
}

fn open(c: &mut Call<'_>) -> Result {
    let base = c.arg(0).clone();
    if base.is_null() {
        return fail::null("stream").throw();
    }
    // A level means writing; a mode says which of both.
    let writes = c.place("mode").is_none_or(|at| c.long(at) == 1);
    let level = level(c.named_int("compressionLevel").unwrap_or(0));
    let leaves_open = c.place("leaveOpen").is_some_and(|at| c.bool(at));
    let code: Code = match (c.ty.name(), writes) {
        ("System.IO.Compression.GZipStream", true) => Box::new(move |b| all(GzEncoder::new(b, level))),
        ("System.IO.Compression.GZipStream", false) => Box::new(|b| all(MultiGzDecoder::new(b))),
        ("System.IO.Compression.ZLibStream", true) => Box::new(move |b| all(ZlibEncoder::new(b, level))),
        ("System.IO.Compression.ZLibStream", false) => Box::new(|b| all(ZlibDecoder::new(b))),
        (_, true) => Box::new(move |b| all(DeflateEncoder::new(b, level))),
        (_, false) => Box::new(|b| all(DeflateDecoder::new(b))),
    };
    Ok(hold(c.ty, Coded::over(base, code, writes, leaves_open)))
}

const MEMBERS: &[(&str, Behaviour)] = &[("new", |c| open(c))];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.IO.Compression.GZipStream", like: &["System.IO.Stream"], members: MEMBERS },
    TypeDef { name: "System.IO.Compression.DeflateStream", like: &["System.IO.Stream"], members: MEMBERS },
    TypeDef { name: "System.IO.Compression.ZLibStream", like: &["System.IO.Stream"], members: MEMBERS },
];

/// What reading of a damaged archive throws.
pub fn invalid_data<T>(text: impl Into<String>) -> Result<T> {
    fail::named("System.IO.InvalidDataException", text).throw()
}
