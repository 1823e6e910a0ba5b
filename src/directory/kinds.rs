//! Value types of the product modules: object identities and sizes.

use command::{Context, Result, Str, TypeRef, Value};
use values::Foreign;

use crate::{organization, size};

/// ADObjectId: prints as the name, knows DN and GUID.
#[derive(Clone, Debug)]
pub struct ObjectIdValue {
    /// What `ToString()` gives: the name, or `Parent\Name` for children.
    pub text: String,
    pub name: String,
    pub dn: String,
    pub id: uuid::Uuid,
    /// Further properties that an element carries (a gateway's hunt groups name their plan).
    pub more: Vec<(&'static str, Value)>,
}

fn named(name: &str) -> TypeRef {
    values::types::register(name, values::TypeKind::Class, Some(TypeRef::OBJECT))
}

impl Foreign for ObjectIdValue {
    fn type_ref(&self) -> TypeRef {
        named("Microsoft.Exchange.Data.Directory.ADObjectId")
    }

    fn display(&self, _: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(self.text.as_str()))
    }

    fn get(&self, _: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let is = |n: &str| n.eq_ignore_ascii_case(name);
        let value = if is("Name") {
            Value::from(self.name.as_str())
        } else if is("DistinguishedName") {
            Value::from(self.dn.as_str())
        } else if is("ObjectGuid") {
            Value::Guid(std::sync::Arc::new(self.id))
        } else if is("Parent") {
            let parent = self.dn.split_once(',').map_or("", |(_, rest)| rest);
            let name = parent.split([',', '=']).nth(1).unwrap_or_default();
            Value::foreign(ObjectIdValue {
                text: organization::canonical_name(parent),
                name: name.to_owned(),
                dn: parent.to_owned(),
                id: uuid::Uuid::nil(),
                more: Vec::new(),
            })
        } else if is("Rdn") {
            Value::from(self.dn.split_once(',').map_or(self.dn.as_str(), |(rdn, _)| rdn))
        } else if is("Depth") {
            Value::I32(i32::try_from(self.dn.split(',').count()).unwrap_or(0))
        } else if is("DomainId") {
            Value::from(organization::canonical_name(&self.dn).split('/').next().unwrap_or_default())
        } else {
            return Ok(self.more.iter().find(|(n, _)| is(n)).map(|(_, v)| v.clone()));
        };
        Ok(Some(value))
    }

    fn property_names(&self) -> Vec<Str> {
        let own = ["Rdn", "Parent", "Depth", "DistinguishedName", "DomainId", "ObjectGuid", "Name"];
        own.iter().copied().chain(self.more.iter().map(|(n, _)| *n)).map(Str::from).collect()
    }

    fn equals(&self, other: &Value) -> bool {
        match other.as_foreign::<ObjectIdValue>() {
            Some(other) => self.id == other.id,
            None => {
                other.as_str().is_some_and(|t| t.eq_ignore_ascii_case(&self.text) || t.eq_ignore_ascii_case(&self.dn))
            }
        }
    }

    fn hash_code(&self) -> u64 {
        self.id.as_u64_pair().0
    }

    fn compare(&self, other: &Value) -> Option<std::cmp::Ordering> {
        let text = values::convert::to_display(other).to_lowercase();
        Some(self.text.to_lowercase().cmp(&text))
    }
}

/// ByteQuantifiedSize.
#[derive(Clone, Copy, Debug)]
pub struct SizeValue(pub u64);

impl Foreign for SizeValue {
    fn type_ref(&self) -> TypeRef {
        named("Microsoft.Exchange.Data.ByteQuantifiedSize")
    }

    fn display(&self, _: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(size::display(self.0)))
    }

    fn call(&self, _: &mut dyn Context, _: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        if !args.is_empty() {
            return Ok(None);
        }
        let shift = match name.to_ascii_lowercase().as_str() {
            "tobytes" => 0,
            "tokb" => 10,
            "tomb" => 20,
            "togb" => 30,
            "totb" => 40,
            _ => return Ok(None),
        };
        Ok(Some(Value::U64(self.0 >> shift)))
    }

    fn method_names(&self) -> Vec<Str> {
        ["ToBytes", "ToGB", "ToKB", "ToMB", "ToTB"].map(Str::from).to_vec()
    }

    fn equals(&self, other: &Value) -> bool {
        other.as_foreign::<SizeValue>().is_some_and(|o| o.0 == self.0)
    }

    fn hash_code(&self) -> u64 {
        self.0
    }

    fn compare(&self, other: &Value) -> Option<std::cmp::Ordering> {
        match other.as_foreign::<SizeValue>() {
            Some(other) => Some(self.0.cmp(&other.0)),
            None => size::parse(&values::convert::to_display(other)).map(|o| self.0.cmp(&o)),
        }
    }
}
