//! Get-FileHash.

use std::io::Read;
use std::path::Path;

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, NativeObject, Result, Session, Str, TypeRef, Value,
    file_exception,
};
use sha2::Digest;
use values::members;

pub static COMMAND: Command = Command { name: "Get-FileHash", create: || Box::new(GetFileHash) };

struct GetFileHash;

impl Cmdlet for GetFileHash {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let algorithm = bound.str("Algorithm").map_or_else(|| "SHA256".to_string(), |a| a.to_uppercase());
        if bound.has("InputStream") {
            let stream = bound.value("InputStream");
            let bytes = read_stream(session, &stream)?;
            return session.write(info(&algorithm, &hash(&algorithm, &mut bytes.as_slice()).unwrap_or_default(), None));
        }
        let is_literal = bound.has("LiteralPath");
        for given in bound.strings(if is_literal { "LiteralPath" } else { "Path" }) {
            let found = if is_literal {
                vec![session.file_path(&given)?]
            } else {
                match crate::input::files(session, &given, false) {
                    Ok(found) => found,
                    Err(flow) => match *flow {
                        values::Flow::Throw(record) => {
                            session.write_error(record)?;
                            continue;
                        }
                        other => return Err(Box::new(other)),
                    },
                }
            };
            for path in found {
                one(session, &given, &path, &algorithm)?;
            }
        }
        Ok(())
    }
}

fn one(session: &mut dyn Session, given: &str, path: &Path, algorithm: &str) -> Result<()> {
    let shown = path.display().to_string();
    if !path.exists() {
        return session.write_error(ErrorRecord::simple(
            TypeRef::ITEM_NOT_FOUND_EXCEPTION,
            format!("Cannot find path '{shown}' because it does not exist."),
            "FileNotFound",
            ErrorCategory::ObjectNotFound,
            Value::from(given),
        ));
    }
    let hashed = if path.is_dir() {
        Err(std::io::ErrorKind::IsADirectory.into())
    } else {
        values::stop::open(path).and_then(|mut file| hash(algorithm, &mut file))
    };
    match hashed {
        Ok(text) => session.write(info(algorithm, &text, Some(&shown))),
        Err(e) => {
            let exception = file_exception(&e, path);
            let id = if exception.ty == TypeRef::UNAUTHORIZED_ACCESS_EXCEPTION {
                "UnauthorizedAccessError"
            } else {
                "FileReadError"
            };
            let record =
                ErrorRecord::new(std::sync::Arc::new(exception), id, ErrorCategory::InvalidData, Value::from(shown));
            session.write_error(std::sync::Arc::new(record))
        }
    }
}

fn info(algorithm: &str, hash: &str, path: Option<&str>) -> Value {
    NativeObject::of(
        "Microsoft.PowerShell.Commands.FileHashInfo",
        vec![("Algorithm", Value::from(algorithm)), ("Hash", Value::from(hash)), ("Path", path.map(Str::from).into())],
    )
}

fn hash(algorithm: &str, source: &mut dyn Read) -> std::io::Result<String> {
    fn run<D: Digest>(source: &mut dyn Read) -> std::io::Result<String> {
        let mut digest = D::new();
        let mut buffer = vec![0u8; 1 << 16];
        loop {
            values::stop::check_reading()?;
            let count = source.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            digest.update(&buffer[..count]);
        }
        Ok(digest.finalize().iter().map(|b| format!("{b:02X}")).collect())
    }
    match algorithm {
        "MD5" => run::<md5::Md5>(source),
        "SHA1" => run::<sha1::Sha1>(source),
        "SHA384" => run::<sha2::Sha384>(source),
        "SHA512" => run::<sha2::Sha512>(source),
        _ => run::<sha2::Sha256>(source),
    }
}

/// The bytes of a stream object, read by its own methods.
fn read_stream(session: &mut dyn Session, stream: &Value) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let one = members::call(session, stream, "ReadByte", &[])?;
        match one.as_i64().and_then(|n| u8::try_from(n).ok()) {
            Some(byte) => bytes.push(byte),
            None => return Ok(bytes),
        }
    }
}
