//! What is said of histories.

use crate::method::Method;

/// How each is computed.
pub const METHODS: &[&Method] = &[];
