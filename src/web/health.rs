//! The health page: state of the roles, for people and for programs.

use crate::context::Context;
use crate::xml::escape;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use control::RoleState;
use std::fmt::Write;
use std::sync::Arc;

pub(crate) fn routes() -> Router<Arc<Context>> {
    Router::new().route("/health", get(page)).route("/health.json", get(state))
}

async fn state(State(context): State<Arc<Context>>) -> Response {
    let status = context.supervisor.status();
    let failed = status.roles.iter().any(|r| r.state == RoleState::Failed);
    let code = if failed { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    (code, Json(status)).into_response()
}

async fn page(State(context): State<Arc<Context>>) -> Html<String> {
    let status = context.supervisor.status();
    let mut rows = String::new();
    for role in &status.roles {
        let _ = write!(
            rows,
            "<tr class=\"{:?}\"><td>{}</td><td>{}</td><td>{:?}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            role.state,
            escape(&role.server),
            escape(&role.role),
            role.state,
            role.calls,
            escape(&role.listeners.join(", ")),
            escape(&role.reason)
        );
    }
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>dialtone: health</title><style>\
         body{{font-family:sans-serif;margin:2em}}td,th{{padding:.3em .8em;text-align:left;border-bottom:1px solid #ccc}}\
         .Failed{{background:#fdd}}.Stopped,.Draining{{background:#ffd}}</style></head><body><h1>dialtone</h1>\
         <p>Running since {}, {} calls, configuration {}.</p><table><tr><th>Server</th><th>Role</th><th>State</th><th>Calls</th>\
         <th>Listeners</th><th>Reason</th></tr>{rows}</table></body></html>",
        escape(&status.started),
        status.calls,
        status.version
    ))
}
