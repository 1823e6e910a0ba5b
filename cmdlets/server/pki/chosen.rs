//! What the PKI commands have in common: certificates given as objects, paths of the certificate drive or thumbprints, and files.

use std::path::{Path, PathBuf};

use command::{Result, Value};
use directory::{Fault, Work, certificate};
use store::Object;
use values::convert::to_display;
use values::types::security::certificate::bytes_of;

/// A refusal of the cryptographic services.
pub(super) fn refuse(text: impl Into<String>) -> Fault {
    Fault::new("CryptographicException", "CryptographicException", command::ErrorCategory::NotSpecified, text)
}

/// The thumbprint that a value means.
fn thumbprint(value: &Value) -> String {
    if let Some(der) = bytes_of(value) {
        return certificate::thumbprint(&der);
    }
    let own = value.as_object().and_then(|o| o.get("Thumbprint")).map(|t| to_display(&t).to_string());
    let text = own.unwrap_or_else(|| to_display(value).to_string());
    text.rsplit(['\\', '/']).next().unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect()
}

/// The stored certificate that a value means.
pub(super) fn stored(work: &Work, value: &Value) -> std::result::Result<Object, Fault> {
    let thumbprint = thumbprint(value);
    let found = work.directory.store.read(|reader| Ok(certificate::find(reader, &thumbprint)))??;
    found.ok_or_else(|| {
        let text = format!("Cannot find path '{}' because it does not exist.", to_display(value));
        Fault::new("ItemNotFoundException", "PathNotFound", command::ErrorCategory::ObjectNotFound, text)
            .at(&thumbprint)
    })
}

/// A stored certificate as the object of .NET.
pub(super) fn shown(object: &Object) -> std::result::Result<Value, Fault> {
    certificate::value(object).ok_or_else(|| refuse(format!("The certificate {} can't be read.", object.name)))
}

/// A store of the certificate drive: `Cert:\\LocalMachine\\My`.
pub(super) fn location(work: &Work) -> std::result::Result<String, Fault> {
    let text = directory::verb::text(work, "CertStoreLocation");
    if text.is_empty() {
        return Ok("LocalMachine\\My".to_owned());
    }
    let inner =
        text.split_once(':').filter(|(drive, _)| drive.eq_ignore_ascii_case("cert")).map_or(&*text, |(_, rest)| rest);
    let inner = inner.trim_start_matches(['\\', ':', '/']).replace('/', "\\");
    let is_store =
        ["LocalMachine\\", "CurrentUser\\"].iter().any(|p| inner.to_lowercase().starts_with(&p.to_lowercase()));
    match is_store {
        true => Ok(inner),
        false => {
            let text = format!("\"{text}\" is no store of certificates: use a path such as Cert:\\LocalMachine\\My.");
            Err(Fault::argument("CertStoreLocation", text))
        }
    }
}

/// The file that a parameter names, which must be there.
pub(super) fn read(work: &mut Work) -> Result<std::result::Result<Vec<u8>, Fault>> {
    let name = directory::verb::text(work, "FilePath");
    let path = work.session.file_path(&name)?;
    Ok(std::fs::read(&path).map_err(|_| {
        let text = format!("The system cannot find the file specified. ({})", path.display());
        Fault::new("FileNotFoundException", "FileNotFound", command::ErrorCategory::ObjectNotFound, text).at(&name)
    }))
}

/// Writes the file that FilePath names; one that is there stays when that is wanted.
pub(super) fn write(work: &mut Work, bytes: &[u8]) -> Result<()> {
    let name = directory::verb::text(work, "FilePath");
    let path: PathBuf = work.session.file_path(&name)?;
    if path.exists() && work.bound.switch("NoClobber") {
        return work.fail(&exists(&path));
    }
    let written = match path.metadata() {
        Ok(known) if known.permissions().readonly() && work.bound.switch("Force") => {
            std::fs::remove_file(&path).and_then(|()| std::fs::write(&path, bytes))
        }
        _ => std::fs::write(&path, bytes),
    };
    match written {
        Ok(()) => work.session.write(values::types::io::info::file(&path.display().to_string())),
        Err(error) => work.fail(&refuse(format!("{}: {error}", path.display())).at(&name)),
    }
}

fn exists(path: &Path) -> Fault {
    let text = format!("The file '{}' already exists.", path.display());
    Fault::new("IOException", "FileExists", command::ErrorCategory::ResourceExists, text)
        .at(&path.display().to_string())
}
