//! What a file is by its first bytes, whatever its name says, when it is nothing that can be read here.

use crate::issue::{Issue, IssueKind};

/// Signature, what it is, what to do.
const SIGNATURES: &[(&[u8], &str, &str)] = &[
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "an old .xls workbook or a password-protected one",
        "open it in a spreadsheet and save the sheet as CSV",
    ),
    (b"\x1F\x8B", "gzip data", "unpack it and drop the file inside"),
    (b"BZh", "bzip2 data", "unpack it and drop the file inside"),
    (b"\xFD7zXZ\0", "xz data", "unpack it and drop the file inside"),
    (b"\x28\xB5\x2F\xFD", "Zstandard data", "unpack it and drop the file inside"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive", "unpack it and drop the files inside"),
    (b"Rar!\x1A\x07", "a RAR archive", "unpack it and drop the files inside"),
    (b"\x7FELF", "a program", "drop a file of positions or market data"),
    (b"%PDF-", "a PDF document", "export the table as CSV where it comes from"),
    (b"\x89PNG", "a PNG picture", "drop the file that the picture was made from"),
    (b"\xFF\xD8\xFF", "a JPEG picture", "drop the file that the picture was made from"),
    (b"PAR1", "a Parquet file", "export it as CSV"),
    (b"SQLite format 3\0", "an SQLite database", "export the table as CSV"),
];

/// Names the file if it is something that is never read.
pub(super) fn refuse(bytes: &[u8]) -> Option<Issue> {
    let (what, advice) = identify(bytes)?;
    Some(Issue::rejected(IssueKind::Unsupported, format!("the content is {what}: {advice}")))
}

fn identify(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    if let Some((_, what, advice)) = SIGNATURES.iter().find(|(signature, _, _)| bytes.starts_with(signature)) {
        return Some((what, advice));
    }
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    // Letters that a name may start with as well, so only together with binary content.
    if bytes.starts_with(b"MZ") && head.contains(&0) {
        return Some(("a Windows program", "drop a file of positions or market data"));
    }
    let text = head.trim_ascii_start();
    let starts = |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()));
    if starts("<!doctype html") || starts("<html") {
        return Some(("a web page", "the download may have ended at a login or error page, download the file again"));
    }
    None
}

/// Names a text if it is XML that is never read.
pub(super) fn refuse_xml(text: &str) -> Option<Issue> {
    let message = "the content is XML, of which only Flex queries of Interactive Brokers are read: export the positions as CSV or JSON";
    (is_xml(text) && !text.contains("<FlexQueryResponse")).then(|| Issue::rejected(IssueKind::Unsupported, message))
}

/// Whether a text is marked up.
pub(super) fn is_xml(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("<?xml") || text.starts_with("<!DOCTYPE") || text.starts_with("<FlexQueryResponse")
}
