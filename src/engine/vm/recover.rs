//! Where a flow goes that leaves an instruction: a handler of this code, the next statement, or out.

use std::sync::Arc;

use values::{Flow, Result, Value};

use crate::code::{CONST, Code, Handler};
use crate::runspace::Runspace;

/// A flow that a handler holds while its code runs.
pub struct Pending {
    pub handler: u16,
    pub flow: Box<Flow>,
}

impl Runspace {
    /// Decides where to go on after `flow` left the instruction at `pc`.
    pub(super) fn recover(
        &mut self,
        code: &Arc<Code>,
        frame: usize,
        pc: u32,
        entry: u32,
        (sinks, tries): (usize, u32),
        flow: Box<Flow>,
        pending: &mut Vec<Pending>,
    ) -> Result<u32> {
        let flow = self.located(code, frame, pc, flow);
        let handler = innermost(code, pc, entry, &flow);
        let statement = code.statements.iter().filter(|s| s.start >= entry && s.start <= pc && pc < s.end);
        let statement = statement.min_by_key(|s| s.end - s.start).copied();
        let is_nearer = match (&handler, &statement) {
            (Some((_, h)), Some(s)) => s.end - s.start < h.end - h.start,
            (None, Some(_)) => true,
            _ => false,
        };
        // An error that only ends its statement is reported, and the next statement runs.
        if is_nearer
            && self.tries == 0
            && self.escaping.is_none()
            && let (Flow::Throw(record), Some(statement)) = (&*flow, statement)
            && !record.data.lock().is_script_terminating
        {
            let record = record.clone();
            self.report_statement_error(&record)?;
            self.success = false;
            self.cut_sinks(sinks + statement.captures as usize);
            return Ok(statement.end);
        }
        if let Some(next) = loop_target(code, pc, entry, &flow, handler.as_ref().map(|(_, h)| h)) {
            self.cut_sinks(sinks + next.captures as usize);
            self.tries = tries + u32::from(next.tries);
            self.current = frame;
            return Ok(if matches!(*flow, Flow::Break(_)) { next.end } else { next.next });
        }
        let Some((index, handler)) = handler else { return Err(flow) };
        self.cut_sinks(sinks + handler.captures as usize);
        if matches!(*flow, Flow::Stopped) {
            // What ends here is stopped already: a finally block runs to its end.
            self.stop.store(false, std::sync::atomic::Ordering::Relaxed);
            self.outer_stop = None;
            values::stop::ending();
        }
        pending.retain(|p| p.handler != index);
        pending.push(Pending { handler: index, flow });
        self.tries = tries + u32::from(handler.tries);
        self.current = frame;
        Ok(handler.target)
    }

    /// Runs the test of a catch clause: true when it takes the error (then `$_` is set).
    pub(super) fn enter_catch(
        &mut self,
        code: &Arc<Code>,
        base: usize,
        clause: u16,
        pending: &mut [Pending],
    ) -> Result<bool> {
        let site = &code.catches[clause as usize];
        let Some(held) = pending.iter().find(|p| p.handler == site.handler) else { return Ok(false) };
        let Flow::Throw(record) = &*held.flow else { return Ok(false) };
        let record = record.clone();
        if !site.types.is_empty() && !self.catches(code, &site.types, &record)? {
            return Ok(false);
        }
        if !std::mem::replace(&mut record.data.lock().is_reported, true) {
            self.remember_error(&record);
        }
        self.success = false;
        let record = match (site.is_trap, site.types.is_empty()) {
            (true, true) => with_inner(record),
            (false, true) => record,
            (_, false) => self.unwrapped(code, &site.types, record),
        };
        if let Some(item) = code.auto.item {
            self.stack[base + item as usize] = Value::Error(record);
        }
        Ok(true)
    }

    /// When a clause took the error for its inner exception, `$_` is a record of that one.
    fn unwrapped(
        &mut self,
        code: &Arc<Code>,
        types: &[u16],
        record: Arc<values::ErrorRecord>,
    ) -> Arc<values::ErrorRecord> {
        let held = record.exception.data.lock().inner.clone();
        let inner = match held {
            Some(Value::Exception(inner)) if is_wrapper(record.exception.ty) => inner,
            _ => return record,
        };
        let outer_fits =
            types.iter().any(|ty| self.resolve_type(code, *ty).is_ok_and(|ty| record.exception.ty.derives_from(ty)));
        if outer_fits {
            return record;
        }
        let data = record.data.lock().clone();
        Arc::new(values::ErrorRecord { exception: inner, data: parking_lot::Mutex::new(data) })
    }

    fn catches(&mut self, code: &Arc<Code>, types: &[u16], record: &Arc<values::ErrorRecord>) -> Result<bool> {
        let thrown = record.exception.ty;
        let inner = record.exception.data.lock().inner.clone();
        let inner = match inner {
            // A wrapped .NET exception is caught by its own type as well.
            Some(Value::Exception(e)) if is_wrapper(thrown) => Some(e.ty),
            _ => None,
        };
        for ty in types {
            let Ok(ty) = self.resolve_type(code, *ty) else { continue };
            // What the engine or `throw` raises counts as a RuntimeException, whatever it holds.
            if ty == values::TypeRef::RUNTIME_EXCEPTION
                || thrown.derives_from(ty)
                || inner.is_some_and(|t| t.derives_from(ty))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The end of a catch or trap body. The top bit says that a trap reports its error.
    pub(super) fn end_catch(&mut self, handler: u16, pending: &mut Vec<Pending>) -> Result<()> {
        let is_reported = handler & CONST != 0;
        let handler = handler & !CONST;
        let Some(at) = pending.iter().rposition(|p| p.handler == handler) else { return Ok(()) };
        let held = pending.remove(at);
        if is_reported && let Flow::Throw(record) = &*held.flow {
            let record = record.clone();
            self.report_statement_error(&record)?;
            self.success = false;
        }
        Ok(())
    }

    /// `throw` without operand inside a catch.
    pub(super) fn rethrow(&mut self, pending: &[Pending]) -> Box<Flow> {
        match pending.iter().rev().find_map(|p| p.flow.record().cloned()) {
            Some(record) => {
                record.data.lock().is_script_terminating = true;
                Flow::throw(record)
            }
            None => self.throw_value(Value::Null),
        }
    }
}

/// A record of the exception that a record's exception wraps.
fn with_inner(record: Arc<values::ErrorRecord>) -> Arc<values::ErrorRecord> {
    let inner = record.exception.data.lock().inner.clone();
    let Some(Value::Exception(inner)) = inner else { return record };
    let data = record.data.lock().clone();
    Arc::new(values::ErrorRecord { exception: inner, data: parking_lot::Mutex::new(data) })
}

/// The loop that a `break` or `continue` from elsewhere ends, where no finally stands between.
fn loop_target(
    code: &Code,
    pc: u32,
    entry: u32,
    flow: &Flow,
    handler: Option<&Handler>,
) -> Option<crate::code::LoopRange> {
    let label = match flow {
        Flow::Break(label) | Flow::Continue(label) => label,
        _ => return None,
    };
    let wanted = label.as_ref().map(|l| language::Sym::intern(l));
    let found = code
        .loops
        .iter()
        .filter(|l| l.start >= entry && l.start <= pc && pc < l.end && (wanted.is_none() || l.label == wanted))
        .min_by_key(|l| l.end - l.start)?;
    match handler {
        Some(h) if h.end - h.start < found.end - found.start => None,
        _ => Some(*found),
    }
}

fn is_wrapper(ty: values::TypeRef) -> bool {
    matches!(
        ty.name_only(),
        "MethodInvocationException"
            | "GetValueInvocationException"
            | "SetValueInvocationException"
            | "CmdletInvocationException"
            | "ActionPreferenceStopException"
            | "ExtendedTypeSystemException"
            | "RuntimeException"
            | "ScriptRequiresException"
    ) || ty.derives_from(values::TypeRef::RUNTIME_EXCEPTION)
}

fn innermost(code: &Code, pc: u32, entry: u32, flow: &Flow) -> Option<(u16, Handler)> {
    let is_error = matches!(flow, Flow::Throw(_));
    code.handlers
        .iter()
        .enumerate()
        .filter(|(_, h)| h.start >= entry && h.start <= pc && pc < h.end && (is_error || !h.is_catch))
        .min_by_key(|(_, h)| h.end - h.start)
        .map(|(at, h)| (at as u16, *h))
}
