//! How the rows of a stage get their names.

use super::isolation;
use super::names::{Names, is_mappable};
use crate::case::Row;

/// Which names a row has, decided with its place in the plan and made when it is played.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Naming {
    /// Hosts of its own beside a page that other rows use as well.
    BesidePage,
    /// Hosts of its own, those of its page among them.
    OnOwnPage,
    /// Sites of its own.
    OwnSites,
    /// Sites of its own, and ports from this one on where a host keeps its name.
    OwnPorts(u16),
    /// As they are written.
    Verbatim,
}

impl Naming {
    /// The names of the row at a position in the list that is planned.
    pub(super) fn names(self, index: usize, row: &Row) -> Names {
        // Of one length, so that what a row's servers say is as long in any place of a run.
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

    /// The names of the page that the row plays on.
    pub(super) fn of_page(self, index: usize, row: &Row) -> Names {
        match self {
            Self::BesidePage => Names::verbatim(),
            _ => self.names(index, row),
        }
    }
}

/// Names of a row's as long as its own will be, before its place in the list is known.
pub(super) fn sample(row: &Row) -> Names {
    Naming::OwnPorts(FIRST_PORT).names(0, row)
}

/// Above all ports that browsers keep from pages.
const FIRST_PORT: u16 = 20_000;

/// The first port of a row's own; `None` where there are no more.
pub(super) fn first_port(index: usize) -> Option<u16> {
    const EACH: u16 = 16;
    let place = u16::try_from(index).ok()?;
    let first = FIRST_PORT.checked_add(place.checked_mul(EACH)?)?;
    first.checked_add(EACH).map(|_| first)
}
