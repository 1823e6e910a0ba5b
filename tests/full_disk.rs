//! Nothing is lost when the disk is full or a write fails midway: the old content stays, half a copy does not, and what could
//! not be moved is still where it was.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Writes more than the folder takes, over files that have content. Run in the folder; the first argument is a folder with room.
const SCRIPT: &str = r#"
param([string] $Room, [switch] $Moves)
$big = Join-Path $Room big.txt
$line = 'x' * 99
function Test-Kept([string] $Name, [scriptblock] $Block) {
    $file = "$Name.txt"
    [IO.File]::WriteAllText((Join-Path $PWD $file), 'old')
    $Error.Clear()
    try { . $Block $file } catch { }
    $id = if ($Error.Count) { "$($Error[0].FullyQualifiedErrorId)" } else { 'no error' }
    "$Name $([IO.File]::ReadAllText((Join-Path $PWD $file)) -eq 'old') $id"
}
Test-Kept Set-Content { 1..5000 | ForEach-Object { $line } | Set-Content $args[0] 2>$null }
Test-Kept Out-File { 1..5000 | ForEach-Object { $line } | Out-File $args[0] }
Test-Kept Export-Csv { 1..5000 | ForEach-Object { [pscustomobject]@{ Line = $line } } | Export-Csv $args[0] }
Test-Kept Export-Clixml { 1..5000 | ForEach-Object { $line } | Export-Clixml $args[0] }
Test-Kept Copy-Item { Copy-Item $big $args[0] 2>$null }
Copy-Item $big new.txt 2>$null
"half a copy $(Test-Path new.txt)"
if ($Moves) {
    Move-Item $big moved.txt 2>$null
    "move $(Test-Path $big) $(Test-Path moved.txt) $($Error[0].FullyQualifiedErrorId)"
    Move-Item (Join-Path $Room folder) moved 2>$null
    "folder $(Test-Path (Join-Path $Room folder/inner/big.txt)) $(Test-Path moved)"
}
"left: $((Get-ChildItem -Force -Name | Sort-Object) -join ' ')"
"#;

const KEPT: &str = "\
Set-Content True ProviderContentWriteError,Microsoft.PowerShell.Commands.SetContentCommand
Out-File True System.IO.IOException,Microsoft.PowerShell.Commands.OutFileCommand
Export-Csv True System.IO.IOException,Microsoft.PowerShell.Commands.ExportCsvCommand
Export-Clixml True System.IO.IOException,Microsoft.PowerShell.Commands.ExportClixmlCommand
Copy-Item True CopyFileInfoItemIOError,Microsoft.PowerShell.Commands.CopyItemCommand
half a copy False
";

const LEFT: &str = "left: Copy-Item.txt Export-Clixml.txt Export-Csv.txt Out-File.txt Set-Content.txt\n";

struct Place {
    folder: PathBuf,
}

impl Place {
    fn new(name: &str) -> Place {
        let folder = std::env::temp_dir().join(format!("dialtone-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        for inner in ["small", "home", "room/folder/inner"] {
            std::fs::create_dir_all(folder.join(inner)).expect("a folder");
        }
        let text = "y".repeat(400_000);
        for file in ["room/big.txt", "room/folder/inner/big.txt"] {
            std::fs::write(folder.join(file), &text).expect("a file");
        }
        std::fs::write(folder.join("run.ps1"), SCRIPT).expect("the script");
        Place { folder }
    }

    /// Runs the script by a line of `sh`, in which `$1` is this folder and the rest of the arguments start the shell.
    fn run(&self, program: &[&str], line: &str, options: &[&str]) -> Output {
        let path = |inner: &str| self.folder.join(inner).display().to_string();
        Command::new(program[0])
            .args(&program[1..])
            .args(["-c", line, "sh"])
            .arg(&self.folder)
            .args([env!("CARGO_BIN_EXE_dialtone"), "-NoProfile", "-NonInteractive", "-File"])
            .args([path("run.ps1"), path("room")])
            .args(options)
            .env("DIALTONE_HOME", self.folder.join("home"))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("sh runs")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_limit_of_file_size_loses_nothing() {
    let place = Place::new("limit");
    // The signal that comes with the limit is ignored, so that the write itself fails.
    let line = "trap '' XFSZ; cd \"$1/small\"; shift; ulimit -f 100; exec \"$@\"";
    let output = place.run(&["sh"], line, &[]);
    assert_eq!(told(&output), format!("{KEPT}{LEFT}"));
}

#[test]
fn a_full_disk_loses_nothing() {
    let may_mount = Command::new("unshare")
        .args(["-rm", "sh", "-c", "mount -t tmpfs -o size=1m none /mnt"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !may_mount.is_ok_and(|s| s.success()) || Path::new("/mnt").read_dir().is_err() {
        println!("skipped: no file system may be mounted here");
        return;
    }
    let place = Place::new("full");
    let line = "mount -t tmpfs -o size=128k none \"$1/small\" && cd \"$1/small\" && shift && exec \"$@\"";
    let output = place.run(&["unshare", "-rm", "sh"], line, &["-Moves"]);
    let moved =
        "move True False MoveFileInfoItemIOError,Microsoft.PowerShell.Commands.MoveItemCommand\nfolder True False\n";
    assert_eq!(told(&output), format!("{KEPT}{moved}{LEFT}"));
}
