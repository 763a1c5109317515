//! Worker thread.
fn main() {
    #[cfg(target_arch = "wasm32")]
    plimsoll::web::worker::start();
}
