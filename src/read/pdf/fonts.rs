//! The fonts of a file, each loaded once, whichever page asks first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use lopdf::Dictionary;

use super::font::Font;
use super::objects::Objects;

/// A font that may still have to be loaded.
type Slot = Arc<OnceLock<Arc<Font>>>;

pub(super) struct Fonts<'a> {
    objects: &'a Objects,
    /// By the address of the dictionary, which stays where it is.
    loaded: Mutex<HashMap<usize, Slot>>,
}

impl<'a> Fonts<'a> {
    pub(super) fn new(objects: &'a Objects) -> Self {
        Self { objects, loaded: Mutex::default() }
    }

    /// The font that `dict` describes.
    pub(super) fn get(&self, dict: &'a Dictionary) -> Arc<Font> {
        let address = std::ptr::from_ref(dict).addr();
        let slot = self.loaded.lock().unwrap_or_else(PoisonError::into_inner).entry(address).or_default().clone();
        slot.get_or_init(|| Arc::new(Font::load(self.objects, dict))).clone()
    }
}
