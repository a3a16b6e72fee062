//! Items of one document in two runs → which of them are the same: by content, where one was cut into several or several
//! became one, then by likeness.

use std::collections::BTreeMap;

use super::alike::Pairs;
use super::mirror::{Mirror, in_order};

/// Two items are the same if they are at least this alike. Measured on the samples: items of one bulletin that have
/// nothing in common but their subject reach 0.35.
const ALIKE: f32 = 0.5;
/// What is so much like another item is no part of a third.
const RIVAL: f32 = 0.7;
/// How much of a part must be in the whole.
const WITHIN: f32 = 0.85;
/// How much of the whole its parts must be, and how much more they may be.
const WHOLE: std::ops::RangeInclusive<f32> = 0.85..=1.15;
/// More parts than an item is ever cut into.
const MOST_PARTS: usize = 24;
/// Beyond this many, items are compared with those near them alone.
const MOST_COMPARED: usize = 400;
const NEAR: usize = 20;

/// What of an item its identity is seen by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Content {
    /// The same for the same headline and body.
    pub(super) hash: String,
    pub(super) headline: String,
    pub(super) body: String,
    /// Everything else that is compared, so that two documents that differ at all are in order.
    pub(super) rest: Vec<crate::dataset::Cell>,
}

/// Which items of two lists belong together, by their places. Everything in order of the places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Alignment {
    pub(super) pairs: Vec<Pair>,
    /// An old item and the new ones it was cut into.
    pub(super) splits: Vec<(usize, Vec<usize>)>,
    /// The old items that became one, and the new one.
    pub(super) merges: Vec<(Vec<usize>, usize)>,
    pub(super) removed: Vec<usize>,
    pub(super) added: Vec<usize>,
}

/// An item in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub(super) old: usize,
    pub(super) new: usize,
    /// Whether it stands elsewhere among the others.
    pub(super) moved: bool,
}

impl Mirror for Alignment {
    fn mirrored(self) -> Self {
        let pairs = self.pairs.into_iter().map(|pair| Pair { old: pair.new, new: pair.old, ..pair });
        let mut pairs: Vec<Pair> = pairs.collect();
        pairs.sort_unstable();
        let splits = self.merges.into_iter().map(|(parts, whole)| (whole, parts)).collect();
        let merges = self.splits.into_iter().map(|(whole, parts)| (parts, whole)).collect();
        Self { pairs, splits, merges, removed: self.added, added: self.removed }
    }
}

/// Aligns two lists of items.
pub(super) fn align(old: &[Content], new: &[Content]) -> Alignment {
    in_order(old, new, aligned)
}

fn aligned(old: &[Content], new: &[Content]) -> Alignment {
    let mut pairs = equal(old, new);
    let (mut olds, mut news) = (Rest::new(old), Rest::new(new));
    for &(one, other) in &pairs {
        olds.free[one] = false;
        news.free[other] = false;
    }
    let splits = cut(&mut olds, &mut news);
    let merges = cut(&mut news, &mut olds);
    pairs.extend(alike(&mut olds, &mut news));
    pairs.sort_unstable();
    let stay = longest_rise(&pairs);
    let pairs = pairs.iter().zip(stay).map(|(&(old, new), stays)| Pair { old, new, moved: !stays }).collect();
    let mut merges: Vec<_> = merges.into_iter().map(|(whole, parts)| (parts, whole)).collect();
    merges.sort_unstable();
    Alignment { pairs, splits, merges, removed: olds.left(), added: news.left() }
}

/// Items of equal content: those in the same place first, then the first with the first.
fn equal(old: &[Content], new: &[Content]) -> Vec<(usize, usize)> {
    let in_place = |at: usize| new.get(at).is_some_and(|other| other.hash == old[at].hash);
    let mut pairs: Vec<(usize, usize)> = (0..old.len()).filter(|&at| in_place(at)).map(|at| (at, at)).collect();
    let taken: std::collections::BTreeSet<usize> = pairs.iter().map(|pair| pair.0).collect();
    let mut places: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (at, item) in old.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
        places.entry(&item.hash).or_default().0.push(at);
    }
    for (at, item) in new.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
        places.entry(&item.hash).or_default().1.push(at);
    }
    pairs.extend(places.into_values().flat_map(|(olds, news)| olds.into_iter().zip(news)));
    pairs
}

/// The items that have found no match.
struct Rest<'c> {
    items: &'c [Content],
    free: Vec<bool>,
    pairs: Vec<Option<Profile>>,
}

/// An item's pairs of characters.
#[derive(Clone)]
struct Profile {
    headline: Pairs,
    body: Pairs,
    whole: Pairs,
}

impl<'c> Rest<'c> {
    fn new(items: &'c [Content]) -> Self {
        Self { items, free: vec![true; items.len()], pairs: vec![None; items.len()] }
    }

    fn left(&self) -> Vec<usize> {
        (0..self.items.len()).filter(|&at| self.free[at]).collect()
    }

    /// Looks at the items that are left.
    fn read(&mut self) {
        for at in self.left() {
            let Content { headline, body, .. } = &self.items[at];
            self.pairs[at].get_or_insert_with(|| Profile {
                headline: Pairs::of(headline),
                body: Pairs::of(body),
                whole: Pairs::of(&format!("{headline}{body}")),
            });
        }
    }

    fn profile(&self, at: usize) -> Option<&Profile> {
        self.pairs[at].as_ref().filter(|_| self.free[at])
    }
}

/// Items of `wholes` of which several neighbours of `parts` are the parts.
fn cut(wholes: &mut Rest, parts: &mut Rest) -> Vec<(usize, Vec<usize>)> {
    let mut found = Vec::new();
    if parts.left().len() < 2 {
        return found;
    }
    wholes.read();
    parts.read();
    for whole in wholes.left() {
        let Some(pieces) = pieces(wholes, whole, parts) else { continue };
        if is_another(wholes, whole, parts, &pieces) {
            continue;
        }
        wholes.free[whole] = false;
        pieces.iter().for_each(|&at| parts.free[at] = false);
        found.push((whole, pieces));
    }
    found
}

/// Whether the whole or one of the pieces is rather an item that it is like. Where all items say much the same, some are
/// within others by chance.
fn is_another(wholes: &Rest, whole: usize, parts: &Rest, pieces: &[usize]) -> bool {
    let like = |one: usize, other: usize| {
        let profiles = wholes.profile(one).zip(parts.profile(other));
        profiles.is_some_and(|(one, other)| likeness(one, other) >= RIVAL)
    };
    parts.left().into_iter().any(|part| !pieces.contains(&part) && like(whole, part))
        || wholes.left().into_iter().any(|other| other != whole && pieces.iter().any(|&part| like(other, part)))
}

/// The neighbours among `parts` that make up the item `whole`; of several answers the one with most parts nearest to it.
fn pieces(wholes: &Rest, whole: usize, parts: &Rest) -> Option<Vec<usize>> {
    let text = &wholes.profile(whole)?.whole;
    let within = |at: usize| {
        let part = parts.profile(at)?;
        // Where items become one, headlines are lost.
        let said = [&part.whole, &part.body].into_iter().find(|it| it.within(text) >= WITHIN);
        said.map(Pairs::len)
    };
    let near = |at: &usize| parts.items.len() <= MOST_COMPARED || at.abs_diff(whole) <= NEAR;
    let mut best: Option<Vec<usize>> = None;
    let mut start = 0;
    while start < parts.items.len() {
        let run =
            (start..parts.items.len()).take(MOST_PARTS).filter(near).map_while(|at| within(at).map(|size| (at, size)));
        let run: Vec<(usize, usize)> = run.collect();
        let size: usize = run.iter().map(|(_, size)| size).sum();
        let fits = WHOLE.contains(&(size as f32 / text.len().max(1) as f32));
        if run.len() > 1 && fits && best.as_ref().is_none_or(|best| best.len() < run.len()) {
            best = Some(run.iter().map(|(at, _)| *at).collect());
        }
        start += run.len().max(1);
    }
    best
}

/// The items that are most alike, the most alike first.
fn alike(olds: &mut Rest, news: &mut Rest) -> Vec<(usize, usize)> {
    let (left, right) = (olds.left(), news.left());
    if left.is_empty() || right.is_empty() {
        return Vec::new();
    }
    olds.read();
    news.read();
    let many = left.len().max(right.len()) > MOST_COMPARED;
    let mut candidates: Vec<(f32, usize, usize, usize)> = Vec::new();
    for (rank, &old) in left.iter().enumerate() {
        for (other, &new) in right.iter().enumerate() {
            if many && rank.abs_diff(other) > NEAR {
                continue;
            }
            let (Some(one), Some(two)) = (olds.profile(old), news.profile(new)) else { continue };
            let likeness = likeness(one, two);
            if likeness >= ALIKE {
                candidates.push((likeness, old.abs_diff(new), old, new));
            }
        }
    }
    candidates.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2, a.3).cmp(&(b.1, b.2, b.3))));
    let mut pairs = Vec::new();
    for (_, _, old, new) in candidates {
        if olds.free[old] && news.free[new] {
            olds.free[old] = false;
            news.free[new] = false;
            pairs.push((old, new));
        }
    }
    pairs
}

/// 0 to 1. A headline that is kept says much, and so does a body under another headline.
fn likeness(one: &Profile, two: &Profile) -> f32 {
    let most = one.body.len().max(two.body.len());
    // What cannot reach the limit is not looked at.
    if one.headline.len() == 0 && two.headline.len() == 0 && one.body.len().min(two.body.len()) * 3 < most {
        return 0.0;
    }
    let body = one.body.likeness(&two.body);
    if one.headline.len() == 0 || two.headline.len() == 0 {
        return body.max(one.whole.likeness(&two.whole));
    }
    let headline = one.headline.likeness(&two.headline);
    (0.4 * headline + 0.6 * body).max(0.75 * headline).max(0.9 * body)
}

/// Whether each of the pairs, which are in the order of the old places, is among the most that are so in the new ones too.
fn longest_rise(pairs: &[(usize, usize)]) -> Vec<bool> {
    // The last pair of the best rise of each length, and the pair before each.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, &(_, new)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < new);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() { ends.push(at) } else { ends[length] = at }
    }
    let mut stays = vec![false; pairs.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        stays[at] = true;
        next = before[at];
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORIES: [&str; 4] = [
        "渝北区档案馆开展宣传活动|1月24日，渝北区档案馆在两路街道开展宣传活动，发放宣传册三百余份。",
        "巴南区召开座谈会|2月3日，巴南区委党史研究室召开座谈会，邀请老党员讲述亲身经历。",
        "万州区举办展览|3月5日，万州区博物馆举办抗战文物展览，展出照片四十余幅。",
        "涪陵区修缮旧址|4月6日，涪陵区启动革命旧址修缮工程，预计年底完工开放。",
    ];

    fn item(text: &str) -> Content {
        let (headline, body) = text.split_once('|').unwrap();
        let hash = format!("{headline}{body}");
        Content { hash, headline: headline.to_owned(), body: body.to_owned(), rest: Vec::new() }
    }

    fn told(old: &[&str], new: &[&str]) -> String {
        let items = |texts: &[&str]| texts.iter().map(|text| item(text)).collect::<Vec<_>>();
        let (old, new) = (items(old), items(new));
        let found = align(&old, &new);
        assert_eq!(align(&new, &old), found.clone().mirrored());
        let mut said: Vec<String> = Vec::new();
        said.extend(found.pairs.iter().map(|it| format!("{}{}{}", it.old, if it.moved { "~" } else { "=" }, it.new)));
        said.extend(found.splits.iter().map(|(old, new)| format!("{old}<{new:?}")));
        said.extend(found.merges.iter().map(|(old, new)| format!("{old:?}>{new}")));
        said.extend(found.removed.iter().map(|old| format!("-{old}")));
        said.extend(found.added.iter().map(|new| format!("+{new}")));
        said.join(" ")
    }

    #[test]
    fn items_are_found_by_content_wherever_they_stand() {
        let [a, b, c, d] = STORIES;
        assert_eq!(told(&[a, b, c], &[a, b, c]), "0=0 1=1 2=2");
        assert_eq!(told(&[a, b, c], &[d, a, b, c]), "0=1 1=2 2=3 +0");
        assert_eq!(told(&[a, b, c, d], &[d, a, b, c]), "0=1 1=2 2=3 3~0");
        assert_eq!(told(&[a, b, c], &[a, c]), "0=0 2=1 -1");
    }

    #[test]
    fn edited_items_are_found_by_likeness() {
        let [a, b, c, d] = STORIES;
        let edited = &b.replace("老党员", "老同志");
        assert_eq!(told(&[a, b, c], &[c, edited, a, d]), "0=2 1~1 2~0 +3");
        assert_eq!(told(&[a], &[d]), "-0 +0");
        assert_eq!(told(&[a], &[&a.replace("渝北区档案馆开展宣传活动|", "|")]), "0=0");
    }

    #[test]
    fn items_that_were_cut_or_joined_are_told() {
        let [a, b, c, d] = STORIES;
        let both = &format!("{a}\n{}", b.replace('|', "\n"));
        assert_eq!(told(&[both, c], &[a, b, c]), "1=2 0<[0, 1]");
        assert_eq!(told(&[a, b, c], &[both, c]), "2=1 [0, 1]>0");
        let all = &format!("{both}\n{}", c.replace('|', "\n"));
        assert_eq!(told(&[d, all], &[d, a, b, c]), "0=0 1<[1, 2, 3]");
    }

    /// Every old item has its like, and two of the new ones are within a third by chance.
    #[test]
    fn items_that_say_the_same_are_not_parts_of_each_other() {
        let same = ["会议强调，要做到有计划、有检查、有落实。", "活动现场发放宣传册三百余份，受到欢迎。"];
        let [one, two] = ["渝北区召开会议", "巴南区举办展览"].map(|headline| format!("{headline}|{}", same[0]));
        let long = format!("万州区召开会议举办展览|{}{}{}", same[0], same[1], same[0]);
        let edited = [&one, &two, &long].map(|text| text.replace('|', "一|"));
        let [a, b, c] = edited.each_ref().map(String::as_str);
        assert_eq!(told(&[&one, &two, &long], &[a, b, c]), "0=0 1=1 2=2");
    }

    #[test]
    fn equal_items_are_taken_in_order() {
        let [a, b, ..] = STORIES;
        assert_eq!(told(&[a, a, b], &[a, b, a]), "0=0 1=2 2~1");
    }
}
