//! HTTP as a client: addresses, one request and its answer, the chain of redirections, cookies.
//!
//! Nothing here knows of commands or types of .NET; `Invoke-WebRequest` and `System.Net.Http` stand on it.

pub mod client;
pub mod cookies;
pub mod exchange;
pub mod reason;
pub mod url;

pub use client::{Connection, HttpFault, Protocols, Request, Response, Transport, send};
pub use cookies::{Cookie, CookieJar};
pub use exchange::{Exchange, exchange, proxy_of};
pub use reason::reason_of;
pub use url::Url;
