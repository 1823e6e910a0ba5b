//! Times and attributes of files.

use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::context::Context;
use crate::error::Result;
use crate::time::{DateTime, Kind};
use crate::types::fail;
use crate::types::system::date_time;
use crate::types::system::formatting::zone;
use crate::value::Value;

/// Which time of a file.
#[derive(Clone, Copy)]
pub enum Moment {
    Write,
    Access,
    Birth,
}

fn pick(data: &fs::Metadata, moment: Moment) -> SystemTime {
    let chosen = match moment {
        Moment::Write => data.modified(),
        Moment::Access => data.accessed(),
        Moment::Birth => data.created().or_else(|_| data.modified()),
    };
    chosen.unwrap_or(UNIX_EPOCH)
}

/// A time of a file as a DateTime; a file that is not there has the year 1601.
pub fn read(ctx: &dyn Context, path: &str, moment: Moment, is_local: bool) -> Value {
    let at = fs::metadata(path).or_else(|_| fs::symlink_metadata(path)).map(|d| pick(&d, moment));
    let date = match at {
        Ok(at) => {
            let since = at.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
            DateTime::from_unix(since.as_secs() as i64, since.subsec_nanos(), Kind::Utc)
        }
        Err(_) => DateTime::from_file_time_utc(0).unwrap_or(DateTime::MIN),
    };
    date_time::value(if is_local { date.to_local(&zone(ctx)) } else { date })
}

/// Sets a time of a file.
pub fn write(ctx: &dyn Context, path: &str, moment: Moment, value: &Value) -> Result<()> {
    let date = date_time::of(value);
    let utc = if date.kind() == Kind::Utc { date } else { date.to_universal(&zone(ctx)) };
    let ticks = utc.ticks() - 621_355_968_000_000_000;
    let at = UNIX_EPOCH + Duration::from_micros((ticks / 10).max(0) as u64);
    let times = match moment {
        Moment::Access => fs::FileTimes::new().set_accessed(at),
        _ => fs::FileTimes::new().set_modified(at),
    };
    fs::File::open(path).and_then(|f| f.set_times(times)).or_else(|e| fail::io(&e, path).throw())
}

/// System.IO.FileAttributes of a file.
pub fn attributes(path: &str, data: &fs::Metadata) -> i64 {
    let mut bits = 0;
    if data.permissions().readonly() {
        bits |= 1;
    }
    if super::path::file_name(path.trim_end_matches('/')).starts_with('.') {
        bits |= 2;
    }
    if data.is_dir() {
        bits |= 16;
    }
    if data.file_type().is_symlink() {
        bits |= 1024;
    }
    if bits == 0 { 128 } else { bits }
}

/// Takes or gives the right to write.
pub fn set_read_only(path: &str, is_read_only: bool) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let data = fs::metadata(path).or_else(|e| fail::io(&e, path).throw())?;
    let mode = data.permissions().mode();
    let mode = if is_read_only { mode & !0o222 } else { mode | 0o200 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).or_else(|e| fail::io(&e, path).throw())
}
