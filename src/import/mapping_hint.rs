//! What columns of brokers, venues and spreadsheets are called, in English and in the usual German, French and Spanish words.
//!
//! Names are compared in lower case without accents, spaces and signs. A name of five letters or more also counts as part of a
//! longer one, a shorter one only as a whole word; of several, the longest tells.

use crate::import::mapping_word::plain;

/// Names by field.
const HINTS: &[(&str, &str)] = &[
    (
        "instrument",
        "instrument instrumentname name symbol contract ticker security description position pair bezeichnung wertpapier \
         wertpapiername produkt titel kontrakt libelle designation titre contrat instrumento contrato titulo valore strumento \
         product instid",
    ),
    (
        "underlying",
        "underlying underlyingasset underlyingsymbol coin asset base basecurrency baseasset token crypto root basiswert \
         kryptowahrung sousjacent actif subyacente activo sottostante criptomoneda",
    ),
    (
        "type",
        "type kind class assettype instrumenttype assetclass producttype sectype securitytype category art typ gattung \
         wertpapierart produktart categorie tipo clase",
    ),
    ("option_type", "optiontype right putcall callput cp pc optionstyp optionsart typeoption tipoopcion"),
    (
        "strike",
        "strike strikeprice basispreis ausubungspreis ausubungskurs exerciseprice prixexercice prixdexercice precioejercicio \
         preciodeejercicio prezzoesercizio",
    ),
    (
        "expiry",
        "expiry expiration maturity expirydate expirationdate expires exp verfall verfallsdatum verfallstag verfalltag falligkeit \
         laufzeit laufzeitende echeance maturite vencimiento caducidad scadenza deliverydate lasttradingday",
    ),
    (
        "contract_size",
        "contractsize multiplier lotsize contractmultiplier kontraktgrosse multiplikator bezugsverhaltnis tailleducontrat quotite \
         multiplicateur multiplicador tamanocontrato tamanodelcontrato",
    ),
    ("margin", "margin settlement settlementtype margintype abwicklung"),
    (
        "quote",
        "quote quotecurrency currency ccy curr pricecurrency settlementcurrency wahrung handelswahrung devise divisa moneda \
         valuta",
    ),
    (
        "quantity",
        "quantity qty size amount position positions contracts units shares lots netqty netposition positionsize holding holdings \
         menge stuck stuckzahl stk anzahl bestand nominal nominale kontrakte quantite titres contrats cantidad contratos quantita \
         unidades",
    ),
    ("side", "side direction longshort buysell bs ls action richtung seite kaufverkauf sens achatvente sentido lado compraventa"),
    (
        "entry_price",
        "entryprice entry avgprice averageprice avgentryprice avg average cost costprice unitcost averagecost openlevel openrate \
         openingprice avgcost openprice tradeprice purchaseprice buyprice fillprice einstand einstandskurs einstandspreis \
         einstieg einstiegskurs kaufkurs kaufpreis durchschnittskurs eroffnungskurs pru prixachat prixdachat prixmoyen \
         prixderevient preciomedio preciocompra preciodecompra precioentrada preciodeentrada coste",
    ),
    ("account", "account accountid accountname subaccount portfolio book fund wallet depot konto compte portefeuille cuenta cartera"),
    ("venue", "venue exchange broker platform marketplace borse borsenplatz handelsplatz bourse plateforme bolsa mercado piattaforma"),
    (
        "mark",
        "mark markprice last lastprice marketprice currentprice closeprice close closingprice settle settlementprice mid midprice \
         marktpreis aktuellerkurs aktuell schlusskurs letzterkurs dernier derniercours coursactuel cotizacion precioactual \
         preciomercado preciodemercado ultimo",
    ),
    (
        "spot",
        "spot spotprice index indexprice underlyingprice undprice kassakurs kursbasiswert basiswertkurs kursdesbasiswerts \
         courssousjacent coursdusousjacent preciosubyacente preciodelsubyacente",
    ),
    ("forward", "forward forwardprice fwd futuresprice futureprice terminkurs prixforward precioforward"),
    (
        "iv",
        "iv vol impliedvol impvol impliedvolatility markiv volatility sigma vola implvola volatilitat implizitevolatilitat \
         volatilite volimplicite volatilidad volimplicita",
    ),
    ("rate", "rate interestrate riskfreerate zins zinssatz taux tauxinteret tasa tipodeinteres"),
    ("as_of", "asof asofdate timestamp pricetime valuationdate date time stand stichtag datum fecha"),
];

/// Names of what no position needs, and what must not be taken for what a shorter part of the name says.
const NONE: &str = "value marketvalue bookvalue fairvalue wert marktwert kurswert gesamtwert einstandswert kaufwert valeur valeurtotale \
    valor valormercado notional notionalvalue betrag montant importe total totalcost costbasis pnl pl profit loss upl upnl \
    gewinn gewinnverlust verlust gain ergebnis return rendite unrealized unrealised realized realised change veranderung \
    delta gamma vega theta rho initialmargin maintenancemargin maintmargin marginused marginrequirement marginbalance \
    leverage hebel liquidation liq liqprice liquidationprice fee fees gebuhr gebuhren commission provision tax steuer isin \
    wkn cusip sedol figi id orderid tradeid dealid tradedate tradetime opendate opentime opened handelstag kaufdatum \
    dateachat fechacompra weight gewicht gewichtung anteil bid ask high low volume status notes comment kommentar premium \
    beta dte daystoexpiry daystoexpiration restlaufzeit stop stoploss takeprofit limit breakeven fundingrate funding \
    openinterest exchangerate wechselkurs fxrate";

/// Names of a price of which only the table tells whether it was paid or is quoted now.
const PRICE: &[&str] = &["price", "px", "preis", "kurs", "prix", "cours", "precio", "prezzo"];

/// How far a name speaks for a field: 100 where it is one of its names, 0 where it says nothing of it or something else.
pub(super) fn score(field: &str, column: &str, is_blotter: bool) -> i32 {
    let joined = joined(column);
    if PRICE.contains(&joined.as_str()) {
        return match field {
            "mark" => 60,
            // In a list of trades a price is what was paid.
            "entry_price" => 55 + 10 * i32::from(is_blotter),
            _ => 0,
        };
    }
    let hints = HINTS.iter().find(|(known, _)| *known == field).map_or("", |(_, hints)| *hints);
    if hints.split_whitespace().any(|hint| hint == joined) {
        return 100;
    }
    let words: Vec<String> = plain(column).split(|sign: char| !sign.is_alphanumeric()).map(str::to_owned).collect();
    let longest = |names: &str| {
        let tells = |name: &&str| (name.len() >= 5 && joined.contains(*name)) || words.iter().any(|word| word == name);
        names.split_whitespace().filter(tells).map(str::len).max().unwrap_or(0)
    };
    let length = longest(hints);
    if length == 0 || longest(NONE) >= length {
        return 0;
    }
    (42 + 3 * i32::try_from(length).unwrap_or(0)).min(90)
}

/// Whether a name is of something that no position needs.
pub(super) fn is_needless(column: &str) -> bool {
    let joined = joined(column);
    NONE.split_whitespace().any(|name| name == joined)
}

/// Whether a table with this column is one of leveraged contracts.
pub(super) fn tells_perpetual(column: &str) -> bool {
    let joined = joined(column);
    ["leverage", "hebel", "liquidation", "liqprice", "funding", "apalancamiento", "levier"].iter().any(|part| joined.contains(part))
}

fn joined(column: &str) -> String {
    plain(column).chars().filter(|sign| sign.is_alphanumeric()).collect()
}
