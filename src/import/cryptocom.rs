//! Crypto.com App's transaction history (CSV) → holdings.
//!
//! Amounts are signed. `Native Amount (in USD)` is not used unless the native currency is the dollar: it is the native amount at the
//! one rate of the day of the export, whatever the date of the row. A conversion into a dollar coin tells a price.

use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::ledger::{self, Transaction};
use crate::import::ledger_asset::Asset;
use crate::import::ledger_row;
use crate::import::local_time::Zone;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::{ImportDef, Imported};
use crate::issue::{Issue, IssueKind};
use crate::units::Currency;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "cryptocom",
    label: "Crypto.com App transactions (CSV)",
    doc: "Crypto.com App, Accounts, export of the crypto wallet: the columns Currency, Amount, To Currency, Native Amount, Transaction Kind",
    recognizes,
    read,
};

const TIME: usize = 0;
const CURRENCY: usize = 1;
const AMOUNT: usize = 2;
const TO: usize = 3;
const TO_AMOUNT: usize = 4;
const NATIVE: usize = 5;
const NATIVE_AMOUNT: usize = 6;
const KIND: usize = 7;

const SCHEMA: Schema<8> = Schema {
    fields: [
        Field { names: &["timestamputc"], is_number: false },
        Field { names: &["currency"], is_number: false },
        Field { names: &["amount"], is_number: true },
        Field { names: &["tocurrency"], is_number: false },
        Field { names: &["toamount"], is_number: true },
        Field { names: &["nativecurrency"], is_number: false },
        Field { names: &["nativeamount"], is_number: true },
        Field { names: &["transactionkind"], is_number: false },
    ],
    required: &[TIME, CURRENCY, AMOUNT, KIND],
    unknown: Unknown::Expected,
};

/// What kinds of rows do that are neither sums of both legs nor plain movements, by a part of their name; the first that fits counts.
const LOCKS: &[(&str, Lock)] = &[
    ("dpos_unlock", Lock::Release),
    ("dpos_lock", Lock::Stake),
    ("dpos_compound_interest", Lock::Earn),
    ("lockup_unlock", Lock::Release),
    ("lockup_lock", Lock::Stake),
    ("lockup_upgrade", Lock::Stake),
    ("crypto_earn_program_created", Lock::Stake),
    ("crypto_earn_program_withdrawn", Lock::Release),
    ("supercharger_deposit", Lock::Stake),
    ("supercharger_withdrawal", Lock::Release),
];

/// Kinds that bring coins in or out, by the start of their name.
const PLAIN: &[&str] = &[
    "admin_wallet",
    "airdrop",
    "campaign_reward",
    "card_",
    "council_node",
    "crypto_",
    "dust_conversion",
    "dynamic_coin_swap",
    "exchange_to_crypto",
    "finance.",
    "gift_card",
    "interest_swap",
    "invest_",
    "lockup_swap",
    "mco_stake_reward",
    "mobile_airtime",
    "nft_",
    "pay_",
    "recurring_buy",
    "referral_",
    "reimbursement",
    "rewards_platform",
    "staking_reward",
    "supercharger_reward",
    "trading.",
    "transfer_",
    "trading_limit_order",
    "van_purchase",
    "viban_",
];

#[derive(Clone, Copy)]
enum Lock {
    Stake,
    Release,
    Earn,
}

fn recognizes(content: &Content) -> bool {
    content.table().is_some_and(|table| table.has("Transaction Kind") && table.has("Native Currency"))
}

fn read(content: &Content, out: &mut Imported) {
    let mut is_noted = false;
    ledger::read(("Crypto.com", &SCHEMA), (content, None), out, |row, intake| {
        if !is_noted && !is_dollar(row) {
            is_noted = true;
            let message = "the dollar amounts of this file are its native amounts at one exchange rate for all dates: they are not used";
            intake.note(row.line, Issue::noted(IssueKind::Conversion, message));
        }
        read_row(row, intake).map(Some)
    });
}

fn is_dollar(row: &Row<'_, 8>) -> bool {
    Currency::new(row.raw(NATIVE)).is_dollar_like()
}

fn read_row(row: &Row<'_, 8>, intake: &mut Intake<'_>) -> Result<Transaction, Issue> {
    let mut transaction = Transaction::new(row.line, ledger_row::time(row, TIME, Zone::Utc)?);
    let code = ledger_row::code(row, CURRENCY, intake)?;
    let (asset, amount) = (Asset::coin(&code), ledger_row::need(row, AMOUNT, intake)?);
    let native = row.amount(NATIVE_AMOUNT, intake)?.filter(|_| is_dollar(row) && amount != 0.0);
    let price = native.map(|native| (native / amount).abs());
    transaction.quote(&asset, price);
    let kind = row.raw(KIND);
    if !row.raw(TO).is_empty() && !row.raw(TO).eq_ignore_ascii_case(&code) {
        let other = Asset::coin(&ledger_row::code(row, TO, intake)?);
        transaction.trade(asset, amount, other, ledger_row::need(row, TO_AMOUNT, intake)?);
        return Ok(transaction);
    }
    let stake = Asset::stake(&code, &code);
    match LOCKS.iter().find(|(part, _)| kind.contains(part)).map(|(_, lock)| *lock) {
        Some(Lock::Stake) => transaction.shift(asset, stake, amount.abs()),
        Some(Lock::Release) => transaction.shift(stake, asset, amount.abs()),
        Some(Lock::Earn) => transaction.priced(stake, amount, price),
        None if kind.contains("purchase") || kind.contains("reward") || kind.contains("interest") || kind.contains("cashback") => {
            transaction.priced(asset, amount, price);
        }
        None => {
            if !PLAIN.iter().any(|start| kind.starts_with(start)) {
                row.note(KIND, intake, "a kind of transaction that is not known here: its amount is taken by its sign");
            }
            transaction.transfer(asset, amount);
        }
    }
    Ok(transaction)
}
