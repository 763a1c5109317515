//! The worker that is loaded when first needed: it reads files, fits surfaces, runs analyses, and answers the self-test. The same loop
//! as the other workers', with everything in it.
fn main() {
    #[cfg(target_arch = "wasm32")]
    plimsoll::web::worker::start();
}
