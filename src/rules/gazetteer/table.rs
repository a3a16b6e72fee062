//! TSV text → checked rows: divisions, words that are no places, pairs of characters.
//!
//! Lines that begin with `#` are comments, the first other line names the columns, unknown columns are errors.
//! Checked here: codes, levels and dates; that a parent and a successor exist; that a code has one owner at a time.

use std::collections::HashMap;

use jiff::civil::Date;

use super::words::REACH;
use super::{Level, Place};

pub(super) struct Tables<'s> {
    pub(super) rows: Vec<Row<'s>>,
    pub(super) words: Vec<Word<'s>>,
    pub(super) pairs: Vec<(char, char)>,
}

pub(super) struct Row<'s> {
    pub(super) place: Place,
    pub(super) shorts: Vec<&'s str>,
    at: At<'s>,
}

/// A line of `not_places.tsv`.
pub(super) struct Word<'s> {
    /// A surface, or `~` for a bare name with a neighbour.
    pub(super) text: &'s str,
    /// `use` is `place`, an exception, rather than `not`.
    pub(super) place: bool,
}

/// What is wrong with a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GazetteerError {
    /// The first row names no kind of table.
    #[error(
        "{file}:{line}: column `{found}`: expected the columns `code name short level parent from to [successor note]`, \
         `word use why` or `traditional simplified`"
    )]
    Header {
        /// The table.
        file: String,
        /// 1-based line.
        line: usize,
        /// The column that is unknown or missing.
        found: String,
    },
    /// A cell is not what its column holds.
    #[error("{file}:{line}: column `{column}`: expected {expected}, found `{found}`")]
    Cell {
        /// The table.
        file: String,
        /// 1-based line.
        line: usize,
        /// The column's name.
        column: &'static str,
        /// What the column holds.
        expected: &'static str,
        /// What the cell says.
        found: String,
    },
}

/// A table's columns: all, and how many of them must be there.
type Columns = (&'static [&'static str], usize);
const DIVISIONS: Columns = (&["code", "name", "short", "level", "parent", "from", "to", "successor", "note"], 7);
const WORDS: Columns = (&["word", "use", "why"], 3);
const PAIRS: Columns = (&["traditional", "simplified"], 2);

pub(super) fn read<'s>(sources: &[(&'s str, &'s str)]) -> Result<Tables<'s>, GazetteerError> {
    let mut tables = Tables { rows: Vec::with_capacity(4096), words: Vec::new(), pairs: Vec::new() };
    for &(file, text) in sources {
        let mut lines = text
            .lines()
            .enumerate()
            .map(|(index, line)| (At { file, line: index + 1 }, line.trim_end_matches('\r')))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let Some((at, header)) = lines.next() else {
            continue;
        };
        let columns = kind(at, header)?;
        for (at, line) in lines {
            let cells = Cells::split(at, columns.0, line)?;
            match columns {
                DIVISIONS => tables.rows.push(division(&cells)?),
                WORDS => tables.words.push(word(&cells)?),
                _ => tables.pairs.push(pair(&cells)?),
            }
        }
    }
    check_codes(&tables.rows)?;
    Ok(tables)
}

fn kind(at: At, header: &str) -> Result<Columns, GazetteerError> {
    let names: Vec<&str> = header.split('\t').collect();
    let wrong = |found: &str| GazetteerError::Header { file: at.file.into(), line: at.line, found: found.into() };
    let (columns, required) = [DIVISIONS, WORDS, PAIRS]
        .into_iter()
        .find(|(columns, _)| names[0] == columns[0])
        .ok_or_else(|| wrong(names[0]))?;
    for (index, column) in columns.iter().enumerate() {
        match names.get(index) {
            Some(name) if name == column => {}
            Some(name) => return Err(wrong(name)),
            None if index < required => return Err(wrong(column)),
            None => break,
        }
    }
    match names.get(columns.len()) {
        Some(extra) => Err(wrong(extra)),
        None => Ok((columns, required)),
    }
}

fn division<'s>(cells: &Cells<'s>) -> Result<Row<'s>, GazetteerError> {
    let level = match cells.get("level") {
        "province" => Level::Province,
        "prefecture" => Level::Prefecture,
        "county" => Level::County,
        "zone" => Level::Zone,
        _ => return Err(cells.wrong("level", "province, prefecture, county or zone")),
    };
    let code = cells.code("code")?;
    let parent = cells.code("parent")?.unwrap_or_default();
    if parent.is_empty() != (level == Level::Province) {
        return Err(cells.wrong("parent", "the code of a province or prefecture, and none for a province"));
    }
    if code.is_some() && level == Level::Zone {
        return Err(cells.wrong("code", "none for a zone"));
    }
    let province = match (code.unwrap_or(parent)).get(..2) {
        Some(digits) => format!("{digits}0000"),
        None => return Err(cells.wrong("code", "a code for a province")),
    };
    let (from, to) = (cells.date("from")?, cells.date("to")?);
    if from.zip(to).is_some_and(|(from, to)| from >= to) {
        return Err(cells.wrong("to", "a day after `from`"));
    }
    let shorts: Vec<&str> = cells.get("short").split('|').filter(|short| !short.is_empty()).collect();
    if !shorts.iter().all(|short| is_surface(short)) {
        return Err(cells.wrong("short", "names of two characters or more, `|` between them"));
    }
    let name = Some(cells.get("name")).filter(|name| is_surface(name));
    let place = Place {
        code: code.map(String::from),
        name: name.ok_or_else(|| cells.wrong("name", "a name of two characters or more"))?.to_owned(),
        level,
        province,
        parent: parent.to_owned(),
        from,
        to,
        successor: cells.code("successor")?.map(String::from),
    };
    Ok(Row { place, shorts, at: cells.at })
}

fn word<'s>(cells: &Cells<'s>) -> Result<Word<'s>, GazetteerError> {
    let text = cells.filled("word")?;
    let place = match cells.get("use") {
        "not" => false,
        "place" if text.contains('~') => true,
        _ => return Err(cells.wrong("use", "`not`, or `place` for a word with `~`")),
    };
    let affix = text.trim_start_matches('~').trim_end_matches('~');
    let is_rule = (1..=REACH).contains(&affix.chars().count()) && !affix.contains('~') && text.len() == affix.len() + 1;
    if !is_rule && !is_surface(text) {
        return Err(cells.wrong("word", "a word of two characters or more, or one `~` before or behind one to eight"));
    }
    cells.filled("why")?;
    Ok(Word { text, place })
}

/// One character names nothing in running text (忠 is not 忠县), and the trie has no place for those above U+FFFF.
fn is_surface(text: &str) -> bool {
    text.chars().count() >= 2 && text.chars().all(|character| character <= '\u{FFFF}' && character != '~')
}

fn pair(cells: &Cells) -> Result<(char, char), GazetteerError> {
    let one = |column| {
        let mut characters = cells.get(column).chars();
        characters.next().filter(|_| characters.next().is_none()).ok_or_else(|| cells.wrong(column, "one character"))
    };
    let (traditional, simplified) = (one("traditional")?, one("simplified")?);
    // Both three bytes, so that an offset into the folded text is one into the text as printed.
    if traditional.len_utf8() != 3 || simplified.len_utf8() != 3 {
        return Err(cells.wrong("simplified", "characters that are three bytes long, both"));
    }
    Ok((traditional, simplified))
}

fn check_codes(rows: &[Row]) -> Result<(), GazetteerError> {
    let mut owners: HashMap<&str, Vec<&Place>> = HashMap::with_capacity(rows.len());
    for row in rows {
        let Some(code) = &row.place.code else {
            continue;
        };
        let others = owners.entry(code).or_default();
        let apart = |a: &Place, b: &Place| a.to.zip(b.from).is_some_and(|(to, from)| to <= from);
        if !others.iter().all(|other| apart(other, &row.place) || apart(&row.place, other)) {
            return Err(row.at.wrong("code", "a code that no other row has at the same time", code));
        }
        others.push(&row.place);
    }
    for Row { place, at, .. } in rows {
        let is_above = |parent: &&Place| parent.level < place.level && parent.level < Level::County;
        let parents = owners.get(place.parent.as_str());
        if place.level != Level::Province && !parents.is_some_and(|parents| parents.iter().any(is_above)) {
            return Err(at.wrong("parent", "the code of a province or prefecture in the tables", &place.parent));
        }
        if let Some(successor) = place.successor.as_deref().filter(|code| !owners.contains_key(code)) {
            return Err(at.wrong("successor", "a code in the tables", successor));
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct At<'s> {
    file: &'s str,
    line: usize,
}

impl At<'_> {
    fn wrong(self, column: &'static str, expected: &'static str, found: &str) -> GazetteerError {
        GazetteerError::Cell { file: self.file.into(), line: self.line, column, expected, found: found.into() }
    }
}

struct Cells<'s> {
    at: At<'s>,
    columns: &'static [&'static str],
    values: [&'s str; 9],
}

impl<'s> Cells<'s> {
    fn split(at: At<'s>, columns: &'static [&'static str], line: &'s str) -> Result<Cells<'s>, GazetteerError> {
        let mut values = [""; 9];
        for (index, cell) in line.split('\t').enumerate() {
            if index == columns.len() {
                return Err(at.wrong(columns[index - 1], "the last column of the row", cell));
            }
            values[index] = cell.trim();
        }
        Ok(Cells { at, columns, values })
    }

    fn get(&self, column: &'static str) -> &'s str {
        self.columns.iter().position(|name| *name == column).map_or("", |index| self.values[index])
    }

    fn filled(&self, column: &'static str) -> Result<&'s str, GazetteerError> {
        Some(self.get(column)).filter(|cell| !cell.is_empty()).ok_or_else(|| self.wrong(column, "some text"))
    }

    fn code(&self, column: &'static str) -> Result<Option<&'s str>, GazetteerError> {
        match self.get(column) {
            "" => Ok(None),
            code if code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Some(code)),
            _ => Err(self.wrong(column, "six digits or nothing")),
        }
    }

    fn date(&self, column: &'static str) -> Result<Option<Date>, GazetteerError> {
        match self.get(column) {
            "" => Ok(None),
            date => date.parse().map(Some).map_err(|_| self.wrong(column, "a date such as 2011-10-22, or nothing")),
        }
    }

    fn wrong(&self, column: &'static str, expected: &'static str) -> GazetteerError {
        self.at.wrong(column, expected, self.get(column))
    }
}
