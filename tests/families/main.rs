//! Documents written for this project, one or more of each family, each with the answer a reader would give: what the
//! pipeline finds must be that, field by field.
//!
//! `documents/NAME.txt` or `.md` has its answer in `documents/NAME.gold.json`. Text is compared without white space,
//! full-width ASCII as ASCII.

mod compare;
mod gold;
mod recognised;

use std::path::Path;

use jianbao::rules::RuleSet;

#[test]
fn every_family_is_read_as_a_reader_would() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/families/documents");
    assert_read(&folder);
}

/// Real documents, kept outside the project since their text is other people's.
#[test]
fn the_real_documents_are_read_as_a_reader_would() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if folder.is_dir() {
        assert_read(&folder);
    } else {
        #[expect(clippy::print_stderr, reason = "the run shows that this was not tested")]
        {
            eprintln!("skipped: {} is not there", folder.display());
        }
    }
}

/// Reads every document of `folder` that has an answer and fails with all that is not as it says.
#[track_caller]
fn assert_read(folder: &Path) {
    let rules = RuleSet::builtin();
    let answers = gold::answers(folder);
    assert!(!answers.is_empty(), "{}: no *.gold.json", folder.display());
    let mut misses = Vec::new();
    for answer in &answers {
        let gold = gold::read(answer);
        let document = gold::document_of(answer, &rules);
        let name = answer.file_name().and_then(|name| name.to_str()).unwrap_or_default().trim_end_matches(".gold.json");
        misses.extend(compare::misses(&gold, &document).into_iter().map(|miss| format!("{name}: {miss}")));
    }
    assert!(misses.is_empty(), "{} misses in {} documents\n{}", misses.len(), answers.len(), misses.join("\n"));
}
