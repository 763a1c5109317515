//! Words and codes of other venues and languages → those that the positions table knows.
//!
//! Invariant: a word that is not in these lists stays as it is, to be accepted or refused by the positions table itself.

use std::borrow::Cow;

/// Words beside those of the positions table, without accents: field, ours, theirs.
const WORDS: &[(&str, &str, &[&str])] = &[
    ("type", "option", &["optionen", "opcion", "opciones", "optionskontrakt", "crypto option", "equity option", "index option"]),
    ("type", "call", &["calls", "kaufoption", "option d'achat", "call option", "opcion de compra"]),
    ("type", "put", &["puts", "verkaufsoption", "option de vente", "put option", "opcion de venta"]),
    ("type", "future", &["terminkontrakt", "futuro", "futuros", "contrat a terme", "future contract", "futures contract"]),
    (
        "type",
        "perp",
        &["perpetuel", "perpetuo", "perpetual future", "perpetual futures", "perpetual contract", "perp future", "unbefristet"],
    ),
    ("type", "spot", &["kassa", "krypto", "kryptowahrung", "crypto", "cryptocurrency", "cryptomonnaie", "criptomoneda", "comptant"]),
    ("type", "cash", &["bargeld", "guthaben", "especes", "liquidites", "efectivo", "fiat", "money", "geld"]),
    ("option_type", "call", &["calls", "kaufoption", "call option"]),
    ("option_type", "put", &["puts", "verkaufsoption", "put option"]),
    ("side", "buy", &["kauf", "gekauft", "k", "achat", "acheteur", "compra", "comprado", "largo", "l", "bot", "buyer", "lang"]),
    (
        "side",
        "sell",
        &["verkauf", "verkauft", "v", "vente", "vendeur", "venta", "vendido", "corto", "sld", "seller", "leerverkauf", "kurz"],
    ),
    ("margin", "linear", &["usd-margined", "usdt-margined", "usdc-margined", "usd margined"]),
    ("margin", "inverse", &["coin-margined", "coin margined", "invers", "inverso"]),
];

/// Words that the positions table knows itself.
const OWN: &[(&str, &[&str])] = &[
    ("type", &["option", "options", "opt", "vanilla", "call", "c", "put", "p", "future", "futures", "fut", "perp", "perpetual", "swap"]),
    ("type", &["spot", "coin", "token", "cash", "stablecoin", "balance"]),
    ("option_type", &["call", "put", "c", "p"]),
    ("side", &["buy", "long", "b", "bought", "sell", "short", "s", "sold"]),
    ("margin", &["inverse", "reversed", "coin", "coin-m", "coinm", "linear", "usd-m", "usdm", "usdc", "usdt", "usd"]),
];

/// Our word for one of theirs; `None` where the cell stays as it is.
pub(super) fn ours(field: &str, cell: &str) -> Option<Cow<'static, str>> {
    if cell.len() > 64 {
        return None;
    }
    if field == "underlying" {
        return code(cell.trim()).map(Cow::Owned);
    }
    let plain = plain(cell.trim());
    WORDS.iter().find(|(known, _, theirs)| *known == field && theirs.contains(&plain.as_str())).map(|(_, ours, _)| Cow::Borrowed(*ours))
}

/// Whether a cell is a word that the field holds, in either vocabulary.
pub(super) fn is_word(field: &str, cell: &str) -> bool {
    let plain = plain(cell.trim());
    OWN.iter().any(|(known, words)| *known == field && words.contains(&plain.as_str())) || ours(field, cell).is_some()
}

/// The coin of a pair: `BTC` of `BTC/USDT`, `BTC-USD` and `BTCUSDT`.
fn code(cell: &str) -> Option<String> {
    const QUOTES: [&str; 4] = ["USDT", "USDC", "BUSD", "USD"];
    let is_code = |text: &str| (2..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_quote = |text: &str| QUOTES.iter().any(|quote| text.eq_ignore_ascii_case(quote));
    let coin = match cell.split_once(['/', '-', '_']) {
        Some((coin, quote)) => Some(coin).filter(|_| is_quote(quote)),
        None => QUOTES.iter().find_map(|quote| cell.to_uppercase().strip_suffix(quote).map(str::len)).and_then(|length| cell.get(..length)),
    };
    let coin = coin.filter(|coin| is_code(coin)).map(str::to_uppercase);
    match coin.as_deref().unwrap_or(cell) {
        "XBT" => Some("BTC".to_owned()),
        _ => coin.filter(|coin| !is_quote(coin)),
    }
}

/// Lower case without accents.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|sign| match sign {
            'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ñ' => 'n',
            'ç' => 'c',
            'ß' => 's',
            '’' => '\'',
            sign => sign,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coin_of_a_pair_is_told_and_nothing_else_is_cut() {
        for (cell, expected) in [
            ("BTCUSDT", Some("BTC")),
            ("BTC/USDT", Some("BTC")),
            ("eth-usd", Some("ETH")),
            ("XBT", Some("BTC")),
            ("XBTUSD", Some("BTC")),
            ("ETHBUSD", Some("ETH")),
            ("ETH/EUR", None),
            ("BTC", None),
            ("USDC", None),
            ("USDCUSDT", None),
            ("BUSD", None),
            ("BTC-27MAR27", None),
            ("ÄUSD", None),
        ] {
            assert_eq!(ours("underlying", cell).as_deref(), expected, "{cell}");
        }
    }

    #[test]
    fn words_of_other_languages_are_ours_and_unknown_ones_stay() {
        for (field, cell, expected) in [
            ("side", "Verkauf", Some("sell")),
            ("side", "ACHAT", Some("buy")),
            ("side", "buy", None),
            ("type", "Kryptowährung", Some("spot")),
            ("type", "Option de vente", Some("put")),
            ("type", "Zertifikat", None),
            ("strike", "k", None),
        ] {
            assert_eq!(ours(field, cell).as_deref(), expected, "{field} {cell}");
        }
        assert!(is_word("side", "Long") && is_word("option_type", "P") && !is_word("option_type", "x"));
    }
}
