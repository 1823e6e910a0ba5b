//! Measure-Object.

use std::cmp::Ordering;

use command::{
    Bound, Cmdlet, Command, Context, ErrorCategory, ErrorRecord, NativeObject, Result, Session, Str, TypeRef, Value,
    class,
};
use values::{Layout, convert, operators};

use crate::property::expression::{Expression, Keys, Source, properties_of};

pub static COMMAND: Command = Command { name: "Measure-Object", create: || Box::new(MeasureObject::default()) };

#[derive(Default)]
struct MeasureObject {
    expressions: Vec<Expression>,
    statistics: Vec<Statistics>,
    /// Whether the object itself is measured, no property of it.
    is_plain: bool,
    wants: Wants,
}

#[derive(Default, Clone, Copy)]
struct Wants {
    text: bool,
    lines: bool,
    words: bool,
    characters: bool,
    ignores_space: bool,
    sum: bool,
    average: bool,
    deviation: bool,
    maximum: bool,
    minimum: bool,
}

#[derive(Default)]
struct Statistics {
    name: Option<Str>,
    count: i32,
    sum: f64,
    /// Mean and sum of squares of differences so far (Welford).
    mean: f64,
    squares: f64,
    numbers: i32,
    maximum: Option<Value>,
    minimum: Option<Value>,
    lines: i32,
    words: i32,
    characters: i32,
}

impl Cmdlet for MeasureObject {
    fn begin(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let all = bound.switch("AllStats");
        self.expressions = Expression::list(&bound.list("Property"), Keys::Plain)?;
        self.is_plain = self.expressions.is_empty();
        self.wants = Wants {
            lines: bound.switch("Line"),
            words: bound.switch("Word"),
            characters: bound.switch("Character"),
            ignores_space: bound.switch("IgnoreWhiteSpace"),
            text: bound.parameter_set() == "TextMeasure"
                || ["Line", "Word", "Character", "IgnoreWhiteSpace"].iter().any(|n| bound.switch(n)),
            sum: all || bound.switch("Sum"),
            average: all || bound.switch("Average"),
            deviation: all || bound.switch("StandardDeviation"),
            maximum: all || bound.switch("Maximum"),
            minimum: all || bound.switch("Minimum"),
        };
        if self.is_plain {
            self.statistics.push(Statistics::default());
        }
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(item) = bound.get("InputObject") else { return Ok(()) };
        if item.is_null() {
            return Ok(());
        }
        if self.is_plain {
            return self.measure(session, 0, item);
        }
        for at in 0..self.expressions.len() {
            let expression = self.expressions[at].clone();
            match &expression.source {
                Source::Pattern(pattern) => {
                    for (name, value) in properties_of(session, item)? {
                        if pattern.matches(&name) {
                            let at = self.statistics_of(&name);
                            self.measure(session, at, &value)?;
                        }
                    }
                }
                _ => {
                    if let Some(value) = expression.value(session, item)? {
                        let at = self.statistics_of(&expression.text);
                        // A property that is there counts, also without a value.
                        if value.is_null() {
                            self.statistics[at].count += 1;
                        } else {
                            self.measure(session, at, &value)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let wants = self.wants;
        for statistics in std::mem::take(&mut self.statistics) {
            session.write(if wants.text { text_info(&statistics, wants) } else { generic_info(&statistics, wants) })?;
        }
        Ok(())
    }
}

impl MeasureObject {
    fn statistics_of(&mut self, name: &Str) -> usize {
        let found = self.statistics.iter().position(|s| s.name.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(name)));
        found.unwrap_or_else(|| {
            self.statistics.push(Statistics { name: Some(name.clone()), ..Default::default() });
            self.statistics.len() - 1
        })
    }

    fn measure(&mut self, session: &mut dyn Session, at: usize, value: &Value) -> Result<()> {
        let wants = self.wants;
        let statistics = &mut self.statistics[at];
        if wants.text {
            statistics.count += 1;
            let context: &mut dyn Context = session;
            let text = convert::to_str(context, value)?;
            if wants.words {
                statistics.words += text.split_whitespace().count() as i32;
            }
            if wants.characters {
                statistics.characters += if wants.ignores_space {
                    text.chars().filter(|c| !c.is_whitespace()).map(values::string::unit_len).sum::<usize>() as i32
                } else {
                    text.units() as i32
                };
            }
            if wants.lines {
                statistics.lines += lines(&text, wants.ignores_space);
            }
            return Ok(());
        }
        statistics.count += 1;
        if wants.sum || wants.average || wants.deviation {
            match number_of(session, value)? {
                Some(number) => {
                    let statistics = &mut self.statistics[at];
                    statistics.numbers += 1;
                    statistics.sum += number;
                    if wants.deviation {
                        let difference = number - statistics.mean;
                        statistics.mean += difference / f64::from(statistics.numbers);
                        statistics.squares += difference * (number - statistics.mean);
                    }
                }
                None => {
                    let shown = {
                        let context: &mut dyn Context = session;
                        convert::to_str(context, value)?
                    };
                    session.write_error(ErrorRecord::simple(
                        TypeRef::PS_INVALID_OPERATION_EXCEPTION,
                        format!("Input object \"{shown}\" is not numeric."),
                        "NonNumericInputObject",
                        ErrorCategory::InvalidType,
                        value.clone(),
                    ))?;
                }
            }
        }
        if wants.maximum || wants.minimum {
            self.extremes(session, at, value)?;
        }
        Ok(())
    }

    fn extremes(&mut self, session: &mut dyn Session, at: usize, value: &Value) -> Result<()> {
        for (wanted, direction) in [(self.wants.maximum, Ordering::Greater), (self.wants.minimum, Ordering::Less)] {
            if !wanted {
                continue;
            }
            let statistics = &self.statistics[at];
            let best = if direction == Ordering::Greater { &statistics.maximum } else { &statistics.minimum };
            let is_better = match best {
                None => true,
                Some(best) => compare(session, value, best)? == direction,
            };
            if is_better {
                let statistics = &mut self.statistics[at];
                let slot =
                    if direction == Ordering::Greater { &mut statistics.maximum } else { &mut statistics.minimum };
                *slot = Some(value.clone());
            }
        }
        Ok(())
    }
}

/// Numbers compare as numbers, also against text that is one; everything else by PowerShell's comparison, else by text.
fn compare(session: &mut dyn Session, a: &Value, b: &Value) -> Result<Ordering> {
    if let (Value::I32(x), Value::I32(y)) = (a, b) {
        return Ok(x.cmp(y));
    }
    if let (Some(x), Some(y)) = (number_of(session, a)?, number_of(session, b)?) {
        return Ok(x.partial_cmp(&y).unwrap_or(Ordering::Equal));
    }
    let context: &mut dyn Context = session;
    if let Ok(order) = operators::compare(context, a, b, false) {
        return Ok(order);
    }
    let (x, y) = (convert::to_str(context, a)?, convert::to_str(context, b)?);
    operators::compare(context, &Value::Str(x), &Value::Str(y), false)
}

/// A value as Double, when it is a number or text that reads as one.
fn number_of(session: &mut dyn Session, value: &Value) -> Result<Option<f64>> {
    Ok(match value.base() {
        Value::I32(n) => Some(f64::from(*n)),
        Value::F64(n) => Some(*n),
        Value::I64(n) => Some(*n as f64),
        Value::Null | Value::Void => None,
        Value::Enum(..)
        | Value::DateTime(_)
        | Value::TimeSpan(_)
        | Value::Array(_)
        | Value::Dict(_)
        | Value::Object(_) => None,
        other => {
            let context: &mut dyn Context = session;
            match convert::convert(context, other, TypeRef::DOUBLE) {
                Ok(Value::F64(n)) if !matches!(other, Value::Str(s) if s.trim().is_empty()) => Some(n),
                _ => None,
            }
        }
    })
}

fn lines(text: &str, ignores_space: bool) -> i32 {
    if text.is_empty() {
        return 0;
    }
    if ignores_space {
        return text.split('\n').filter(|l| !l.trim().is_empty()).count() as i32;
    }
    text.matches('\n').count() as i32 + i32::from(!text.ends_with('\n'))
}

fn text_info(statistics: &Statistics, wants: Wants) -> Value {
    let when = |wanted: bool, n: i32| if wanted { Value::I32(n) } else { Value::Null };
    let layout = Layout::new(["Lines", "Words", "Characters", "Property"].map(Str::from).to_vec());
    let slots = vec![
        when(wants.lines, statistics.lines),
        when(wants.words, statistics.words),
        when(wants.characters, statistics.characters),
        statistics.name.clone().into(),
    ];
    NativeObject::new(class("Microsoft.PowerShell.Commands.TextMeasureInfo", TypeRef::OBJECT), layout, slots)
        .into_value()
}

fn generic_info(statistics: &Statistics, wants: Wants) -> Value {
    let when = |wanted: bool, n: f64| if wanted && statistics.numbers > 0 { Value::F64(n) } else { Value::Null };
    let average = statistics.sum / f64::from(statistics.numbers.max(1));
    let deviation =
        if statistics.numbers > 1 { (statistics.squares / f64::from(statistics.numbers - 1)).sqrt() } else { 0.0 };
    let is_numeric = [&statistics.maximum, &statistics.minimum].into_iter().flatten().all(number_like);
    let extreme = |value: &Option<Value>| match value {
        Some(v) if is_numeric => as_double(v),
        Some(v) => v.clone(),
        None => Value::Null,
    };
    let names = ["Count", "Average", "Sum", "Maximum", "Minimum", "StandardDeviation", "Property"];
    let slots = vec![
        Value::I32(statistics.count),
        when(wants.average, average),
        when(wants.sum, statistics.sum),
        extreme(&statistics.maximum),
        extreme(&statistics.minimum),
        when(wants.deviation, deviation),
        statistics.name.clone().into(),
    ];
    let name = if is_numeric {
        "Microsoft.PowerShell.Commands.GenericMeasureInfo"
    } else {
        "Microsoft.PowerShell.Commands.GenericObjectMeasureInfo"
    };
    NativeObject::new(class(name, TypeRef::OBJECT), Layout::new(names.map(Str::from).to_vec()), slots).into_value()
}

fn number_like(value: &Value) -> bool {
    value.is_number()
}

fn as_double(value: &Value) -> Value {
    match value.base() {
        Value::F64(n) => Value::F64(*n),
        other => convert::to_display(other).parse().map_or_else(|_| other.clone(), Value::F64),
    }
}
