//! The page without workers: their modules are loaded into the page itself, and asked one question at a time.

use crate::issue::{Issue, IssueKind};
use crate::protocol::{self, Request, Response};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Asks a module, `worker` or `annex`, through the page's start script; the large bytes stand within the messages.
pub async fn answer(module: &str, request: &Request) -> Response {
    match ask(module, request).await {
        Ok(response) => response,
        Err(_) => {
            let message = "a part of the program could not be loaded: reload the page";
            Response::Failed(Issue::rejected(IssueKind::Unsupported, message))
        }
    }
}

async fn ask(module: &str, request: &Request) -> Result<Response, JsValue> {
    let load: Function = Reflect::get(&js_sys::global(), &"plimsollModule".into())?.dyn_into()?;
    let loading: Promise = load.call1(&JsValue::NULL, &module.into())?.dyn_into()?;
    let answer: Function = JsFuture::from(loading).await?.dyn_into()?;
    let failed = |issue: Issue| JsValue::from_str(&issue.message);
    let request = protocol::to_bytes(request).map_err(failed)?;
    let response: Uint8Array = answer.call1(&JsValue::NULL, &Uint8Array::from(request.as_slice()))?.dyn_into()?;
    protocol::from_bytes(&response.to_vec()).map_err(failed)
}

/// Bytes of a blob, read without a worker.
pub async fn bytes(blob: &Blob) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(blob.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
