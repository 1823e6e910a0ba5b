//! Compiled code of a script block: register instructions of 8 bytes, constants, call sites and tables beside them.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use language::ast::{Ast, BlockId};
use language::{Span, Sym};
use values::operators::{Binary, Unary};
use values::{Str, TypeRef, Value};

/// An operand or destination: a register of the frame, or a constant when the top bit is set.
pub type Reg = u16;

/// Marks an operand as an index into the constants.
pub const CONST: u16 = 0x8000;

/// One instruction. `d` is the destination, `a`, `b`, `c` operands, `to` a jump target.
#[derive(Clone, Copy, Debug)]
pub enum Ins {
    Move {
        d: Reg,
        a: Reg,
    },
    /// Reads a variable that this block does not assign, by name from here outward.
    GetFree {
        d: Reg,
        name: u16,
    },
    /// Reads `$scope:name`, `$drive:name`.
    GetScoped {
        d: Reg,
        place: u16,
    },
    SetScoped {
        place: u16,
        a: Reg,
    },
    /// `$?`
    GetSuccess {
        d: Reg,
    },
    Add {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Sub {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Mul {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Rem {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    /// Comparison with a Boolean result; `op` is the operator.
    Cmp {
        op: Binary,
        d: Reg,
        a: Reg,
        b: Reg,
    },
    /// Jumps when the comparison is false.
    JumpUnless {
        op: Binary,
        a: Reg,
        b: Reg,
        to: i16,
    },
    /// Any binary operator; `Binary` ignoring case.
    Bin {
        op: Binary,
        d: Reg,
        a: Reg,
        b: Reg,
    },
    /// The case-sensitive form.
    BinCase {
        op: Binary,
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Un {
        op: Unary,
        d: Reg,
        a: Reg,
    },
    /// Compound assignment reads the scope's own variable only: what is unset is `$null`.
    OwnOnly {
        d: Reg,
    },
    /// `d += b` with growth in place where `d` is the only owner.
    AddAssign {
        d: Reg,
        b: Reg,
    },
    /// `++`/`--` in place without a result.
    Inc {
        d: Reg,
        by: i16,
    },
    /// Converts to a type of the block's type table.
    Convert {
        d: Reg,
        a: Reg,
        ty: u16,
    },
    /// Truth as Boolean.
    Bool {
        d: Reg,
        a: Reg,
    },
    Jump {
        to: i32,
    },
    JumpIf {
        a: Reg,
        to: i32,
    },
    JumpIfNot {
        a: Reg,
        to: i32,
    },
    JumpIfNull {
        a: Reg,
        to: i32,
    },
    JumpIfNotNull {
        a: Reg,
        to: i32,
    },
    /// `foreach` head: makes an enumerator of `a` in `d`.
    Enumerate {
        d: Reg,
        a: Reg,
    },
    /// Takes the next item into `d`, or jumps (target in the next instruction's `Jump`).
    Next {
        d: Reg,
        e: Reg,
    },
    /// `a..b`
    Range {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    /// The same where it is only enumerated: the numbers are made one by one.
    LazyRange {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    GetMember {
        d: Reg,
        a: Reg,
        name: Reg,
    },
    /// The same of a variable that this block does not assign.
    GetFreeMember {
        d: Reg,
        place: u16,
        name: Reg,
    },
    SetMember {
        a: Reg,
        name: Reg,
        b: Reg,
    },
    GetStatic {
        d: Reg,
        a: Reg,
        name: Reg,
    },
    SetStatic {
        a: Reg,
        name: Reg,
        b: Reg,
    },
    GetIndex {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    SetIndex {
        a: Reg,
        i: Reg,
        b: Reg,
    },
    /// Calls a method: the site says how many arguments stand in the registers from `first`.
    Invoke {
        d: Reg,
        a: Reg,
        site: u16,
    },
    /// An array of `n` values from register `first` on.
    Array {
        d: Reg,
        first: Reg,
        n: u16,
    },
    /// An empty hashtable (`kind` 0) or ordered dictionary (1).
    NewHash {
        d: Reg,
        kind: u16,
    },
    HashAdd {
        d: Reg,
        k: Reg,
        v: Reg,
    },
    /// Joins `n` values from `first` into a string.
    Concat {
        d: Reg,
        first: Reg,
        n: u16,
    },
    /// A script block of the block's literals.
    ScriptBlock {
        d: Reg,
        block: u16,
    },
    /// A type of the type table as a value.
    Type {
        d: Reg,
        ty: u16,
    },
    /// Writes to the current output, unrolled.
    Write {
        a: Reg,
    },
    /// Writes without unrolling the outermost collection of `,x`.
    WriteOne {
        a: Reg,
    },
    BeginCapture,
    /// Begins a capture whose output goes nowhere.
    BeginDiscard,
    /// Ends a capture: `how` 0 as a pipeline gives it, 1 always an array, 2 thrown away.
    EndCapture {
        d: Reg,
        how: u16,
    },
    /// Throws `n` open captures away.
    Discard {
        n: u16,
    },
    /// Runs the pipeline of a call site.
    Pipeline {
        site: u16,
    },
    /// Evaluates the redirections of an expression statement: opens the targets.
    BeginRedirect {
        site: u16,
    },
    EndRedirect,
    DefineFunction {
        function: u16,
    },
    DefineType {
        def: u16,
    },
    /// `using module`, by its place in the list of such statements.
    UseModule {
        using: u16,
    },
    Throw {
        a: Reg,
    },
    /// Rethrows inside a catch.
    Rethrow,
    /// Leaves this code with a flow that crosses blocks: 0 break, 1 continue; label in `a` (null: none).
    Leave {
        kind: u16,
        a: Reg,
    },
    Exit {
        a: Reg,
    },
    /// Ends the running named block, or the inline region.
    Return,
    /// Enters and leaves the part of a `try` in which errors propagate.
    EnterTry,
    LeaveTry,
    /// Compares the pending error with a catch clause's types; jumps (next instruction) when it does not fit.
    Catch {
        clause: u16,
    },
    /// Marks the pending error of a try as handled.
    EndCatch {
        handler: u16,
    },
    /// Ends a finally that was entered by a flow: goes on with that flow.
    EndFinally {
        handler: u16,
    },
    /// Sets `$_` and the like from the value in `a`: writes the register of a slot directly.
    SetSlot {
        d: Reg,
        a: Reg,
    },
    /// Runs one clause test of a switch: `d` = whether the value `a` fits the condition `c`.
    SwitchTest {
        d: Reg,
        a: Reg,
        c: Reg,
    },
    /// Opens the items of a switch: lines of a file when the flags say so.
    SwitchItems {
        d: Reg,
        a: Reg,
    },
    /// Marks statement success for `$?`.
    Succeed,
    /// Keeps what slot `a` stands for in `d`; the slot goes on as a variable of an inner scope.
    Hold {
        d: Reg,
        a: Reg,
    },
    /// Puts back what was held.
    GiveBack {
        d: Reg,
        a: Reg,
    },
    /// Constrains the variable in slot `d` to a type or attributes.
    Constrain {
        d: Reg,
        site: u16,
    },
    /// Makes a `[ref]` of a variable.
    MakeRef {
        d: Reg,
        place: u16,
    },
    /// Throws `error` of the block's fixed errors (what the language has and this engine does not run).
    Unsupported {
        what: u16,
    },
    /// `$using:name`.
    Using {
        d: Reg,
        name: u16,
    },
    /// The items of an array from a place on, as the last target of a multiple assignment takes them.
    Rest {
        d: Reg,
        a: Reg,
        from: u16,
    },
    /// The value of `x++`: what was there before, 0 for null.
    OldNumber {
        d: Reg,
        a: Reg,
    },
    /// Jump target and stop check of loops.
    Loop,
    /// A place where the debugger may stop; only in marked code.
    Mark {
        index: u16,
    },
    /// Reads a statement's background job.
    Background {
        site: u16,
        d: Reg,
    },
    /// A data section's begin (restricted language) and end.
    EnterData {
        site: u16,
    },
    LeaveData,
    Nop,
}

const _: () = assert!(std::mem::size_of::<Ins>() == 8);

/// Where a named, scoped or drive variable lies.
#[derive(Clone, Debug)]
pub struct Place {
    pub sym: Sym,
    pub name: Str,
    pub scope: VarScope,
    /// Slot in this code where the variable is an ordinary local one.
    pub slot: Option<Reg>,
    /// The register in which a frame remembers where it found the variable.
    pub memo: Option<Reg>,
}

/// The scope written before a variable's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VarScope {
    Any,
    Global,
    Local,
    Script,
    Private,
    Drive(Str),
}

/// A method call.
#[derive(Clone, Debug)]
pub struct InvokeSite {
    pub name: Reg,
    pub first: Reg,
    pub count: u16,
    pub is_static: bool,
    /// Call of the base class's constructor.
    pub is_base: bool,
    /// `([Type] object).M()`: the type whose method is meant.
    pub via: Option<u16>,
    /// The types that arguments are cast to where they stand, which decide between overloads; empty where none is.
    pub casts: Vec<Option<u16>>,
    /// The type arguments that the script wrote.
    pub generic: Vec<TypeSpec>,
}

/// A type name of the source, resolved when it is first needed.
#[derive(Clone, Debug)]
pub struct TypeSpec {
    pub text: Str,
    pub span: Span,
}

/// How an argument was written: native programs get bare words expanded and lists as they stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ArgForm {
    /// A variable, a number or another expression.
    #[default]
    Other,
    /// A word without quotes, maybe with variables.
    Bare,
    /// A text in quotes.
    Quoted,
    /// Values with commas between.
    List,
}

/// An argument of a command.
#[derive(Clone, Debug)]
pub enum Arg {
    /// A positional argument.
    Value { reg: Reg, span: Span, form: ArgForm },
    /// `-Name`, with the register of `-Name:value`; the form is the value's.
    Named { name: Str, value: Option<Reg>, span: Span, dash: Str, form: ArgForm },
    /// `@x`.
    Splat { reg: Reg, span: Span },
}

/// A redirection with its evaluated target.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// Stream number, 0 for all.
    pub from: u8,
    pub to: RedirectTarget,
}

/// Where a redirection goes.
#[derive(Clone, Debug)]
pub enum RedirectTarget {
    Stream(u8),
    File { reg: Reg, append: bool },
}

/// One stage of a pipeline.
#[derive(Clone, Debug)]
pub struct StageSite {
    pub kind: StageKind,
    pub redirects: Vec<Redirect>,
    pub span: Span,
    /// The call's position for people, made once.
    pub position: std::sync::OnceLock<Arc<values::error::Position>>,
    /// What was remembered of the last call.
    pub plan: crate::pipeline::PlanCell,
}

/// What a stage is.
#[derive(Clone, Debug)]
pub enum StageKind {
    /// An expression's value, first stage only.
    Value(Reg),
    /// A command: name, arguments. `how` 0 plain, 1 `&`, 2 `.`
    Command { name: Reg, args: Vec<Arg>, how: u8, name_span: Span, is_bare: bool },
    /// `ForEach-Object { ... }` or `Where-Object { ... }` compiled into this code.
    Inline { is_filter: bool, item: Reg, start: u32, name: Str, block: u16 },
}

/// A pipeline's call site.
#[derive(Clone, Debug)]
pub struct PipeSite {
    pub stages: Vec<StageSite>,
    pub span: Span,
}

/// A range of code whose errors go to a handler.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    /// Where the handler begins.
    pub target: u32,
    /// Captures open at the entry of the `try`, counted from the block's start.
    pub captures: u16,
    /// Whether it catches errors (else it is a finally, entered by every flow).
    pub is_catch: bool,
    /// Depth of `try` regions at the entry.
    pub tries: u16,
    /// Trap: the handler's error is reported by the trap's rules.
    pub is_trap: bool,
}

/// A statement of a statement list: where to go on after an error that only ends the statement.
#[derive(Clone, Copy, Debug)]
pub struct StmtRange {
    pub start: u32,
    pub end: u32,
    pub captures: u16,
    pub span: Span,
}

/// A loop or switch.
#[derive(Clone, Copy, Debug)]
pub struct LoopRange {
    pub start: u32,
    pub end: u32,
    pub label: Option<Sym>,
    /// Where `continue` goes on; `break` goes on at `end`.
    pub next: u32,
    pub captures: u16,
    pub tries: u16,
}

/// A catch clause.
#[derive(Clone, Debug)]
pub struct CatchSite {
    pub types: Vec<u16>,
    pub handler: u16,
    /// A trap, which sees the exception inside of a wrapping one.
    pub is_trap: bool,
}

/// A switch.
#[derive(Clone, Copy, Debug)]
pub struct SwitchSite {
    pub flags: u8,
}

/// Where the named blocks begin.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entries {
    pub dynamic_param: Option<u32>,
    pub begin: Option<u32>,
    pub process: Option<u32>,
    pub end: Option<u32>,
    pub clean: Option<u32>,
}

/// A parameter of the block.
#[derive(Clone, Debug)]
pub struct ParamCode {
    pub sym: Sym,
    pub name: Str,
    pub slot: Reg,
    /// Where the code of the default value begins; it leaves the value in the slot and returns.
    pub default: Option<u32>,
}

/// Compiled code.
pub struct Code {
    /// Where the debugger may stop.
    pub marks: Vec<crate::debug::Mark>,
    pub ast: Arc<Ast>,
    pub block: BlockId,
    pub ins: Vec<Ins>,
    pub spans: Vec<Span>,
    pub consts: Vec<Value>,
    /// Variables of slots 0.. in order.
    pub slots: Vec<(Sym, Str)>,
    /// Sorted by symbol.
    pub slot_index: Vec<(Sym, Reg)>,
    /// Variables that statements assign: typed parameters among them keep their constraint.
    pub assigned: Vec<Sym>,
    pub registers: u16,
    pub handlers: Vec<Handler>,
    pub statements: Vec<StmtRange>,
    /// Extents for error positions: first and one past the last instruction, and the extent.
    pub points: Vec<(u32, u32, Span)>,
    /// Loops, for `break` and `continue` that come from outside the code's own jumps.
    pub loops: Vec<LoopRange>,
    pub pipes: Vec<PipeSite>,
    pub invokes: Vec<InvokeSite>,
    pub places: Vec<Place>,
    pub types: Vec<TypeSpec>,
    pub resolved: Vec<std::sync::OnceLock<TypeRef>>,
    /// Literal blocks, each with the code that all values of it share.
    pub blocks: Vec<(BlockId, crate::script_block::BlockCode)>,
    pub catches: Vec<CatchSite>,
    pub functions: Vec<(language::ast::FunctionId, crate::script_block::BlockCode)>,
    pub type_defs: Vec<language::ast::TypeDefId>,
    /// `using module` statements.
    pub used_modules: Vec<language::ast::StmtId>,
    pub attributes: Vec<Vec<language::ast::AttributeId>>,
    pub data: Vec<Vec<Str>>,
    pub unsupported: Vec<Str>,
    pub entries: Entries,
    pub params: Vec<ParamCode>,
    /// Runs in its caller's scope: slots are bound to the owner's variables.
    pub is_shared: bool,
    /// Fixed slots of automatic variables that the block mentions.
    pub auto: AutoSlots,
    /// Captured variables of a switch and others keep no state here.
    pub switches: Vec<SwitchSite>,
    /// What instructions that read properties remember, by instruction; empty where there are none.
    pub memories: Vec<AtomicU64>,
    /// Positions that errors were told with before.
    pub positions: parking_lot::Mutex<Vec<(Span, Arc<values::error::Position>)>>,
}

/// Slots of automatic variables, where the block mentions them.
#[derive(Clone, Copy, Debug, Default)]
pub struct AutoSlots {
    pub item: Option<Reg>,
    pub args: Option<Reg>,
    pub input: Option<Reg>,
    pub this: Option<Reg>,
    pub bound: Option<Reg>,
    pub invocation: Option<Reg>,
    pub cmdlet: Option<Reg>,
    pub script_root: Option<Reg>,
    pub command_path: Option<Reg>,
    pub matches: Option<Reg>,
}

/// How many positions of errors are kept.
const POSITIONS: usize = 32;

/// How many variables of other scopes a frame remembers the places of.
const MEMOS: usize = 16;

impl Code {
    /// Gives the first variables of other scopes a register each, behind all others.
    pub(crate) fn give_memos(&mut self) {
        for place in self.places.iter_mut().filter(|p| p.scope == VarScope::Any && p.slot.is_none()).take(MEMOS) {
            if self.registers < CONST - 1 {
                place.memo = Some(self.registers);
                self.registers += 1;
            }
        }
    }

    /// Gives each instruction a memory where some of them need one.
    pub(crate) fn give_memories(&mut self) {
        if self.ins.iter().any(|i| matches!(i, Ins::GetMember { .. } | Ins::GetFreeMember { .. })) {
            self.memories = self.ins.iter().map(|_| AtomicU64::new(0)).collect();
        }
    }

    /// A stored property of an object as an instruction reads it.
    #[inline(always)]
    pub(crate) fn property(&self, at: usize, name: Reg, object: &values::Object, text: &str) -> Option<Value> {
        match self.memories.get(at) {
            // A name that is written there is the same each time.
            Some(memory) if name & CONST != 0 => object.get_again(text, memory),
            _ => object.get(text),
        }
    }

    /// A stretch of the source as a position for people.
    pub fn position(&self, span: Span) -> Arc<values::error::Position> {
        let known = self.positions.lock().iter().find(|(s, _)| *s == span).map(|(_, p)| p.clone());
        known.unwrap_or_else(|| {
            let made = Arc::new(crate::vm::call::position_of(self.ast.source(), span));
            let mut kept = self.positions.lock();
            if kept.len() < POSITIONS {
                kept.push((span, made.clone()));
            }
            made
        })
    }

    /// The slot of a variable.
    pub fn slot_of(&self, sym: Sym) -> Option<Reg> {
        if self.slot_index.len() <= 6 {
            return self.slot_index.iter().find(|(s, _)| *s == sym).map(|(_, r)| *r);
        }
        self.slot_index.binary_search_by_key(&sym, |(s, _)| *s).ok().map(|at| self.slot_index[at].1)
    }

    /// The extent that errors of an instruction are told with: its statement or condition.
    pub fn point_at(&self, pc: u32) -> Option<Span> {
        let found = self.points.iter().filter(|p| p.0 <= pc && pc < p.1).min_by_key(|p| p.1 - p.0);
        found.map(|p| p.2)
    }

    /// The innermost statement around an instruction.
    pub fn statement_at(&self, pc: u32) -> Option<&StmtRange> {
        self.statements.iter().filter(|s| s.start <= pc && pc < s.end).min_by_key(|s| s.end - s.start)
    }
}
