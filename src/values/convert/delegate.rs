//! Delegates made from script blocks.

use crate::context::Context;
use crate::error::Result;
use crate::object::Foreign;
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// A delegate whose body is a script block.
pub struct ScriptDelegate {
    ty: TypeRef,
    block: Value,
}

impl ScriptDelegate {
    /// A delegate of a type around a script block.
    pub fn new(ty: TypeRef, block: Value) -> ScriptDelegate {
        ScriptDelegate { ty, block }
    }

    /// The type of the result, when the delegate's type says one.
    fn result_type(&self) -> Option<TypeRef> {
        let (definition, arguments) = self.ty.info().generic.as_ref()?;
        match definition.name().split('`').next()? {
            "System.Func" | "System.Converter" => arguments.last().copied(),
            "System.Predicate" => Some(TypeRef::BOOL),
            "System.Comparison" => Some(TypeRef::INT32),
            _ => None,
        }
    }
}

/// The script block of a delegate, or the value itself when it is a script block.
pub fn delegate_block(value: &Value) -> Option<Value> {
    match value.as_foreign::<ScriptDelegate>() {
        Some(d) => Some(d.block.clone()),
        None => (value.type_ref() == Some(TypeRef::SCRIPTBLOCK)).then(|| value.base().clone()),
    }
}

impl Foreign for ScriptDelegate {
    fn type_ref(&self) -> TypeRef {
        self.ty
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(name.eq_ignore_ascii_case("Target").then_some(Value::Null))
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        if !name.eq_ignore_ascii_case("Invoke") && !name.eq_ignore_ascii_case("DynamicInvoke") {
            return Ok(None);
        }
        let output = ctx.invoke_block(&self.block, args, None, args.first())?;
        match self.result_type() {
            Some(ty) => super::convert(ctx, &output, ty).map(Some),
            None => Ok(Some(output)),
        }
    }

    fn property_names(&self) -> Vec<Str> {
        vec![Str::from("Target"), Str::from("Method")]
    }

    fn method_names(&self) -> Vec<Str> {
        vec![Str::from("Invoke"), Str::from("DynamicInvoke")]
    }
}
