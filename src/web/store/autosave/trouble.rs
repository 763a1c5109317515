//! What is said when the book cannot be saved, and what can be done about it.

use crate::issue::Issue;
use crate::share::document::slot::Obstacle;
use crate::web::browser::indexed_db::Failure;

/// What the user can do, besides saving the book as a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Try once more.
    Again,
    /// Save it as a book of its own.
    Copy,
    /// Open what is saved, in the place of what this tab shows, and save here from now on.
    Take,
}

/// Why the book is not saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// What happened, in sentences.
    pub text: String,
    /// What can be done.
    pub remedies: Vec<Remedy>,
}

impl Trouble {
    pub(super) fn elsewhere(name: &str) -> Trouble {
        let text = format!(
            "“{name}” is open in another tab, which saves it. What you change here is not saved. “Continue here” opens what that tab saved last."
        );
        Trouble { text, remedies: vec![Remedy::Copy, Remedy::Take] }
    }

    pub(super) fn of_issue(issue: &Issue) -> Trouble {
        Trouble { text: format!("The book is not saved: {}.", issue.message), remedies: Vec::new() }
    }

    pub(super) fn of_obstacle(obstacle: &Obstacle, name: &str) -> (Trouble, &'static str) {
        let (text, remedies, why) = match obstacle {
            Obstacle::Changed => (
                format!("“{name}” has been saved by another tab since it was opened here. Nothing of it was written over."),
                vec![Remedy::Copy, Remedy::Take],
                "changed in another tab",
            ),
            Obstacle::Gone => {
                (format!("“{name}” has been deleted in another tab. It is still open here."), vec![Remedy::Copy], "deleted in another tab")
            }
            Obstacle::Unreadable(issue) => (
                format!("A saved copy of “{name}” cannot be read ({}). It is kept, so the book is not saved over it.", issue.message),
                vec![Remedy::Copy],
                "a saved copy cannot be read",
            ),
        };
        (Trouble { text, remedies }, why)
    }

    pub(super) fn of_failure(failure: &Failure) -> (Trouble, String) {
        let (text, why) = match failure {
            Failure::Absent => (
                "This browser keeps nothing for this page: a private window, or storage is blocked in its settings. When the tab is closed \
                 the book is gone."
                    .to_owned(),
                "the browser keeps nothing",
            ),
            Failure::Newer => (
                "A newer version of Plimsoll has taken over the saved books. Reload this page to update it; what you change before is not \
                 saved."
                    .to_owned(),
                "a newer version is at work",
            ),
            Failure::Full => (
                "The browser has no room left to save the book. What was saved before is still there. Delete saved books, or make room on \
                 the disk."
                    .to_owned(),
                "no room left",
            ),
            Failure::Closed => ("The browser closed its storage while the book was being saved.".to_owned(), "storage was closed"),
            Failure::Other(text) => (format!("The browser could not save the book: {text}."), "the browser refused"),
        };
        (Trouble { text, remedies: vec![Remedy::Again] }, why.to_owned())
    }

    pub(super) fn silent() -> Trouble {
        let text = "The browser's storage has not answered for ten seconds; the last changes are not saved yet.".to_owned();
        Trouble { text, remedies: Vec::new() }
    }
}
