//! Chooses the names of the rows of a shared page.

use super::isolation;
use super::names::{Names, is_mappable};
use crate::case::Row;

/// Which names a row has. This is decided with its place in the plan; the names are made when the
/// row is played.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Naming {
    /// Its own hosts, next to a page that other rows use too.
    BesidePage,
    /// Its own hosts, including those of its page.
    OnOwnPage,
    /// Its own sites.
    OwnSites,
    /// Its own sites, and ports from this one on for hosts that keep their names.
    OwnPorts(u16),
    /// As written.
    Verbatim,
}

impl Naming {
    /// The names of the row at a position in the planned list.
    pub(super) fn names(self, index: usize, row: &Row) -> Names {
        // All labels have the same length, so that the responses of a row's servers have the same
        // length at any position of a run.
        let label = format!("r{index:06}");
        let pages = isolation::page_hosts(row);
        let hosts = isolation::hosts(row).chain(isolation::hosts_in_texts(row));
        match self {
            Self::BesidePage => Names::beside_page(&label, &pages, hosts),
            Self::OnOwnPage => Names::on_own_page(&label, &pages, hosts),
            Self::OwnSites => Names::own(&label, hosts),
            Self::OwnPorts(first_port) => {
                let hosts = hosts.filter(|host| is_mappable(host));
                let ports = isolation::own_ports(row).unwrap_or_default();
                Names::own(&label, hosts).with_ports(ports, first_port)
            }
            Self::Verbatim => Names::verbatim(),
        }
    }

    /// The names of the page on which the row plays.
    pub(super) fn of_page(self, index: usize, row: &Row) -> Names {
        match self {
            Self::BesidePage => Names::verbatim(),
            _ => self.names(index, row),
        }
    }
}

/// Names with the length that the row's names will have, before its position in the list is known.
pub(super) fn sample(row: &Row) -> Names {
    Naming::OwnPorts(FIRST_PORT).names(0, row)
}

/// Above all ports that browsers block.
const FIRST_PORT: u16 = 20_000;

/// The first port of a row; `None` if there are no more ports.
pub(super) fn first_port(index: usize) -> Option<u16> {
    const EACH: u16 = 16;
    let place = u16::try_from(index).ok()?;
    let first = FIRST_PORT.checked_add(place.checked_mul(EACH)?)?;
    first.checked_add(EACH).map(|_| first)
}
