//! System.Drawing.Point, Size and Rectangle, of integers and of single-precision numbers.

use crate::error::Result;
use crate::types::define::FROM_TEXT;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold, hold_named, state_of};
use crate::value::Value;

/// Two numbers of a point or a size, or the four of a rectangle: place and extent.
#[derive(Clone, Copy, PartialEq)]
struct Shape {
    numbers: [f64; 4],
    kind: Kind,
    is_single: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Point,
    Size,
    Rectangle,
}

impl Shape {
    fn empty(ty: TypeRef) -> Shape {
        let name = ty.name_only();
        let kind = match name.trim_end_matches('F') {
            "Point" => Kind::Point,
            "Size" => Kind::Size,
            _ => Kind::Rectangle,
        };
        Shape { numbers: [0.0; 4], kind, is_single: name.ends_with('F') }
    }

    fn of(kind: Kind, is_single: bool, numbers: [f64; 4]) -> Shape {
        let narrow = |n: f64| if is_single { f64::from(n as f32) } else { f64::from(n as i64 as i32) };
        Shape { numbers: numbers.map(narrow), kind, is_single }
    }

    fn value(self) -> Value {
        let name = match self.kind {
            Kind::Point => "Point",
            Kind::Size => "Size",
            Kind::Rectangle => "Rectangle",
        };
        hold_named(&format!("System.Drawing.{name}{}", if self.is_single { "F" } else { "" }), self)
    }

    fn number(self, n: f64) -> Value {
        if self.is_single { Value::F32(n as f32) } else { Value::I32(n as i32) }
    }

    /// Left, top, right, bottom.
    fn sides(self) -> [f64; 4] {
        let [x, y, width, height] = self.numbers;
        [x, y, x + width, y + height]
    }

    fn is_empty(self) -> bool {
        match (self.kind, self.is_single) {
            (Kind::Rectangle, true) => self.numbers[2] <= 0.0 || self.numbers[3] <= 0.0,
            (Kind::Rectangle, false) => self.numbers == [0.0; 4],
            _ => self.numbers[0] == 0.0 && self.numbers[1] == 0.0,
        }
    }
}

impl State for Shape {
    fn text(&self) -> Option<String> {
        let [a, b, c, d] = self.numbers.map(|n| crate::convert::to_display(&self.number(n)).to_string());
        Some(match (self.kind, self.is_single) {
            (Kind::Point, true) => format!("{{X={a}, Y={b}}}"),
            (Kind::Point, false) => format!("{{X={a},Y={b}}}"),
            (Kind::Size, _) => format!("{{Width={a}, Height={b}}}"),
            (Kind::Rectangle, _) => format!("{{X={a},Y={b},Width={c},Height={d}}}"),
        })
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
    fn hash(&self) -> Option<u64> {
        Some(self.numbers.iter().fold(0, |h, n| h.rotate_left(17) ^ n.to_bits()))
    }
}

fn own(c: &Call<'_>) -> Result<Shape> {
    c.with(|s: &mut Shape| *s)
}

/// The shape of an argument; an empty one where it is none.
fn given(c: &Call<'_>, at: usize) -> Shape {
    state_of::<Shape>(c.arg(at)).unwrap_or_else(|| Shape::empty(c.parameter(at)))
}

fn construct(c: &mut Call<'_>) -> Result {
    let blank = Shape::empty(c.ty);
    let shape = match c.count() {
        0 => blank,
        1 if c.place("dw").is_some() => {
            let packed = c.long(0) as i32;
            let (low, high) = (packed as i16, (packed >> 16) as i16);
            Shape::of(blank.kind, false, [f64::from(low), f64::from(high), 0.0, 0.0])
        }
        1 => Shape::of(blank.kind, blank.is_single, given(c, 0).numbers),
        2 if c.place("location").is_some() => {
            let ([x, y, ..], [width, height, ..]) = (given(c, 0).numbers, given(c, 1).numbers);
            Shape::of(blank.kind, blank.is_single, [x, y, width, height])
        }
        _ => {
            let number = |at: usize| if at < c.count() { c.float(at) } else { 0.0 };
            Shape::of(blank.kind, blank.is_single, [number(0), number(1), number(2), number(3)])
        }
    };
    Ok(hold(c.ty, shape))
}

fn read(c: &Call<'_>, at: usize) -> Result {
    own(c).map(|s| s.number(s.numbers[at]))
}

fn write(c: &Call<'_>, at: usize) -> Result {
    let n = c.float(0);
    c.with(|s: &mut Shape| s.numbers[at] = Shape::of(s.kind, s.is_single, [n; 4]).numbers[0])?;
    Ok(Value::Void)
}

/// Sets two of the numbers from a point or a size.
fn write_pair(c: &Call<'_>, at: usize) -> Result {
    let [a, b, ..] = given(c, 0).numbers;
    c.with(|s: &mut Shape| (s.numbers[at], s.numbers[at + 1]) = (a, b))?;
    Ok(Value::Void)
}

fn moved(c: &mut Call<'_>) -> Result {
    let [x, y] = if c.count() == 2 {
        [c.float(0), c.float(1)]
    } else {
        let [x, y, ..] = given(c, 0).numbers;
        [x, y]
    };
    c.with(|s: &mut Shape| *s = plus(*s, [x, y, 0.0, 0.0], 1.0))?;
    Ok(Value::Void)
}

fn plus(shape: Shape, by: [f64; 4], sign: f64) -> Shape {
    let mut numbers = shape.numbers;
    numbers.iter_mut().zip(by).for_each(|(own, by)| *own += sign * by);
    Shape::of(shape.kind, shape.is_single, numbers)
}

/// The sum or difference of the two arguments.
fn sum(c: &mut Call<'_>, sign: f64) -> Result {
    Ok(plus(given(c, 0), given(c, 1).numbers, sign).value())
}

fn scaled(c: &mut Call<'_>, divides: bool) -> Result {
    let (shape, factor_at) = match state_of::<Shape>(c.arg(0)) {
        Some(shape) => (shape, 1),
        None => (given(c, 1), 0),
    };
    let factor = c.float(factor_at);
    let is_single = shape.is_single || matches!(c.arg(factor_at).base(), Value::F32(_) | Value::F64(_));
    if divides && !is_single && factor == 0.0 {
        return fail::named("System.DivideByZeroException", "Attempted to divide by zero.").throw();
    }
    let numbers = shape.numbers.map(|n| if divides { n / factor } else { n * factor });
    let numbers = if is_single { numbers } else { numbers.map(f64::trunc) };
    Ok(Shape::of(shape.kind, is_single, numbers).value())
}

/// A shape of singles as one of integers.
fn whole(c: &mut Call<'_>, round: fn(f64) -> f64) -> Result {
    let shape = given(c, 0);
    Ok(Shape::of(shape.kind, false, shape.numbers.map(round)).value())
}

/// The same numbers under another kind or precision.
fn cast(c: &mut Call<'_>) -> Result {
    let (shape, to) = (given(c, 0), c.signature.map(|s| s.text.to_string()).unwrap_or_default());
    let to = to.trim_start_matches("static ").split(' ').next().unwrap_or_default().to_string();
    let blank = Shape::empty(TypeRef::find(&to).unwrap_or(c.ty));
    Ok(Shape::of(blank.kind, blank.is_single, shape.numbers).value())
}

fn same(c: &Call<'_>) -> bool {
    given(c, 0) == given(c, 1)
}

fn common(a: Shape, b: Shape) -> Shape {
    let ([l, t, r, bottom], [l2, t2, r2, b2]) = (a.sides(), b.sides());
    let (x, y) = (l.max(l2), t.max(t2));
    let (width, height) = (r.min(r2) - x, bottom.min(b2) - y);
    let numbers = if width >= 0.0 && height >= 0.0 { [x, y, width, height] } else { [0.0; 4] };
    Shape::of(a.kind, a.is_single, numbers)
}

fn contains(c: &mut Call<'_>) -> Result {
    let [left, top, right, bottom] = own(c)?.sides();
    let [x, y] = match state_of::<Shape>(c.arg(0)) {
        Some(other) if other.kind == Kind::Rectangle => {
            let [x, y, x2, y2] = other.sides();
            return Ok(Value::Bool(left <= x && x2 <= right && top <= y && y2 <= bottom));
        }
        Some(point) => [point.numbers[0], point.numbers[1]],
        None => [c.float(0), c.float(1)],
    };
    Ok(Value::Bool(left <= x && x < right && top <= y && y < bottom))
}

fn inflated(shape: Shape, x: f64, y: f64) -> Shape {
    plus(shape, [-x, -y, 2.0 * x, 2.0 * y], 1.0)
}

/// As the converters read a text: the numbers with commas between them.
fn converted(c: &mut Call<'_>) -> Result {
    let blank = Shape::empty(c.ty);
    let wanted = if blank.kind == Kind::Rectangle { 4 } else { 2 };
    let text = c.str(0).to_string();
    let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
    match numbers {
        Some(n) if n.len() == wanted => {
            let at = |place: usize| n.get(place).copied().unwrap_or(0.0);
            Ok(hold(c.ty, Shape::of(blank.kind, blank.is_single, [at(0), at(1), at(2), at(3)])))
        }
        _ => {
            let order = match blank.kind {
                Kind::Point => "x, y",
                Kind::Size => "Width, Height",
                Kind::Rectangle => "x, y, Width, Height",
            };
            let text = format!("Text \"{text}\" cannot be parsed. The expected text input format is \"{order}\".");
            fail::argument(text, "").throw()
        }
    }
}

const ALL: &[(&str, Behaviour)] = &[
    ("new", construct),
    (FROM_TEXT, converted),
    ("::Empty", |c| Ok(hold(c.ty, Shape::empty(c.ty)))),
    ("IsEmpty", |c| own(c).map(|s| Value::Bool(s.is_empty()))),
    ("Equals", |c| {
        let other = state_of::<Shape>(c.arg(0));
        own(c).map(|s| Value::Bool(other == Some(s)))
    }),
    ("::op_Equality", |c| Ok(Value::Bool(same(c)))),
    ("::op_Inequality", |c| Ok(Value::Bool(!same(c)))),
    ("::Add", |c| sum(c, 1.0)),
    ("::Subtract", |c| sum(c, -1.0)),
    ("::op_Addition", |c| sum(c, 1.0)),
    ("::op_Subtraction", |c| sum(c, -1.0)),
    ("::op_Multiply", |c| scaled(c, false)),
    ("::op_Division", |c| scaled(c, true)),
    ("::op_Implicit", cast),
    ("::op_Explicit", cast),
    ("::Ceiling", |c| whole(c, f64::ceil)),
    ("::Round", |c| whole(c, f64::round_ties_even)),
    ("::Truncate", |c| whole(c, f64::trunc)),
    ("Offset", moved),
];

const POINT: &[(&str, Behaviour)] =
    &[("X", |c| read(c, 0)), ("X=", |c| write(c, 0)), ("Y", |c| read(c, 1)), ("Y=", |c| write(c, 1))];

const SIZE: &[(&str, Behaviour)] = &[
    ("Width", |c| read(c, 0)),
    ("Width=", |c| write(c, 0)),
    ("Height", |c| read(c, 1)),
    ("Height=", |c| write(c, 1)),
    ("ToPointF", |c| own(c).map(|s| Shape::of(Kind::Point, true, s.numbers).value())),
    ("ToSize", |c| own(c).map(|s| Shape::of(Kind::Size, false, s.numbers.map(f64::trunc)).value())),
];

fn side(c: &Call<'_>, at: usize) -> Result {
    own(c).map(|s| s.number(s.sides()[at]))
}

/// Two of a rectangle's numbers as a point or a size.
fn pair(c: &Call<'_>, kind: Kind, at: usize) -> Result {
    own(c).map(|s| Shape::of(kind, s.is_single, [s.numbers[at], s.numbers[at + 1], 0.0, 0.0]).value())
}

const RECTANGLE: &[(&str, Behaviour)] = &[
    ("X", |c| read(c, 0)),
    ("X=", |c| write(c, 0)),
    ("Y", |c| read(c, 1)),
    ("Y=", |c| write(c, 1)),
    ("Width", |c| read(c, 2)),
    ("Width=", |c| write(c, 2)),
    ("Height", |c| read(c, 3)),
    ("Height=", |c| write(c, 3)),
    ("Left", |c| side(c, 0)),
    ("Top", |c| side(c, 1)),
    ("Right", |c| side(c, 2)),
    ("Bottom", |c| side(c, 3)),
    ("Location", |c| pair(c, Kind::Point, 0)),
    ("Location=", |c| write_pair(c, 0)),
    ("Size", |c| pair(c, Kind::Size, 2)),
    ("Size=", |c| write_pair(c, 2)),
    ("Contains", contains),
    ("IntersectsWith", |c| {
        let ([l, t, r, b], [l2, t2, r2, b2]) = (own(c)?.sides(), given(c, 0).sides());
        Ok(Value::Bool(l2 < r && l < r2 && t2 < b && t < b2))
    }),
    ("Intersect", |c| {
        let other = given(c, 0);
        c.with(|s: &mut Shape| *s = common(*s, other))?;
        Ok(Value::Void)
    }),
    ("::Intersect", |c| Ok(common(given(c, 0), given(c, 1)).value())),
    ("::Union", |c| {
        let (a, b) = (given(c, 0), given(c, 1));
        let ([l, t, r, bottom], [l2, t2, r2, b2]) = (a.sides(), b.sides());
        let (x, y) = (l.min(l2), t.min(t2));
        Ok(Shape::of(a.kind, a.is_single, [x, y, r.max(r2) - x, bottom.max(b2) - y]).value())
    }),
    ("::FromLTRB", |c| {
        let [l, t, r, b] = [c.float(0), c.float(1), c.float(2), c.float(3)];
        let blank = Shape::empty(c.ty);
        Ok(hold(c.ty, Shape::of(blank.kind, blank.is_single, [l, t, r - l, b - t])))
    }),
    ("Inflate", |c| {
        let [x, y] = if c.count() == 2 {
            [c.float(0), c.float(1)]
        } else {
            let [x, y, ..] = given(c, 0).numbers;
            [x, y]
        };
        c.with(|s: &mut Shape| *s = inflated(*s, x, y))?;
        Ok(Value::Void)
    }),
    ("::Inflate", |c| Ok(inflated(given(c, 0), c.float(1), c.float(2)).value())),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Drawing.Point", like: &[], members: ALL },
    TypeDef { name: "System.Drawing.Point", like: &[], members: POINT },
    TypeDef { name: "System.Drawing.PointF", like: &["System.Drawing.Point"], members: &[] },
    TypeDef { name: "System.Drawing.Size", like: &[], members: ALL },
    TypeDef { name: "System.Drawing.Size", like: &[], members: SIZE },
    TypeDef { name: "System.Drawing.SizeF", like: &["System.Drawing.Size"], members: &[] },
    TypeDef { name: "System.Drawing.Rectangle", like: &[], members: RECTANGLE },
    TypeDef { name: "System.Drawing.Rectangle", like: &[], members: ALL },
    TypeDef { name: "System.Drawing.RectangleF", like: &["System.Drawing.Rectangle"], members: &[] },
];
