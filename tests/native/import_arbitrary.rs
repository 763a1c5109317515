//! Whatever the bytes: no panic, no lost row, no position that its own checks would refuse.

use crate::import_support::{dropped, fixture};
use plimsoll::import::{Imported, import};
use plimsoll::issue::Effect;
use proptest::prelude::*;

fn holds_together(imported: &Imported) {
    let rows = imported.rows;
    assert_eq!(rows.read, rows.accepted + rows.rejected);
    // A row may state what is held and what is owed for it, or a position and the balance beside it.
    assert!(imported.positions.len() <= 2 * rows.accepted);
    let rejections = imported.issues.iter().filter(|issue| issue.effect == Effect::Rejected).count();
    assert!(rejections >= rows.rejected, "{rows:?} with {rejections} rejections");
    assert!(rows.read > 0 || rejections > 0, "a file gave neither rows nor a reason");
    assert_eq!(imported.positions.len(), imported.files.iter().map(|file| file.positions).sum::<usize>());
    let json = serde_json::to_string(imported).unwrap();
    assert_eq!(serde_json::from_str::<Imported>(&json).unwrap(), *imported);
}

/// A file of ours with some of its bytes replaced, taken out or put in.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    const SEEDS: &[&str] = &[
        "bad-input/ok_simple.csv",
        "bad-input/ok_doc.json",
        "bad-input/ok_simple.xlsx",
        "import/deribit_positions.json",
        "import/chain_percent.csv",
        "import/positions_mixed.csv",
        "venues/deribit_account.json",
        "venues/deribit_log_a.csv",
        "venues/derive_accounts.json",
        "venues/hyperliquid_account.json",
        "venues/okx_account.json",
        "venues/okx_refused.json",
    ];
    let edit = (any::<prop::sample::Index>(), any::<Option<u8>>(), any::<bool>());
    (prop::sample::select(SEEDS), prop::collection::vec(edit, 0..12)).prop_map(|(seed, edits)| {
        let mut bytes = fixture(seed);
        for (index, byte, is_insertion) in edits {
            let at = index.index(bytes.len());
            match (byte, is_insertion) {
                (Some(byte), true) => bytes.insert(at, byte),
                (Some(byte), false) => bytes[at] = byte,
                (None, true) => bytes.truncate(at.max(1)),
                (None, false) => drop(bytes.remove(at)),
            }
            if bytes.is_empty() {
                bytes.push(b' ');
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_refused_in_words(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        holds_together(&import(&[dropped("a", bytes)]));
    }

    #[test]
    fn arbitrary_tables_keep_every_row(cells in "(instrument|qty|type|strike|expiry|iv|spot|[,;\t\n\"]|-?[0-9.,%eE]{1,8}|BTC-27MAR27-100000-C|BTC-PERPETUAL|option|perp|\\PC){0,80}") {
        holds_together(&import(&[dropped("a.csv", format!("instrument,qty,type,strike,expiry,iv,spot\n{cells}"))]));
    }

    #[test]
    fn damaged_files_keep_every_row(bytes in damaged()) {
        holds_together(&import(&[dropped("a", bytes)]));
    }
}
