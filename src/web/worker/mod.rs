//! A worker thread: a message in, [`protocol::handle`], a message out. It speaks first, because a message sent before its wasm is
//! ready would be lost.
//!
//! A message is a list: the question or answer as bytes, its large bytes as a `Blob` (which costs the page nothing to pass on), and
//! behind them the files to read, as the browser handed them over.

use crate::import::{File, MAX_FILE_BYTES};
use crate::issue::{Issue, IssueKind};
use crate::protocol::{self, Desk, Request, Response};
#[cfg(feature = "ui")]
use crate::units::Timestamp;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope, FileReaderSync, MessageEvent};

#[cfg(feature = "ui")]
pub mod annex;
#[cfg(feature = "ui")]
pub mod here;
#[cfg(feature = "ui")]
pub mod pool;

/// Entry of a worker's binary.
pub fn start() {
    console_error_panic_hook::set_once();
    // The annex is also loaded into the page itself, where workers are refused; there it only answers calls.
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let answering = scope.clone();
    let mut desk = Desk::default();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let post = |response: Response| send_response(&answering, response);
        let response = match receive(&event) {
            Ok(request) => protocol::handle(&mut desk, request, &mut |progress| post(progress)),
            Err(issue) => Response::Failed(issue),
        };
        post(response);
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker.
    on_message.forget();
    send_response(&scope, Response::Ready { build: protocol::BUILD.to_owned() });
}

#[cfg(not(feature = "ui"))]
thread_local! {
    /// The book of a module that is loaded into the page.
    static DESK: std::cell::RefCell<Desk> = std::cell::RefCell::default();
}

/// Answers one question without a worker: what the page calls where workers are refused. Bytes in, bytes out, both of the message
/// alone; the large bytes stand within it.
#[cfg(not(feature = "ui"))]
#[wasm_bindgen]
pub fn answer_here(request: &[u8]) -> Vec<u8> {
    let response = match protocol::from_bytes(request) {
        Ok(request) => DESK.with_borrow_mut(|desk| protocol::handle(desk, request, &mut |_| {})),
        Err(issue) => Response::Failed(issue),
    };
    protocol::to_bytes(&response).unwrap_or_default()
}

/// Reads a message of the page, its blob and its files.
fn receive(event: &MessageEvent) -> Result<Request, Issue> {
    let parts = Array::from(&event.data());
    let mut request: Request = protocol::from_bytes(&bytes_of(&parts.get(0))?)?;
    if let (Some(payload), Some(blob)) = (request.payload(), parts.get(1).dyn_ref::<Blob>()) {
        *payload = read_blob(blob)?;
    }
    if let Some(files) = request.files() {
        for file in parts.iter().skip(2).filter_map(|part| part.dyn_into::<web_sys::File>().ok()) {
            files.push(read_file(&file));
        }
    }
    Ok(request)
}

/// A file's bytes. One over the cap is not even opened: it arrives empty, with a size by which it is refused by name; one that
/// the browser cannot read arrives as unreadable.
fn read_file(file: &web_sys::File) -> File {
    let name = file.name();
    if file.size() > MAX_FILE_BYTES as f64 {
        return File {
            name,
            bytes: Vec::new(),
            refused: Some(format!("the file has {} bytes, at most {MAX_FILE_BYTES} are read: split it into parts", file.size())),
        };
    }
    match read_blob(file) {
        Ok(bytes) => File { name, bytes, refused: None },
        Err(_) => {
            let reason = "the browser could not read it: a folder, or no permission".to_owned();
            File { name, bytes: Vec::new(), refused: Some(reason) }
        }
    }
}

fn read_blob(blob: &Blob) -> Result<Vec<u8>, Issue> {
    let read = FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(blob));
    let buffer = read.map_err(|_| Issue::rejected(IssueKind::Parse, "the browser could not hand over the bytes of the book"))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Bytes of a message's first part.
fn bytes_of(part: &JsValue) -> Result<Vec<u8>, Issue> {
    let bytes = part.dyn_ref::<Uint8Array>();
    let bytes = bytes.ok_or_else(|| Issue::rejected(IssueKind::Parse, "a message between page and worker was not made of bytes"))?;
    Ok(bytes.to_vec())
}

/// An answer as the page hears it, and its large bytes.
#[cfg(feature = "ui")]
fn response_of(event: &MessageEvent) -> (Response, Option<Blob>) {
    let parts = Array::from(&event.data());
    let response = bytes_of(&parts.get(0)).and_then(|bytes| protocol::from_bytes(&bytes)).unwrap_or_else(Response::Failed);
    (response, parts.get(1).dyn_into::<Blob>().ok())
}

/// A question and its large bytes.
#[cfg(feature = "ui")]
type Asked = (Request, Option<Blob>);

/// The question that loads a book.
#[cfg(feature = "ui")]
fn load(inputs: Blob, now: Timestamp) -> Asked {
    (Request::Load { inputs: Vec::new(), now }, Some(inputs))
}

/// Takes the large bytes out of an answer.
fn detach(response: &mut Response) -> Option<Blob> {
    response.payload().map(std::mem::take).filter(|bytes| !bytes.is_empty()).as_deref().and_then(blob_of)
}

fn send_response(scope: &DedicatedWorkerGlobalScope, mut response: Response) {
    let blob = detach(&mut response);
    send(&response, blob.as_ref(), &[], |message, transfer| scope.post_message_with_transfer(message, transfer));
}

/// A blob with these bytes; `None` only where the browser has run out of memory.
pub fn blob_of(bytes: &[u8]) -> Option<Blob> {
    let part = Uint8Array::from(bytes);
    Blob::new_with_u8_array_sequence(&Array::of1(&part)).ok()
}

/// Writes a message and hands its buffer over without a copy. A message that cannot be written or posted has no one to be
/// reported to but the console.
fn send<T: serde::Serialize>(
    message: &T,
    blob: Option<&Blob>,
    files: &[web_sys::File],
    post: impl FnOnce(&JsValue, &JsValue) -> Result<(), JsValue>,
) {
    let sent = protocol::to_bytes(message).map_err(|issue| JsValue::from_str(&issue.message)).and_then(|bytes| {
        let array = Uint8Array::from(bytes.as_slice());
        let transfer = Array::of1(&array.buffer());
        let parts = Array::of2(&array, &blob.map_or(JsValue::NULL, JsValue::from));
        for file in files {
            parts.push(file);
        }
        post(&parts, &transfer)
    });
    if let Err(error) = sent {
        wasm_bindgen::throw_val(error);
    }
}
