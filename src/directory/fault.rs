//! Refusals, with the products' texts, and the error records made of them.

use std::sync::Arc;

use command::{ErrorCategory, ErrorRecord, Exception, TypeRef, Value};
use store::StoreError;
use values::TypeKind;
use values::types::register;

/// Why a cmdlet refuses. Carries what its error record shows.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Name of the product's exception type, shown as reason.
    pub exception: &'static str,
    /// FullyQualifiedErrorId before the command.
    pub id: String,
    pub category: ErrorCategory,
    pub message: String,
    /// Target's text.
    pub target: String,
    /// Whether the id ends in the class of an Exchange task instead of the command's name.
    pub is_exchange: bool,
}

/// The type of an exception that the products throw, so that `catch [...]` finds it by its full name.
fn exception_type(name: &str) -> TypeRef {
    let space = match name {
        "ArgumentException" | "InvalidOperationException" | "NotSupportedException" => "System",
        "ItemNotFoundException" => "System.Management.Automation",
        "ManagementObjectNotFoundException" | "ManagementObjectAmbiguousException" => {
            "Microsoft.Exchange.Configuration.Tasks"
        }
        "ADObjectAlreadyExistsException" | "ADOperationException" => "Microsoft.Exchange.Data.Directory",
        // assumed: the products' other exceptions are not part of a public interface.
        _ => "Dialtone",
    };
    let full = format!("{space}.{name}");
    TypeRef::find(&full).unwrap_or_else(|| register(&full, TypeKind::Class, Some(TypeRef::RUNTIME_EXCEPTION)))
}

/// The eight digits that stand for a kind of error in Exchange's ids.
fn digits(text: &str) -> String {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    format!("{hash:X}")
}

impl Fault {
    /// A refusal of an Exchange-side cmdlet; its id is derived from the exception and the noun.
    pub fn exchange(exception: &'static str, noun: &str, message: impl Into<String>) -> Fault {
        let id = digits(&format!("{exception}/{noun}"));
        let mut fault = Fault::new(exception, &id, ErrorCategory::NotSpecified, message);
        fault.is_exchange = true;
        fault
    }

    /// A refusal with an id and category of its own.
    pub fn new(exception: &'static str, id: &str, category: ErrorCategory, message: impl Into<String>) -> Fault {
        Fault {
            exception,
            id: id.to_owned(),
            category,
            message: message.into(),
            target: String::new(),
            is_exchange: false,
        }
    }

    /// An argument that does not fit.
    pub fn argument(id: &str, message: impl Into<String>) -> Fault {
        Fault::new("ArgumentException", id, ErrorCategory::InvalidArgument, message)
    }

    /// A state that does not allow it.
    pub fn state(id: &str, message: impl Into<String>) -> Fault {
        Fault::new("InvalidOperationException", id, ErrorCategory::InvalidOperation, message)
    }

    /// The object does not exist, Exchange's way.
    pub fn not_found(noun: &str, identity: &str, controller: &str) -> Fault {
        let text = format!(
            "The operation couldn't be performed because object '{identity}' couldn't be found on '{controller}'."
        );
        Fault::exchange("ManagementObjectNotFoundException", noun, text).at(identity)
    }

    /// The document does not exist, the Cs way.
    pub fn no_document(document: &str, identity: &str) -> Fault {
        let text = format!("Cannot find \"{document}\" \"{identity}\" because it does not exist.");
        Fault::new("ItemNotFoundException", "ObjectNotFound", ErrorCategory::ObjectNotFound, text).at(identity)
    }

    /// The user does not exist, the Cs way.
    pub fn no_user(identity: &str) -> Fault {
        let text = format!("Management object not found for identity \"{identity}\".");
        Fault::new("ManagementObjectNotFoundException", "Identity", ErrorCategory::InvalidData, text).at(identity)
    }

    /// The object does not exist, as the directory's own cmdlets say it.
    pub fn no_directory_object(base: &str, identity: &str) -> Fault {
        let text = format!("Cannot find an object with identity: '{identity}' under: '{base}'.");
        let id = "ActiveDirectoryCmdlet:Microsoft.ActiveDirectory.Management.ADIdentityNotFoundException";
        Fault::new("ADIdentityNotFoundException", id, ErrorCategory::ObjectNotFound, text).at(identity)
    }

    /// Several objects have that identity.
    pub fn ambiguous(noun: &str, identity: &str) -> Fault {
        let text = format!("The operation couldn't be performed because '{identity}' matches multiple entries.");
        Fault::exchange("ManagementObjectAmbiguousException", noun, text).at(identity)
    }

    /// The name is taken, Exchange's way.
    pub fn exists(noun: &str, name: &str, dn: &str) -> Fault {
        let text = format!("Active Directory operation failed. The object '{dn}' already exists.");
        Fault::exchange("ADObjectAlreadyExistsException", noun, text).at(name)
    }

    /// The identity is taken, the Cs way.
    pub fn document_exists(identity: &str) -> Fault {
        let text = format!("\"{identity}\" already exists.");
        Fault::new("InvalidOperationException", "ObjectAlreadyExists", ErrorCategory::ResourceExists, text).at(identity)
    }

    /// A parameter that this product does not heed.
    pub fn unsupported(command: &str, parameter: &str) -> Fault {
        let text =
            format!("The parameter '{parameter}' of {command} is not supported by dialtone. Nothing was changed.");
        Fault::new("NotSupportedException", "ParameterNotSupported", ErrorCategory::NotImplemented, text).at(parameter)
    }

    /// With a target.
    #[must_use]
    pub fn at(mut self, target: &str) -> Fault {
        target.clone_into(&mut self.target);
        self
    }

    /// The error record.
    pub fn record(&self) -> Arc<ErrorRecord> {
        let exception = Arc::new(Exception::new(exception_type(self.exception), self.message.clone()));
        let target = if self.target.is_empty() { Value::Null } else { Value::from(self.target.as_str()) };
        let record = ErrorRecord::new(exception, self.id.as_str(), self.category, target);
        record.data.lock().reason = Some(self.exception.into());
        Arc::new(record)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        match &error {
            StoreError::Exists { name, .. } => Fault::document_exists(name),
            _ => Fault::new("StoreException", error.error_id(), ErrorCategory::ResourceUnavailable, error.to_string()),
        }
    }
}
