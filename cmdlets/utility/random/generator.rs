//! Random numbers and choices for Get-Random and Get-SecureRandom.

use command::{Bound, Context, ErrorCategory, Exception, Result, Session, TypeRef, Value};
use rand::{Rng, RngCore, SeedableRng};
use values::convert;

/// .NET's seeded `System.Random` (the subtractive generator), so that `-SetSeed` gives the numbers that it gives there.
pub struct Seeded {
    table: [i32; 56],
    next: usize,
    other: usize,
}

impl Seeded {
    /// The generator of a seed.
    pub fn new(seed: i32) -> Seeded {
        let mut table = [0i32; 56];
        let start = if seed == i32::MIN { i32::MAX } else { seed.abs() };
        let mut m = 161_803_398 - start;
        table[55] = m;
        let (mut k, mut at) = (1i32, 0usize);
        for _ in 1..55 {
            at += 21;
            if at >= 55 {
                at -= 55;
            }
            table[at] = k;
            k = m.wrapping_sub(k);
            if k < 0 {
                k += i32::MAX;
            }
            m = table[at];
        }
        for _ in 1..5 {
            for i in 1..56 {
                let mut n = i + 30;
                if n >= 55 {
                    n -= 55;
                }
                table[i] = table[i].wrapping_sub(table[1 + n]);
                if table[i] < 0 {
                    table[i] = table[i].wrapping_add(i32::MAX);
                }
            }
        }
        Seeded { table, next: 0, other: 21 }
    }

    fn sample(&mut self) -> i32 {
        self.next = if self.next + 1 >= 56 { 1 } else { self.next + 1 };
        self.other = if self.other + 1 >= 56 { 1 } else { self.other + 1 };
        let mut n = self.table[self.next].wrapping_sub(self.table[self.other]);
        if n == i32::MAX {
            n -= 1;
        }
        if n < 0 {
            n = n.wrapping_add(i32::MAX);
        }
        self.table[self.next] = n;
        n
    }

    fn unit(&mut self) -> f64 {
        f64::from(self.sample()) * (1.0 / f64::from(i32::MAX))
    }
}

/// Where random bits come from.
pub enum Generator {
    Seeded(Box<Seeded>),
    Plain(Box<rand::rngs::StdRng>),
}

impl Generator {
    /// A generator of unforeseeable numbers.
    pub fn fresh() -> Generator {
        Generator::Plain(Box::new(rand::rngs::StdRng::from_os_rng()))
    }

    /// A number from 0 up to, not including, 1.
    pub fn unit(&mut self) -> f64 {
        match self {
            Generator::Seeded(s) => s.unit(),
            Generator::Plain(r) => r.random::<f64>(),
        }
    }

    /// A whole number below a limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        match self {
            Generator::Seeded(s) if limit <= i32::MAX as u64 => (s.unit() * limit as f64) as u64,
            Generator::Seeded(s) => {
                let high = u64::from(s.sample() as u32);
                let low = u64::from(s.sample() as u32);
                ((high << 31) | low) % limit.max(1)
            }
            Generator::Plain(r) => {
                if limit == 0 {
                    r.next_u64()
                } else {
                    r.random_range(0..limit)
                }
            }
        }
    }
}

/// Chooses items of a list, or shuffles it.
pub fn choose(session: &mut dyn Session, generator: &mut Generator, items: Vec<Value>, count: usize) -> Result<()> {
    let mut items = values::stop::Growing::new(items);
    let count = count.min(items.len());
    for at in 0..count {
        let other = at + generator.below((items.len() - at) as u64) as usize;
        items.swap(at, other);
        session.write(items[at].clone())?;
    }
    Ok(())
}

/// Numbers between `-Minimum` and `-Maximum`.
pub fn numbers(session: &mut dyn Session, generator: &mut Generator, bound: &Bound) -> Result<()> {
    let minimum = number_of(session, bound, "Minimum")?;
    let maximum = number_of(session, bound, "Maximum")?;
    let count = bound.int("Count").unwrap_or(1).max(1);
    let is = |kind: fn(&Value) -> bool| minimum.as_ref().is_some_and(kind) || maximum.as_ref().is_some_and(kind);
    for _ in 0..count {
        let made = if is(|v| matches!(v, Value::F64(_))) {
            let as_f64 = |v: &Option<Value>, default: f64| match v {
                Some(Value::F64(n)) => *n,
                Some(other) => other.as_i64().map_or(default, |n| n as f64),
                None => default,
            };
            let (low, high) = (as_f64(&minimum, 0.0), as_f64(&maximum, f64::MAX));
            check(&Value::F64(low), &Value::F64(high), low < high)?;
            Value::F64(low + generator.unit() * (high - low))
        } else if is(|v| matches!(v, Value::I64(_))) {
            let low = minimum.as_ref().and_then(Value::as_i64).unwrap_or(0);
            let high = maximum.as_ref().and_then(Value::as_i64).unwrap_or(i64::MAX);
            check(&Value::I64(low), &Value::I64(high), low < high)?;
            Value::I64(low.wrapping_add(generator.below(high.wrapping_sub(low) as u64) as i64))
        } else {
            let low = minimum.as_ref().and_then(Value::as_i64).unwrap_or(0);
            let high = maximum.as_ref().and_then(Value::as_i64).unwrap_or(i64::from(i32::MAX));
            check(&Value::I64(low), &Value::I64(high), low < high)?;
            Value::I32((low + generator.below((high - low) as u64) as i64) as i32)
        };
        session.write(made)?;
    }
    Ok(())
}

fn check(low: &Value, high: &Value, is_fine: bool) -> Result<()> {
    if is_fine {
        return Ok(());
    }
    Exception::new(
        TypeRef::ARGUMENT_EXCEPTION,
        format!(
            "The Minimum value ({}) cannot be greater than or equal to the Maximum value ({}).",
            convert::to_display(low),
            convert::to_display(high)
        ),
    )
    .identity("MinGreaterThanOrEqualMax", ErrorCategory::InvalidArgument, Value::Null)
    .throw()
}

/// A bound as Int32, Int64 or Double.
fn number_of(session: &mut dyn Session, bound: &Bound, name: &str) -> Result<Option<Value>> {
    let Some(value) = bound.get(name) else { return Ok(None) };
    Ok(Some(match value.base() {
        Value::Null => return Ok(None),
        Value::F64(n) => Value::F64(*n),
        Value::F32(n) => Value::F64(f64::from(*n)),
        Value::I32(n) => Value::I32(*n),
        Value::I64(n) => Value::I64(*n),
        Value::I8(_) | Value::U8(_) | Value::I16(_) | Value::U16(_) => Value::I32(value.as_i64().unwrap_or(0) as i32),
        Value::U32(n) => Value::I64(i64::from(*n)),
        Value::Str(text) => {
            let parsed = convert::parse_number(text);
            match parsed {
                Some(number) => number,
                None => {
                    let context: &mut dyn Context = session;
                    convert::convert(context, value, TypeRef::INT32)?
                }
            }
        }
        other => {
            let context: &mut dyn Context = session;
            convert::convert(context, other, TypeRef::DOUBLE)?
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::Seeded;

    #[test]
    fn a_seed_gives_the_numbers_of_dotnet() {
        // new Random(42).Next(): 1434747710, 302596119, 269548474.
        let mut seeded = Seeded::new(42);
        assert_eq!([seeded.sample(), seeded.sample(), seeded.sample()], [1434747710, 302596119, 269548474]);
    }
}
