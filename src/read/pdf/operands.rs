//! The operands of an operator, gathered token by token.

use super::lexer::Span;
use crate::read::picture::samples::of_inks;

/// An operand. Elements of arrays and dictionaries lie in [`Operands::nested`].
#[derive(Clone, Copy)]
pub(super) enum Operand<'s> {
    Number(f32),
    Name(&'s [u8]),
    String(Span),
    Nested { start: usize, end: usize },
    Other,
}

/// The operands of one operator.
#[derive(Default)]
pub(super) struct Operands<'s> {
    pub(super) list: Vec<Operand<'s>>,
    pub(super) nested: Vec<Operand<'s>>,
    /// Open arrays and dictionaries, and where the outermost one starts.
    pub(super) depth: usize,
    pub(super) start: usize,
}

/// No operator has more operands; what a broken stream piles up beyond is dropped.
const MOST_OPERANDS: usize = 64;

/// Nor has an array more elements.
const MOST_ELEMENTS: usize = 1 << 20;

impl<'s> Operands<'s> {
    pub(super) fn push(&mut self, operand: Operand<'s>) {
        if self.depth > 0 {
            if self.nested.len() < MOST_ELEMENTS {
                self.nested.push(operand);
            }
        } else if self.list.len() < MOST_OPERANDS {
            self.list.push(operand);
        }
    }

    pub(super) fn open(&mut self) {
        if self.depth == 0 {
            self.start = self.nested.len();
        }
        self.depth += 1;
    }

    pub(super) fn close(&mut self) {
        match self.depth {
            0 => {}
            1 => {
                self.depth = 0;
                self.push(Operand::Nested { start: self.start, end: self.nested.len() });
            }
            _ => self.depth -= 1,
        }
    }

    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.nested.clear();
        self.depth = 0;
    }

    pub(super) fn number(&self, place: usize) -> f32 {
        match self.list.get(place) {
            Some(Operand::Number(number)) => *number,
            _ => 0.0,
        }
    }

    pub(super) fn numbers<const N: usize>(&self) -> [f32; N] {
        std::array::from_fn(|place| self.number(place))
    }

    pub(super) fn name(&self, place: usize) -> Option<&'s [u8]> {
        match self.list.get(place) {
            Some(Operand::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// The colour that the numbers are, by how many there are; amounts of ink where `is_tint`.
    pub(super) fn ink(&self, is_tint: bool) -> Option<[u8; 3]> {
        let share = |number: f32| (number.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
        let mut shares = [0; 4];
        let shares = shares.get_mut(..self.list.len())?;
        for (place, operand) in shares.iter_mut().zip(&self.list) {
            let Operand::Number(number) = operand else { return None };
            *place = share(*number);
        }
        match (&*shares, is_tint) {
            (inks @ [_, ..], true) => Some([255 - inks.iter().copied().max().unwrap_or(255); 3]),
            ([light], false) => Some([*light; 3]),
            ([red, green, blue], false) => Some([*red, *green, *blue]),
            ([cyan, magenta, yellow, black], false) => Some(of_inks([*cyan, *magenta, *yellow], *black)),
            _ => None,
        }
    }

    pub(super) fn string(&self) -> Option<Span> {
        match self.list.last() {
            Some(Operand::String(span)) => Some(*span),
            _ => None,
        }
    }

    pub(super) fn last_nested(&self) -> Option<&[Operand<'s>]> {
        match self.list.last() {
            Some(Operand::Nested { start, end }) => Some(&self.nested[*start..*end]),
            _ => None,
        }
    }
}
