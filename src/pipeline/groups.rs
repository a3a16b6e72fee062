//! Picture files in, those of them that are the pages of one document out, by the numbers in their names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::dataset::RunRecord;
use crate::read::picture::Numbered;

/// Which pictures of a folder are taken as the pages of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupWhen {
    /// Those whose names differ in a number alone that is set apart and counts from 0 or 1 without a gap.
    #[default]
    Auto,
    /// Those whose names differ in the number at their end alone, whatever the numbers are.
    Always,
    /// None.
    Never,
}

impl GroupWhen {
    /// What a word stands for.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Auto, Self::Always, Self::Never].into_iter().find(|when| when.as_str() == word)
    }

    /// What a run was told. One that does not say was made when each picture was a document.
    pub fn of_run(record: &RunRecord) -> Self {
        record.options.get("group").and_then(|word| Self::of(word.as_str()?)).unwrap_or(Self::Never)
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

/// Files that are pages of one document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Which files, in the order of their numbers.
    pub(super) files: Vec<usize>,
    /// What they are called together: `vol3-[001-012].tif`.
    pub(super) name: String,
}

/// The groups among picture files, each given by its folder and its name.
pub(super) fn groups(files: &[(&Path, &str)], when: GroupWhen) -> Vec<Group> {
    let mut series: BTreeMap<_, Vec<(Numbered, usize)>> = BTreeMap::new();
    for (index, (folder, name)) in files.iter().enumerate() {
        let is_meant = |numbered: &Numbered| match when {
            GroupWhen::Auto => numbered.is_clear(),
            GroupWhen::Always => true,
            GroupWhen::Never => false,
        };
        if let Some(numbered) = Numbered::of(name).filter(is_meant) {
            series
                .entry((*folder, numbered.before, numbered.after.to_lowercase()))
                .or_default()
                .push((numbered, index));
        }
    }
    let taken: BTreeSet<&(&Path, &str)> = files.iter().filter(|(_, name)| name.contains('[')).collect();
    let group = |folder: &Path, mut pages: Vec<(Numbered, usize)>| {
        pages.sort_by_key(|(numbered, _)| (numbered.number, numbered.digits.len(), numbered.after));
        let counts = pages.windows(2).all(|pair| pair[0].0.number.checked_add(1) == Some(pair[1].0.number));
        let (first, last) = (pages.first()?.0, pages.last()?.0);
        let is_group = pages.len() > 1 && (when == GroupWhen::Always || (counts && first.number <= 1));
        let name = format!("{}[{}-{}]{}", first.before, first.digits, last.digits, first.after);
        // Whatever the file of that name is, it has the older right to it.
        (is_group && !taken.contains(&(folder, name.as_str())))
            .then(|| Group { files: pages.into_iter().map(|(_, index)| index).collect(), name })
    };
    series.into_iter().filter_map(|((folder, ..), pages)| group(folder, pages)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str], when: GroupWhen) -> Vec<(String, Vec<String>)> {
        let files: Vec<(&Path, &str)> = names
            .iter()
            .map(|name| name.rsplit_once('/').unwrap_or(("", name)))
            .map(|(folder, name)| (Path::new(folder), name))
            .collect();
        groups(&files, when)
            .into_iter()
            .map(|group| (group.name, group.files.into_iter().map(|at| names[at].to_owned()).collect()))
            .collect()
    }

    fn check(names: &[&str], when: GroupWhen, expected: &[(&str, &[&str])]) {
        let expected: Vec<(String, Vec<String>)> = expected
            .iter()
            .map(|(name, files)| ((*name).to_owned(), files.iter().map(|file| (*file).to_owned()).collect()))
            .collect();
        assert_eq!(found(names, when), expected, "{names:?}");
    }

    #[test]
    fn pictures_counted_from_one_or_none_are_pages() {
        check(
            &[
                "v-10.tif", "v-1.tif", "v-2.tif", "v-3.tif", "v-4.tif", "v-5.tif", "v-6.tif", "v-7.tif", "v-8.tif",
                "v-9.tif",
            ],
            GroupWhen::Auto,
            &[(
                "v-[1-10].tif",
                &[
                    "v-1.tif", "v-2.tif", "v-3.tif", "v-4.tif", "v-5.tif", "v-6.tif", "v-7.tif", "v-8.tif", "v-9.tif",
                    "v-10.tif",
                ],
            )],
        );
        check(&["000.jpg", "001.JPG"], GroupWhen::Auto, &[("[000-001].jpg", &["000.jpg", "001.JPG"])]);
        check(
            &["简报第1页.png", "简报第2页.png"],
            GroupWhen::Auto,
            &[("简报第[1-2]页.png", &["简报第1页.png", "简报第2页.png"])],
        );
    }

    #[test]
    fn other_folders_names_and_endings_are_other_documents() {
        check(
            &["a/p_1.tif", "a/p_2.tif", "b/p_1.tif", "b/p_2.tif", "a/q_1.tif", "a/p_1.png"],
            GroupWhen::Auto,
            &[("p_[1-2].tif", &["a/p_1.tif", "a/p_2.tif"]), ("p_[1-2].tif", &["b/p_1.tif", "b/p_2.tif"])],
        );
    }

    #[test]
    fn years_gaps_and_numbers_that_hang_on_a_word_are_no_clear_pages() {
        let unclear: [&[&str]; 5] = [
            &["简报-2019.jpg", "简报-2020.jpg"],
            &["v-1.tif", "v-3.tif"],
            &["IMG1.jpg", "IMG2.jpg"],
            &["v-1.tif", "v-01.tif"],
            &["v-1.tif"],
        ];
        for names in unclear {
            check(names, GroupWhen::Auto, &[]);
        }
        check(&["v-1.tif", "v-2.tif"], GroupWhen::Never, &[]);
        check(&["v-1.tif", "v-3.tif"], GroupWhen::Always, &[("v-[1-3].tif", &["v-1.tif", "v-3.tif"])]);
        check(&["IMG7.jpg", "IMG6.jpg"], GroupWhen::Always, &[("IMG[6-7].jpg", &["IMG6.jpg", "IMG7.jpg"])]);
        check(&["v-1.tif"], GroupWhen::Always, &[]);
    }

    #[test]
    fn a_file_that_has_the_name_of_a_group_keeps_it() {
        check(&["v-1.tif", "v-2.tif", "v-[1-2].tif"], GroupWhen::Auto, &[]);
    }
}
