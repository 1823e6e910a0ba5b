//! Variables, functions and aliases by name and scope.

use std::sync::Arc;

use command::{AliasInfo, CommandInfo, Scope, VariableInfo, VariableOptions};
use language::Sym;
use values::object::ForeignRef;
use values::{ErrorCategory, Exception, Result, Str, TypeRef, Value};

use crate::errors;
use crate::runspace::{FrameKind, Parent, Runspace};
use crate::scope::{ScopeTable, Variable};

/// Variables that are computed when they are asked for, with their options.
const COMPUTED: &[(&str, VariableOptions)] = &[
    ("?", VariableOptions(VariableOptions::READ_ONLY.0 | VariableOptions::ALL_SCOPE.0)),
    ("ExecutionContext", VariableOptions(VariableOptions::CONSTANT.0 | VariableOptions::ALL_SCOPE.0)),
    ("Host", VariableOptions(VariableOptions::CONSTANT.0 | VariableOptions::ALL_SCOPE.0)),
    ("MyInvocation", VariableOptions::NONE),
    ("PSVersionTable", VariableOptions(VariableOptions::CONSTANT.0 | VariableOptions::ALL_SCOPE.0)),
    ("PWD", VariableOptions::NONE),
];

/// Variables that the running code has of its own, or that are no variables of a scope at all.
const AUTOMATIC: &[&str] = &["$", "^", "args", "input", "null", "PSBoundParameters", "PSCommandPath", "PSScriptRoot"];

impl Runspace {
    /// The frame or table of a scope.
    fn scope_place(&mut self, scope: Scope) -> Place {
        match scope {
            Scope::Global => Place::Table(self.global.clone()),
            Scope::Script => self.script_place(),
            Scope::Number(n) => self.numbered_place(n),
            _ => match self.scope_frame() {
                Some(frame) => Place::Frame(frame),
                None => Place::Table(self.outer_table(self.current)),
            },
        }
    }

    fn script_place(&mut self) -> Place {
        let mut at = self.current;
        loop {
            let Some(f) = self.frames.get(at) else { return Place::Table(self.global.clone()) };
            if f.kind == FrameKind::Script {
                return Place::Frame(at);
            }
            match f.parent.clone() {
                Parent::Frame(parent) => at = parent,
                Parent::Table(table) => return Place::Table(table),
            }
        }
    }

    fn numbered_place(&mut self, n: u32) -> Place {
        let Some(mut at) = self.scope_frame() else { return Place::Table(self.global.clone()) };
        for _ in 0..n {
            match self.frames[at].parent.clone() {
                Parent::Frame(parent) => match self.scope_of(parent) {
                    Some(frame) => at = frame,
                    None => return Place::Table(self.outer_table(parent)),
                },
                Parent::Table(table) => return Place::Table(table),
            }
        }
        Place::Frame(at)
    }

    /// How many scopes there are from the present one to the global one, both included.
    pub(super) fn scope_count(&mut self) -> u32 {
        let Some(mut at) = self.scope_frame() else { return 1 };
        let mut count = 1;
        loop {
            let table = match self.frames[at].parent.clone() {
                Parent::Frame(parent) => match self.scope_of(parent) {
                    Some(frame) => {
                        at = frame;
                        count += 1;
                        continue;
                    }
                    None => self.outer_table(parent),
                },
                Parent::Table(table) => table,
            };
            return count + if Arc::ptr_eq(&table, &self.global) { 1 } else { 2 };
        }
    }

    fn cell_at(&mut self, place: &Place, sym: Sym, name: &str, make: bool) -> Option<ForeignRef> {
        match place {
            Place::Frame(frame) => {
                if make || self.is_set_in(*frame, sym) {
                    return Some(self.cell_in_frame(*frame, sym, name));
                }
                None
            }
            Place::Table(table) => match make {
                true => Some(table.cell_or_new(sym, name)),
                false => table.cell(sym),
            },
        }
    }

    fn is_set_in(&self, frame: usize, sym: Sym) -> bool {
        let f = &self.frames[frame];
        if let Some(slot) = f.code.slot_of(sym) {
            match &self.stack[f.base + slot as usize] {
                Value::Slot(None) => {}
                Value::Slot(Some(cell)) => return Variable::of(cell).is_some_and(|v| v.get().is_some()),
                _ => return true,
            }
        }
        f.table.as_ref().is_some_and(|t| t.get(sym).is_some())
    }

    pub(super) fn variable_info(&mut self, name: &str, scope: Scope) -> Option<VariableInfo> {
        let sym = Sym::intern(name);
        let cell = match scope {
            Scope::Any => self.find_cell(self.current, sym),
            scope => {
                let place = self.scope_place(scope);
                self.cell_at(&place, sym, name, false)
            }
        };
        let found = cell.as_ref().and_then(info_of);
        match scope {
            Scope::Any | Scope::Global if found.is_none() => self.computed_info(name),
            _ => found,
        }
    }

    /// A variable that the session computes when it is asked for.
    fn computed_info(&mut self, name: &str) -> Option<VariableInfo> {
        let value = self.computed_variable(Sym::intern(name))?;
        let known = COMPUTED.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        Some(VariableInfo {
            name: Str::from(known.map_or(name, |(n, _)| n)),
            value,
            description: None,
            options: known.map_or(VariableOptions::NONE, |(_, options)| *options),
            module: None,
            attributes: Vec::new(),
        })
    }

    pub(super) fn assign_by_name(&mut self, name: &str, value: Value, scope: Scope) -> Result<()> {
        if crate::compile::is_constant(Sym::intern(name)) {
            return errors::variable_not_writable(name).throw();
        }
        let place = self.scope_place(scope);
        let Some(cell) = self.cell_at(&place, Sym::intern(name), name, true) else { return Ok(()) };
        self.store(&cell, value)
    }

    pub(super) fn define(&mut self, info: VariableInfo, scope: Scope, force: bool) -> Result<()> {
        let place = self.scope_place(scope);
        let Some(cell) = self.cell_at(&place, Sym::intern(&info.name), &info.name, true) else { return Ok(()) };
        let Some(variable) = Variable::of(&cell) else { return Ok(()) };
        let old = variable.data.lock().options;
        if old.has(VariableOptions::CONSTANT) || (old.has(VariableOptions::READ_ONLY) && !force) {
            return errors::variable_not_writable(&info.name).throw();
        }
        let value = crate::vm::variables::constrain(self, variable, info.value)?;
        let mut data = variable.data.lock();
        data.value = value;
        data.options = info.options;
        data.description = info.description;
        Ok(())
    }

    pub(super) fn forget_variable(&mut self, name: &str, scope: Scope, force: bool) -> Result<()> {
        let sym = Sym::intern(name);
        let cell = match scope {
            Scope::Any => self.find_cell(self.current, sym),
            scope => {
                let place = self.scope_place(scope);
                self.cell_at(&place, sym, name, false)
            }
        };
        let Some(variable) = cell.as_ref().and_then(Variable::of) else { return Ok(()) };
        let options = variable.data.lock().options;
        if options.has(VariableOptions::CONSTANT) || (options.has(VariableOptions::READ_ONLY) && !force) {
            let ty = TypeRef::find("System.Management.Automation.SessionStateUnauthorizedAccessException");
            return Exception::new(
                ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
                format!("Cannot remove variable {name} because it is constant or read-only. If the variable is read-only, try the operation again specifying the Force option."),
            )
            .identity("VariableNotRemovable", ErrorCategory::WriteError, Value::from(name))
            .throw();
        }
        variable.put(Value::Slot(None));
        variable.constrain(Vec::new());
        variable.data.lock().options = VariableOptions::NONE;
        Ok(())
    }

    pub(super) fn all_variables(&mut self, scope: Scope) -> Vec<VariableInfo> {
        let mut found: Vec<VariableInfo> = Vec::new();
        let mut add = |info: VariableInfo| {
            if !found.iter().any(|f| f.name.eq_ignore_ascii_case(&info.name)) {
                found.push(info);
            }
        };
        match scope {
            Scope::Any => {
                let mut at = self.current;
                loop {
                    if self.frames.get(at).is_none() {
                        table_infos(&self.global, &mut add);
                        break;
                    }
                    frame_infos(self, at, &mut add);
                    match self.frames[at].parent.clone() {
                        Parent::Frame(parent) => at = parent,
                        Parent::Table(table) => {
                            let mut next = Some(table);
                            while let Some(table) = next {
                                table_infos(&table, &mut add);
                                next = table.parent.clone();
                            }
                            break;
                        }
                    }
                }
            }
            scope => match self.scope_place(scope) {
                Place::Frame(frame) => frame_infos(self, frame, &mut add),
                Place::Table(table) => table_infos(&table, &mut add),
            },
        }
        if matches!(scope, Scope::Any | Scope::Global) {
            self.add_computed(&mut found);
        }
        found
    }

    /// The computed variables beside those that lie in scopes.
    fn add_computed(&mut self, found: &mut Vec<VariableInfo>) {
        for (name, _) in COMPUTED {
            if !found.iter().any(|f| f.name.eq_ignore_ascii_case(name)) {
                found.extend(self.computed_info(name));
            }
        }
        for name in AUTOMATIC {
            if found.iter().any(|f| f.name.eq_ignore_ascii_case(name)) {
                continue;
            }
            let value = match self.find_variable(self.current, Sym::intern(name), false) {
                Some(value) => value,
                None if matches!(*name, "args" | "input") => Value::array(Vec::new()),
                None if matches!(*name, "PSCommandPath" | "PSScriptRoot") => Value::from(""),
                None => Value::Null,
            };
            found.push(VariableInfo {
                name: Str::from(*name),
                value,
                description: None,
                options: VariableOptions::NONE,
                module: None,
                attributes: Vec::new(),
            });
        }
    }

    fn tables_outward(&self) -> Vec<Arc<ScopeTable>> {
        let mut tables = Vec::new();
        let mut at = self.current;
        loop {
            let Some(frame) = self.frames.get(at) else {
                tables.push(self.global.clone());
                return tables;
            };
            tables.extend(frame.table.clone());
            match &frame.parent {
                Parent::Frame(parent) => at = *parent,
                Parent::Table(table) => {
                    let mut next = Some(table.clone());
                    while let Some(table) = next {
                        next = table.parent.clone();
                        tables.push(table);
                    }
                    return tables;
                }
            }
        }
    }

    pub(super) fn all_functions(&mut self) -> Vec<Arc<CommandInfo>> {
        let mut found: Vec<Arc<CommandInfo>> = Vec::new();
        for table in self.tables_outward() {
            for info in table.functions.lock().values() {
                if !found.iter().any(|f| f.name.eq_ignore_ascii_case(&info.name)) {
                    found.push(info.clone());
                }
            }
        }
        if let Some(own) = self.commands.find("TabExpansion2")
            && !found.iter().any(|f| f.name.eq_ignore_ascii_case(&own.name))
        {
            found.push(own);
        }
        found.sort_by_key(|f| f.name.to_ascii_lowercase());
        found
    }

    pub(super) fn forget_function(&mut self, name: &str) -> bool {
        let sym = Sym::intern(name);
        self.note_redefinition(name);
        self.tables_outward().iter().any(|table| table.functions.lock().remove(&sym).is_some())
    }

    pub(super) fn all_aliases(&mut self) -> Vec<AliasInfo> {
        let mut found: Vec<AliasInfo> = Vec::new();
        for table in self.tables_outward() {
            for info in table.aliases.lock().values() {
                if !found.iter().any(|f| f.name.eq_ignore_ascii_case(&info.name)) {
                    found.push(info.clone());
                }
            }
        }
        for (sym, info) in self.commands.aliases() {
            if !self.removed_aliases.contains(sym) && !found.iter().any(|f| f.name.eq_ignore_ascii_case(&info.name)) {
                found.push(info.clone());
            }
        }
        found.sort_by_key(|f| f.name.to_ascii_lowercase());
        found
    }

    pub(super) fn store_alias(&mut self, alias: AliasInfo, scope: Scope, force: bool) -> Result<()> {
        if let Some(old) = self.find_alias(&alias.name)
            && (old.options.has(VariableOptions::CONSTANT) || (old.options.has(VariableOptions::READ_ONLY) && !force))
        {
            let ty = TypeRef::find("System.Management.Automation.SessionStateUnauthorizedAccessException");
            return Exception::new(
                ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
                format!(
                    "Alias is not writeable because alias {} is read-only or constant and cannot be written to.",
                    alias.name
                ),
            )
            .identity("AliasNotWritable", ErrorCategory::WriteError, Value::Str(alias.name.clone()))
            .throw();
        }
        let table = match self.scope_place(scope) {
            Place::Frame(frame) => self.table_of(frame),
            Place::Table(table) => table,
        };
        self.note_redefinition(&alias.name);
        table.aliases.lock().insert(Sym::intern(&alias.name), alias);
        Ok(())
    }

    pub(super) fn forget_alias(&mut self, name: &str) -> bool {
        self.note_redefinition(name);
        let sym = Sym::intern(name);
        let was = self.tables_outward().iter().any(|table| table.aliases.lock().remove(&sym).is_some());
        if was {
            return true;
        }
        crate::scope::note_change();
        self.commands.aliases().contains_key(&sym) && self.removed_aliases.insert(sym)
    }

    /// Commands whose name fits a pattern.
    pub(crate) fn matching_commands(&mut self, pattern: &str, with_programs: bool) -> Vec<Arc<CommandInfo>> {
        let mut found: Vec<Arc<CommandInfo>> = Vec::new();
        for alias in self.all_aliases() {
            if crate::wildcard::matches(pattern, &alias.name) {
                found.push(Arc::new(crate::cmdlets::alias_command(&alias)));
            }
        }
        for info in self.all_functions() {
            if crate::wildcard::matches(pattern, &info.name) {
                found.push(info);
            }
        }
        for name in self.commands.names() {
            if crate::wildcard::matches(pattern, &name)
                && let Some(info) = self.commands.find(&name)
                && self.limits.as_ref().is_none_or(|limits| limits.offer(&info))
            {
                found.push(info);
            }
        }
        if with_programs {
            self.matching_programs(pattern, &mut found);
        }
        found
    }

    fn matching_programs(&mut self, pattern: &str, found: &mut Vec<Arc<CommandInfo>>) {
        let path = self.environment.get("PATH").cloned().unwrap_or_default();
        for folder in path.split(':') {
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            for entry in entries.flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                if crate::wildcard::matches(pattern, &name)
                    && let Ok(Some(info)) = self.command_of_file(&entry.path())
                {
                    found.push(info);
                }
            }
        }
    }
}

enum Place {
    Frame(usize),
    Table(Arc<ScopeTable>),
}

fn info_of(cell: &ForeignRef) -> Option<VariableInfo> {
    let variable = Variable::of(cell)?;
    let value = variable.get()?;
    let data = variable.data.lock();
    Some(VariableInfo {
        name: variable.name.clone(),
        value,
        description: data.description.clone(),
        options: data.options,
        module: None,
        attributes: Vec::new(),
    })
}

fn plain_info(name: &Str, value: Value) -> VariableInfo {
    VariableInfo {
        name: name.clone(),
        value,
        description: None,
        options: VariableOptions::NONE,
        module: None,
        attributes: Vec::new(),
    }
}

fn frame_infos(runspace: &Runspace, frame: usize, add: &mut impl FnMut(VariableInfo)) {
    let f = &runspace.frames[frame];
    for (slot, (_, name)) in f.code.slots.iter().enumerate() {
        match &runspace.stack[f.base + slot] {
            Value::Slot(None) => {}
            Value::Slot(Some(cell)) => {
                if let Some(info) = info_of(cell) {
                    add(info);
                }
            }
            value => add(plain_info(name, value.clone())),
        }
    }
    if let Some(table) = &f.table {
        table_infos(table, add);
    }
}

fn table_infos(table: &ScopeTable, add: &mut impl FnMut(VariableInfo)) {
    let cells: Vec<ForeignRef> = table.variables.lock().values().cloned().collect();
    for cell in cells {
        if let Some(info) = info_of(&cell) {
            add(info);
        }
    }
}
