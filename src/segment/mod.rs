//! Joined text and known parts → [`Item`](crate::model::Item)s with headline, date, contributor and district, and the
//! audit: contents entries against items, characters in against characters out.

mod audit;
mod blocks;
mod contributor;
mod date;
mod district;
mod drafts;
mod fields;

pub use audit::tally;
pub use district::division;
pub use fields::{Parts, flag, items, remark};
