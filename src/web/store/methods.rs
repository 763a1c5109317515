//! The texts of the methods page, which come from the module that is loaded later.

use crate::protocol::{Request, from_bytes};
use crate::view::methods::Section;
use crate::web::store::Store;
use leptos::prelude::*;

/// State of the methods page; cheap to copy.
#[derive(Clone, Copy)]
pub struct Methods {
    /// Every text; nothing until they have come.
    pub sections: RwSignal<Vec<Section>>,
    /// Anchor of the section or entry that the address names.
    pub place: RwSignal<String>,
}

impl Methods {
    /// Not asked for yet.
    pub fn new() -> Methods {
        Methods { sections: RwSignal::new(Vec::new()), place: RwSignal::new(String::new()) }
    }

    /// Takes the texts; bytes of another build cannot come here.
    pub(super) fn take(self, sections: &[u8]) {
        self.sections.set(from_bytes(sections).unwrap_or_default());
    }
}

impl Store {
    /// Asks for the texts, unless they are here.
    pub fn ask_for_methods(&self) {
        if self.methods.sections.with_untracked(Vec::is_empty) {
            self.with_pool(|pool| pool.read(Request::Methods, Vec::new()));
        }
    }
}
