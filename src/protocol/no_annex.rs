//! A part of the program without the annex: the page asks it none of this.

use crate::issue::{Issue, IssueKind};
use crate::protocol::{Desk, Request, Response};

pub(super) fn answer(_: &mut Desk, _: Request, _: &mut dyn FnMut(Response)) -> Result<Response, Issue> {
    Err(Issue::rejected(IssueKind::Unsupported, "this part of the program reads no files and runs no analyses: the annex does"))
}
