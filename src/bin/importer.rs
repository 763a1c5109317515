//! Worker thread that reads files: the same loop as the engine's, with every file format in it.
fn main() {
    #[cfg(target_arch = "wasm32")]
    plimsoll::web::worker::start();
}
