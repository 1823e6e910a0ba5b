//! What a parse may have to ask: which .NET types, modules and assemblies exist.

/// A type that a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownType {
    /// Its full name: `System.Int32`.
    pub name: String,
    /// For an attribute: what it may stand on, as `AttributeUsageAttribute.ValidOn` prints it (`Property, Field`).
    pub usage: Option<String>,
}

/// Who knows .NET types, modules and assemblies.
pub trait TypeKnowledge {
    /// The type of a name as written in brackets (a generic one with `` `1 `` and so on); `usings` are the namespaces in
    /// force. For an attribute the suffix `Attribute` may be left out.
    fn resolve(&self, name: &str, usings: &[String], attribute: bool) -> Option<KnownType>;

    /// True when the first type derives from the second; both by full name.
    fn is_subclass(&self, ty: &str, base: &str) -> bool;

    /// True when a static member of a type is a literal: then it may stand as argument of an attribute.
    fn is_literal_field(&self, _ty: &str, _member: &str) -> bool {
        true
    }

    /// True when a module of that name (or path) can be found.
    fn module_exists(&self, _name: &str) -> bool {
        true
    }

    /// True when an assembly of that name (or path) can be found.
    fn assembly_exists(&self, _name: &str) -> bool {
        true
    }
}

/// Knows nothing: what depends on types is not checked.
pub struct NoKnowledge;

impl TypeKnowledge for NoKnowledge {
    fn resolve(&self, _name: &str, _usings: &[String], _attribute: bool) -> Option<KnownType> {
        None
    }

    fn is_subclass(&self, _ty: &str, _base: &str) -> bool {
        false
    }
}
