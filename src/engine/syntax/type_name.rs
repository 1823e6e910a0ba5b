//! Type names (ITypeName).

use std::sync::Arc;

use language::ast::{Ast, TypeId, TypeName};
use values::object::Foreign;
use values::{Context, Result, Str, TypeRef, Value};

/// A type's name in the tree.
pub struct TypeNameObject {
    pub ast: Arc<Ast>,
    pub id: TypeId,
}

/// A type's name as a value.
pub fn value(ast: &Arc<Ast>, id: TypeId) -> Value {
    Value::foreign(TypeNameObject { ast: ast.clone(), id })
}

impl TypeNameObject {
    fn assembly(&self) -> Value {
        let text = match *self.ast.type_name(self.id) {
            TypeName::Simple { assembly, .. } | TypeName::Generic { assembly, .. } => assembly,
            TypeName::Array { element, .. } => {
                return TypeNameObject { ast: self.ast.clone(), id: element }.assembly();
            }
        };
        text.map_or(Value::Null, |t| Value::from(self.ast.text(t)))
    }

    /// `Name`: without the assembly.
    fn name(&self) -> String {
        match *self.ast.type_name(self.id) {
            TypeName::Simple { name, .. } => self.ast.text(name).to_string(),
            _ => self.ast.type_full_name(self.id),
        }
    }
}

impl Foreign for TypeNameObject {
    fn type_ref(&self) -> TypeRef {
        super::class(match self.ast.type_name(self.id) {
            TypeName::Simple { .. } => "TypeName",
            TypeName::Generic { .. } => "GenericTypeName",
            TypeName::Array { .. } => "ArrayTypeName",
        })
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(self.ast.type_full_name(self.id)))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let ast = &self.ast;
        let shape = *ast.type_name(self.id);
        Ok(Some(match (name.to_ascii_lowercase().as_str(), shape) {
            ("fullname", _) => Value::from(ast.type_full_name(self.id)),
            ("name", _) => Value::from(self.name()),
            ("assemblyname", _) => self.assembly(),
            ("isarray", _) => Value::Bool(matches!(shape, TypeName::Array { .. })),
            ("isgeneric", _) => Value::Bool(matches!(shape, TypeName::Generic { .. })),
            ("extent", _) => super::extent(ast.source(), ast.span_type(self.id)),
            ("elementtype", TypeName::Array { element, .. }) => value(ast, element),
            ("rank", TypeName::Array { rank, .. }) => Value::I32(i32::from(rank)),
            ("typename", TypeName::Generic { base, .. }) => value(ast, base),
            ("genericarguments", TypeName::Generic { args, .. }) => {
                super::collection("ITypeName", ast.list(args).iter().map(|id| value(ast, *id)).collect())
            }
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        let mut names = vec!["FullName", "Name", "AssemblyName", "IsArray", "IsGeneric", "Extent"];
        match self.ast.type_name(self.id) {
            TypeName::Array { .. } => names.extend(["ElementType", "Rank"]),
            TypeName::Generic { .. } => names.extend(["TypeName", "GenericArguments"]),
            TypeName::Simple { .. } => {}
        }
        names.into_iter().map(Str::from).collect()
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, _args: &[Value]) -> Result<Option<Value>> {
        let text = self.ast.type_full_name(self.id);
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "getreflectiontype" => ctx.find_type(&text).map_or(Value::Null, Value::Type),
            "getreflectionattributetype" => {
                let found = ctx.find_type(&format!("{text}Attribute")).or_else(|| ctx.find_type(&text));
                found.map_or(Value::Null, Value::Type)
            }
            _ => return Ok(None),
        }))
    }

    fn equals(&self, other: &Value) -> bool {
        let text = |o: &TypeNameObject| o.ast.type_full_name(o.id);
        other.as_foreign::<TypeNameObject>().is_some_and(|o| text(o).eq_ignore_ascii_case(&text(self)))
    }
}
