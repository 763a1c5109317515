//! Files that the user drops, picks or takes from the sample.

use crate::import::File;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::FileList;

/// Largest file that is read into memory, bytes; the importer states the same cap.
const MAX_BYTES: f64 = 100.0 * 1024.0 * 1024.0;

/// Reads all files of a list. One over the cap or unreadable arrives with a sentence in its place.
pub async fn read_all(list: Vec<web_sys::File>) -> Vec<Result<File, String>> {
    let mut files = Vec::with_capacity(list.len());
    for file in list {
        files.push(read(&file).await);
    }
    files
}

/// The files of a drop or an input.
pub fn of_list(list: Option<FileList>) -> Vec<web_sys::File> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)).collect()
}

async fn read(file: &web_sys::File) -> Result<File, String> {
    let name = file.name();
    if file.size() > MAX_BYTES {
        return Err(format!("{name}: larger than 100 MB, split it and drop the parts"));
    }
    let buffer = JsFuture::from(file.array_buffer())
        .await
        .map_err(|_| format!("{name}: the browser could not read it (a folder, or no permission)"))?;
    Ok(File { name, bytes: js_sys::Uint8Array::new(&buffer).to_vec() })
}

/// Fetches one of the page's own files.
///
/// # Errors
/// A sentence naming the file.
pub async fn fetch_own(path: &str) -> Result<File, String> {
    let name = path.rsplit('/').next().unwrap_or(path).to_owned();
    let response =
        gloo_net::http::Request::get(path).send().await.map_err(|_| format!("{name}: could not be fetched, is the page still served?"))?;
    if !response.ok() {
        return Err(format!("{name}: the server answered {}", response.status()));
    }
    let bytes = response.binary().await.map_err(|_| format!("{name}: the transfer broke off"))?;
    Ok(File { name, bytes })
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
