//! Operators and conversions against recorded facts, without an engine.

use super::*;
use crate::object::PsMember;
use crate::string::Str;
use crate::types::{TypeRef, define_enum};

/// A session that can run nothing.
struct Bare;

impl Context for Bare {
    fn invoke_block(&mut self, _: &Value, _: &[Value], _: Option<&Value>, _: Option<&Value>) -> Result {
        Ok(Value::Null)
    }
    fn invoke_class_method(&mut self, _: TypeRef, _: Option<&Value>, _: &str, _: &[Value]) -> Result<Option<Value>> {
        Ok(None)
    }
    fn construct_class(&mut self, _: TypeRef, _: &[Value]) -> Result {
        Ok(Value::Null)
    }
    fn class_static(&mut self, _: TypeRef, _: &str, _: Option<Value>) -> Result<Option<Value>> {
        Ok(None)
    }
    fn type_member(&mut self, _: &str, _: &str) -> Option<PsMember> {
        None
    }
    fn type_members(&mut self, _: &str) -> Vec<(Str, PsMember)> {
        Vec::new()
    }
    fn find_type(&mut self, name: &str) -> Option<TypeRef> {
        TypeRef::find(name)
    }
    fn culture_name(&self) -> &str {
        "en-US"
    }
    fn output_field_separator(&mut self) -> Option<Str> {
        None
    }
    fn utc_now_ticks(&self) -> i64 {
        638_000_000_000_000_000
    }
    fn time_zone(&self) -> &str {
        "UTC"
    }
    fn working_directory(&self) -> std::path::PathBuf {
        std::path::PathBuf::from(".")
    }
    fn strict_mode(&self) -> u8 {
        0
    }
    fn is_stopping(&self) -> bool {
        false
    }
    fn engine(&mut self) -> &mut dyn std::any::Any {
        self
    }
}

/// The value and its type, or the error's id.
fn shown(result: Result) -> String {
    match result {
        Ok(Value::Null) => "null".to_string(),
        Ok(v) => format!("{} [{}]", convert::to_display(&v), v.type_ref().map_or("", TypeRef::name_only)),
        Err(flow) => flow.record().map_or_else(String::new, |r| format!("ERR {}", r.full_id())),
    }
}

fn number(text: &str) -> Value {
    let (ty, digits) = text.split_once(':').unwrap_or(("int", text));
    let ty = TypeRef::find(ty).unwrap_or(TypeRef::INT32);
    convert::convert(&mut Bare, &Value::from(digits), ty).unwrap_or(Value::Null)
}

#[test]
fn numbers_are_computed_in_the_type_that_holds_both() {
    use Binary::*;
    for (left, op, right, want) in [
        ("2147483647", Add, "1", "2147483648 [Double]"),
        ("byte:200", Add, "byte:100", "300 [Int32]"),
        ("uint32:1", Subtract, "uint32:2", "-1 [Double]"),
        ("int16:-7", Add, "uint32:4000000000", "3999999993 [Int64]"),
        ("uint64:18446744073709551615", Add, "-7", "18446744073709551608 [Decimal]"),
        ("long:9223372036854775807", Multiply, "2", "1.84467440737095E+19 [Double]"),
        ("decimal:2.50", Add, "double:1.5", "4.0 [Decimal]"),
        ("10", Divide, "5", "2 [Int32]"),
        ("10", Divide, "4", "2.5 [Double]"),
        ("-2147483648", Divide, "-1", "2147483648 [Double]"),
        ("1", Divide, "0", "ERR RuntimeException"),
        ("7", Remainder, "-3", "1 [Int32]"),
        ("bigint:12345678901234567890", Add, "1", "12345678901234567891 [BigInteger]"),
        ("5", BitAnd, "3", "1 [Int32]"),
        ("1", ShiftLeft, "32", "1 [Int32]"),
        ("double:2.6", BitAnd, "7", "3 [UInt64]"),
    ] {
        let got = binary(&mut Bare, op, false, &number(left), &number(right), &mut Effects::default());
        assert_eq!(shown(got), want, "{left} {op:?} {right}");
    }
}

#[test]
fn text_takes_part_by_the_left_operand() {
    use Binary::*;
    let v = |text: &str| text.parse::<i32>().map_or_else(|_| Value::from(text.trim_matches('\'')), Value::I32);
    for (left, op, right, want) in [
        ("'a'", Add, "1", "a1 [String]"),
        ("1", Add, "'2'", "3 [Int32]"),
        ("1", Add, "'0x10'", "17 [Int32]"),
        ("1", Add, "'x'", "ERR InvalidCastFromStringToInteger"),
        ("'3'", Subtract, "'2'", "1 [Int32]"),
        ("'ab'", Multiply, "2", "abab [String]"),
        ("'ab'", Multiply, "-1", "ERR System.ArgumentOutOfRangeException"),
        ("3", Greater, "'20'", "False [Boolean]"),
        ("'3'", Greater, "20", "True [Boolean]"),
        ("5", Equal, "'abc'", "False [Boolean]"),
        ("'ABC'", Like, "'a*'", "True [Boolean]"),
        ("'a1b2'", Replace, "'\\d'", "ab [String]"),
        ("'a1b2c'", Split, "'\\d'", "a b c [String[]]"),
        ("'{0:x}'", Format, "255", "ff [String]"),
        ("'{1}'", Format, "255", "ERR FormatError"),
        ("'a'", Range, "'c'", "a b c [Object[]]"),
    ] {
        let got = binary(&mut Bare, op, false, &v(left), &v(right), &mut Effects::default());
        assert_eq!(shown(got), want, "{left} {op:?} {right}");
    }
}

#[test]
fn casts_succeed_and_fail_as_recorded() {
    let colour = define_enum(
        "Test.Colour",
        TypeRef::INT32,
        false,
        [("Red", 0), ("DarkRed", 1), ("DarkBlue", 2)].map(|(n, v)| (Str::from(n), v)).to_vec(),
    );
    let int_list = TypeRef::find("int[]").unwrap_or(TypeRef::OBJECT);
    for (value, ty, want) in [
        (Value::from("1e2"), TypeRef::INT32, "100 [Int32]"),
        (Value::F64(2.5), TypeRef::INT32, "2 [Int32]"),
        (Value::F64(f64::NAN), TypeRef::INT32, "ERR InvalidCastIConvertible"),
        (Value::I32(300), TypeRef::BYTE, "ERR InvalidCastIConvertible"),
        (Value::from("ab"), TypeRef::CHAR, "ERR InvalidCastParseTargetInvocation"),
        (Value::from("2024-02-29"), TypeRef::DATETIME, "02/29/2024 00:00:00 [DateTime]"),
        (Value::from("zzz"), TypeRef::DATETIME, "ERR InvalidCastParseTargetInvocationWithFormatProvider"),
        (Value::Null, TypeRef::DATETIME, "ERR nullToObjectInvalidCast"),
        (Value::from("darkr"), colour, "DarkRed [Colour]"),
        (Value::from("dark"), colour, "ERR SubstringDisambiguationEnumParseThrewAnException"),
        (Value::I32(9), colour, "ERR UndefinedIntegerToEnum"),
        (Value::from("x"), int_list, "ERR InvalidCastExceptionScalarToArray"),
        (Value::array(vec![Value::from("1"), Value::F64(2.0)]), int_list, "1 2 [Int32[]]"),
        (Value::array(vec![Value::I32(5)]), TypeRef::INT32, "ERR ConvertToFinalInvalidCastException"),
        (Value::from("no.such"), TypeRef::TYPE, "ERR InvalidCastFromStringToType"),
    ] {
        assert_eq!(shown(convert::cast(&mut Bare, &value, ty)), want, "{value:?} -> {}", ty.name());
    }
}
