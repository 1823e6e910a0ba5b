//! A variable as an object: what a slot becomes when it needs more than a value.

use command::VariableOptions;
use values::guard::Mutex;
use values::object::{Foreign, ForeignRef, VariableData};
use values::{Context, Result, Str, TypeRef, Value};

/// What stands among the attributes of a variable with a type.
const CONVERTER: &str = "System.Management.Automation.ArgumentTypeConverterAttribute";

/// A constraint on what a variable may hold.
#[derive(Clone, Debug)]
pub enum Constraint {
    /// `[int] $x`.
    Type(TypeRef),
    /// The type of a local of compiled code: a value that does not convert fails as a cast does.
    Local(TypeRef),
    /// `$PSDefaultParameterValues`: any dictionary becomes one of this type.
    Defaults(TypeRef),
    /// An attribute of a script's class that makes another value of each.
    Transform(values::Value),
    /// `[ValidateRange(1, 5)] $x`.
    Validate(command::Validation),
}

/// A variable: PSVariable to scripts.
pub struct Variable {
    /// Name as first written.
    pub name: Str,
    /// Value and the rest.
    pub data: Mutex<VariableData>,
    /// What it may hold; `is_constrained` of the data says whether there are any.
    constraints: Mutex<Vec<Constraint>>,
}

impl Variable {
    /// A variable with a value (or `Value::Slot(None)` for an unset one), as a handle.
    pub fn cell(name: &str, value: Value) -> ForeignRef {
        let data = Mutex::new(VariableData { value, ..Default::default() });
        ForeignRef::new(Variable { name: Str::from(name), data, constraints: Mutex::default() })
    }

    /// The variable behind a handle.
    pub fn of(cell: &ForeignRef) -> Option<&Variable> {
        cell.downcast::<Variable>()
    }

    /// The value; none while unset.
    pub fn get(&self) -> Option<Value> {
        self.data.lock().get()
    }

    /// The constraints on what it may hold.
    pub fn constraints(&self) -> Vec<Constraint> {
        self.constraints.lock().clone()
    }

    /// Puts constraints in the place of those there are.
    pub fn constrain(&self, constraints: Vec<Constraint>) {
        self.data.lock().is_constrained = !constraints.is_empty();
        *self.constraints.lock() = constraints;
    }

    /// Stores without looking at options or constraints.
    pub fn put(&self, value: Value) {
        let old = std::mem::replace(&mut self.data.lock().value, value);
        drop(old);
    }
}

impl Foreign for Variable {
    fn type_ref(&self) -> TypeRef {
        values::types::register(
            "System.Management.Automation.PSVariable",
            values::TypeKind::Class,
            Some(TypeRef::OBJECT),
        )
    }

    fn variable(&self) -> Option<&Mutex<VariableData>> {
        Some(&self.data)
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let data = self.data.lock().clone();
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::Str(self.name.clone()),
            "value" => match data.value {
                Value::Slot(_) => Value::Null,
                value => value,
            },
            "description" => Value::Str(data.description.unwrap_or_else(Str::empty)),
            "options" => options_value(data.options),
            "visibility" => Value::from("Public"),
            "module" => Value::Null,
            "modulename" => Value::from(""),
            "attributes" => {
                let mut list = Vec::new();
                for constraint in &self.constraints() {
                    list.extend(match constraint {
                        Constraint::Validate(validation) => crate::bind::validation_object(ctx, validation)?,
                        _ => Some(command::NativeObject::of(CONVERTER, Vec::new())),
                    });
                }
                Value::array(list)
            }
            _ => return Ok(None),
        }))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        match name.to_ascii_lowercase().as_str() {
            "value" => {
                let value = crate::vm::variables::constrain(ctx, self, value.clone())?;
                self.put(value);
            }
            "description" => {
                let text = values::convert::to_str(ctx, value)?;
                self.data.lock().description = Some(text);
            }
            "options" => {
                let n = value.as_i64().unwrap_or(0);
                self.data.lock().options = VariableOptions(n as u8);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn property_names(&self) -> Vec<Str> {
        ["ModuleName", "Name", "Value", "Visibility", "Module", "Options", "Attributes", "Description"]
            .map(Str::from)
            .to_vec()
    }

    fn display_plain(&self) -> Option<Str> {
        Some(Str::from("System.Management.Automation.PSVariable"))
    }
}

/// ScopedItemOptions as a value of its enumeration.
pub fn options_value(options: VariableOptions) -> Value {
    match TypeRef::find("System.Management.Automation.ScopedItemOptions") {
        Some(ty) => Value::Enum(ty, i64::from(options.0)),
        None => Value::I32(i32::from(options.0)),
    }
}
