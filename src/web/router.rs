//! The table of endpoints. A module adds itself with one line.

use crate::context::Context;
use crate::{autodiscover, exchange, health, messaging, oauth, wsman};
use axum::Router;
use std::sync::Arc;

/// All endpoints of a server.
pub fn router(context: Arc<Context>) -> Router {
    Router::new()
        .merge(health::routes())
        .merge(oauth::routes())
        .merge(autodiscover::routes())
        .merge(messaging::routes())
        .merge(exchange::routes())
        .merge(wsman::routes())
        .with_state(context)
}

/// What is served without TLS: remote sessions, whose clients seal their messages.
pub fn plain_router(context: Arc<Context>) -> Router {
    wsman::routes().with_state(context)
}
