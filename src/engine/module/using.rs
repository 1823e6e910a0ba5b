//! `using module`, `using namespace`, and where script classes are known.

use std::sync::Arc;

use language::Sym;
use language::ast::{Stmt, UsingKind};
use values::error::StackTrace;
use values::types::io::path::full;
use values::{ErrorCategory, Result, TypeRef, Value};

use super::Filters;
use super::manifest::Wanted;
use crate::code::Code;
use crate::runspace::{Parent, Runspace};

impl Runspace {
    /// A class or enumeration that scripts defined: of the scopes outward, of the running module, of the session.
    pub(crate) fn known_class(&self, name: Sym) -> Option<TypeRef> {
        let mut at = self.current;
        while let Some(frame) = self.frames.get(at) {
            if let Some(found) = frame.table.as_ref().and_then(|t| t.classes.lock().get(&name).copied()) {
                return Some(found);
            }
            if let Some(found) = frame.home.as_ref().and_then(|t| t.classes.lock().get(&name).copied()) {
                return Some(found);
            }
            match &frame.parent {
                Parent::Frame(parent) => at = *parent,
                Parent::Table(table) => {
                    let mut table = Some(table);
                    while let Some(t) = table {
                        if let Some(found) = t.classes.lock().get(&name).copied() {
                            return Some(found);
                        }
                        table = t.parent.as_ref();
                    }
                    break;
                }
            }
        }
        self.classes.get(&name).copied()
    }

    /// A class of a module is the module's; others are the session's.
    pub(crate) fn note_class(&mut self, name: Sym, ty: TypeRef) {
        let home = self.frame().and_then(|f| f.home.clone());
        match home.filter(|h| h.module.as_ref().is_some_and(|m| !m.path.as_str().starts_with("__DynamicModule_"))) {
            Some(home) => {
                home.classes.lock().insert(name, ty);
            }
            None => {
                self.classes.insert(name, ty);
            }
        }
    }

    /// The namespaces that the running source names with `using namespace`.
    pub(crate) fn namespaces(&self) -> Vec<String> {
        let Some(frame) = self.frame() else { return Vec::new() };
        let ast = &frame.code.ast;
        let of = |id: &language::ast::StmtId| match *ast.stmt(*id) {
            Stmt::Using(using) if using.kind == UsingKind::Namespace => using.name.and_then(|n| ast.string_value(n)),
            _ => None,
        };
        ast.stmts(ast.block(ast.root()).usings).iter().filter_map(of).map(|name| name.to_string()).collect()
    }

    /// `using module`: the module is imported, and its classes are known to the source.
    pub(crate) fn use_module(&mut self, code: &Arc<Code>, frame: usize, using: u16) -> Result<()> {
        let ast = code.ast.clone();
        let Stmt::Using(statement) = *ast.stmt(code.used_modules[using as usize]) else { return Ok(()) };
        let wanted = match (statement.name, statement.module) {
            (Some(name), _) => {
                Wanted { name: ast.string_value(name).unwrap_or_default().to_string(), ..Wanted::default() }
            }
            (None, Some(table)) => {
                let text = ast.expr_text(table).to_string();
                let table = self.read_data(&text, None, &[])?.unwrap_or(Value::Null);
                Wanted::of(&table)
            }
            (None, None) => return Ok(()),
        };
        // Relative paths are seen from the source's folder.
        let folder = ast.source().file().and_then(|f| std::path::Path::new(f).parent().map(|p| p.to_path_buf()));
        let wanted = match folder.filter(|_| wanted.name.contains(['/', '\\']) || wanted.name.ends_with("1")) {
            Some(folder) => {
                let path = full(&wanted.name.replace('\\', "/"), &folder.display().to_string());
                let path = std::fs::canonicalize(&path).map_or(path, |real| real.display().to_string());
                Wanted { name: path, ..wanted }
            }
            None => wanted,
        };
        let how = Filters { skips_names: true, ..Filters::default() };
        let table = match self.import_module(&wanted, &how)? {
            Ok(table) => table,
            Err(problems) => match problems.into_iter().next() {
                Some(first) => {
                    // It comes before the script begins, and so stands nowhere in it.
                    let mut data = first.data.lock();
                    data.category = ErrorCategory::InvalidOperation;
                    data.stack = Some(StackTrace::empty());
                    drop(data);
                    return Err(values::Flow::throw(first));
                }
                None => return Ok(()),
            },
        };
        let classes = table.classes.lock().clone();
        let nested = table.module.as_ref().map(|s| s.data.lock().nested.clone()).unwrap_or_default();
        let own = match self.scope_of(frame) {
            Some(at) => self.table_of(at),
            None => self.outer_table(frame),
        };
        own.classes.lock().extend(classes);
        for inner in nested {
            let classes = inner.classes.lock().clone();
            own.classes.lock().extend(classes);
        }
        Ok(())
    }
}
