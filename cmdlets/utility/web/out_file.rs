//! Writing an answer to a file.

use std::io::Write;

use command::{Bound, Result, Session, file_exception};

use values::http::Response;
use values::http::Url;

/// Writes the content where `-OutFile` says; true when it was given.
pub fn save(session: &mut dyn Session, bound: &Bound, response: &Response) -> Result<bool> {
    let Some(given) = bound.str("OutFile") else { return Ok(false) };
    let mut path = session.file_path(&given)?;
    if path.is_dir() {
        let address = crate::web::run::address_text(session, &bound.value("Uri"))?;
        let url = Url::parse(&address).map_or_else(String::new, |u| u.path);
        path = path.join(url.rsplit('/').next().filter(|n| !n.is_empty()).unwrap_or("index.html"));
    }
    // The file is whole already.
    if bound.switch("Resume") && response.status == 416 {
        return Ok(true);
    }
    let appends = bound.switch("Resume") && response.status == 206;
    let opened = if appends {
        std::fs::OpenOptions::new().append(true).create(true).open(&path)
    } else {
        std::fs::File::create(&path)
    };
    opened.and_then(|mut f| f.write_all(&response.body)).or_else(|e| file_exception(&e, &path).throw())?;
    Ok(true)
}
