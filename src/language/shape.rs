//! The shape of trees, written out.

use std::sync::Arc;

use crate::ast::{
    Ast, AttributeKind, BlockId, BodyId, CommandElementKind, Const, ElementKind, Expr, ExprId, Invocation, InvokeKind,
    MemberKind, NamedArg, Part, RedirectTo, Stmt, StmtId, VariableScope,
};
use crate::{Source, parse};

struct Writer<'a>(&'a Ast);

impl Writer<'_> {
    fn exprs(&self, items: &[ExprId]) -> String {
        items.iter().map(|id| self.expr(*id)).collect::<Vec<_>>().join(" ")
    }

    fn expr(&self, id: ExprId) -> String {
        let ast = self.0;
        match *ast.expr(id) {
            Expr::Const(number) => match ast.constant(number) {
                Const::BigInt(text) => format!("{}n", ast.text(text)),
                Const::I32(value) => value.to_string(),
                other => format!("{other:?}"),
            },
            Expr::String { value, kind } => format!("{}'{}'", &kind.name()[..1], ast.text(value)),
            Expr::Expandable { parts, .. } => {
                let parts = ast.list(parts).iter().map(|part| match part {
                    Part::Text(text) => format!("'{}'", ast.text(*text)),
                    Part::Expr(id) => self.expr(*id),
                });
                format!("(exp {})", parts.collect::<Vec<_>>().join(" "))
            }
            Expr::Variable(v) => {
                let scope = match v.scope {
                    VariableScope::Unqualified => String::new(),
                    VariableScope::Drive => {
                        format!("{}:", v.drive.map_or("", |drive| drive.folded()))
                    }
                    other => format!("{other:?}:").to_lowercase(),
                };
                format!("{}{scope}{}", if v.splatted { '@' } else { '$' }, v.name.folded())
            }
            Expr::Array(items) => format!("(, {})", self.exprs(ast.exprs(items))),
            Expr::ArrayExpr(body) => format!("(@ {})", self.body(body)),
            Expr::SubExpr(body) => format!("(sub {})", self.body(body)),
            Expr::Paren(inner) => format!("(p {})", self.stmt(inner)),
            Expr::Hash(entries) => {
                let entries = ast.list(entries).iter();
                let entries = entries.map(|entry| format!("{}={}", self.expr(entry.key), self.stmt(entry.value)));
                format!("(hash {})", entries.collect::<Vec<_>>().join("; "))
            }
            Expr::ScriptBlock(block) => self.block(block),
            Expr::Unary { op, operand } => format!("({} {})", op.name(), self.expr(operand)),
            Expr::Binary { op, left, right, .. } => {
                format!("({} {} {})", op.name(), self.expr(left), self.expr(right))
            }
            Expr::Ternary { condition, if_true, if_false } => {
                format!("(? {} {} {})", self.expr(condition), self.expr(if_true), self.expr(if_false))
            }
            Expr::Convert { ty, operand } => {
                format!("(cast {} {})", ast.type_full_name(ast.attribute(ty).ty), self.expr(operand))
            }
            Expr::Attributed { attribute, operand } => {
                format!("(attr {} {})", ast.type_full_name(ast.attribute(attribute).ty), self.expr(operand))
            }
            Expr::Type(ty) => format!("[{}]", ast.type_full_name(ty)),
            Expr::Member { target, member, is_static, null_conditional } => {
                let op = if is_static {
                    "::"
                } else if null_conditional {
                    "?."
                } else {
                    "."
                };
                format!("({op} {} {})", self.expr(target), self.expr(member))
            }
            Expr::Invoke { target, member, args, generic, how, null_conditional } => {
                let op = match how {
                    InvokeKind::Static => "::",
                    InvokeKind::BaseConstructor => "base",
                    InvokeKind::Instance if null_conditional => "?.",
                    InvokeKind::Instance => ".",
                };
                let generic: Vec<String> = ast.list(generic).iter().map(|ty| ast.type_full_name(*ty)).collect();
                format!(
                    "(call{op} {} {}{} {})",
                    self.expr(target),
                    self.expr(member),
                    if generic.is_empty() { String::new() } else { format!("[{}]", generic.join(",")) },
                    self.exprs(ast.exprs(args))
                )
            }
            Expr::Index { target, index, null_conditional } => {
                let op = if null_conditional { "?[]" } else { "[]" };
                format!("({op} {} {})", self.expr(target), self.expr(index))
            }
            Expr::Using(inner) => format!("(using {})", self.expr(inner)),
            Expr::Error(_) => "(error)".to_owned(),
        }
    }

    fn stmt(&self, id: StmtId) -> String {
        let ast = self.0;
        match *ast.stmt(id) {
            Stmt::Pipeline { elements, background } => {
                let elements: Vec<String> = ast
                    .list(elements)
                    .iter()
                    .map(|element| {
                        let mut text = match element.kind {
                            ElementKind::Expr(expr) => self.expr(expr),
                            ElementKind::Command(command) => {
                                let parts = ast.list(command.elements).iter().map(|part| match part.kind {
                                    CommandElementKind::Expr(expr) => self.expr(expr),
                                    CommandElementKind::Parameter { text, argument, .. } => match argument {
                                        Some(argument) => format!("-{}:{}", ast.text(text), self.expr(argument)),
                                        None => format!("-{}", ast.text(text)),
                                    },
                                });
                                let op = match command.invocation {
                                    Invocation::None => "",
                                    Invocation::Call => "& ",
                                    Invocation::Dot => ". ",
                                };
                                format!("<{op}{}>", parts.collect::<Vec<_>>().join(" "))
                            }
                        };
                        for redirection in ast.list(element.redirections) {
                            text.push_str(&match redirection.to {
                                RedirectTo::Stream(to) => {
                                    format!(" {:?}>&{to:?}", redirection.from)
                                }
                                RedirectTo::File { location, append } => {
                                    let op = if append { ">>" } else { ">" };
                                    format!(" {:?}{op}{}", redirection.from, self.expr(location))
                                }
                            });
                        }
                        text
                    })
                    .collect();
                format!("{}{}", elements.join(" | "), if background { " &" } else { "" })
            }
            Stmt::Chain { left, op, right, .. } => format!("({} {} {})", op.text(), self.stmt(left), self.stmt(right)),
            Stmt::Assign { target, op, value, .. } => {
                format!("({} {} {})", op.text(), self.expr(target), self.stmt(value))
            }
            Stmt::If { clauses, otherwise } => {
                let mut text = String::from("(if");
                for clause in ast.list(clauses) {
                    text.push_str(&format!(" {} {{{}}}", self.stmt(clause.condition), self.body(clause.body)));
                }
                if let Some(otherwise) = otherwise {
                    text.push_str(&format!(" else {{{}}}", self.body(otherwise)));
                }
                text + ")"
            }
            Stmt::Switch { flags, condition, clauses, default, .. } => {
                let mut text = format!("(switch:{} {}", flags.0, self.stmt(condition));
                for clause in ast.list(clauses) {
                    text.push_str(&format!(" {} {{{}}}", self.expr(clause.condition), self.body(clause.body)));
                }
                if let Some(default) = default {
                    text.push_str(&format!(" default {{{}}}", self.body(default)));
                }
                text + ")"
            }
            Stmt::Foreach { label, variable, collection, body } => format!(
                "({}foreach {} {} {{{}}})",
                label.map_or(String::new(), |label| format!(":{} ", label.sym.folded())),
                self.expr(variable),
                self.stmt(collection),
                self.body(body)
            ),
            Stmt::Return(value) => format!("(return {})", value.map_or(String::new(), |value| self.stmt(value))),
            Stmt::Break(label) => format!("(break {})", label.map_or(String::new(), |label| self.expr(label))),
            Stmt::Function(id) => {
                let function = ast.function(id);
                let count = function.params.map_or(0, |params| params.len());
                format!("(function {} {count} {})", ast.text(function.name.text), self.block(function.body))
            }
            Stmt::Type(id) => {
                let def = ast.type_def(id);
                let members = ast.list(def.members).iter().map(|member| match member.kind {
                    MemberKind::Property { initial } => {
                        let initial = initial.map_or(String::new(), |initial| format!("={}", self.expr(initial)));
                        format!("{}{initial}", member.name.sym.folded())
                    }
                    MemberKind::Method { function, .. } => {
                        format!("{}(){}", member.name.sym.folded(), self.block(ast.function(function).body))
                    }
                });
                format!("({:?} {} {})", def.kind, def.name.sym.folded(), members.collect::<Vec<_>>().join("; "))
            }
            other => format!("{other:?}").split(['(', ' ']).next().unwrap_or_default().to_owned(),
        }
    }

    fn body(&self, id: BodyId) -> String {
        let body = self.0.body(id);
        let all = self.0.stmts(body.traps).iter().chain(self.0.stmts(body.statements));
        all.map(|id| self.stmt(*id)).collect::<Vec<_>>().join("; ")
    }

    fn block(&self, id: BlockId) -> String {
        let block = self.0.block(id);
        let mut text = String::from("{");
        if let Some(params) = block.params {
            let params = self.0.param_block(params);
            for id in self.0.list(params.attributes) {
                let attribute = self.0.attribute(*id);
                let AttributeKind::Attribute { named, .. } = attribute.kind else {
                    continue;
                };
                let named = self.0.list(named).iter().map(|arg: &NamedArg| arg.name.folded());
                text.push_str(&format!("[{} {}]", self.0.type_full_name(attribute.ty), named.collect::<String>()));
            }
            let names = self.0.list(params.params).iter().map(|param| {
                let types = self.0.list(param.attributes).iter();
                let types: String =
                    types.map(|id| format!("[{}]", self.0.type_full_name(self.0.attribute(*id).ty))).collect();
                let default = param.default.map_or(String::new(), |default| format!("={}", self.expr(default)));
                format!("{types}{}{default}", self.expr(param.name))
            });
            text.push_str(&format!("param({}) ", names.collect::<Vec<_>>().join(", ")));
        }
        for named in block.named() {
            if !named.unnamed {
                text.push_str(&format!("{}: ", named.kind.text()));
            }
            text.push_str(&self.body(named.body));
        }
        text + "}"
    }
}

fn check(text: &str, expected: &str) {
    let parsed = parse(Arc::new(Source::new(text)));
    assert!(parsed.errors.is_empty(), "{text}: {:?}", parsed.errors);
    let written = Writer(&parsed.ast).block(parsed.ast.root());
    assert_eq!(written, format!("{{{expected}}}"), "{text}");
}

#[test]
fn expressions() {
    check("1 + 2 * 3", "(Plus 1 (Multiply 2 3))");
    check("1 - 2 - 3", "(Minus (Minus 1 2) 3)");
    check("1 -eq 2 -and $a -or $b", "(Or (And (Ieq 1 2) $a) $b)");
    check("1..3 + 4", "(Plus (DotDot 1 3) 4)");
    check("'{0}' -f 1, 2 + 'x'", "(Plus (Format S'{0}' (, 1 2)) S'x')");
    check("-1", "-1");
    check("- 1", "(Minus 1)");
    check("2-1", "(Minus 2 1)");
    check("2 -1", "(Minus 2 1)");
    check("!$a -and -not $b", "(And (Exclaim $a) (Not $b))");
    check("-join 1, 2", "(, (Join 1) 2)");
    check(", 1", "(, 1)");
    check("$a ?? $b ?? 1", "(QuestionQuestion (QuestionQuestion $a $b) 1)");
    check("$a ? 1 : $b ? 2 : 3", "(? $a 1 (? $b 2 3))");
    check("[int]'1' + 1", "(Plus (cast int S'1') 1)");
    check("[int][string]1", "(cast int (cast string 1))");
    check("[math]::Pi.x", "(. (:: [math] B'Pi') B'x')");
    check("[a.b[int,c[]]]::new(1)", "(call:: [a.b[int,c[]]] B'new' 1)");
    check("$a.b[0]?.c()", "(call?. ([] (. $a B'b') 0) B'c' )");
    check("$a.m[int]($x)", "(call. $a B'm'[int] $x)");
    check("$a.m[1]", "([] (. $a B'm') 1)");
    check("$a.$b.'c'.\"d$e\"", "(. (. (. $a $b) S'c') (exp 'd' $e))");
    check("$a++ + ++$b", "(Plus (PostfixPlusPlus $a) (PlusPlus $b))");
    check("@(1; 2), $(3)", "(, (@ 1; 2) (sub 3))");
    check("@{a=1; 'b c'=2,3\n5=if(1){2}}", "(hash B'a'=1; S'b c'=(, 2 3); 5=(if 1 {2}))");
    check("$using:x.y", "(using (. $x B'y'))");
    check("$global:a + $env:PATH + ${a b}", "(Plus (Plus $global:a $env:path) $a b)");
    check("{ param($x, [int]$y = 2) $x }", "{param($x, [int]$y=2) $x}");
    check("123456789012345678901234567890n", "123456789012345678901234567890n");
    check("$a -split ',', 2", "(Isplit $a (, S',' 2))");
    check("1,2 -contains 3", "(Icontains (, 1 2) 3)");
    check("\u{201c}a\u{201d} + \u{2018}b\u{2019} \u{2013} 1", "(Minus (Plus D'a' S'b') 1)");
}

#[test]
fn strings() {
    check("\"a$b c\"", "(exp 'a' $b ' c')");
    check("\"a`tb\"", "D'a\tb'");
    check("\"x$(1 + 2)y\"", "(exp 'x' (sub (Plus 1 2)) 'y')");
    check("\"x$(\"in $a\")y\"", "(exp 'x' (sub (exp 'in ' $a)) 'y')");
    check("\"x$(f \"\"q\"\")\"", "(exp 'x' (sub <B'f' D'q'>))");
    check("\"`$a $(1)`n\"", "(exp '$a ' (sub 1) '\n')");
    check("\"$a.b $($a.b) ${c}d $a[0]\"", "(exp $a '.b ' (sub (. $a B'b')) ' ' $c 'd ' $a '[0]')");
    check("'it''s'", "S'it's'");
    check("@'\na\nb\n'@", "S'a\nb'");
    check("@\"\n\n$x\n\"@", "(exp '\n' $x)");
    check("\"$\"", "D'$'");
    check("\"`u{1F600}\"", "D'\u{1F600}'");
}

#[test]
fn commands() {
    check("ls -a b -c:d -e: f g,h", "<B'ls' -a B'b' -c:B'd' -e:B'f' (, B'g' B'h')>");
    check("& $x.y -z | . f", "<& (. $x B'y') -z> | <. B'f'>");
    check(
        "echo a$b.c $b.c x$(1)y a\"b\"c -$d",
        "<B'echo' (exp 'a' $b '.c') (. $b B'c') (exp 'x' (sub 1) 'y') B'abc' (exp '-' $d)>",
    );
    check("f @x @using:y $using:z", "<B'f' @x (using @y) (using $z)>");
    check("f 2>&1 > a.txt *>> b", "<B'f'> Error>&Output Output>B'a.txt' All>>B'b'");
    check("a && b || c", "(|| (&& <B'a'> <B'b'>) <B'c'>)");
    check("a &", "<B'a'> &");
    check("cmd --% a \"b c\" | d", "<B'cmd' B'--%' B'a \"b c\" '> | <B'd'>");
    check("f -- -x", "<B'f' -- B'-x'>");
    check("a\n| b", "<B'a'> | <B'b'>");
    check("a |\n b", "<B'a'> | <B'b'>");
    check("f { 1 } (2) @{} [int] 1.5x 0x1F", "<B'f' {1} (p 2) (hash ) B'[int]' B'1.5x' 31>");
    check("foo;bar", "<B'foo'>; <B'bar'>");
    check("% { $_ }", "<B'%' {$_}>");
    check("a `\n b", "<B'a' B'b'>");
}

#[test]
fn statements() {
    check("$a = 1", "(= $a 1)");
    check("$a = $b = 1", "(= $a (= $b 1))");
    check("$a, $b = 1, 2", "(= (, $a $b) (, 1 2))");
    check("[int]$x = '1'", "(= (cast int $x) S'1')");
    check("$x = if (1) { 2 } else { 3 }", "(= $x (if 1 {2} else {3}))");
    check("switch -r ($x) { 'a' { 1 } default { 2 } }", "(switch:2 $x S'a' {1} default {2})");
    check(":l foreach ($i in 1..2) { break l }", "(:l foreach $i (DotDot 1 2) {(break B'l')})");
    check("function f($a) { $a }", "(function f 1 {$a})");
    check("filter f { $_ }", "(function f 0 {$_})");
    check("function global:g-h { }", "(function global:g-h 0 {})");
    check(
        "function f { [CmdletBinding(X)] param([int]$a = 1) begin { 1 } end { 2 } }",
        "(function f 0 {[CmdletBinding x]param([int]$a=1) begin: 1end: 2})",
    );
    check("class A { [int]$x = 1; A() : base(2) { 3 } }", "(Class a x=1; a(){(callbase $this B'.ctor' 2); 3})");
    check("enum E { A; B = 2 }", "(Enum e a; b=2)");
    check("return 1, 2", "(return (, 1 2))");
    check("trap { } 1", "Trap; 1");
}
