//! The worker thread: bytes in, [`protocol::handle`], bytes out. It speaks first, because a message sent before its wasm is
//! ready would be lost.

use crate::engine::Engine;
use crate::issue::{Issue, IssueKind};
use crate::protocol::{self, Request, Response};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

#[cfg(feature = "ui")]
pub mod pool;

/// Entry of the worker's binary.
pub fn start() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let answering = scope.clone();
    let mut engine: Option<Engine> = None;
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let response = match read::<Request>(&event) {
            Ok(request) => protocol::handle(&mut engine, request),
            Err(issue) => Response::Failed(issue),
        };
        send(&response, |bytes, transfer| answering.post_message_with_transfer(bytes, transfer));
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker.
    on_message.forget();
    send(&Response::Ready { build: protocol::BUILD.to_owned() }, |bytes, transfer| scope.post_message_with_transfer(bytes, transfer));
}

/// Reads a message.
fn read<T: for<'a> serde::Deserialize<'a>>(event: &MessageEvent) -> Result<T, Issue> {
    let bytes = event
        .data()
        .dyn_into::<Uint8Array>()
        .map_err(|_| Issue::rejected(IssueKind::Parse, "a message between page and worker was not made of bytes"))?;
    protocol::from_bytes(&bytes.to_vec())
}

/// Writes a message and hands its buffer over without a copy. A message that cannot be written or posted has no one to be
/// reported to but the console.
fn send<T: serde::Serialize>(message: &T, post: impl FnOnce(&JsValue, &JsValue) -> Result<(), JsValue>) {
    let sent = protocol::to_bytes(message).map_err(|issue| JsValue::from_str(&issue.message)).and_then(|bytes| {
        let array = Uint8Array::from(bytes.as_slice());
        let transfer = Array::of1(&array.buffer());
        post(&array, &transfer)
    });
    if let Err(error) = sent {
        wasm_bindgen::throw_val(error);
    }
}
