//! The Debian package, made of a stand-in for the program: what it holds and says of itself, as dpkg reads it.

use std::process::Command;

#[test]
fn the_debian_package_holds_program_manual_completions_and_copyright() {
    if !Command::new("dpkg-deb").arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: dpkg is not installed");
        return;
    }
    let folder = std::env::temp_dir().join(format!("dialtone-package-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let program = folder.join("program");
    std::fs::write(&program, "#!/bin/sh\n").expect("a program");
    let printed = |command: &mut Command| {
        let output = command.output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/package-deb");
    let made = printed(Command::new(script).arg(&program).arg(&folder));
    let package = made.lines().last().expect("the package's name");
    assert!(package.starts_with(&folder.display().to_string()), "{package}");
    let facts = printed(Command::new("dpkg-deb").args(["--field", package]));
    let version = concat!("Version: ", env!("CARGO_PKG_VERSION"));
    for fact in ["Package: dialtone", version, "Maintainer: ", "Depends: libc6"] {
        assert!(facts.contains(fact), "{fact} is missing in\n{facts}");
    }
    let held = printed(Command::new("dpkg-deb").args(["--contents", package]));
    for file in [
        "./usr/bin/dialtone",
        "./usr/share/man/man1/dialtone.1.gz",
        "./usr/share/bash-completion/completions/dialtone",
        "./usr/share/zsh/vendor-completions/_dialtone",
        "./usr/share/fish/vendor_completions.d/dialtone.fish",
        "./usr/share/doc/dialtone/copyright",
        "./usr/share/doc/dialtone/README.md",
        "./usr/share/dialtone/runbooks/um-deployment.ps1",
    ] {
        let line = held.lines().find(|line| line.ends_with(file));
        assert!(line.is_some_and(|line| line.contains("root/root")), "{file} is missing in\n{held}");
    }
    let _ = std::fs::remove_dir_all(&folder);
}
