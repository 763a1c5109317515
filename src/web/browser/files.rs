//! Files that the user drops, picks or takes from the sample.

use wasm_bindgen::JsCast;
use web_sys::FileList;

/// The files of a drop or an input.
pub fn of_list(list: Option<FileList>) -> Vec<web_sys::File> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)).collect()
}

/// Fetches one of the page's own files as text.
///
/// # Errors
/// A sentence naming the file.
pub async fn fetch_text(path: &str) -> Result<String, String> {
    let (name, bytes) = fetch_bytes(path).await?;
    String::from_utf8(bytes).map_err(|_| format!("{name}: no text"))
}

async fn fetch_bytes(path: &str) -> Result<(String, Vec<u8>), String> {
    let name = path.rsplit('/').next().unwrap_or(path).to_owned();
    let response =
        gloo_net::http::Request::get(path).send().await.map_err(|_| format!("{name}: could not be fetched, is the page still served?"))?;
    if !response.ok() {
        return Err(format!("{name}: the server answered {}", response.status()));
    }
    let bytes = response.binary().await.map_err(|_| format!("{name}: the transfer broke off"))?;
    Ok((name, bytes))
}

/// Fetches one of the page's own files.
///
/// # Errors
/// A sentence naming the file.
pub async fn fetch_own(path: &str) -> Result<web_sys::File, String> {
    let (name, bytes) = fetch_bytes(path).await?;
    let part = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
    web_sys::File::new_with_u8_array_sequence(&part, &name).map_err(|_| format!("{name}: the browser has no memory left"))
}

/// The files of a drag event.
pub fn of_drag(event: &web_sys::DragEvent) -> Vec<web_sys::File> {
    of_list(event.data_transfer().and_then(|transfer| transfer.files()))
}

/// The files of a file input's change event; the input is emptied so that the same file can be picked again.
pub fn of_input(event: &web_sys::Event) -> Vec<web_sys::File> {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()) else { return Vec::new() };
    let files = of_list(input.files());
    input.set_value("");
    files
}
