//! Copy-Item -ToSession and -FromSession: files in pieces, through commands that run on the other side.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use command::{Bound, ErrorCategory, Invoke, Result, Session, Str, Value};

use crate::item::targets::{given, resolved};

/// Puts a piece into a file, beginning it anew with the first.
const PUT: &str = "param($Path, $IsFirst, $Text)
$bytes = [System.Convert]::FromBase64String($Text)
if ($IsFirst) { [System.IO.File]::WriteAllBytes($Path, $bytes) } else { Add-Content -LiteralPath $Path -Value $bytes -AsByteStream }";
/// Where an item comes to lie: inside a folder that exists, else under the new name.
const LANDING: &str = "param($Path, $Leaf)
$full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
if (Test-Path -LiteralPath $full -PathType Container) { [System.IO.Path]::Combine($full, $Leaf) } else { $full }";
const FOLDER: &str = "param($Path) $null = [System.IO.Directory]::CreateDirectory($Path)";
/// What is copied: path, whether it is a folder, its path below the first.
const LIST: &str = "param($Path, $IsLiteral, $Recurse)
$items = if ($IsLiteral) { Get-Item -LiteralPath $Path -ErrorAction Stop } else { Get-Item -Path $Path -ErrorAction Stop }
foreach ($item in $items) {
    \"$([int] $item.PSIsContainer)|$($item.Name)|$($item.FullName)\"
    if ($item.PSIsContainer -and $Recurse) {
        $length = $item.FullName.TrimEnd('/').Length + 1
        foreach ($below in Get-ChildItem -LiteralPath $item.FullName -Recurse -Force) {
            \"$([int] $below.PSIsContainer)|$($item.Name)/$($below.FullName.Substring($length))|$($below.FullName)\"
        }
    }
}";
/// The next piece of a file.
const GET: &str = "param($Path, $At, $Count)
$stream = [System.IO.File]::OpenRead($Path)
try {
    $null = $stream.Seek($At, 'Begin')
    $bytes = [byte[]]::new($Count)
    $read = $stream.Read($bytes, 0, $Count)
    [System.Convert]::ToBase64String($bytes, 0, $read)
} finally { $stream.Dispose() }";
/// Bytes of a piece.
const PIECE: usize = 512 << 10;

/// Runs a script in the session.
fn there(session: &mut dyn Session, target: &Value, script: &str, args: Vec<Value>) -> Result<Vec<Value>> {
    let block = session.parse_script(script, None)?;
    let caller = session.parse_script(
        "param($Session, $Block, $Arguments) Invoke-Command -Session $Session -ScriptBlock $Block -ArgumentList $Arguments -ErrorAction Stop",
        None,
    )?;
    let args = vec![target.clone(), block, Value::array(args)];
    session.invoke_script(&caller, Invoke { args, ..Invoke::default() })
}

fn text(values: &[Value]) -> String {
    values.first().map(values::convert::to_display).unwrap_or_default()
}

/// Copies as the parameters say.
pub fn copy(session: &mut dyn Session, bound: &Bound) -> Result<()> {
    for name in ["Filter", "Include", "Exclude", "PassThru", "Credential"] {
        if bound.has(name) {
            return command::error_of(
                "CopyItemSessionParameterNotSupported",
                ErrorCategory::NotImplemented,
                format!("-{name} is not supported for copies to or from a session."),
            );
        }
    }
    let (paths, is_literal) = given(bound);
    let to = bound.str("Destination").filter(|d| !d.is_empty()).unwrap_or_else(|| Str::from("."));
    for path in paths {
        match bound.has("ToSession") {
            true => send(session, bound, (&path, is_literal), &to)?,
            false => fetch(session, bound, (&path, is_literal), &to)?,
        }
    }
    Ok(())
}

fn send(session: &mut dyn Session, bound: &Bound, (path, is_literal): (&Str, bool), to: &Str) -> Result<()> {
    let target = bound.value("ToSession");
    for source in resolved(session, path, is_literal, bound.switch("Force"))? {
        let source = PathBuf::from(source.path.as_str());
        let leaf = source.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let args = vec![Value::Str(to.clone()), Value::from(leaf)];
        let landing = text(&there(session, &target, LANDING, args)?);
        if !session.should_process(&landing, "Copy File")? {
            continue;
        }
        send_item(session, &target, &source, &landing, bound.switch("Recurse"))?;
    }
    Ok(())
}

fn failed(error: &std::io::Error, path: &Path) -> Box<values::Flow> {
    match command::file_exception(error, path).throw::<()>() {
        Err(flow) => flow,
        Ok(()) => Box::new(values::Flow::Stopped),
    }
}

fn send_item(session: &mut dyn Session, target: &Value, source: &Path, landing: &str, recurse: bool) -> Result<()> {
    if source.is_dir() {
        there(session, target, FOLDER, vec![Value::from(landing)])?;
        if !recurse {
            return Ok(());
        }
        let mut below: Vec<PathBuf> =
            std::fs::read_dir(source).map_err(|e| failed(&e, source))?.flatten().map(|e| e.path()).collect();
        below.sort();
        for item in below {
            let name = item.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            send_item(session, target, &item, &format!("{landing}/{name}"), true)?;
        }
        return Ok(());
    }
    let bytes = values::stop::read(source).map_err(|e| failed(&e, source))?;
    let pieces: Vec<&[u8]> = if bytes.is_empty() { vec![&[]] } else { bytes.chunks(PIECE).collect() };
    for (at, piece) in pieces.into_iter().enumerate() {
        let args = vec![Value::from(landing), Value::Bool(at == 0), Value::from(STANDARD.encode(piece))];
        there(session, target, PUT, args)?;
    }
    Ok(())
}

fn fetch(session: &mut dyn Session, bound: &Bound, (path, is_literal): (&Str, bool), to: &Str) -> Result<()> {
    let target = bound.value("FromSession");
    let to = PathBuf::from(session.provider_path(to)?.path.as_str());
    let args = vec![Value::Str(path.clone()), Value::Bool(is_literal), Value::Bool(bound.switch("Recurse"))];
    let is_folder = to.is_dir();
    for line in there(session, &target, LIST, args)? {
        let line = values::convert::to_display(&line);
        let mut parts = line.splitn(3, '|');
        let (kind, name, full) = (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        // What comes from there stays below the destination.
        if name.split('/').any(|part| part == "..") {
            continue;
        }
        let below = if is_folder { Some(name) } else { name.split_once('/').map(|(_, rest)| rest) };
        let local = below.map_or_else(|| to.clone(), |below| to.join(below));
        if !session.should_process(&local.display().to_string(), "Copy File")? {
            continue;
        }
        if kind == Some("1") {
            std::fs::create_dir_all(&local).map_err(|e| failed(&e, &local))?;
            continue;
        }
        let mut bytes = Vec::new();
        loop {
            let args = vec![Value::from(full), Value::I64(bytes.len() as i64), Value::I32(PIECE as i32)];
            let piece = STANDARD.decode(text(&there(session, &target, GET, args)?)).unwrap_or_default();
            bytes.extend_from_slice(&piece);
            if piece.len() < PIECE {
                break;
            }
        }
        std::fs::write(&local, bytes).map_err(|e| failed(&e, &local))?;
    }
    Ok(())
}
