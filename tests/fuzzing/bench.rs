//! What targets run in: a runspace of the whole shell, a folder, and scripts that were parsed once.

#[path = "../../src/assembly.rs"]
#[allow(dead_code, reason = "the home is the tests' own")]
mod assembly;

use command::{Invoke, Session};
use engine::Runspace;
use std::collections::HashMap;
use std::path::PathBuf;
use values::Value;

fn home() -> PathBuf {
    std::env::temp_dir().join(format!("dialtone-fuzz-{}", std::process::id()))
}

pub struct Bench {
    pub runspace: Runspace,
    blocks: HashMap<&'static str, Value>,
    file: PathBuf,
}

fn runspace() -> Runspace {
    let assembly =
        shell::Assembly { sources: assembly::sources, providers: assembly::providers, home, views: assembly::views };
    shell::session_factory(assembly).make()
}

impl Bench {
    pub fn new() -> Bench {
        std::fs::create_dir_all(home()).expect("a folder");
        Bench { runspace: runspace(), blocks: HashMap::new(), file: home().join("input") }
    }

    /// Forgets what earlier cases left.
    pub fn refresh(&mut self) {
        self.runspace = runspace();
        self.blocks.clear();
    }

    /// Runs a script with the input as its argument; errors are what is expected.
    pub fn script(&mut self, text: &'static str, input: Value) {
        let runspace = &mut self.runspace;
        let block = self.blocks.entry(text).or_insert_with(|| {
            runspace.parse_script(text, None).unwrap_or_else(|_| panic!("the target's script is wrong: {text}"))
        });
        let how = Invoke { args: vec![input], ..Invoke::default() };
        // Refusals are right; falling over is not.
        let _ = runspace.invoke_script(&block.clone(), how);
    }

    /// The same with the name of a file that holds the input.
    pub fn file(&mut self, text: &'static str, extension: &str, input: &[u8]) {
        let path = self.file.with_extension(extension);
        std::fs::write(&path, input).expect("a file");
        self.script(text, Value::from(path.display().to_string()));
    }
}

/// Removes what the cases left.
pub fn clear() {
    let _ = std::fs::remove_dir_all(home());
}
