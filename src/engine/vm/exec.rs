//! The interpreter loop. Common number pairs are handled in the instruction's arm; all else goes out of line.

use std::sync::Arc;

use values::operators::{Binary, Effects};
use values::{Flow, Result, Str, Value, convert, operators};

use super::recover::Pending;
use crate::code::{CONST, Code, Ins, Reg};
use crate::runspace::{Runspace, Sink};

impl Runspace {
    /// Runs code of a frame from an entry point until its `Return`.
    pub fn exec(&mut self, code: &Arc<Code>, frame: usize, entry: u32) -> Result<()> {
        // The bottom frame is where a runspace begins to work on a thread.
        let _heeding = if frame == 0 { values::stop::heed(&self.stop) } else { None };
        let sinks = self.sinks.len();
        let tries = self.tries;
        let mut pending: Vec<Pending> = Vec::new();
        let mut pc = entry;
        loop {
            match self.run(code, frame, &mut pc, &mut pending) {
                Ok(()) => {
                    self.cut_sinks(sinks);
                    self.tries = tries;
                    return Ok(());
                }
                Err(mut flow) => {
                    // What fails while it is being stopped is stopped.
                    if matches!(*flow, Flow::Throw(_)) && self.is_stopped() {
                        flow = Box::new(Flow::Stopped);
                    }
                    match self.recover(code, frame, pc, entry, (sinks, tries), flow, &mut pending) {
                        Ok(next) => pc = next,
                        Err(flow) => {
                            self.cut_sinks(sinks);
                            self.tries = tries;
                            return Err(flow);
                        }
                    }
                }
            }
        }
    }

    /// The value of an operand: a constant, a register, or the variable that a slot stands for.
    #[inline(always)]
    pub(crate) fn operand<'a>(&'a self, code: &'a Code, base: usize, r: Reg) -> &'a Value {
        if r & CONST != 0 { &code.consts[(r & !CONST) as usize] } else { &self.stack[base + r as usize] }
    }

    /// The value of an operand, with variables looked up.
    #[inline(always)]
    pub(crate) fn read(&mut self, code: &Code, frame: usize, base: usize, r: Reg) -> Result {
        let value = self.operand(code, base, r);
        match value {
            Value::Slot(_) => self.read_slot(code, frame, r),
            value => Ok(value.copy()),
        }
    }

    /// Stores into a register; a slot that is a variable's cell takes the value through its constraints.
    #[inline(always)]
    fn put(&mut self, code: &Code, frame: usize, base: usize, d: Reg, value: Value) -> Result<()> {
        let place = &mut self.stack[base + d as usize];
        if let Value::Slot(mark) = place
            && (mark.is_some() || code.is_shared)
        {
            return self.put_slot(code, frame, d, value);
        }
        place.put(value);
        Ok(())
    }

    /// Stores an Int32 where a register holds nothing that has to be given back; false elsewhere. Its tag and number are
    /// written apart, so that nothing on the way reads them back as one, for which the processor would wait.
    #[inline(always)]
    fn put_number(&mut self, base: usize, d: Reg, n: i32) -> bool {
        let place = &mut self.stack[base + d as usize];
        let is_inline = place.is_inline();
        if is_inline {
            place.put(Value::I32(n));
        }
        is_inline
    }

    fn run(&mut self, code: &Arc<Code>, frame: usize, pc: &mut u32, pending: &mut Vec<Pending>) -> Result<()> {
        let base = self.frames[frame].base;
        let mut at = *pc as usize;
        macro_rules! step {
            ($e:expr) => {
                match $e {
                    Ok(v) => v,
                    Err(flow) => {
                        *pc = (at - 1) as u32;
                        return Err(flow);
                    }
                }
            };
        }
        macro_rules! get {
            ($r:expr) => {
                step!(self.read(code, frame, base, $r))
            };
        }
        macro_rules! put {
            ($d:expr, $v:expr) => {{
                let value = $v;
                step!(self.put(code, frame, base, $d, value))
            }};
        }
        macro_rules! out {
            () => {
                self.frames[frame].pc = (at - 1) as u32
            };
        }
        macro_rules! arith {
            ($d:expr, $a:expr, $b:expr, $int:ident, $long:ident, $float:tt, $op:expr) => {{
                let fast = match (self.operand(code, base, $a), self.operand(code, base, $b)) {
                    (Value::I32(x), Value::I32(y)) => match x.$int(*y) {
                        Some(n) if self.put_number(base, $d, n) => continue,
                        n => n.map(Value::I32),
                    },
                    (Value::I64(x), Value::I32(y)) => x.$int(i64::from(*y)).map(Value::I64),
                    (Value::I64(x), Value::I64(y)) => x.$int(*y).map(Value::I64),
                    (Value::F64(x), Value::F64(y)) => Some(Value::F64(x $float y)),
                    (Value::F64(x), Value::I32(y)) => Some(Value::F64(x $float f64::from(*y))),
                    _ => None,
                };
                match fast {
                    Some(value) => put!($d, value),
                    None => {
                        out!();
                        let value = step!(self.binary_slow(code, frame, base, $op, false, $a, $b));
                        put!($d, value);
                    }
                }
            }};
        }
        loop {
            let ins = code.ins[at];
            at += 1;
            match ins {
                Ins::Move { d, a } => {
                    let value = get!(a);
                    put!(d, value);
                }
                Ins::SetSlot { d, a } => {
                    let value = get!(a);
                    if code.is_shared && (d as usize) < code.slots.len() && Some(d) != code.auto.item {
                        put!(d, value);
                    } else {
                        self.stack[base + d as usize].put(value);
                    }
                }
                Ins::Add { d, a, b } => arith!(d, a, b, checked_add, checked_add, +, Binary::Add),
                Ins::Sub { d, a, b } => arith!(d, a, b, checked_sub, checked_sub, -, Binary::Subtract),
                Ins::Mul { d, a, b } => arith!(d, a, b, checked_mul, checked_mul, *, Binary::Multiply),
                Ins::Rem { d, a, b } => arith!(d, a, b, checked_rem, checked_rem, %, Binary::Remainder),
                Ins::Cmp { op, d, a, b } => {
                    let fast = quick_compare(op, self.operand(code, base, a), self.operand(code, base, b));
                    match fast {
                        Some(is) => put!(d, Value::Bool(is)),
                        None => {
                            out!();
                            let value = step!(self.binary_slow(code, frame, base, op, false, a, b));
                            put!(d, value);
                        }
                    }
                }
                Ins::JumpUnless { op, a, b, to } => {
                    let fast = quick_compare(op, self.operand(code, base, a), self.operand(code, base, b));
                    let is = match fast {
                        Some(is) => is,
                        None => {
                            out!();
                            let value = step!(self.binary_slow(code, frame, base, op, false, a, b));
                            convert::to_bool(&value)
                        }
                    };
                    if !is {
                        at = (at as i64 + i64::from(to)) as usize;
                    }
                }
                Ins::Inc { d, by } => {
                    let place = &mut self.stack[base + d as usize];
                    match place {
                        Value::I32(n) if n.checked_add(i32::from(by)).is_some() => *n += i32::from(by),
                        Value::Slot(Some(cell))
                            if cell.variable().is_some_and(|v| v.lock().increment(i32::from(by))) => {}
                        _ => {
                            out!();
                            let old = get!(d);
                            let value = step!(operators::increment(self, &old, i32::from(by)));
                            put!(d, value);
                        }
                    }
                }
                Ins::Jump { to } => at = (at as i64 + i64::from(to)) as usize,
                Ins::Loop => {
                    if self.is_stopped() {
                        *pc = (at - 1) as u32;
                        return Err(Box::new(Flow::Stopped));
                    }
                }
                Ins::Mark { index } => {
                    out!();
                    step!(self.at_mark(code, frame, index));
                }
                Ins::JumpIf { a, to } => {
                    let is = match self.operand(code, base, a) {
                        Value::Bool(b) => *b,
                        _ => convert::to_bool(&get!(a)),
                    };
                    if is {
                        at = (at as i64 + i64::from(to)) as usize;
                    }
                }
                Ins::JumpIfNot { a, to } => {
                    let is = match self.operand(code, base, a) {
                        Value::Bool(b) => *b,
                        _ => convert::to_bool(&get!(a)),
                    };
                    if !is {
                        at = (at as i64 + i64::from(to)) as usize;
                    }
                }
                Ins::JumpIfNull { a, to } => {
                    if get!(a).is_null() {
                        at = (at as i64 + i64::from(to)) as usize;
                    }
                }
                Ins::JumpIfNotNull { a, to } => {
                    if !get!(a).is_null() {
                        at = (at as i64 + i64::from(to)) as usize;
                    }
                }
                Ins::Bin { op, d, a, b } => {
                    out!();
                    let value = step!(self.binary_slow(code, frame, base, op, false, a, b));
                    put!(d, value);
                }
                Ins::BinCase { op, d, a, b } => {
                    out!();
                    let value = step!(self.binary_slow(code, frame, base, op, true, a, b));
                    put!(d, value);
                }
                Ins::Un { op, d, a } => {
                    out!();
                    let operand = get!(a);
                    let value = step!(operators::unary(self, op, &operand));
                    put!(d, value);
                }
                Ins::OwnOnly { d } => {
                    let at = base + d as usize;
                    if matches!(self.stack[at], Value::Slot(None)) && self.strict() == 0 {
                        self.stack[at] = Value::Null;
                    }
                }
                Ins::AddAssign { d, b } => {
                    let sum = match (&self.stack[base + d as usize], self.operand(code, base, b)) {
                        (Value::I32(x), Value::I32(y)) => x.checked_add(*y),
                        _ => None,
                    };
                    match sum {
                        Some(sum) => self.stack[base + d as usize].put(Value::I32(sum)),
                        None => {
                            out!();
                            step!(self.add_assign(code, frame, base, d, b));
                        }
                    }
                }
                Ins::OldNumber { d, a } => {
                    let value = get!(a);
                    put!(d, if value.is_null() { Value::I32(0) } else { value });
                }
                Ins::Bool { d, a } => {
                    let is = convert::to_bool(&get!(a));
                    put!(d, Value::Bool(is));
                }
                Ins::GetFree { d, name } => match self.remembered(code, base, name) {
                    Some(value) => put!(d, value),
                    None => {
                        out!();
                        let value = step!(self.get_free(code, frame, name));
                        put!(d, value);
                    }
                },
                Ins::GetScoped { d, place } => {
                    out!();
                    let value = step!(self.get_scoped(code, frame, place));
                    put!(d, value);
                }
                Ins::SetScoped { place, a } => {
                    out!();
                    let value = get!(a);
                    step!(self.set_scoped(code, frame, place, value));
                }
                Ins::GetSuccess { d } => {
                    let is = self.success;
                    put!(d, Value::Bool(is));
                }
                Ins::Succeed => self.success = true,
                Ins::Hold { d, a } => self.hold(base + d as usize, base + a as usize),
                Ins::GiveBack { d, a } => {
                    self.stack[base + d as usize] = std::mem::take(&mut self.stack[base + a as usize]);
                }
                Ins::Convert { d, a, ty } => {
                    out!();
                    let value = get!(a);
                    let ty = step!(self.resolve_type(code, ty));
                    let done = step!(self.cast(value, ty));
                    put!(d, done);
                }
                Ins::Enumerate { d, a } => {
                    out!();
                    let value = get!(a);
                    let items = step!(self.enumerator(value));
                    self.stack[base + d as usize] = items;
                }
                Ins::Next { d, e } => {
                    if let Some(item) = step!(self.next_item(base + e as usize)) {
                        put!(d, item);
                        at += 1;
                    }
                }
                Ins::Range { d, a, b } => {
                    out!();
                    let value = step!(self.binary_slow(code, frame, base, Binary::Range, false, a, b));
                    put!(d, value);
                }
                Ins::LazyRange { d, a, b } => {
                    out!();
                    let (first, last) = (get!(a), get!(b));
                    let range = match operators::range_bounds(&first, &last) {
                        Ok(operators::Range::Integers(first, last)) => Value::foreign(super::LazyRange { first, last }),
                        _ => step!(self.binary_slow(code, frame, base, Binary::Range, false, a, b)),
                    };
                    self.stack[base + d as usize] = range;
                }
                Ins::GetMember { d, a, name } => {
                    let quick = match (self.operand(code, base, a), self.operand(code, base, name)) {
                        (Value::Object(o), Value::Str(n)) if o.ty == values::TypeRef::PSCUSTOMOBJECT => {
                            code.property(at - 1, name, o, n)
                        }
                        _ => None,
                    };
                    match quick {
                        Some(value) => put!(d, value),
                        None => {
                            out!();
                            let (object, name) = (get!(a), get!(name));
                            let value = step!(self.get_member(&object, &name));
                            put!(d, value);
                        }
                    }
                }
                Ins::GetFreeMember { d, place, name } => {
                    let text = self.operand(code, base, name);
                    let quick = self.at_remembered(code, base, place, |object| match (object, text) {
                        (Value::Object(o), Value::Str(n)) if o.ty == values::TypeRef::PSCUSTOMOBJECT => {
                            code.property(at - 1, name, o, n)
                        }
                        _ => None,
                    });
                    match quick {
                        Some(value) => put!(d, value),
                        None => {
                            out!();
                            let object = match self.remembered(code, base, place) {
                                Some(object) => object,
                                None => step!(self.get_free(code, frame, place)),
                            };
                            let name = get!(name);
                            let value = step!(self.get_member(&object, &name));
                            put!(d, value);
                        }
                    }
                }
                Ins::SetMember { a, name, b } => {
                    out!();
                    let (object, name, value) = (get!(a), get!(name), get!(b));
                    step!(self.set_member(&object, &name, value));
                }
                Ins::GetStatic { d, a, name } => {
                    out!();
                    let (ty, name) = (get!(a), get!(name));
                    let value = step!(self.get_static(&ty, &name));
                    put!(d, value);
                }
                Ins::SetStatic { a, name, b } => {
                    out!();
                    let (ty, name, value) = (get!(a), get!(name), get!(b));
                    step!(self.set_static(&ty, &name, value));
                }
                Ins::GetIndex { d, a, b } => {
                    let quick = match (self.operand(code, base, a), self.operand(code, base, b)) {
                        (Value::Array(array), Value::I32(i)) if *i >= 0 && array.dims.is_none() => {
                            array.get(*i as usize)
                        }
                        (Value::Dict(dict), Value::Str(_)) => dict.get(self.operand(code, base, b)),
                        _ => None,
                    };
                    match quick {
                        Some(value) => put!(d, value),
                        None => {
                            out!();
                            let (object, index) = (get!(a), get!(b));
                            let value = step!(self.get_index(&object, &index));
                            put!(d, value);
                        }
                    }
                }
                Ins::SetIndex { a, i, b } => {
                    out!();
                    let (object, index, value) = (get!(a), get!(i), get!(b));
                    step!(self.set_index(&object, &index, value));
                }
                Ins::Invoke { d, a, site } => {
                    out!();
                    let object = get!(a);
                    let value = step!(self.invoke_member(code, frame, base, object, site));
                    put!(d, value);
                }
                Ins::Array { d, first, n } => {
                    let mut items = Vec::with_capacity(n as usize);
                    for r in first..first + n {
                        items.push(match get!(r) {
                            Value::Void => Value::Null,
                            value => value,
                        });
                    }
                    put!(d, Value::array(items));
                }
                Ins::Rest { d, a, from } => {
                    let value = get!(a);
                    let items = value.as_array().map(|a| a.to_vec()).unwrap_or_default();
                    let rest: Vec<Value> = items.into_iter().skip(from as usize).collect();
                    put!(
                        d,
                        match rest.len() {
                            0 => Value::Null,
                            1 => rest.into_iter().next().unwrap_or_default(),
                            _ => Value::array(rest),
                        }
                    );
                }
                Ins::NewHash { d, kind } => {
                    let dict = if kind == 0 { values::Dict::hashtable() } else { values::Dict::ordered() };
                    put!(d, Value::Dict(Arc::new(dict)));
                }
                Ins::HashAdd { d, k, v } => {
                    out!();
                    let (dict, key, value) = (get!(d), get!(k), get!(v));
                    step!(self.hash_add(&dict, key, value));
                }
                Ins::Concat { d, first, n } => {
                    out!();
                    let mut text = String::new();
                    for r in first..first + n {
                        match self.operand(code, base, r) {
                            Value::Str(s) => text.push_str(s),
                            Value::I32(i) => {
                                use std::fmt::Write;
                                let _ = write!(text, "{i}");
                            }
                            _ => {
                                let value = get!(r);
                                let part = step!(convert::to_str(self, &value));
                                text.push_str(&part);
                            }
                        }
                    }
                    put!(d, Value::Str(Str::new(text)));
                }
                Ins::ScriptBlock { d, block } => {
                    let value = self.script_block_value(code, frame, block);
                    put!(d, value);
                }
                Ins::Type { d, ty } => {
                    out!();
                    let ty = step!(self.resolve_type(code, ty));
                    put!(d, Value::Type(ty));
                }
                Ins::Write { a } => {
                    out!();
                    let value = get!(a);
                    step!(self.emit_unrolled(value));
                }
                Ins::WriteOne { a } => {
                    out!();
                    let value = get!(a);
                    step!(self.emit(value));
                }
                Ins::BeginCapture => self.sinks.push(Sink::Collect(Vec::new())),
                Ins::BeginDiscard => self.sinks.push(Sink::Discard),
                Ins::EndCapture { d, how } => {
                    let items = match self.sinks.pop() {
                        Some(Sink::Collect(items)) => items,
                        _ => Vec::new(),
                    };
                    match how {
                        0 => put!(d, Value::from_output(items)),
                        1 => put!(d, Value::array(items)),
                        _ => {}
                    }
                }
                Ins::Discard { n } => {
                    let keep = self.sinks.len().saturating_sub(n as usize);
                    self.cut_sinks(keep);
                }
                Ins::Pipeline { site } => {
                    out!();
                    step!(self.run_pipeline(code, frame, site));
                }
                Ins::BeginRedirect { .. } | Ins::EndRedirect | Ins::Nop => {}
                Ins::DefineFunction { function } => {
                    out!();
                    step!(self.define_function(code, frame, function));
                }
                Ins::UseModule { using } => {
                    out!();
                    step!(self.use_module(code, frame, using));
                }
                Ins::DefineType { def } => {
                    out!();
                    step!(self.define_type(code, frame, def));
                }
                Ins::Throw { a } => {
                    out!();
                    let value = get!(a);
                    *pc = (at - 1) as u32;
                    return Err(self.throw_value(value));
                }
                Ins::Rethrow => {
                    *pc = (at - 1) as u32;
                    return Err(self.rethrow(pending));
                }
                Ins::Leave { kind, a } => {
                    let label = match get!(a) {
                        Value::Null => None,
                        value => Some(Str::from(convert::to_display(&value))),
                    };
                    *pc = (at - 1) as u32;
                    return Err(Box::new(if kind == 0 { Flow::Break(label) } else { Flow::Continue(label) }));
                }
                Ins::Exit { a } => {
                    let value = get!(a);
                    let number = values::TypeRef::INT32;
                    let value = if value.is_null() { Value::I32(0) } else { value };
                    let code = convert::convert(self, &value, number).ok().and_then(|v| v.as_i64()).unwrap_or(0);
                    *pc = (at - 1) as u32;
                    return Err(Box::new(Flow::Exit(code as i32)));
                }
                Ins::Return => {
                    *pc = (at - 1) as u32;
                    return Ok(());
                }
                Ins::EnterTry => self.tries += 1,
                Ins::LeaveTry => self.tries = self.tries.saturating_sub(1),
                Ins::Catch { clause } => {
                    out!();
                    if step!(self.enter_catch(code, base, clause, pending)) {
                        at += 1;
                    }
                }
                Ins::EndCatch { handler } => step!(self.end_catch(handler, pending)),
                Ins::EndFinally { handler } => {
                    if let Some(place) = pending.iter().rposition(|p| p.handler == handler) {
                        let flow = pending.remove(place).flow;
                        *pc = (at - 1) as u32;
                        return Err(flow);
                    }
                }
                Ins::SwitchItems { d, a } => {
                    out!();
                    let (value, flags) = (get!(a), get!(a + 1));
                    let items = step!(self.switch_items(value, &flags));
                    self.stack[base + d as usize] = items;
                }
                Ins::SwitchTest { d, a, c } => {
                    out!();
                    let (value, condition, flags) = (get!(a), get!(c), get!(c + 1));
                    let is = step!(self.switch_test(code, frame, &value, &condition, &flags));
                    self.stack[base + d as usize] = Value::Bool(is);
                }
                Ins::Constrain { d, site } => {
                    out!();
                    step!(self.constrain_slot(code, frame, d, site));
                }
                Ins::MakeRef { d, place } => {
                    out!();
                    let value = step!(self.make_ref(code, frame, place));
                    put!(d, value);
                }
                Ins::Unsupported { what } => {
                    out!();
                    let id = code.unsupported[what as usize].clone();
                    *pc = (at - 1) as u32;
                    return Err(crate::errors::unsupported_syntax(&id));
                }
                Ins::Using { d, name } => {
                    out!();
                    let name = get!(name);
                    let value = step!(self.using_value(&name));
                    put!(d, value);
                }
                Ins::Background { site, d } => {
                    out!();
                    let text = get!(site);
                    let value = step!(self.start_background(&text));
                    put!(d, value);
                }
                Ins::EnterData { site } => self.restricted.push(code.data[site as usize].clone()),
                Ins::LeaveData => {
                    self.restricted.pop();
                }
            }
        }
    }

    /// Keeps what a slot stands for; the slot goes on with a copy of its value.
    fn hold(&mut self, kept: usize, slot: usize) {
        let outer = self.stack[slot].clone();
        if let Value::Slot(Some(cell)) = &outer
            && let Some(value) = crate::scope::Variable::of(cell).and_then(crate::scope::Variable::get)
        {
            self.stack[slot] = value;
        }
        self.stack[kept] = outer;
    }

    #[cold]
    #[inline(never)]
    fn binary_slow(
        &mut self,
        code: &Arc<Code>,
        frame: usize,
        base: usize,
        op: Binary,
        is_case_sensitive: bool,
        a: Reg,
        b: Reg,
    ) -> Result {
        let left = self.read(code, frame, base, a)?;
        let right = self.read(code, frame, base, b)?;
        if let Some(is) = quick_compare(op, &left, &right).filter(|_| !is_case_sensitive) {
            return Ok(Value::Bool(is));
        }
        if matches!(op, Binary::As | Binary::Is | Binary::IsNot) && matches!(right, Value::Str(_)) {
            let name = right.as_str().unwrap_or_default().to_string();
            if let Some(ty) = values::Context::find_type(self, &name) {
                let mut effects = Effects::default();
                return operators::binary(self, op, is_case_sensitive, &left, &Value::Type(ty), &mut effects);
            }
        }
        let mut effects = Effects::default();
        let value = operators::binary(self, op, is_case_sensitive, &left, &right, &mut effects)?;
        if let Some(matches) = effects.matches {
            self.set_matches(frame, matches);
        }
        Ok(value)
    }

    /// `d += b`: a string or array that only this variable holds grows in place.
    fn add_assign(&mut self, code: &Arc<Code>, frame: usize, base: usize, d: Reg, b: Reg) -> Result<()> {
        let right = self.read(code, frame, base, b)?;
        let at = base + d as usize;
        match (&mut self.stack[at], &right) {
            (Value::I32(x), Value::I32(y)) => {
                if let Some(sum) = x.checked_add(*y) {
                    *x = sum;
                    return Ok(());
                }
            }
            (Value::I64(x), Value::I32(y)) => {
                if let Some(sum) = x.checked_add(i64::from(*y)) {
                    *x = sum;
                    return Ok(());
                }
            }
            (Value::F64(x), Value::F64(y)) => {
                *x += y;
                return Ok(());
            }
            (Value::Str(s), Value::Str(more)) => return s.append(more),
            (Value::Array(list), right) if list.is_fixed && list.dims.is_none() => {
                if let Some(list) = Arc::get_mut(list)
                    && list.element == values::TypeRef::OBJECT
                    && !matches!(right, Value::Foreign(_) | Value::Wrapped(_))
                {
                    return match right.as_array() {
                        Some(more) => values::stop::extend(&mut list.lock(), &more.lock()),
                        None if matches!(right, Value::Void) => Ok(()),
                        None => values::stop::extend(&mut list.lock(), std::slice::from_ref(right)),
                    };
                }
            }
            _ => {}
        }
        let left = self.read(code, frame, base, d)?;
        let mut effects = Effects::default();
        let value = operators::binary(self, Binary::Add, false, &left, &right, &mut effects)?;
        self.put(code, frame, base, d, value)
    }
}

/// Comparisons of plain numbers and of ASCII-equal strings.
#[inline(always)]
fn quick_compare(op: Binary, a: &Value, b: &Value) -> Option<bool> {
    use std::cmp::Ordering::{Greater, Less};
    let order = match (a, b) {
        (Value::I32(x), Value::I32(y)) => x.cmp(y),
        (Value::I64(x), Value::I32(y)) => x.cmp(&i64::from(*y)),
        (Value::I64(x), Value::I64(y)) => x.cmp(y),
        (Value::F64(x), Value::F64(y)) => x.partial_cmp(y)?,
        (Value::F64(x), Value::I32(y)) => x.partial_cmp(&f64::from(*y))?,
        _ => return None,
    };
    Some(match op {
        Binary::Equal => order.is_eq(),
        Binary::NotEqual => order.is_ne(),
        Binary::Less => order == Less,
        Binary::LessOrEqual => order != Greater,
        Binary::Greater => order == Greater,
        Binary::GreaterOrEqual => order != Less,
        _ => return None,
    })
}
