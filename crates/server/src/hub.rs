//! The address at which hubs call back, beside the site: their questions and their deliveries.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chapar_model::Headers;
use chapar_pipeline::{
    CALLBACK_PATH, Context, DELIVERY_BYTES_MAX, HubReply, answer_hub, take_delivery,
};
use std::collections::HashMap;

/// The routes for hubs.
pub(crate) fn router(context: Context) -> Router {
    Router::new()
        .route(&format!("/{CALLBACK_PATH}{{token}}"), get(question).post(delivery))
        .layer(DefaultBodyLimit::max(DELIVERY_BYTES_MAX))
        .with_state(context)
}

async fn question(
    State(context): State<Context>,
    Path(token): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    reply(answer_hub(&context, &token, &query).await)
}

async fn delivery(
    State(context): State<Context>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let lines = headers.iter().map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let headers = Headers(lines.collect());
    reply(take_delivery(&context, &token, &headers, body).await)
}

fn reply(result: anyhow::Result<HubReply>) -> Response {
    match result {
        // Text, so that no challenge is ever taken for a page.
        Ok(HubReply::Confirm(challenge)) => {
            ([("content-type", "text/plain; charset=utf-8")], challenge).into_response()
        }
        Ok(HubReply::Accepted) => StatusCode::ACCEPTED.into_response(),
        Ok(HubReply::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Ok(HubReply::Gone) => StatusCode::GONE.into_response(),
        Err(error) => {
            tracing::error!("A hub was not served: {error:#}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
