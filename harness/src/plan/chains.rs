//! Rows that use real servers, in the order in which profiles can serve them.

use super::naming::Naming;
use super::profile_history::ProfileHistory;
use super::{BrowserNeeds, BrowserPlan, SharedPage};
use crate::case::{Row, Server};

/// Rows that one profile can serve one after another, as far as their requests tell. What the servers answer decides
/// when they are played.
struct Chain<'r> {
    needs: BrowserNeeds,
    planned: ProfileHistory,
    /// The pages, each with its first row.
    pages: Vec<(&'r Row, SharedPage)>,
}

/// All chains.
#[derive(Default)]
pub(super) struct Chains<'r>(Vec<Chain<'r>>);

impl<'r> Chains<'r> {
    /// Adds a row to the first chain where nothing that is planned reaches it.
    pub(super) fn add(&mut self, index: usize, row: &'r Row) {
        let fits =
            |chain: &Chain<'_>| chain.needs == BrowserNeeds::of(row) && !chain.planned.reaches(row);
        let place = self.0.iter().position(fits).unwrap_or_else(|| {
            let needs = BrowserNeeds::of(row);
            let planned = ProfileHistory::default();
            self.0.push(Chain { needs, planned, pages: Vec::new() });
            self.0.len() - 1
        });
        self.0[place].add(index, row);
    }

    pub(super) fn into_browsers(self) -> impl Iterator<Item = BrowserPlan> {
        self.0.into_iter().map(|chain| {
            let pages = chain.pages.into_iter().map(|(_, shared_page)| shared_page);
            BrowserPlan::new(chain.needs, pages.collect(), true)
        })
    }
}

impl<'r> Chain<'r> {
    fn add(&mut self, index: usize, row: &'r Row) {
        self.planned.add_planned(row);
        let same = |(first, _): &&mut (&Row, SharedPage)| {
            first.page == row.page && same_servers(&first.servers, &row.servers)
        };
        match self.pages.iter_mut().find(same) {
            Some((_, shared_page)) => shared_page.rows.push(index),
            None => {
                let shared_page = SharedPage::new(Naming::Verbatim, vec![index]);
                self.pages.push((row, SharedPage { one_by_one: true, ..shared_page }));
            }
        }
    }
}

/// Whether rows have the same real servers.
pub(super) fn same_servers(one: &[Server], other: &[Server]) -> bool {
    let same = |(one, other): (&Server, &Server)| {
        one.origin == other.origin
            && one.versions == other.versions
            && one.upstream == other.upstream
    };
    one.len() == other.len() && one.iter().zip(other).all(same)
}
