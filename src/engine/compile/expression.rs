//! Expressions.

use language::TokenKind as T;
use language::ast::{Expr, ExprId, HashEntry, InvokeKind, List, Part, StringKind, VariableScope};
use values::operators::{Binary, Unary};
use values::{Str, Value};

use super::Compiler;
use crate::code::{CONST, Ins, InvokeSite, Reg, TypeSpec, VarScope};

/// The comparison operators that have a fused branch (the forms that ignore case).
pub(super) fn comparison(op: T) -> Option<Binary> {
    Some(match op {
        T::Ieq => Binary::Equal,
        T::Ine => Binary::NotEqual,
        T::Igt => Binary::Greater,
        T::Ige => Binary::GreaterOrEqual,
        T::Ilt => Binary::Less,
        T::Ile => Binary::LessOrEqual,
        _ => return None,
    })
}

/// A binary operator of the values crate, and whether it is the case-sensitive form.
pub(super) fn binary_operator(op: T) -> Option<(Binary, bool)> {
    use Binary as B;
    Some(match op {
        T::Plus => (B::Add, false),
        T::Minus => (B::Subtract, false),
        T::Multiply => (B::Multiply, false),
        T::Divide => (B::Divide, false),
        T::Rem => (B::Remainder, false),
        T::Band => (B::BitAnd, false),
        T::Bor => (B::BitOr, false),
        T::Bxor => (B::BitXor, false),
        T::Shl => (B::ShiftLeft, false),
        T::Shr => (B::ShiftRight, false),
        T::Ieq => (B::Equal, false),
        T::Ine => (B::NotEqual, false),
        T::Igt => (B::Greater, false),
        T::Ige => (B::GreaterOrEqual, false),
        T::Ilt => (B::Less, false),
        T::Ile => (B::LessOrEqual, false),
        T::Ilike => (B::Like, false),
        T::Inotlike => (B::NotLike, false),
        T::Imatch => (B::Match, false),
        T::Inotmatch => (B::NotMatch, false),
        T::Ireplace => (B::Replace, false),
        T::Icontains => (B::Contains, false),
        T::Inotcontains => (B::NotContains, false),
        T::Iin => (B::In, false),
        T::Inotin => (B::NotIn, false),
        T::Isplit => (B::Split, false),
        T::Ceq => (B::Equal, true),
        T::Cne => (B::NotEqual, true),
        T::Cgt => (B::Greater, true),
        T::Cge => (B::GreaterOrEqual, true),
        T::Clt => (B::Less, true),
        T::Cle => (B::LessOrEqual, true),
        T::Clike => (B::Like, true),
        T::Cnotlike => (B::NotLike, true),
        T::Cmatch => (B::Match, true),
        T::Cnotmatch => (B::NotMatch, true),
        T::Creplace => (B::Replace, true),
        T::Ccontains => (B::Contains, true),
        T::Cnotcontains => (B::NotContains, true),
        T::Cin => (B::In, true),
        T::Cnotin => (B::NotIn, true),
        T::Csplit => (B::Split, true),
        T::Join => (B::Join, false),
        T::Is => (B::Is, false),
        T::IsNot => (B::IsNot, false),
        T::As => (B::As, false),
        T::Format => (B::Format, false),
        T::Xor => (B::Xor, false),
        _ => return None,
    })
}

impl Compiler<'_> {
    /// The value of an expression as an operand: a constant, a variable's slot, or a fresh register.
    pub(super) fn expr(&mut self, id: ExprId) -> Reg {
        match *self.ast.expr(id) {
            Expr::Const(number) => {
                let value = crate::constant::number(self.ast, number);
                self.constant(value)
            }
            Expr::String { value, .. } => {
                let text = self.text(value);
                self.string_value(text)
            }
            Expr::Variable(v) if v.scope == VariableScope::Unqualified && !v.splatted => {
                if let Some(fixed) = fixed_variable(v.name.folded()) {
                    return self.constant(fixed);
                }
                let name = if v.name.folded() == "psitem" { language::Sym::intern("_") } else { v.name };
                match self.code.slot_of(name) {
                    Some(slot) => slot,
                    None => self.fresh(id),
                }
            }
            Expr::Paren(stmt) if self.ast.pure_expr(stmt).is_some() => {
                let inner = self.ast.pure_expr(stmt).unwrap_or(id);
                self.expr(inner)
            }
            _ => self.fresh(id),
        }
    }

    fn fresh(&mut self, id: ExprId) -> Reg {
        let d = self.temp();
        self.expr_into(id, d);
        d
    }

    /// Two operands: the left one is copied where evaluating the right one could change it.
    pub(super) fn operands(&mut self, left: ExprId, right: ExprId) -> (Reg, Reg) {
        let mut a = self.expr(left);
        if a < self.code.slots.len() as Reg && !self.is_quiet(right) {
            let copy = self.temp();
            self.emit(Ins::Move { d: copy, a });
            a = copy;
        }
        (a, self.expr(right))
    }

    /// Whether evaluating an expression can't assign a variable.
    fn is_quiet(&self, id: ExprId) -> bool {
        match *self.ast.expr(id) {
            Expr::Const(_) | Expr::String { .. } | Expr::Variable(_) | Expr::Type(_) | Expr::ScriptBlock(_) => true,
            Expr::Binary { left, right, .. } => self.is_quiet(left) && self.is_quiet(right),
            Expr::Member { target, member, .. } => self.is_quiet(target) && self.is_quiet(member),
            Expr::Index { target, index, .. } => self.is_quiet(target) && self.is_quiet(index),
            Expr::Convert { operand, .. } => self.is_quiet(operand),
            Expr::Unary { op, operand } => {
                !super::loops::IncrementToken::text_is_increment(op) && self.is_quiet(operand)
            }
            Expr::Paren(stmt) => self.ast.pure_expr(stmt).is_some_and(|inner| self.is_quiet(inner)),
            Expr::Array(items) => self.ast.exprs(items).iter().all(|item| self.is_quiet(*item)),
            _ => false,
        }
    }

    /// Evaluates an expression into a register.
    pub(super) fn expr_into(&mut self, id: ExprId, d: Reg) {
        let old = self.at_span(self.expr_span(id));
        let mark = self.next;
        self.expr_parts(id, d);
        self.next = mark;
        self.span = old;
    }

    fn expr_parts(&mut self, id: ExprId, d: Reg) {
        match *self.ast.expr(id) {
            Expr::Const(_) | Expr::String { .. } => {
                let a = self.expr(id);
                self.emit(Ins::SetSlot { d, a });
            }
            Expr::Expandable { parts, .. } => self.expandable(parts, d),
            Expr::Variable(v) => self.variable(v, d),
            Expr::Array(items) => {
                let items = self.ast.exprs(items).to_vec();
                let first = self.temps(items.len());
                for (at, item) in items.iter().enumerate() {
                    self.expr_into(*item, first + at as Reg);
                }
                self.emit(Ins::Array { d, first, n: items.len() as u16 });
            }
            Expr::ArrayExpr(body) => self.captured_body(body, d, 1),
            Expr::SubExpr(body) => self.captured_body(body, d, 0),
            Expr::Paren(stmt) => self.stmt_into(stmt, d),
            Expr::Hash(entries) => self.hash(entries, d, 0),
            Expr::ScriptBlock(block) => {
                let block = self.block_index(block);
                self.emit(Ins::ScriptBlock { d, block });
            }
            Expr::Unary { op, operand } => self.unary(op, operand, d),
            Expr::Binary { op, left, right, .. } => self.binary(op, left, right, d),
            Expr::Ternary { condition, if_true, if_false } => {
                let skips = self.scoped(|c| c.branch_unless(condition));
                self.expr_into(if_true, d);
                let over = self.emit(Ins::Jump { to: 0 });
                for skip in skips {
                    self.land(skip);
                }
                self.expr_into(if_false, d);
                self.land(over);
            }
            Expr::Convert { ty, operand } => self.convert(ty, operand, d),
            Expr::Attributed { operand, .. } => self.expr_into(operand, d),
            Expr::Type(ty) => {
                let ty = self.type_spec(ty);
                self.emit(Ins::Type { d, ty });
            }
            Expr::Member { target, member, is_static: false, null_conditional: false }
                if let Some(place) = self.free_variable(target) =>
            {
                let name = self.expr(member);
                self.emit(Ins::GetFreeMember { d, place, name });
            }
            Expr::Member { target, member, is_static, null_conditional } => {
                let a = self.expr(target);
                let skip = null_conditional.then(|| self.null_skip(a, d));
                let name = self.expr(member);
                if is_static {
                    self.emit(Ins::GetStatic { d, a, name });
                } else {
                    self.emit(Ins::GetMember { d, a, name });
                }
                if let Some(skip) = skip {
                    self.land(skip);
                }
            }
            Expr::Invoke { target, member, args, generic, how, null_conditional } => {
                self.invoke((target, member, args, generic, how), null_conditional, d);
            }
            Expr::Index { target, index, null_conditional } => {
                let (a, skip, b);
                if null_conditional {
                    a = self.expr(target);
                    skip = Some(self.null_skip(a, d));
                    b = self.expr(index);
                } else {
                    (a, b) = self.operands(target, index);
                    skip = None;
                }
                let b = self.object_index(index, b);
                self.emit(Ins::GetIndex { d, a, b });
                if let Some(skip) = skip {
                    self.land(skip);
                }
            }
            Expr::Using(operand) => self.using(operand, d),
            Expr::Error(_) => self.unsupported("ParseError"),
        }
    }

    /// The place of a variable that this block does not assign.
    fn free_variable(&mut self, id: ExprId) -> Option<u16> {
        let Expr::Variable(v) = *self.ast.expr(id) else { return None };
        let is_free = v.scope == VariableScope::Unqualified
            && !v.splatted
            && !matches!(v.name.folded(), "?" | "psitem")
            && fixed_variable(v.name.folded()).is_none()
            && self.code.slot_of(v.name).is_none();
        is_free.then(|| {
            let text = self.ast.text(v.path).to_string();
            self.place(v.name, &text, VarScope::Any)
        })
    }

    /// `?.` and `?[`: jumps over with `$null` as the value.
    fn null_skip(&mut self, a: Reg, d: Reg) -> usize {
        let go = self.emit(Ins::JumpIfNotNull { a, to: 0 });
        let null = self.constant(Value::Null);
        self.emit(Ins::SetSlot { d, a: null });
        let skip = self.emit(Ins::Jump { to: 0 });
        self.land(go);
        skip
    }

    fn using(&mut self, operand: ExprId, d: Reg) {
        match *self.ast.expr(operand) {
            Expr::Variable(v) => {
                let name = self.string(v.name.folded());
                self.emit(Ins::Using { d, name });
            }
            Expr::Member { target, member, .. } => {
                self.using(target, d);
                let name = self.expr(member);
                self.emit(Ins::GetMember { d, a: d, name });
            }
            Expr::Index { target, index, .. } => {
                self.using(target, d);
                let b = self.expr(index);
                self.emit(Ins::GetIndex { d, a: d, b });
            }
            _ => self.expr_into(operand, d),
        }
    }

    fn variable(&mut self, v: language::ast::Variable, d: Reg) {
        let scope = match v.scope {
            VariableScope::Unqualified => {
                if let Some(fixed) = fixed_variable(v.name.folded()) {
                    let a = self.constant(fixed);
                    self.emit(Ins::SetSlot { d, a });
                    return;
                }
                let name = if v.name.folded() == "psitem" { language::Sym::intern("_") } else { v.name };
                if v.name.folded() == "?" {
                    self.emit(Ins::GetSuccess { d });
                    return;
                }
                match self.code.slot_of(name) {
                    Some(slot) => self.emit(Ins::Move { d, a: slot }),
                    None => {
                        let text = self.ast.text(v.path).to_string();
                        let name = self.place(name, &text, VarScope::Any);
                        self.emit(Ins::GetFree { d, name })
                    }
                };
                return;
            }
            VariableScope::Global => VarScope::Global,
            VariableScope::Local => VarScope::Local,
            VariableScope::Script => VarScope::Script,
            VariableScope::Private => VarScope::Private,
            VariableScope::Drive => VarScope::Drive(Str::from(v.drive.map_or("", |s| s.folded()))),
        };
        let place = self.scoped_place(&v, scope);
        self.emit(Ins::GetScoped { d, place });
    }

    pub(super) fn scoped_place(&mut self, v: &language::ast::Variable, scope: VarScope) -> u16 {
        let path = self.ast.text(v.path);
        let name = path.split_once(':').map_or(path, |(_, rest)| rest).to_string();
        self.place(v.name, &name, scope)
    }

    fn expandable(&mut self, parts: List<Part>, d: Reg) {
        let parts = self.ast.list(parts).to_vec();
        let first = self.temps(parts.len());
        for (at, part) in parts.iter().enumerate() {
            let slot = first + at as Reg;
            match part {
                Part::Text(text) => {
                    let text = self.text(*text);
                    let a = self.string_value(text);
                    self.emit(Ins::SetSlot { d: slot, a });
                }
                Part::Expr(id) => self.expr_into(*id, slot),
            }
        }
        self.emit(Ins::Concat { d, first, n: parts.len() as u16 });
    }

    pub(super) fn hash(&mut self, entries: List<HashEntry>, d: Reg, kind: u16) {
        let hash = self.temp();
        self.emit(Ins::NewHash { d: hash, kind });
        for entry in self.ast.list(entries).to_vec() {
            self.scoped(|c| {
                let old = c.at_span(c.expr_span(entry.key));
                let k = c.expr(entry.key);
                let v = c.stmt_value(entry.value);
                c.emit(Ins::HashAdd { d: hash, k, v });
                c.span = old;
            });
        }
        self.emit(Ins::Move { d, a: hash });
    }

    fn unary(&mut self, op: T, operand: ExprId, d: Reg) {
        let simple = match op {
            T::Not | T::Exclaim => Unary::Not,
            T::Minus => Unary::Minus,
            T::Plus => Unary::Plus,
            T::Bnot => Unary::BitNot,
            T::Isplit | T::Csplit => Unary::Split,
            T::Join => Unary::Join,
            T::Comma => {
                self.expr_into(operand, d);
                self.emit(Ins::Array { d, first: d, n: 1 });
                return;
            }
            _ => {
                let a = self.increment(op, operand, true);
                self.emit(Ins::Move { d, a });
                return;
            }
        };
        let a = self.expr(operand);
        self.emit(Ins::Un { op: simple, d, a });
    }

    fn binary(&mut self, op: T, left: ExprId, right: ExprId, d: Reg) {
        match op {
            T::And | T::Or => {
                let a = self.expr(left);
                self.emit(Ins::Bool { d, a });
                let skip = if op == T::And {
                    self.emit(Ins::JumpIfNot { a: d, to: 0 })
                } else {
                    self.emit(Ins::JumpIf { a: d, to: 0 })
                };
                let b = self.expr(right);
                self.emit(Ins::Bool { d, a: b });
                self.land(skip);
            }
            T::QuestionQuestion => {
                self.expr_into(left, d);
                let skip = self.emit(Ins::JumpIfNotNull { a: d, to: 0 });
                self.expr_into(right, d);
                self.land(skip);
            }
            T::DotDot => {
                let (a, b) = self.operands(left, right);
                self.emit(Ins::Range { d, a, b });
            }
            _ => {
                let (a, b) = self.operands(left, right);
                self.binary_ins(op, d, a, b);
            }
        }
    }

    /// Emits the instruction of a plain binary operator.
    pub(super) fn binary_ins(&mut self, op: T, d: Reg, a: Reg, b: Reg) {
        let ins = match binary_operator(op) {
            Some((Binary::Add, _)) => Ins::Add { d, a, b },
            Some((Binary::Subtract, _)) => Ins::Sub { d, a, b },
            Some((Binary::Multiply, _)) => Ins::Mul { d, a, b },
            Some((Binary::Remainder, _)) => Ins::Rem { d, a, b },
            Some((cmp, false)) if comparison(op).is_some() => Ins::Cmp { op: cmp, d, a, b },
            Some((op, false)) => Ins::Bin { op, d, a, b },
            Some((op, true)) => Ins::BinCase { op, d, a, b },
            None => {
                self.unsupported("OperatorNotSupported");
                return;
            }
        };
        self.emit(ins);
    }

    fn convert(&mut self, attribute: language::ast::AttributeId, operand: ExprId, d: Reg) {
        let name = self.ast.type_full_name(self.ast.attribute(attribute).ty);
        if name.eq_ignore_ascii_case("ordered")
            && let Expr::Hash(entries) = *self.ast.expr(operand)
        {
            self.hash(entries, d, 1);
            return;
        }
        if name.eq_ignore_ascii_case("pscustomobject")
            && let Expr::Hash(entries) = *self.ast.expr(operand)
        {
            self.hash(entries, d, 1);
            let ty = self.custom_object_type(attribute);
            self.emit(Ins::Convert { d, a: d, ty });
            return;
        }
        if name.eq_ignore_ascii_case("ref") {
            self.make_ref(operand, d);
            return;
        }
        let a = self.expr(operand);
        let ty = match name.eq_ignore_ascii_case("pscustomobject") {
            true => self.custom_object_type(attribute),
            false => self.type_spec(self.ast.attribute(attribute).ty),
        };
        self.emit(Ins::Convert { d, a, ty });
    }

    /// `[pscustomobject]` names PSObject everywhere but in a cast, which makes a custom object of a dictionary.
    fn custom_object_type(&mut self, attribute: language::ast::AttributeId) -> u16 {
        let span = self.ast.span_type(self.ast.attribute(attribute).ty);
        self.type_text(Str::from("System.Management.Automation.PSCustomObject"), span)
    }

    fn make_ref(&mut self, operand: ExprId, d: Reg) {
        let v = match *self.ast.expr(operand) {
            Expr::Variable(v) if fixed_variable(v.name.folded()).is_none() => v,
            _ => {
                let a = self.expr(operand);
                let ty = self.type_text(Str::from("ref"), self.span);
                self.emit(Ins::Convert { d, a, ty });
                return;
            }
        };
        let scope = match v.scope {
            VariableScope::Global => VarScope::Global,
            VariableScope::Script => VarScope::Script,
            VariableScope::Local | VariableScope::Private => VarScope::Local,
            _ => VarScope::Any,
        };
        let place = self.scoped_place(&v, scope);
        self.emit(Ins::MakeRef { d, place });
    }

    fn invoke(
        &mut self,
        (target, member, args, generic, how): (ExprId, ExprId, List<ExprId>, List<language::ast::TypeId>, InvokeKind),
        null_conditional: bool,
        d: Reg,
    ) {
        let args = self.ast.exprs(args).to_vec();
        let mut a = self.expr(target);
        let skip = null_conditional.then(|| self.null_skip(a, d));
        if a < self.code.slots.len() as Reg && !args.iter().all(|id| self.is_quiet(*id)) {
            let copy = self.temp();
            self.emit(Ins::Move { d: copy, a });
            a = copy;
        }
        let name = self.expr(member);
        let first = self.temps(args.len());
        for (at, arg) in args.iter().enumerate() {
            self.expr_into(*arg, first + at as Reg);
        }
        let generic = self.ast.list(generic).to_vec();
        let generic = generic
            .into_iter()
            .map(|id| TypeSpec { text: Str::from(self.ast.type_full_name(id)), span: self.ast.span_type(id) })
            .collect();
        let via = self.cast_target(target);
        let mut casts: Vec<Option<u16>> = args.iter().map(|arg| self.cast_argument(*arg)).collect();
        if casts.iter().all(Option::is_none) {
            casts.clear();
        }
        self.code.invokes.push(InvokeSite {
            name,
            first,
            count: args.len() as u16,
            is_static: how == InvokeKind::Static,
            is_base: how == InvokeKind::BaseConstructor,
            via,
            casts,
            generic,
        });
        let site = (self.code.invokes.len() - 1) as u16;
        self.emit(Ins::Invoke { d, a, site });
        if let Some(skip) = skip {
            self.land(skip);
        }
    }

    /// `[object] 1` between brackets is a key where a bare number would be a place.
    fn object_index(&mut self, index: ExprId, b: Reg) -> Reg {
        let Expr::Convert { ty, .. } = *self.ast.expr(index) else { return b };
        if !self.ast.type_full_name(self.ast.attribute(ty).ty).eq_ignore_ascii_case("object") {
            return b;
        }
        let d = self.temp();
        let ty = self.type_text(Str::from("psobject"), self.span);
        self.emit(Ins::Convert { d, a: b, ty });
        d
    }

    /// The type of an argument that is a cast, in parentheses or not.
    fn cast_argument(&mut self, argument: ExprId) -> Option<u16> {
        match *self.ast.expr(argument) {
            Expr::Paren(stmt) => self.cast_argument(self.ast.pure_expr(stmt)?),
            Expr::Convert { ty, .. } => {
                let ty = self.ast.attribute(ty).ty;
                let is_reference = self.ast.type_full_name(ty).eq_ignore_ascii_case("ref");
                (!is_reference).then(|| self.type_spec(ty))
            }
            _ => None,
        }
    }

    /// The type of `([Type] object).Method()`.
    fn cast_target(&mut self, target: ExprId) -> Option<u16> {
        let Expr::Paren(stmt) = *self.ast.expr(target) else { return None };
        match *self.ast.expr(self.ast.pure_expr(stmt)?) {
            Expr::Convert { ty, .. } => Some(self.type_spec(self.ast.attribute(ty).ty)),
            _ => None,
        }
    }

    pub(super) fn text(&self, text: language::ast::Text) -> Str {
        let surrogates = self.ast.lone_surrogates(text);
        let plain = self.ast.text(text);
        if surrogates.is_empty() {
            return Str::from(plain);
        }
        let mut out = String::new();
        for (at, ch) in plain.char_indices() {
            match surrogates.iter().find(|(place, _)| *place as usize == at) {
                Some((_, unit)) => out.push(values::string::lone_surrogate(*unit)),
                None => out.push(ch),
            }
        }
        Str::from(out)
    }

    fn string_value(&mut self, text: Str) -> Reg {
        self.string(text.as_str())
    }

    /// Whether a string expression is a bare word.
    pub(super) fn is_bare_word(&self, id: ExprId) -> bool {
        matches!(self.ast.expr(id), Expr::String { kind: StringKind::BareWord, .. })
    }
}

/// Variables whose value never changes.
fn fixed_variable(folded: &str) -> Option<Value> {
    match folded {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "null" => Some(Value::Null),
        _ => None,
    }
}

/// Constants are addressed with the top bit.
pub(super) const fn is_constant(reg: Reg) -> bool {
    reg & CONST != 0
}
