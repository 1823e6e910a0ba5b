//! The entries of an InitialSessionState: `SessionState...Entry` objects and the collections that hold them.

use std::sync::Arc;

use parking_lot::Mutex;
use values::object::Foreign;
use values::{Array, Context, ErrorCategory, Exception, Result, Str, TypeRef, Value, convert};

const SPACE: &str = "System.Management.Automation.Runspaces.";

/// `InitialSessionStateEntryCollection[T]`.
pub struct Entries {
    /// The short name of `T`.
    element: &'static str,
    items: Mutex<Vec<Value>>,
}

impl Entries {
    /// A collection of entries of a class.
    pub fn new(element: &'static str, items: Vec<Value>) -> Arc<Entries> {
        Arc::new(Entries { element, items: Mutex::new(items) })
    }

    /// The entries as they stand.
    pub fn items(&self) -> Vec<Value> {
        self.items.lock().clone()
    }

    /// A collection of copies of the entries.
    pub fn copied(&self) -> Arc<Entries> {
        Entries::new(self.element, self.items().iter().map(copy).collect())
    }

    fn element_type(&self) -> TypeRef {
        crate::host_objects::class(&format!("{SPACE}{}", self.element))
    }

    fn add(&self, ctx: &mut dyn Context, given: &Value) -> Result<()> {
        let wanted = self.element_type();
        let is_entry = |v: &Value| v.type_ref().is_some_and(|ty| ty.derives_from(wanted) || ty == wanted);
        if is_entry(given) {
            self.items.lock().push(given.base().clone());
            return Ok(());
        }
        let items = values::members::enumerate(ctx, given)?.filter(|items| items.iter().all(is_entry));
        match items {
            Some(items) => {
                self.items.lock().extend(items.iter().map(|item| item.base().clone()));
                Ok(())
            }
            None => values::types::bind::as_argument(ctx, given, "item", wanted, "Add").map(|_| ()),
        }
    }

    /// Takes away the entries of a name, where a class is given only those of the class.
    fn remove(&self, name: &str, class: &Value) {
        let class = match class.base() {
            Value::Null | Value::Void => None,
            Value::Type(ty) => Some(*ty),
            other => other.type_ref(),
        };
        self.items.lock().retain(|entry| {
            let is_of_class = class.is_none_or(|class| entry.type_ref() == Some(class));
            !(is_of_class && name_of(entry).eq_ignore_ascii_case(name))
        });
    }

    fn remove_range(&self, at: i64, count: i64) -> Result<()> {
        let mut items = self.items.lock();
        let length = items.len() as i64;
        if at < 0 || count < 0 || at + count > length {
            drop(items);
            return out_of_range();
        }
        items.drain(at as usize..(at + count) as usize);
        Ok(())
    }
}

fn out_of_range<T>() -> Result<T> {
    let ty = TypeRef::find("System.ArgumentOutOfRangeException").unwrap_or(TypeRef::ARGUMENT_EXCEPTION);
    let text =
        "Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')";
    Exception::new(ty, text).throw()
}

/// The object that scripts hold of a collection.
pub struct EntriesObject(pub Arc<Entries>);

impl Foreign for EntriesObject {
    fn type_ref(&self) -> TypeRef {
        let name = format!("{SPACE}InitialSessionStateEntryCollection[{SPACE}{}]", self.0.element);
        TypeRef::find(&name).unwrap_or_else(|| crate::host_objects::class(&name))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(name.eq_ignore_ascii_case("Count").then(|| Value::I32(self.0.items.lock().len() as i32)))
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let number = |at: usize| args.get(at).and_then(Value::as_i64).unwrap_or(0);
        let failed = |flow| values::members::method_failure(flow, name, args.len());
        match name.to_ascii_lowercase().as_str() {
            "add" => self.0.add(ctx, args.first().unwrap_or(&Value::Null))?,
            "clear" | "reset" => self.0.items.lock().clear(),
            "remove" => {
                let name = args.first().map(convert::to_display).unwrap_or_default();
                self.0.remove(&name, args.get(1).unwrap_or(&Value::Null));
            }
            "removeitem" => {
                let count = if args.len() > 1 { number(1) } else { 1 };
                self.0.remove_range(number(0), count).map_err(failed)?;
            }
            "clone" => return Ok(Some(Value::foreign(EntriesObject(self.0.copied())))),
            _ => return Ok(None),
        }
        Ok(Some(Value::Void))
    }

    fn is_enumerable(&self) -> bool {
        true
    }

    fn enumerate(&self, _ctx: &mut dyn Context) -> Result<Option<Vec<Value>>> {
        Ok(Some(self.0.items()))
    }

    fn index(&self, _ctx: &mut dyn Context, index: &[Value]) -> Result<Option<Value>> {
        let [index] = index else { return Ok(None) };
        if let (None, Some(at)) = (index.as_str(), index.as_i64()) {
            let found = usize::try_from(at).ok().and_then(|at| self.0.items.lock().get(at).cloned());
            return found.map_or_else(out_of_range, |found| Ok(Some(found)));
        }
        let name = convert::to_display(index);
        let found = self.0.items().into_iter().filter(|entry| name_of(entry).eq_ignore_ascii_case(&name)).collect();
        let list = format!("System.Collections.ObjectModel.Collection[{SPACE}{}]", self.0.element);
        let ty = TypeRef::find(&list).unwrap_or(TypeRef::ARRAYLIST);
        Ok(Some(Value::Array(Arc::new(Array::list(ty, self.0.element_type(), found)))))
    }

    fn property_names(&self) -> Vec<Str> {
        vec![Str::from("Count")]
    }

    fn method_names(&self) -> Vec<Str> {
        ["Add", "Clear", "Clone", "Remove", "RemoveItem", "Reset"].map(Str::from).to_vec()
    }
}

/// An entry. Its properties are as it was made, but for the visibility.
pub struct Entry {
    class: &'static str,
    parts: Vec<(&'static str, Value)>,
    visibility: Mutex<Value>,
    /// Every new runspace has it without being told.
    is_inborn: bool,
}

impl Entry {
    fn new(class: &'static str, name: &str, parts: Vec<(&'static str, Value)>) -> Entry {
        let visibility = Mutex::new(visibility("Public"));
        Entry { class, parts: made_of(class, name, parts), visibility, is_inborn: false }
    }

    /// A part by its property's name; `$null` where there is none.
    pub fn part(&self, name: &str) -> Value {
        let found = self.parts.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The text of a part.
    pub fn text(&self, name: &str) -> Str {
        Str::from(convert::to_display(&self.part(name)))
    }

    /// The class without its namespace.
    pub fn class(&self) -> &'static str {
        self.class
    }

    /// Whether only what runs in the runspace may see it, not who calls from outside.
    pub fn is_private(&self) -> bool {
        convert::to_display(&self.visibility.lock()) == "Private"
    }

    /// Whether every new runspace has it without being told.
    pub fn is_inborn(&self) -> bool {
        self.is_inborn
    }

    fn has_visibility(&self) -> bool {
        !matches!(self.class, "SessionStateTypeEntry" | "SessionStateFormatEntry" | "SessionStateAssemblyEntry")
    }
}

fn visibility(name: &str) -> Value {
    command::enum_value("System.Management.Automation.SessionStateEntryVisibility", name)
}

/// An entry of a class with its own properties; those that all entries have follow them.
pub fn entry(class: &'static str, name: &str, parts: Vec<(&'static str, Value)>) -> Value {
    Value::foreign(Entry::new(class, name, parts))
}

/// The entry of what every new runspace has without being told.
pub fn inborn(class: &'static str, name: &str, parts: Vec<(&'static str, Value)>) -> Value {
    Value::foreign(Entry { is_inborn: true, ..Entry::new(class, name, parts) })
}

/// An entry's own properties and those that all entries have.
fn made_of(class: &str, name: &str, mut parts: Vec<(&'static str, Value)>) -> Vec<(&'static str, Value)> {
    let kind = match class {
        "SessionStateCmdletEntry" => "Cmdlet",
        "SessionStateFunctionEntry" => "Function",
        "SessionStateAliasEntry" => "Alias",
        "SessionStateApplicationEntry" => "Application",
        "SessionStateScriptEntry" => "ExternalScript",
        _ => "",
    };
    if !kind.is_empty() {
        parts.push(("CommandType", command::enum_value("System.Management.Automation.CommandTypes", kind)));
    }
    parts.extend([("Name", Value::from(name)), ("PSSnapIn", Value::Null), ("Module", Value::Null)]);
    parts
}

fn copy(entry: &Value) -> Value {
    match entry.as_foreign::<Entry>() {
        Some(entry) => {
            let visibility = Mutex::new(entry.visibility.lock().clone());
            Value::foreign(Entry {
                class: entry.class,
                parts: entry.parts.clone(),
                visibility,
                is_inborn: entry.is_inborn,
            })
        }
        None => entry.clone(),
    }
}

/// The name of an entry.
pub fn name_of(entry: &Value) -> Str {
    entry.as_foreign::<Entry>().map(|entry| entry.text("Name")).unwrap_or_else(Str::empty)
}

impl Foreign for Entry {
    fn type_ref(&self) -> TypeRef {
        crate::host_objects::class(&format!("{SPACE}{}", self.class))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        if name.eq_ignore_ascii_case("Visibility") && self.has_visibility() {
            return Ok(Some(self.visibility.lock().clone()));
        }
        Ok(self.parts.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone()))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        if !name.eq_ignore_ascii_case("Visibility") || !self.has_visibility() {
            return Ok(false);
        }
        let ty = crate::host_objects::class("System.Management.Automation.SessionStateEntryVisibility");
        let value = convert::convert(ctx, value, ty)?;
        *self.visibility.lock() = value;
        Ok(true)
    }

    fn call(&self, _ctx: &mut dyn Context, me: &Value, name: &str, _args: &[Value]) -> Result<Option<Value>> {
        Ok(name.eq_ignore_ascii_case("Clone").then(|| copy(me)))
    }

    fn property_names(&self) -> Vec<Str> {
        let (own, common) = self.parts.split_at(self.parts.len().saturating_sub(3));
        let seen = self.has_visibility().then_some("Visibility");
        let names = own.iter().map(|p| p.0).chain(seen).chain(common.iter().map(|p| p.0));
        names.map(Str::from).collect()
    }

    fn method_names(&self) -> Vec<Str> {
        vec![Str::from("Clone")]
    }
}

/// `[SessionState...Entry]::new(...)`; the arguments are of their parameters' types already. None for another class.
pub fn construct(class: &str, args: &[Value]) -> Result<Option<Value>> {
    let arg = |at: usize| args.get(at).cloned().unwrap_or_default();
    let text = |at: usize| Value::from(args.get(at).map(convert::to_display).unwrap_or_default());
    let name = convert::to_display(&arg(0));
    let options = |at: usize| match arg(at) {
        given @ Value::Enum(..) => given,
        _ => command::enum_value("System.Management.Automation.ScopedItemOptions", "None"),
    };
    Ok(Some(match class {
        "SessionStateVariableEntry" => {
            if !arg(4).is_null() {
                return Exception::new(
                    TypeRef::find("System.NotSupportedException").unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION),
                    "Attributes of a variable in an initial session state are not supported.",
                )
                .identity("VariableEntryAttributesNotSupported", ErrorCategory::NotImplemented, Value::Null)
                .throw();
            }
            let parts = vec![
                ("Value", arg(1)),
                ("Description", text(2)),
                ("Options", options(3)),
                ("Attributes", no_attributes()),
            ];
            entry("SessionStateVariableEntry", &name, parts)
        }
        "SessionStateFunctionEntry" => {
            let help = if args.len() > 3 { arg(3) } else { arg(2) };
            let help = if matches!(help, Value::Enum(..)) { Value::Null } else { help };
            let parts = vec![("Definition", text(1)), ("Options", options(2)), ("HelpFile", help)];
            entry("SessionStateFunctionEntry", &name, parts)
        }
        "SessionStateAliasEntry" => {
            let parts = vec![("Definition", text(1)), ("Description", text(2)), ("Options", options(3))];
            entry("SessionStateAliasEntry", &name, parts)
        }
        "SessionStateCmdletEntry" => {
            let parts = vec![("ImplementingType", arg(1)), ("HelpFileName", arg(2))];
            entry("SessionStateCmdletEntry", &name, parts)
        }
        "SessionStateApplicationEntry" => entry("SessionStateApplicationEntry", &name, vec![("Path", text(0))]),
        "SessionStateScriptEntry" => entry("SessionStateScriptEntry", &name, vec![("Path", text(0))]),
        "SessionStateAssemblyEntry" => entry("SessionStateAssemblyEntry", &name, vec![("FileName", arg(1))]),
        "SessionStateTypeEntry" => {
            let (file, data) = match arg(0).as_str() {
                Some(_) => (text(0), Value::Null),
                None => (Value::Null, arg(0)),
            };
            let is_removal = Value::Bool(args.get(1).is_some_and(convert::to_bool));
            let parts =
                vec![("FileName", file), ("TypeTable", Value::Null), ("TypeData", data), ("IsRemove", is_removal)];
            entry("SessionStateTypeEntry", &name, parts)
        }
        "SessionStateFormatEntry" => {
            let parts = vec![("FileName", text(0)), ("Formattable", Value::Null), ("FormatData", Value::Null)];
            entry("SessionStateFormatEntry", &name, parts)
        }
        "SessionStateProviderEntry" => {
            let parts = vec![("ImplementingType", arg(1)), ("HelpFileName", arg(2))];
            entry("SessionStateProviderEntry", &name, parts)
        }
        _ => return Ok(None),
    }))
}

fn no_attributes() -> Value {
    let ty = TypeRef::find("System.Collections.ObjectModel.Collection[System.Attribute]").unwrap_or(TypeRef::ARRAYLIST);
    Value::Array(Arc::new(Array::list(ty, TypeRef::OBJECT, Vec::new())))
}
