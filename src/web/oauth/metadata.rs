//! The metadata documents by which partner applications learn each other's keys.

use super::key::x5t;
use crate::context::{Context, Kind};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;
use std::sync::Arc;

pub(crate) fn routes() -> Router<Arc<Context>> {
    Router::new()
        .route("/metadata/json/1", get(front_end))
        .route("/autodiscover/metadata/json/1", get(exchange))
        .route("/Autodiscover/metadata/json/1", get(exchange))
}

/// Thumbprints of an application's signing certificates: the one in use, then those before and after it.
pub(super) fn thumbprints(context: &Context, kind: Kind) -> Vec<String> {
    let object = match kind {
        Kind::FrontEnd => context.find("CsCertificate", "OAuthTokenIssuer@Global"),
        Kind::ClientAccess => context.all("AuthConfig").into_iter().next(),
    };
    let Some(object) = object else { return Vec::new() };
    if matches!(kind, Kind::FrontEnd) {
        let assigned = store::Assigned::now(&object);
        let others = assigned.previous.into_iter().chain(assigned.next);
        return [assigned.current].into_iter().chain(others).filter(|t| !t.is_empty()).collect();
    }
    let names = ["CurrentCertificateThumbprint", "PreviousCertificateThumbprint", "NextCertificateThumbprint"];
    names.iter().filter_map(|n| object.text(n)).filter(|t| !t.is_empty()).map(str::to_string).collect()
}

/// Certificates of an application, DER.
pub(super) fn certificates(context: &Context, kind: Kind) -> Vec<Vec<u8>> {
    thumbprints(context, kind)
        .iter()
        .filter_map(|t| context.find("Certificate", t))
        .filter_map(|c| CertificateDer::from_pem_slice(c.text("Certificate")?.as_bytes()).ok().map(|d| d.to_vec()))
        .collect()
}

fn document(context: &Context, kind: Kind) -> Response {
    let keys: Vec<_> = certificates(context, kind)
        .iter()
        .map(|der| {
            json!({
                "usage": "signing",
                "keyinfo": { "x5t": x5t(der) },
                "keyvalue": { "type": "x509Certificate", "value": STANDARD.encode(der) },
            })
        })
        .collect();
    if keys.is_empty() {
        let text = "No certificate for signing tokens is assigned.";
        return (StatusCode::INTERNAL_SERVER_ERROR, text).into_response();
    }
    let realm = context.realm();
    let issuer = format!("{}@{realm}", kind.principal());
    // assumed: the exact members.
    Json(json!({
        "version": "1.0",
        "realm": realm,
        "issuer": issuer,
        "allowedAudiences": [format!("{}/{}@{realm}", kind.principal(), context.server)],
        "keys": keys,
        "endpoints": [],
    }))
    .into_response()
}

async fn front_end(State(context): State<Arc<Context>>) -> Response {
    if context.kind == Kind::FrontEnd {
        document(&context, Kind::FrontEnd)
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

async fn exchange(State(context): State<Arc<Context>>) -> Response {
    if context.kind == Kind::ClientAccess {
        document(&context, Kind::ClientAccess)
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}
