//! One file per browser API that the page uses.

pub mod clipboard;
pub mod clock;
pub mod download;
pub mod files;
pub mod local_storage;
pub mod location;
pub mod theme;
#[cfg(feature = "ui")]
pub mod indexed_db;
#[cfg(feature = "ui")]
pub mod storage;
#[cfg(feature = "ui")]
pub mod tab_lock;
#[cfg(feature = "ui")]
pub mod canvas;
#[cfg(feature = "ui")]
pub mod css_tokens;
#[cfg(feature = "ui")]
pub mod redraw;
#[cfg(feature = "ui")]
pub mod scroll;
