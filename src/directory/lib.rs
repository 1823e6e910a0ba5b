//! The generic verbs of the product modules: Get, New, Set, Remove, Grant, Enable and Disable over catalogue and store, with
//! identities, scopes, filters, typed values, checks and the products' errors.
//!
//! How objects lie in the store, for those that read it without this crate (`voice`):
//! * noun = `NounRow::stored_as` (UMMailbox, Mailbox, User and Recipient are faces of `User`), name = the name or Cs identity
//!   (`Global`, `Site:Redmond`, `Tag:Name`), container = "" except for children: a hunt group lies in its gateway's id, a
//!   normalization or translation rule in its parent's identity.
//! * properties are JSON: Boolean, number, text (enumerations by name, times in ISO 8601, time spans `d.hh:mm:ss`), arrays for
//!   several values; a link holds the target's id (and is in the link table). Absent means null.
//! * `User`, `CsUser`, `CsOnlineUser` and `MsolUser` leave out what equals the catalogue's default.
//!
//! Invariants: one cmdlet call is one transaction; links never dangle; nothing is written when anything is refused. Not
//! here: rules of single nouns, which stand beside their catalogue files as [`NounCode`].

mod audit;
pub mod certificate;
mod certificate_key;
mod change;
mod cmdlet;
mod code;
mod convert;
mod draft;
mod fault;
mod filter;
mod get;
mod grant;
pub mod group_policy;
mod heed;
mod identity;
mod kinds;
mod ldap;
mod library;
mod live;
mod new;
mod organization;
mod outside;
mod refresh;
mod remove;
pub mod role;
mod row;
mod scope;
mod seed;
mod select;
mod service;
mod session;
mod set;
mod settings;
mod shape;
mod sign_in;
mod size;
mod span;
mod toggle;
mod work;

pub use cmdlet::NounCmdlet;
pub use code::{Complete, Derived, Edit, Hook, NounCode, Removal, RemoveHook, VerbCode};
pub use convert::{milliseconds, moment, moment_of, secret, to_json, to_value};
pub use draft::{Change, apply_change, changed_draft, defaults, store_draft};
pub use fault::Fault;
pub use filter::{Filter, like};
pub use get::read_filter;
pub use heed::is_steering;
pub use identity::{Resolved, find_all, resolve};
pub use kinds::{ObjectIdValue, SizeValue};
pub use library::Library;
pub use live::live_values;
pub use organization::Facts;
pub use outside::Reached;
pub use row::{Row, free, iso, row};
pub use scope::{Scope, canonical};
pub use service::{place_call, probe, service, service_fault};
pub use session::{Directory, directory};
pub use sign_in::{SignIn, SignIns, administrator, connection_row, credential, sign_in, sign_ins, sign_out, tenant_id};
pub use work::Work;

/// The generic verbs, for code of nouns that begins or ends with them.
pub mod verb {
    pub use crate::change::{mark, mark_one, move_to, show, stored, text};
    pub use crate::get::{found, run as get};
    pub use crate::new::run as new;
    pub use crate::remove::run as remove;
    pub use crate::set::run as set;
}
