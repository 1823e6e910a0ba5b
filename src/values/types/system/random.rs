//! System.Random, with .NET's sequence for a given seed.

use crate::error::Result;
use crate::types::{Call, State, TypeDef, TypeRef, fail, hold_named};
use crate::value::Value;

/// Knuth's subtractive generator, as .NET keeps it for seeded instances.
pub struct Seeded {
    table: [i32; 56],
    next: usize,
    after: usize,
}
impl State for Seeded {}

const LIMIT: i32 = i32::MAX;

impl Seeded {
    fn new(seed: i32) -> Seeded {
        let mut table = [0i32; 56];
        let mut mj = 161_803_398i32.wrapping_sub(if seed == i32::MIN { i32::MAX } else { seed.abs() });
        table[55] = mj;
        let mut mk = 1i32;
        for i in 1..55 {
            let at = (21 * i) % 55;
            table[at] = mk;
            mk = mj.wrapping_sub(mk);
            if mk < 0 {
                mk = mk.wrapping_add(LIMIT);
            }
            mj = table[at];
        }
        for _ in 1..5 {
            for i in 1..56 {
                let n = if i + 30 >= 55 { 1 + (i + 30) % 55 } else { i + 31 };
                table[i] = table[i].wrapping_sub(table[n]);
                if table[i] < 0 {
                    table[i] = table[i].wrapping_add(LIMIT);
                }
            }
        }
        Seeded { table, next: 0, after: 21 }
    }

    fn sample(&mut self) -> i32 {
        self.next = if self.next >= 55 { 1 } else { self.next + 1 };
        self.after = if self.after >= 55 { 1 } else { self.after + 1 };
        let mut n = self.table[self.next].wrapping_sub(self.table[self.after]);
        if n == LIMIT {
            n -= 1;
        }
        if n < 0 {
            n = n.wrapping_add(LIMIT);
        }
        self.table[self.next] = n;
        n
    }

    fn double(&mut self) -> f64 {
        f64::from(self.sample()) * (1.0 / f64::from(LIMIT))
    }

    fn large(&mut self) -> f64 {
        let n = self.sample();
        let negative = self.sample() % 2 == 0;
        let n = if negative { -n } else { n };
        (f64::from(n) + f64::from(LIMIT - 1)) / (2.0 * f64::from(LIMIT) - 1.0)
    }

    fn below(&mut self, low: i64, high: i64) -> i64 {
        let range = high - low;
        if range <= i64::from(LIMIT) {
            (self.double() * range as f64) as i64 + low
        } else {
            (self.large() * range as f64) as i64 + low
        }
    }
}

fn bounds(c: &Call<'_>) -> Result<(i64, i64)> {
    let (low, high) = match c.count() {
        0 => (0, i64::from(i32::MAX)),
        1 => (0, c.long(0)),
        _ => (c.long(0), c.long(1)),
    };
    if c.count() == 1 && high < 0 {
        return fail::negative("maxValue", high).throw();
    }
    if low > high {
        return fail::range(format!("'minValue' cannot be greater than {high}."), "minValue").throw();
    }
    Ok((low, high))
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Random",
    like: &[],
    members: &[
        ("new", |c| {
            let seed = if c.count() == 1 { c.int(0) } else { rand::random() };
            Ok(hold_named("System.Random", Seeded::new(seed)))
        }),
        ("::Shared", |_| Ok(hold_named("System.Random", Seeded::new(rand::random())))),
        ("Next", |c| {
            let (low, high) = bounds(c)?;
            let whole = c.count() == 0;
            c.with(|s: &mut Seeded| Value::I32(if whole { s.sample() } else { s.below(low, high) as i32 }))
        }),
        ("NextInt64", |c| {
            let (low, high) = if c.count() == 0 { (0, i64::MAX) } else { bounds(c)? };
            c.with(|s: &mut Seeded| {
                let n = (s.double() * (high - low) as f64) as i64;
                Value::I64(low + n.min((high - low - 1).max(0)))
            })
        }),
        ("NextDouble", |c| c.with(|s: &mut Seeded| Value::F64(s.double()))),
        ("NextSingle", |c| c.with(|s: &mut Seeded| Value::F32(s.double() as f32))),
        ("NextBytes", |c| {
            let Some(target) = c.arg(0).as_array().cloned() else { return fail::null("buffer").throw() };
            let bytes = c.with(|s: &mut Seeded| (0..target.len()).map(|_| s.sample() as u8).collect::<Vec<u8>>())?;
            for (slot, b) in target.lock().iter_mut().zip(bytes) {
                *slot = Value::U8(b);
            }
            Ok(Value::Void)
        }),
        ("Shuffle", |c| {
            let Some(target) = c.arg(0).as_array().cloned() else { return fail::null("values").throw() };
            let mut items = target.to_vec();
            c.with(|s: &mut Seeded| {
                for i in 0..items.len().saturating_sub(1) {
                    let j = s.below(i as i64, items.len() as i64) as usize;
                    items.swap(i, j);
                }
            })?;
            *target.lock() = items;
            Ok(Value::Void)
        }),
        ("GetItems", |c| {
            let choices = c.items(0);
            let n = c.long(1).max(0);
            let count = choices.len() as i64;
            let picked = c.with(|s: &mut Seeded| {
                (0..n).map(|_| choices[s.below(0, count) as usize].clone()).collect::<Vec<_>>()
            })?;
            let element = c.arg(0).as_array().map_or(TypeRef::OBJECT, |a| a.element);
            Ok(Value::typed_array(element, picked))
        }),
    ],
}];
