//! Optional content: layers that the document switches off are not read.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId};

use super::objects::{Objects, as_dict};

/// The layers that are off when the document is opened.
#[derive(Default)]
pub(super) struct OptionalContent {
    off: BTreeSet<ObjectId>,
}

impl OptionalContent {
    pub(super) fn of(objects: &Objects, catalog: &Dictionary) -> Self {
        let mut off = BTreeSet::new();
        if let Some(properties) = objects.dict(catalog, b"OCProperties")
            && let Some(usual) = objects.dict(properties, b"D")
        {
            if objects.name(usual, b"BaseState") == Some(b"OFF") {
                off.extend(references(objects.get(properties, b"OCGs")));
                for on in references(objects.get(usual, b"ON")) {
                    off.remove(&on);
                }
            }
            off.extend(references(objects.get(usual, b"OFF")));
        }
        Self { off }
    }

    /// Whether content that belongs to `layer`, a group or a membership, is off.
    pub(super) fn hides(&self, objects: &Objects, layer: &Object) -> bool {
        if self.off.is_empty() {
            return false;
        }
        if let Object::Reference(id) = layer
            && self.off.contains(id)
        {
            return true;
        }
        let Some(membership) = as_dict(objects.follow(layer)) else { return false };
        if objects.name(membership, b"Type") != Some(b"OCMD") {
            return false;
        }
        let is_off = |id: &ObjectId| self.off.contains(id);
        let groups: Vec<ObjectId> = match membership.get(b"OCGs") {
            Ok(Object::Reference(id)) if !matches!(objects.follow(&Object::Reference(*id)), Object::Array(_)) => {
                vec![*id]
            }
            Ok(groups) => references(objects.follow(groups)).collect(),
            Err(_) => return false,
        };
        if groups.is_empty() {
            return false;
        }
        match objects.name(membership, b"P") {
            Some(b"AllOn") => groups.iter().any(is_off),
            Some(b"AnyOff") => !groups.iter().any(is_off),
            Some(b"AllOff") => !groups.iter().all(is_off),
            _ => groups.iter().all(is_off),
        }
    }
}

fn references(array: &Object) -> impl Iterator<Item = ObjectId> {
    let elements = match array {
        Object::Array(elements) => elements.as_slice(),
        _ => &[],
    };
    elements.iter().filter_map(|element| match element {
        Object::Reference(id) => Some(*id),
        _ => None,
    })
}
