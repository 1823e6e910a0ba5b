//! What can go wrong in the store, in words for the administrator.

use std::path::PathBuf;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The home folder cannot be made.
    #[error("The folder '{}' for the organization's store cannot be used: {source}", path.display())]
    Home { path: PathBuf, source: std::io::Error },
    /// The file was written by a newer program.
    #[error(
        "The organization's store was written by a newer version of dialtone (schema {found}); this version knows schema {known}. Nothing was changed. Use the newer version, or restore a backup."
    )]
    Newer { found: i64, known: i64 },
    /// Another object has that identity.
    #[error("\"{name}\" already exists.")]
    Exists { noun: String, container: String, name: String },
    /// The object is no longer there.
    #[error("The object {id} does not exist in the organization's store.")]
    Missing { id: String },
    /// Another process held the store too long.
    #[error(
        "The organization's store is in use by another process and did not become free in time. Nothing was changed."
    )]
    Busy,
    /// No space is left.
    #[error("The organization's store cannot be written: the disk is full. Nothing was changed.")]
    Full,
    /// The file is damaged.
    #[error(
        "The organization's store is damaged: {0}. 'dialtone --check-store' says more; 'dialtone --restore-store FILE' puts a backup in its place."
    )]
    Damaged(String),
    /// A checkpoint with that name does not exist.
    #[error("There is no checkpoint \"{0}\".")]
    NoCheckpoint(String),
    /// A name that cannot be a file name.
    #[error("\"{0}\" cannot be the name of a checkpoint.")]
    CheckpointName(String),
    /// A file operation failed.
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// Properties that are no JSON object.
    #[error("The object {id} has unreadable properties: {source}")]
    Properties { id: String, source: serde_json::Error },
    /// A secret could not be sealed.
    #[error("The property {property} of the object {id} cannot be sealed. Nothing was changed.")]
    Sealing { id: String, property: String },
    /// Anything else of the database.
    #[error("The organization's store failed: {0}")]
    Database(rusqlite::Error),
}

impl StoreError {
    /// Name by which error records identify it.
    pub fn error_id(&self) -> &'static str {
        match self {
            StoreError::Home { .. } => "StoreHomeUnusable",
            StoreError::Newer { .. } => "StoreNewerThanProgram",
            StoreError::Exists { .. } => "ObjectAlreadyExists",
            StoreError::Missing { .. } => "ObjectMissing",
            StoreError::Busy => "StoreBusy",
            StoreError::Sealing { .. } => "StoreSealing",
            StoreError::Full => "StoreFull",
            StoreError::Damaged(_) | StoreError::Properties { .. } => "StoreDamaged",
            StoreError::NoCheckpoint(_) => "CheckpointNotFound",
            StoreError::CheckpointName(_) => "CheckpointName",
            StoreError::File { .. } => "StoreFile",
            StoreError::Database(_) => "StoreFailed",
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged(error.to_string()),
            _ => StoreError::Database(error),
        }
    }
}
