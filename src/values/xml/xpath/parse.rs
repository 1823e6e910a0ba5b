//! Expressions: from text to tree.

use super::XPathError;

/// An axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Axis {
    Child,
    Descendant,
    Parent,
    Ancestor,
    FollowingSibling,
    PrecedingSibling,
    Following,
    Preceding,
    Attribute,
    Namespace,
    Own,
    DescendantOrSelf,
    AncestorOrSelf,
}

/// What nodes of an axis are taken.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Any,
    AnyIn(String),
    Name(String, String),
    Node,
    Text,
    Comment,
    Instruction(Option<String>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub axis: Axis,
    pub test: Test,
    pub predicates: Vec<Expr>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Op {
    Or,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Union,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Binary(Op, Box<Expr>, Box<Expr>),
    Negate(Box<Expr>),
    Number(f64),
    Literal(String),
    Call(String, Vec<Expr>),
    /// A location path; absolute ones begin at the root.
    Path {
        absolute: bool,
        steps: Vec<Step>,
    },
    /// A primary expression with predicates, then steps.
    Filter {
        base: Box<Expr>,
        predicates: Vec<Expr>,
        steps: Vec<Step>,
    },
}

#[derive(Debug, Clone, PartialEq)]
enum Tok {
    Name(String, String),
    /// `prefix:*`.
    Wild(String),
    Star,
    Number(f64),
    Literal(String),
    Sym(&'static str),
    Variable,
    End,
}

struct Lexer<'a> {
    text: &'a str,
    c: Vec<char>,
    i: usize,
}

fn name_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn name_char(c: char) -> bool {
    name_start(c) || c.is_numeric() || matches!(c, '-' | '.' | '\u{b7}')
}

impl Lexer<'_> {
    fn bad<T>(&self) -> Result<T, XPathError> {
        Err(XPathError::Token(self.text.to_string()))
    }

    fn next(&mut self) -> Result<Tok, XPathError> {
        while self.c.get(self.i).is_some_and(|c| c.is_whitespace()) {
            self.i += 1;
        }
        let Some(&c) = self.c.get(self.i) else { return Ok(Tok::End) };
        let two: String = self.c[self.i..(self.i + 2).min(self.c.len())].iter().collect();
        for s in ["//", "::", "!=", "<=", ">=", ".."] {
            if two == s {
                self.i += 2;
                return Ok(Tok::Sym(s));
            }
        }
        if c.is_ascii_digit() || (c == '.' && self.c.get(self.i + 1).is_some_and(char::is_ascii_digit)) {
            let from = self.i;
            while self.c.get(self.i).is_some_and(char::is_ascii_digit) {
                self.i += 1;
            }
            if self.c.get(self.i) == Some(&'.') {
                self.i += 1;
                while self.c.get(self.i).is_some_and(char::is_ascii_digit) {
                    self.i += 1;
                }
            }
            let t: String = self.c[from..self.i].iter().collect();
            return Ok(Tok::Number(t.trim_end_matches('.').parse().unwrap_or(f64::NAN)));
        }
        for s in ["/", "(", ")", "[", "]", ".", "@", ",", "|", "+", "-", "=", "<", ">"] {
            if s.starts_with(c) {
                self.i += 1;
                return Ok(Tok::Sym(s));
            }
        }
        match c {
            '*' => {
                self.i += 1;
                Ok(Tok::Star)
            }
            '$' => {
                self.i += 1;
                Ok(Tok::Variable)
            }
            '"' | '\'' => {
                let from = self.i + 1;
                let Some(n) = self.c[from..].iter().position(|x| *x == c) else {
                    return Err(XPathError::UnclosedString);
                };
                self.i = from + n + 1;
                Ok(Tok::Literal(self.c[from..from + n].iter().collect()))
            }
            c if name_start(c) => {
                let first = self.ncname();
                if self.c.get(self.i) == Some(&':') && self.c.get(self.i + 1) != Some(&':') {
                    match self.c.get(self.i + 1) {
                        Some('*') => {
                            self.i += 2;
                            return Ok(Tok::Wild(first));
                        }
                        Some(c) if name_start(*c) => {
                            self.i += 1;
                            let local = self.ncname();
                            return Ok(Tok::Name(first, local));
                        }
                        _ => return Err(XPathError::QualifiedName(self.text.to_string())),
                    }
                }
                Ok(Tok::Name(String::new(), first))
            }
            _ => self.bad(),
        }
    }

    fn ncname(&mut self) -> String {
        let from = self.i;
        while self.c.get(self.i).is_some_and(|c| name_char(*c)) {
            self.i += 1;
        }
        self.c[from..self.i].iter().collect()
    }
}

struct Parser<'a> {
    text: &'a str,
    toks: Vec<Tok>,
    i: usize,
    depth: usize,
}

type Parsed<T> = Result<T, XPathError>;

/// Parses an expression.
pub(super) fn parse(text: &str) -> Parsed<Expr> {
    let mut l = Lexer { text, c: text.chars().collect(), i: 0 };
    let mut toks = Vec::new();
    loop {
        let t = l.next();
        // A wrong token later on must not hide an earlier fault of grammar.
        match t {
            Ok(Tok::End) => break,
            Ok(t) => toks.push(t),
            Err(e) if toks.is_empty() => return Err(e),
            Err(e) => return Err(e),
        }
    }
    toks.push(Tok::End);
    let mut p = Parser { text, toks, i: 0, depth: 0 };
    let e = p.or()?;
    if *p.peek() != Tok::End {
        return p.bad();
    }
    Ok(e)
}

impl Parser<'_> {
    fn bad<T>(&self) -> Parsed<T> {
        Err(XPathError::Token(self.text.to_string()))
    }

    fn peek(&self) -> &Tok {
        &self.toks[self.i.min(self.toks.len() - 1)]
    }

    fn peek_at(&self, k: usize) -> &Tok {
        &self.toks[(self.i + k).min(self.toks.len() - 1)]
    }

    fn take(&mut self, s: &str) -> bool {
        let hit = matches!(self.peek(), Tok::Sym(x) if *x == s);
        if hit {
            self.i += 1;
        }
        hit
    }

    fn expect(&mut self, s: &str) -> Parsed<()> {
        if self.take(s) { Ok(()) } else { self.bad() }
    }

    fn take_word(&mut self, w: &str) -> bool {
        let hit = matches!(self.peek(), Tok::Name(p, n) if p.is_empty() && n == w);
        if hit {
            self.i += 1;
        }
        hit
    }

    fn or(&mut self) -> Parsed<Expr> {
        self.depth += 1;
        if self.depth > 200 {
            return Err(XPathError::TooComplex);
        }
        let mut a = self.and()?;
        while self.take_word("or") {
            a = Expr::Binary(Op::Or, Box::new(a), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(a)
    }

    fn and(&mut self) -> Parsed<Expr> {
        let mut a = self.equality()?;
        while self.take_word("and") {
            a = Expr::Binary(Op::And, Box::new(a), Box::new(self.equality()?));
        }
        Ok(a)
    }

    fn equality(&mut self) -> Parsed<Expr> {
        let mut a = self.relation()?;
        loop {
            let op = if self.take("=") {
                Op::Eq
            } else if self.take("!=") {
                Op::Ne
            } else {
                return Ok(a);
            };
            a = Expr::Binary(op, Box::new(a), Box::new(self.relation()?));
        }
    }

    fn relation(&mut self) -> Parsed<Expr> {
        let mut a = self.sum()?;
        loop {
            let op = if self.take("<") {
                Op::Lt
            } else if self.take("<=") {
                Op::Le
            } else if self.take(">") {
                Op::Gt
            } else if self.take(">=") {
                Op::Ge
            } else {
                return Ok(a);
            };
            a = Expr::Binary(op, Box::new(a), Box::new(self.sum()?));
        }
    }

    fn sum(&mut self) -> Parsed<Expr> {
        let mut a = self.product()?;
        loop {
            let op = if self.take("+") {
                Op::Add
            } else if self.take("-") {
                Op::Sub
            } else {
                return Ok(a);
            };
            a = Expr::Binary(op, Box::new(a), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Parsed<Expr> {
        let mut a = self.unary()?;
        loop {
            let op = if *self.peek() == Tok::Star {
                self.i += 1;
                Op::Mul
            } else if self.take_word("div") {
                Op::Div
            } else if self.take_word("mod") {
                Op::Mod
            } else {
                return Ok(a);
            };
            a = Expr::Binary(op, Box::new(a), Box::new(self.unary()?));
        }
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let mut minus = false;
        while self.take("-") {
            minus = !minus;
        }
        let e = self.union()?;
        Ok(if minus { Expr::Negate(Box::new(e)) } else { e })
    }

    fn union(&mut self) -> Parsed<Expr> {
        let mut a = self.path()?;
        while self.take("|") {
            a = Expr::Binary(Op::Union, Box::new(a), Box::new(self.path()?));
        }
        Ok(a)
    }

    fn is_primary(&self) -> bool {
        match self.peek() {
            Tok::Literal(_) | Tok::Number(_) | Tok::Variable => true,
            Tok::Sym("(") => true,
            Tok::Name(p, n) => {
                let node_type =
                    p.is_empty() && matches!(n.as_str(), "node" | "text" | "comment" | "processing-instruction");
                matches!(self.peek_at(1), Tok::Sym("(")) && !node_type
            }
            _ => false,
        }
    }

    fn path(&mut self) -> Parsed<Expr> {
        if !self.is_primary() {
            return self.location();
        }
        let base = self.primary()?;
        let predicates = self.predicates()?;
        let mut steps = Vec::new();
        if self.take("/") {
            self.relative(&mut steps)?;
        } else if self.take("//") {
            steps.push(every_descendant());
            self.relative(&mut steps)?;
        }
        if predicates.is_empty() && steps.is_empty() {
            return Ok(base);
        }
        Ok(Expr::Filter { base: Box::new(base), predicates, steps })
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let t = self.peek().clone();
        self.i += 1;
        match t {
            Tok::Literal(s) => Ok(Expr::Literal(s)),
            Tok::Number(n) => Ok(Expr::Number(n)),
            Tok::Variable => Err(XPathError::NoNamespaces),
            Tok::Sym("(") => {
                let e = self.or()?;
                self.expect(")")?;
                Ok(e)
            }
            Tok::Name(p, n) => {
                self.expect("(")?;
                let mut args = Vec::new();
                if !self.take(")") {
                    loop {
                        args.push(self.or()?);
                        if self.take(")") {
                            break;
                        }
                        self.expect(",")?;
                    }
                }
                Ok(Expr::Call(if p.is_empty() { n } else { format!("{p}:{n}") }, args))
            }
            _ => self.bad(),
        }
    }

    fn predicates(&mut self) -> Parsed<Vec<Expr>> {
        let mut out = Vec::new();
        while self.take("[") {
            out.push(self.or()?);
            self.expect("]")?;
        }
        Ok(out)
    }

    fn starts_step(&self) -> bool {
        matches!(self.peek(), Tok::Name(..) | Tok::Wild(_) | Tok::Star | Tok::Sym("." | ".." | "@"))
    }

    fn location(&mut self) -> Parsed<Expr> {
        let mut steps = Vec::new();
        let mut absolute = false;
        if self.take("/") {
            absolute = true;
            if !self.starts_step() {
                return Ok(Expr::Path { absolute, steps });
            }
        } else if self.take("//") {
            absolute = true;
            steps.push(every_descendant());
        }
        self.relative(&mut steps)?;
        Ok(Expr::Path { absolute, steps })
    }

    fn relative(&mut self, steps: &mut Vec<Step>) -> Parsed<()> {
        loop {
            steps.push(self.step()?);
            if self.take("//") {
                steps.push(every_descendant());
            } else if !self.take("/") {
                return Ok(());
            }
        }
    }

    fn step(&mut self) -> Parsed<Step> {
        if self.take(".") {
            return Ok(Step { axis: Axis::Own, test: Test::Node, predicates: Vec::new() });
        }
        if self.take("..") {
            return Ok(Step { axis: Axis::Parent, test: Test::Node, predicates: Vec::new() });
        }
        let mut axis = Axis::Child;
        if self.take("@") {
            axis = Axis::Attribute;
        } else if let (Tok::Name(p, n), Tok::Sym("::")) = (self.peek().clone(), self.peek_at(1).clone())
            && p.is_empty()
        {
            axis = match n.as_str() {
                "child" => Axis::Child,
                "descendant" => Axis::Descendant,
                "parent" => Axis::Parent,
                "ancestor" => Axis::Ancestor,
                "following-sibling" => Axis::FollowingSibling,
                "preceding-sibling" => Axis::PrecedingSibling,
                "following" => Axis::Following,
                "preceding" => Axis::Preceding,
                "attribute" => Axis::Attribute,
                "namespace" => Axis::Namespace,
                "self" => Axis::Own,
                "descendant-or-self" => Axis::DescendantOrSelf,
                "ancestor-or-self" => Axis::AncestorOrSelf,
                _ => return self.bad(),
            };
            self.i += 2;
        }
        let t = self.peek().clone();
        self.i += 1;
        let test = match t {
            Tok::Star => Test::Any,
            Tok::Wild(p) => Test::AnyIn(p),
            Tok::Name(p, n) => {
                let typed = p.is_empty() && matches!(self.peek(), Tok::Sym("("));
                match n.as_str() {
                    "node" | "text" | "comment" if typed => {
                        self.i += 1;
                        self.expect(")")?;
                        match n.as_str() {
                            "node" => Test::Node,
                            "text" => Test::Text,
                            _ => Test::Comment,
                        }
                    }
                    "processing-instruction" if typed => {
                        self.i += 1;
                        let name = match self.peek().clone() {
                            Tok::Literal(s) => {
                                self.i += 1;
                                Some(s)
                            }
                            _ => None,
                        };
                        self.expect(")")?;
                        Test::Instruction(name)
                    }
                    _ => Test::Name(p, n),
                }
            }
            _ => {
                self.i -= 1;
                return Err(XPathError::NodeSetExpected);
            }
        };
        Ok(Step { axis, test, predicates: self.predicates()? })
    }
}

fn every_descendant() -> Step {
    Step { axis: Axis::DescendantOrSelf, test: Test::Node, predicates: Vec::new() }
}
