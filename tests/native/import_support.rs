//! Files for the import tests: fixtures of this project, and the published data that stays where it is.

use plimsoll::import::{File, Imported, import};
use plimsoll::issue::{Effect, Issue};
use std::path::PathBuf;

/// A fixture's bytes.
pub fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file as it would be dropped: its last path component and its bytes.
pub fn dropped(name: &str, bytes: impl Into<Vec<u8>>) -> File {
    File::new(name.rsplit('/').next().unwrap_or(name).to_owned(), bytes)
}

/// What a fixture gives when it is dropped alone.
pub fn imported(name: &str) -> Imported {
    import(&[dropped(name, fixture(name))])
}

/// What a text gives when it is dropped alone.
pub fn imported_text(name: &str, text: &str) -> Imported {
    import(&[dropped(name, text)])
}

/// The rejections in their order.
pub fn rejections(imported: &Imported) -> Vec<&Issue> {
    imported.issues.iter().filter(|issue| issue.effect == Effect::Rejected).collect()
}

/// What a file of the published data gives; `None`, with a word on it, where the data is not at hand.
pub fn published(name: &str) -> Option<Imported> {
    let folder =
        std::env::var_os("PLIMSOLL_DATA").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(import(&[dropped(name, bytes)])),
        Err(_) => {
            eprintln!("{} is absent, nothing is checked against it", path.display());
            None
        }
    }
}
