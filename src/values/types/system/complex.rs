//! System.Numerics.Complex.

use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, hold_named, state_of};
use crate::value::Value;

/// A complex number.
#[derive(Clone, Copy, PartialEq)]
struct Complex(f64, f64);

impl State for Complex {
    fn text(&self) -> Option<String> {
        let shown = |n: f64| crate::convert::to_display(&Value::F64(n));
        Some(format!("<{}; {}>", shown(self.0), shown(self.1)))
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
    fn hash(&self) -> Option<u64> {
        Some(self.0.to_bits() ^ self.1.to_bits().rotate_left(7))
    }
}

impl Complex {
    fn magnitude(self) -> f64 {
        self.0.hypot(self.1)
    }
    fn phase(self) -> f64 {
        self.1.atan2(self.0)
    }
    fn polar(magnitude: f64, phase: f64) -> Complex {
        let (sin, cos) = phase.sin_cos();
        Complex(magnitude * cos, magnitude * sin)
    }
    fn times(self, o: Complex) -> Complex {
        Complex(self.0 * o.0 - self.1 * o.1, self.1 * o.0 + self.0 * o.1)
    }
    /// Smith's formula, as .NET divides.
    fn over(self, o: Complex) -> Complex {
        if o.1.abs() < o.0.abs() {
            let d = o.1 / o.0;
            return Complex((self.0 + self.1 * d) / (o.0 + o.1 * d), (self.1 - self.0 * d) / (o.0 + o.1 * d));
        }
        let d = o.0 / o.1;
        Complex((self.1 + self.0 * d) / (o.1 + o.0 * d), (-self.0 + self.1 * d) / (o.1 + o.0 * d))
    }
    fn exp(self) -> Complex {
        Complex::polar(self.0.exp(), self.1)
    }
    fn ln(self) -> Complex {
        Complex(self.magnitude().ln(), self.phase())
    }
    fn sqrt(self) -> Complex {
        if self.1 == 0.0 {
            return if self.0 < 0.0 { Complex(0.0, (-self.0).sqrt()) } else { Complex(self.0.sqrt(), 0.0) };
        }
        Complex::polar(self.magnitude().sqrt(), self.phase() / 2.0)
    }
}

fn made(n: Complex) -> Result {
    Ok(hold_named("System.Numerics.Complex", n))
}

/// An argument: a complex number or a real one.
fn arg(c: &Call<'_>, at: usize) -> Complex {
    state_of::<Complex>(c.arg(at)).unwrap_or_else(|| Complex(c.float(at), 0.0))
}

fn own(c: &Call<'_>) -> Result<Complex> {
    c.with(|n: &mut Complex| *n)
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| made(Complex(c.float(0), c.float(1)))),
    ("::FromPolarCoordinates", |c| made(Complex::polar(c.float(0), c.float(1)))),
    ("::op_Implicit", |c| made(arg(c, 0))),
    ("::op_Explicit", |c| made(arg(c, 0))),
    ("::Zero", |_| made(Complex(0.0, 0.0))),
    ("::One", |_| made(Complex(1.0, 0.0))),
    ("::ImaginaryOne", |_| made(Complex(0.0, 1.0))),
    ("::NaN", |_| made(Complex(f64::NAN, f64::NAN))),
    ("::Infinity", |_| made(Complex(f64::INFINITY, f64::INFINITY))),
    ("Real", |c| Ok(Value::F64(own(c)?.0))),
    ("Imaginary", |c| Ok(Value::F64(own(c)?.1))),
    ("Magnitude", |c| Ok(Value::F64(own(c)?.magnitude()))),
    ("Phase", |c| Ok(Value::F64(own(c)?.phase()))),
    ("::Abs", |c| Ok(Value::F64(arg(c, 0).magnitude()))),
    ("::Conjugate", |c| made(Complex(arg(c, 0).0, -arg(c, 0).1))),
    ("::Negate", |c| made(Complex(-arg(c, 0).0, -arg(c, 0).1))),
    ("::op_UnaryNegation", |c| made(Complex(-arg(c, 0).0, -arg(c, 0).1))),
    ("::Add", |c| made(Complex(arg(c, 0).0 + arg(c, 1).0, arg(c, 0).1 + arg(c, 1).1))),
    ("::op_Addition", |c| made(Complex(arg(c, 0).0 + arg(c, 1).0, arg(c, 0).1 + arg(c, 1).1))),
    ("::Subtract", |c| made(Complex(arg(c, 0).0 - arg(c, 1).0, arg(c, 0).1 - arg(c, 1).1))),
    ("::op_Subtraction", |c| made(Complex(arg(c, 0).0 - arg(c, 1).0, arg(c, 0).1 - arg(c, 1).1))),
    ("::Multiply", |c| made(arg(c, 0).times(arg(c, 1)))),
    ("::op_Multiply", |c| made(arg(c, 0).times(arg(c, 1)))),
    ("::Divide", |c| made(arg(c, 0).over(arg(c, 1)))),
    ("::op_Division", |c| made(arg(c, 0).over(arg(c, 1)))),
    ("::Reciprocal", |c| {
        let n = arg(c, 0);
        made(if n == Complex(0.0, 0.0) { n } else { Complex(1.0, 0.0).over(n) })
    }),
    ("::Exp", |c| made(arg(c, 0).exp())),
    ("::Log", |c| {
        let log = arg(c, 0).ln();
        made(if c.count() > 1 { log.over(Complex(c.float(1).ln(), 0.0)) } else { log })
    }),
    ("::Log10", |c| {
        let log = arg(c, 0).ln();
        made(Complex(log.0 / std::f64::consts::LN_10, log.1 / std::f64::consts::LN_10))
    }),
    ("::Pow", |c| {
        let (base, power) = (arg(c, 0), arg(c, 1));
        made(match (base, power) {
            (_, Complex(0.0, 0.0)) => Complex(1.0, 0.0),
            (Complex(0.0, 0.0), _) => Complex(0.0, 0.0),
            _ => base.ln().times(power).exp(),
        })
    }),
    ("::Sqrt", |c| made(arg(c, 0).sqrt())),
    ("::Sin", |c| {
        let n = arg(c, 0);
        made(Complex(n.0.sin() * n.1.cosh(), n.0.cos() * n.1.sinh()))
    }),
    ("::Cos", |c| {
        let n = arg(c, 0);
        made(Complex(n.0.cos() * n.1.cosh(), -n.0.sin() * n.1.sinh()))
    }),
    ("::Sinh", |c| {
        let n = arg(c, 0);
        made(Complex(n.0.sinh() * n.1.cos(), n.0.cosh() * n.1.sin()))
    }),
    ("::Cosh", |c| {
        let n = arg(c, 0);
        made(Complex(n.0.cosh() * n.1.cos(), n.0.sinh() * n.1.sin()))
    }),
    ("::IsNaN", |c| Ok(Value::Bool(arg(c, 0).0.is_nan() || arg(c, 0).1.is_nan()))),
    ("::IsFinite", |c| Ok(Value::Bool(arg(c, 0).0.is_finite() && arg(c, 0).1.is_finite()))),
    ("::IsInfinity", |c| Ok(Value::Bool(arg(c, 0).0.is_infinite() || arg(c, 0).1.is_infinite()))),
    ("::IsRealNumber", |c| Ok(Value::Bool(arg(c, 0).1 == 0.0 && !arg(c, 0).0.is_nan()))),
    ("::IsImaginaryNumber", |c| Ok(Value::Bool(arg(c, 0).0 == 0.0 && !arg(c, 0).1.is_nan()))),
    ("Equals", |c| Ok(Value::Bool(state_of::<Complex>(c.arg(0)) == Some(own(c)?)))),
    ("ToString", |c| {
        let (n, format, culture) = (own(c)?, c.named("format"), c.culture());
        let culture = c.place("provider").map_or(culture, |at| c.provider(at));
        let format = format.map(|f| crate::convert::to_display(&f)).unwrap_or_default();
        let mut part = |n: f64| -> Result<String> {
            let text = super::string_static::compose(c, &format!("{{0:{format}}}"), &[Value::F64(n)], &culture)?;
            Ok(text.as_str().unwrap_or_default().to_string())
        };
        let text = format!("<{}; {}>", part(n.0)?, part(n.1)?);
        Ok(Value::from(text))
    }),
];

pub static TYPES: &[TypeDef] = &[TypeDef { name: "System.Numerics.Complex", like: &[], members: MEMBERS }];
