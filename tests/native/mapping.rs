//! Tables that no format knows, read by a mapping: what is guessed, what a mapping gives, and what a wrong one says.

use crate::import_support::{briefs, dropped, notes, rejections};
use plimsoll::import::mapping::{self, DateOrder, FieldSource, Mapping, MarkChoice, TableSample, VolUnit};
use plimsoll::import::mapping_field::FIELDS;
use plimsoll::import::{Imported, Options, import, import_with, try_mapping};
use plimsoll::instrument::{Instrument, OptionKind, Settlement};
use plimsoll::issue::Effect;
use plimsoll::protocol;
use plimsoll::view::table::trial;
use proptest::prelude::*;

/// A desk's own sheet: English, one row an option or a coin.
const DESK: &str = "\
Coin,Product,Put/Call,Strike Px,Expiry Date,Net Qty,Avg Cost,Last,Imp Vol %,Trader\n\
BTC,Option,C,100000,2027-03-26,2,4100.5,4300,62.5,anna\n\
ETH,Option,P,3000,2027-03-26,-10,150,149.25,71,anna\n\
BTC,Spot,,,,1.5,90000,95500,,ben\n";

/// A German broker's: semicolons, decimal commas, words for the side.
const DEPOT: &str = "\
Depot;Basiswert;Optionstyp;Basispreis;Fälligkeit;Stück;Kauf/Verkauf;Einstandskurs;Kurs;Vola;Marktwert\n\
4711;BTC;Call;100.000,00;26.03.2027;2;Kauf;4.100,50;4.300,00;62,5;8.600,00\n\
4711;BTC;Put;80.000,00;26.03.2027;3;Verkauf;2.000,00;1.950,25;65;-5.850,75\n";

/// A broker of leveraged contracts: pairs, month first, sizes without a sign.
const BROKER: &str = "\
Deal ID,Market,Direction,Size,Open Level,Current price,Leverage,Opened\n\
1,BTC/USDT,BUY,0.5,91000,95500,10,01/30/2026\n\
2,ETHUSDT,SELL,4,3400,3305,5,01/31/2026\n";

fn sample(text: &str) -> TableSample {
    let imported = import(&[dropped("table", text)]);
    assert_eq!(imported.tables.len(), 1, "{:?}", imported.issues);
    imported.tables.into_iter().next().unwrap()
}

fn guessed(text: &str) -> Mapping {
    sample(text).mapping
}

fn named(name: &str, mapping: Mapping) -> Mapping {
    Mapping { name: name.to_owned(), ..mapping }
}

fn by(text: &str, mapping: &Mapping) -> Imported {
    let options = Options { mappings: vec![mapping.clone()], chosen: Vec::new() };
    import_with(&[dropped("table", text)], &options, &mut |_, _| {})
}

/// A mapping of columns alone.
fn columns(pairs: &[(&str, &str)]) -> Mapping {
    let columns = pairs.iter().map(|(column, field)| ((*column).to_owned(), (*field).to_owned())).collect();
    Mapping { name: "hand-made".to_owned(), columns, ..Mapping::default() }
}

fn source(mapping: &Mapping, field: &str) -> String {
    match mapping.source(field) {
        FieldSource::Absent => String::new(),
        FieldSource::Column(column) => column,
        FieldSource::Constant(text) => format!("={text}"),
    }
}

fn assert_sources(mapping: &Mapping, expected: &[(&str, &str)]) {
    let found: Vec<(&str, String)> =
        FIELDS.iter().map(|field| (field.id, source(mapping, field.id))).filter(|(_, source)| !source.is_empty()).collect();
    let found: Vec<(&str, &str)> = found.iter().map(|(field, source)| (*field, source.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn an_english_sheet_is_guessed_from_its_names() {
    let mapping = guessed(DESK);
    assert_sources(
        &mapping,
        &[
            ("underlying", "Coin"),
            ("type", "Product"),
            ("option_type", "Put/Call"),
            ("strike", "Strike Px"),
            ("expiry", "Expiry Date"),
            ("quantity", "Net Qty"),
            ("entry_price", "Avg Cost"),
            ("mark", "Last"),
            ("iv", "Imp Vol %"),
        ],
    );
    assert_eq!(mapping.vol_unit, VolUnit::Percent, "the name says so, and 62.5 is no decimal");
}

#[test]
fn a_german_sheet_is_guessed_from_its_words() {
    let mapping = guessed(DEPOT);
    assert_sources(
        &mapping,
        &[
            ("underlying", "Basiswert"),
            ("type", "=option"),
            ("option_type", "Optionstyp"),
            ("strike", "Basispreis"),
            ("expiry", "Fälligkeit"),
            ("quantity", "Stück"),
            ("side", "Kauf/Verkauf"),
            ("entry_price", "Einstandskurs"),
            ("account", "Depot"),
            ("mark", "Kurs"),
            ("iv", "Vola"),
        ],
    );
    assert_eq!((mapping.vol_unit, mapping.date_order), (VolUnit::Percent, DateOrder::DayFirst), "26.03. proves the order");
}

#[test]
fn a_brokers_list_is_guessed_from_its_cells_too() {
    let mapping = guessed(BROKER);
    assert_sources(
        &mapping,
        &[
            ("underlying", "Market"),
            ("type", "=perp"),
            ("quantity", "Size"),
            ("side", "Direction"),
            ("entry_price", "Open Level"),
            ("mark", "Current price"),
        ],
    );
}

#[test]
fn french_and_spanish_names_are_known() {
    let french =
        guessed("Sous-jacent;Sens;Quantité;Prix d'exercice;Échéance;Cours;PRU;Devise\nBTC;Achat;2;100000;26/03/2027;4300;4100;USD\n");
    assert_sources(
        &french,
        &[
            ("underlying", "Sous-jacent"),
            ("type", "=option"),
            ("strike", "Prix d'exercice"),
            ("expiry", "Échéance"),
            ("quote", "Devise"),
            ("quantity", "Quantité"),
            ("side", "Sens"),
            ("entry_price", "PRU"),
            ("mark", "Cours"),
        ],
    );
    let spanish = guessed("Activo;Cantidad;Precio medio;Precio actual;Cuenta\nBTC;1,5;90000,5;95500;fondo\n");
    assert_sources(
        &spanish,
        &[
            ("underlying", "Activo"),
            ("type", "=spot"),
            ("quantity", "Cantidad"),
            ("entry_price", "Precio medio"),
            ("account", "Cuenta"),
            ("mark", "Precio actual"),
        ],
    );
}

#[test]
fn cells_tell_what_names_do_not_and_overrule_what_they_say() {
    let blind = guessed("a,b,c,d\nBTC-26MAR27-100000-C,buy,2027-03-26,2\nBTC-26MAR27-80000-P,sell,2027-03-26,3\n");
    assert_sources(&blind, &[("instrument", "a"), ("expiry", "c"), ("side", "b")]);
    // A strike in words and a position that is a name are not what their names say.
    let odd = guessed("Position,Strike,Lots held\nBTC-PERPETUAL,high,2\n");
    assert_sources(&odd, &[("instrument", "Position"), ("quantity", "Lots held")]);
    // A price in a list of trades is what was paid, in a list of holdings what is quoted.
    assert_eq!(source(&guessed("Coin,Action,Lots,Price\nBTC,buy,1,90000\n"), "entry_price"), "Price");
    assert_eq!(source(&guessed("Coin,Lots,Price\nBTC,1,90000\n"), "mark"), "Price");
}

#[test]
fn no_guess_names_a_column_or_a_field_twice() {
    let wide = "Price,Last Price,Avg Price,Mark Price,Qty,Quantity,Size,Symbol,Ticker,Coin,Expiry,Maturity,IV,Vol\n\
                1,2,3,4,5,6,7,BTC,BTC,BTC,2027-03-26,2027-03-26,0.6,0.7\n";
    let mut mapping = guessed(wide);
    assert!(mapping.columns.len() >= 6, "{mapping:?}");
    let count = mapping.columns.len();
    for part in [|pair: &(String, String)| pair.0.clone(), |pair: &(String, String)| pair.1.clone()] {
        mapping.columns.sort_by_key(part);
        mapping.columns.dedup_by_key(|pair| part(pair));
        assert_eq!(mapping.columns.len(), count);
    }
}

#[test]
fn a_mapped_file_gives_exactly_its_positions() {
    let imported = by(DESK, &named("desk", guessed(DESK)));
    assert_eq!(rejections(&imported), Vec::<&plimsoll::issue::Issue>::new());
    assert_eq!((imported.rows.read, imported.rows.accepted), (3, 3));
    assert_eq!(
        briefs(&imported),
        [
            ("BTC 2027-03-26 100000 call", "", "call", 2.0, Some(4100.5), Some(4300.0)),
            ("ETH 2027-03-26 3000 put", "", "put", -10.0, Some(150.0), Some(149.25)),
            ("BTC", "", "spot", 1.5, Some(90_000.0), Some(95_500.0)),
        ]
    );
    let vols: Vec<f64> = imported
        .facts
        .iter()
        .filter_map(|fact| match &fact.value {
            plimsoll::market::FactValue::Option { mark_vol, .. } => mark_vol.map(|vol| vol.get()),
            _ => None,
        })
        .collect();
    assert_eq!(vols, [0.625, 0.71]);
    assert_eq!(imported.files[0].label, "read by your mapping “desk”");
    let first = &imported.issues[0];
    assert_eq!((first.effect, first.line), (Effect::Noted, Some(1)));
    assert_eq!(
        first.message,
        "read by the mapping “desk”: Coin is underlying; Product is type; Put/Call is option_type; Strike Px is strike; Expiry Date is \
         expiry; Net Qty is quantity; Avg Cost is entry_price; Last is mark; Imp Vol % is iv; volatilities in percent, 62 is 62 %"
    );
    assert_eq!(imported.issues[1].message, "columns that the mapping does not read: Trader");
    assert!(imported.tables[0].is_mapped);
}

#[test]
fn decimal_commas_and_words_of_another_language_are_read_and_noted() {
    let imported = by(DEPOT, &named("depot", guessed(DEPOT)));
    assert_eq!(
        briefs(&imported),
        [
            ("BTC 2027-03-26 100000 call", "4711", "call", 2.0, Some(4100.5), Some(4300.0)),
            ("BTC 2027-03-26 80000 put", "4711", "put", -3.0, Some(2000.0), Some(1950.25)),
        ]
    );
    let Instrument::Option(option) = &imported.positions[1].instrument else { panic!("{:?}", imported.positions[1]) };
    assert_eq!((option.strike.get(), option.kind, option.expiry.to_string().as_str()), (80_000.0, OptionKind::Put, "2027-03-26T08:00:00Z"));
    let words: Vec<(u64, &str, &str)> = notes(&imported).into_iter().filter(|(_, column, _)| *column == "Kauf/Verkauf").collect();
    assert_eq!(words, [(2, "Kauf/Verkauf", "read as buy, in"), (3, "Kauf/Verkauf", "read as sell, in")]);
}

#[test]
fn pairs_are_read_as_their_coin() {
    let imported = by(BROKER, &named("broker", guessed(BROKER)));
    assert_eq!(
        briefs(&imported),
        [
            ("BTC perpetual", "", "perpetual", 0.5, Some(91_000.0), Some(95_500.0)),
            ("ETH perpetual", "", "perpetual", -4.0, Some(3400.0), Some(3305.0))
        ]
    );
    assert!(notes(&imported).contains(&(2, "Market", "read as BTC, in")), "{:?}", notes(&imported));
    assert_eq!(imported.positions[0].instrument.settlement(), Settlement::Linear);
}

#[test]
fn signs_constants_units_and_orders_do_what_they_say() {
    let text = "Underlier,When,K,Lots,V\nBTC,03/04/2027,100000,-2,0.9\nBTC,12/10/2027,90000,1,3.5\n";
    let mut mapping = columns(&[("Underlier", "underlying"), ("When", "expiry"), ("K", "strike"), ("Lots", "quantity"), ("V", "iv")]);
    mapping.set("type", FieldSource::Constant("put".to_owned()));
    mapping.set("contract_size", FieldSource::Constant("0.1".to_owned()));
    mapping.set("account", FieldSource::Constant("fund, one".to_owned()));
    let read = |mapping: &Mapping| {
        let imported = by(text, mapping);
        assert_eq!(rejections(&imported), Vec::<&plimsoll::issue::Issue>::new());
        let vols = imported.facts.iter().filter_map(|fact| match &fact.value {
            plimsoll::market::FactValue::Option { mark_vol, .. } => mark_vol.map(|vol| vol.get()),
            _ => None,
        });
        let held = imported.positions.iter().map(|position| (position.quantity.get(), position.instrument.expiry().unwrap().to_string()));
        (held.collect::<Vec<_>>(), vols.collect::<Vec<_>>(), imported)
    };
    let (held, vols, imported) = read(&mapping);
    assert_eq!(held, [(-2.0, "2027-04-03T08:00:00Z".to_owned()), (1.0, "2027-10-12T08:00:00Z".to_owned())]);
    assert_eq!(vols, [0.9, 0.035], "by size: 3.5 is percent, 0.9 is not");
    for position in &imported.positions {
        assert_eq!((position.account.as_str(), position.instrument.class()), ("fund, one", "put"));
        let Instrument::Option(option) = &position.instrument else { panic!("{position:?}") };
        assert_eq!(option.contract_size, 0.1);
    }
    mapping.flips_sign = true;
    mapping.vol_unit = VolUnit::Decimal;
    mapping.date_order = DateOrder::MonthFirst;
    let (held, vols, imported) = read(&mapping);
    assert_eq!(held, [(2.0, "2027-03-04T08:00:00Z".to_owned()), (-1.0, "2027-12-10T08:00:00Z".to_owned())]);
    assert_eq!(vols, [0.9, 3.5]);
    let said = &imported.issues[0].message;
    for part in ["type is put in every row", "every sign turned round", "volatilities as decimals", "dates with the month first"] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    mapping.vol_unit = VolUnit::Percent;
    assert_eq!(read(&mapping).1, [0.9 / 100.0, 3.5 / 100.0]);
}

#[test]
fn a_stated_decimal_mark_is_believed() {
    let text = "What\tHow many\nBTC-PERPETUAL\t1,500\n";
    let mut mapping = columns(&[("What", "instrument"), ("How many", "quantity")]);
    for (mark, expected) in [(MarkChoice::Auto, 1500.0), (MarkChoice::Point, 1500.0), (MarkChoice::Comma, 1.5)] {
        mapping.decimal_mark = mark;
        assert_eq!(by(text, &mapping).positions[0].quantity.get(), expected, "{mark:?}");
    }
}

#[test]
fn a_wrong_mapping_gives_errors_in_the_files_own_words() {
    let mut mapping = named("wrong", guessed(DESK));
    mapping.set("quantity", FieldSource::Column("Trader".to_owned()));
    let imported = by(DESK, &mapping);
    assert_eq!((imported.rows.read, imported.rows.rejected, imported.positions.len()), (3, 3, 0));
    let rejected = rejections(&imported);
    let said = |index: usize| (rejected[index].line, rejected[index].column.as_deref(), rejected[index].value.as_deref());
    assert_eq!(said(0), (Some(2), Some("Trader"), Some("anna")));
    assert_eq!(said(2), (Some(4), Some("Trader"), Some("ben")));
    mapping.set("quantity", FieldSource::Absent);
    let imported = by(DESK, &mapping);
    assert_eq!(imported.rows.read, 0);
    assert!(rejections(&imported)[0].message.contains("the column quantity"), "{:?}", rejections(&imported));
    mapping.set("quantity", FieldSource::Constant("two".to_owned()));
    let imported = by(DESK, &mapping);
    assert_eq!(rejections(&imported)[0].column.as_deref(), Some("quantity (the same in every row)"));
}

#[test]
fn a_mapping_made_by_hand_of_something_else_is_refused_in_words() {
    for (mapping, expected) in [
        (columns(&[("Coin", "underlying"), ("Net Qty", "underlying")]), "takes underlying from two places"),
        (columns(&[("Coin", "unheard of")]), "names unheard of, which is no field"),
        (columns(&[("Nowhere", "quantity")]), "needs a column that the file does not have"),
    ] {
        let options = Options { mappings: Vec::new(), chosen: vec![(0, mapping)] };
        let imported = import_with(&[dropped("table", DESK)], &options, &mut |_, _| {});
        let said = &rejections(&imported)[0].message;
        assert!(said.contains(expected), "{said}");
        assert_eq!((imported.rows.read, imported.positions.len()), (0, 0));
    }
    let options = Options { mappings: Vec::new(), chosen: vec![(0, columns(&[("a", "quantity")]))] };
    let imported = import_with(&[dropped("poem.txt", "roses are red")], &options, &mut |_, _| {});
    assert!(rejections(&imported)[0].message.contains("is no table"), "{:?}", imported.issues);
}

#[test]
fn a_file_that_a_format_knows_is_mapped_only_when_the_user_says_so() {
    let known = "instrument,quantity,note\nBTC-PERPETUAL,100,x\n";
    let mapping = columns(&[("instrument", "account"), ("note", "instrument"), ("quantity", "quantity")]);
    let imported = by(known, &mapping);
    assert_eq!(imported.files[0].format.as_deref(), Some("plimsoll-csv"));
    assert_eq!(imported.files[0].label, import(&[dropped("table", known)]).files[0].label);
    assert_eq!(imported.positions[0].name, "BTC-PERPETUAL");
    let options = Options { mappings: Vec::new(), chosen: vec![(0, mapping)] };
    let imported = import_with(&[dropped("table", known)], &options, &mut |_, _| {});
    assert_eq!(imported.files[0].label, "read by your mapping “hand-made”");
    assert_eq!(rejections(&imported)[0].column.as_deref(), Some("note"), "the user wanted that column to be the name");
    // A table that the positions table claims and then refuses whole is open to a mapping.
    let refused = "Symbol,Side,How much\nBTC-PERPETUAL,sell,100\n";
    let table = sample(refused);
    assert!(!table.is_mapped);
    let imported = by(refused, &columns(&[("Symbol", "instrument"), ("Side", "side"), ("How much", "quantity")]));
    assert_eq!((imported.positions[0].quantity.get(), rejections(&imported).len()), (-100.0, 0));
}

#[test]
fn of_several_mappings_the_one_that_says_most_is_taken() {
    let small = named("small", columns(&[("Coin", "underlying"), ("Net Qty", "quantity")]));
    let large = named("large", guessed(DESK));
    let foreign = named("foreign", columns(&[("Basiswert", "underlying"), ("Stück", "quantity")]));
    let options = Options { mappings: vec![small.clone(), foreign, large, small], chosen: Vec::new() };
    let files = [dropped("desk.csv", DESK), dropped("depot.csv", DEPOT), dropped("poem.txt", "roses are red")];
    let imported = import_with(&files, &options, &mut |_, _| {});
    let labels: Vec<&str> = imported.files.iter().map(|file| file.label.as_str()).collect();
    assert_eq!(labels, ["read by your mapping “large”", "read by your mapping “foreign”", "not recognized"]);
    assert_eq!(imported.tables.iter().map(|table| (table.file, table.is_mapped)).collect::<Vec<_>>(), [(0, true), (1, true)]);
}

#[test]
fn a_list_of_records_is_a_table_too_however_it_is_wrapped() {
    let rows = r#"[{"what":{"coin":"BTC","kind":"spot"},"held":1.5,"":7},{"what":{"coin":"ETH","kind":"spot"},"held":"2","more":null},5]"#;
    for text in [rows.to_owned(), format!(r#"{{"status":"ok","rows":[],"data":{{"list":{rows}}}}}"#)] {
        let table = sample(&text);
        assert_eq!(table.columns, ["what.coin", "what.kind", "held", "column 4", "more"]);
        assert_eq!(table.rows[1], ["ETH", "spot", "2", "", ""]);
        let mapping = columns(&[("what.coin", "underlying"), ("what.kind", "type"), ("held", "quantity")]);
        let imported = by(&text, &mapping);
        assert_eq!(briefs(&imported).iter().map(|brief| (brief.0, brief.3)).collect::<Vec<_>>(), [("BTC", 1.5), ("ETH", 2.0)]);
        assert_eq!((imported.rows.read, imported.rows.accepted, imported.rows.rejected), (3, 2, 1));
        assert!(rejections(&imported)[0].message.contains("a record with named fields is expected"));
    }
}

#[test]
fn columns_without_a_name_or_with_the_same_one_are_told_apart() {
    let text = "Coin,,Qty now,Qty now,\nBTC,x,1,2,y\n";
    assert_eq!(sample(text).columns, ["Coin", "column 2", "Qty now", "Qty now (2)", "column 5"]);
    let mut mapping = columns(&[("Coin", "underlying"), ("Qty now (2)", "quantity"), ("column 2", "account")]);
    mapping.set("type", FieldSource::Constant("spot".to_owned()));
    assert_eq!(briefs(&by(text, &mapping)), [("BTC", "x", "spot", 2.0, None, None)]);
}

#[test]
fn a_trial_tells_what_each_of_the_first_rows_comes_to() {
    let mut text = String::from("Coin,Held\n");
    for row in 0..50 {
        text.push_str(&if row == 3 { "BTC,many\n".to_owned() } else { format!("BTC,{row}\n") });
    }
    let mut mapping = columns(&[("Coin", "underlying"), ("Held", "quantity")]);
    mapping.set("type", FieldSource::Constant("spot".to_owned()));
    let trial = try_mapping(&dropped("a.csv", text.as_str()), &mapping, 30);
    assert_eq!((trial.rows.len(), trial.count.read, trial.count.rejected, trial.is_whole), (20, 30, 1, false));
    let quantities: Vec<Option<f64>> =
        trial.rows.iter().take(5).map(|row| row.positions.first().map(|position| position.quantity.get())).collect();
    assert_eq!(quantities, [None, Some(1.0), Some(2.0), None, Some(4.0)]);
    assert_eq!(trial.rows[0].issues[0].effect, Effect::Noted, "a flat row says so");
    assert_eq!((trial.rows[3].line, trial.rows[3].issues[0].value.as_deref()), (5, Some("many")));
    let desk = try_mapping(&dropped("a.csv", DESK), &guessed(DESK), 50);
    assert_eq!(desk.rows.iter().map(|row| row.vol.map(|vol| vol.get())).collect::<Vec<_>>(), [Some(0.625), Some(0.71), None]);
    let texts = |row: usize| trial::cells(&desk.rows[row].positions[0], desk.rows[row].vol).join("|").replace(['\u{202f}', '\u{a0}'], " ");
    assert_eq!(texts(0), "BTC 2027-03-26 100000 call|call on BTC, 100 000, 26 Mar 27, linear|+2 BTC|4 100.50|4 300.00|62.50");
    assert_eq!(texts(2), "BTC|spot BTC|+1.5 BTC|90 000.00|95 500.00|");
    let whole = try_mapping(&dropped("a.csv", text.as_str()), &mapping, 50);
    assert_eq!((whole.count.read, whole.is_whole), (50, true));
    // Records that share a line are told apart.
    let list = r#"[{"Coin":"BTC","Held":"x"},{"Coin":"BTC","Held":"2"}]"#;
    let trial = try_mapping(&dropped("a.json", list), &mapping, 50);
    assert_eq!(trial.rows.iter().map(|row| (row.line, row.positions.len(), row.issues.len())).collect::<Vec<_>>(), [(1, 0, 1), (1, 1, 0)]);
    let refused = try_mapping(&dropped("a.csv", "Coin,Held\n"), &columns(&[("Else", "quantity")]), 50);
    assert!(refused.rows.is_empty() && refused.issues[0].message.contains("needs a column"));
}

#[test]
fn mappings_survive_being_kept_and_sent() {
    let mut mapping = named("with “all”, \"signs\"", guessed(DEPOT));
    mapping.flips_sign = true;
    mapping.decimal_mark = MarkChoice::Comma;
    let kept = vec![mapping.clone(), guessed(DESK)];
    assert_eq!(mapping::from_text(&mapping::to_text(&kept)).unwrap(), kept);
    assert_eq!(protocol::from_bytes::<Vec<Mapping>>(&protocol::to_bytes(&kept).unwrap()).unwrap(), kept);
    for text in ["", "[]", "{\"version\":2,\"mappings\":[]}", "{\"version\":1,\"mappings\":[{\"name\":3}]}"] {
        assert!(mapping::from_text(text).unwrap_err().message.starts_with("the mappings kept in this browser cannot be read"), "{text}");
    }
}

#[test]
fn every_field_that_can_be_mapped_is_one_of_the_positions_table() {
    for field in FIELDS {
        let imported = import(&[dropped("a.csv", format!("instrument,quantity,{}\nBTC-PERPETUAL,1,\n", field.id))]);
        let unread = imported.issues.iter().any(|issue| issue.message.starts_with("columns that are not read"));
        assert!(!unread, "{}", field.id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_mapped_to_what_no_row_is_lost(
        body in "([a-zA-Z0-9.,;/%\"\n -]|BTC|2027-03-26|call|buy){0,120}",
        fields in prop::collection::vec(prop::sample::select(FIELDS.iter().map(|field| field.id).collect::<Vec<_>>()), 4),
        constant in "(option|spot|[a-z0-9 ]{0,6})",
        flips_sign in any::<bool>(),
    ) {
        let mut mapping = columns(&[("one", fields[0]), ("two", fields[1]), ("three", "quantity")]);
        mapping.set(fields[3], FieldSource::Constant(constant));
        mapping.flips_sign = flips_sign;
        let file = dropped("a.csv", format!("one,two,three,four\n{body}"));
        let options = Options { mappings: Vec::new(), chosen: vec![(0, mapping.clone())] };
        let imported = import_with(std::slice::from_ref(&file), &options, &mut |_, _| {});
        let rows = imported.rows;
        prop_assert_eq!(rows.read, rows.accepted + rows.rejected);
        prop_assert!(imported.positions.len() <= rows.accepted);
        let rejections = imported.issues.iter().filter(|issue| issue.effect == Effect::Rejected).count();
        prop_assert!(rejections >= rows.rejected);
        prop_assert!(rows.read > 0 || rejections > 0);
        // A trial of all rows reads what the import reads.
        let trial = try_mapping(&file, &mapping, usize::MAX);
        prop_assert_eq!(trial.count, rows);
        let tried: Vec<_> = trial.rows.iter().flat_map(|row| row.positions.iter()).collect();
        prop_assert!(imported.positions.iter().zip(tried).all(|(read, tried)| read == tried));
    }

    #[test]
    fn whatever_the_table_a_guess_fits_it(text in "([A-Za-z ]{1,12},){1,6}[A-Za-z ]{1,12}\n(([a-z0-9./-]{0,10},){1,6}[a-z0-9.]{0,6}\n){0,4}") {
        let file = dropped("a.csv", text);
        for table in import(std::slice::from_ref(&file)).tables {
            let trial = try_mapping(&file, &table.mapping, usize::MAX);
            prop_assert!(!trial.issues.iter().any(|issue| issue.message.starts_with("the mapping")), "{:?}", trial.issues);
            prop_assert_eq!(trial.rows.len(), trial.count.read.min(20));
        }
    }
}
