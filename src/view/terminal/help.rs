//! What the terminal says of itself.

/// Every command and option.
pub const HELP: &str = "\
Plimsoll: how deep a book of derivatives sits.

plimsoll import FILE… [--json]
    Reads exports and market snapshots; lists rows, positions and every issue.
plimsoll report FILE… [--as-of TIME] [--spot-shock PCT] [--vol-shock PTS] [--days N] [--json]
    Values the book, as the page does. With --json: the report that the page saves, byte for byte.
plimsoll report --link URL [--json]
    Values the book of a shared link under the sender's settings. A link without a book takes FILE… beside it.
plimsoll surface FILE… [--as-of TIME] [--json]
    Fits a smile to each expiry of the option chains: forward and its origin, error in vol points, arbitrage.
plimsoll analysis NAME FILE… [--as-of TIME] [--spot-shock PCT] [--vol-shock PTS] [--days N] [--set KEY=VALUE]… [--json]
plimsoll analysis NAME --link URL [FILE…] [--set KEY=VALUE]… [--json]
    Lays out one analysis of Exposure, Stress or Market, as the page does: scenarios, explain, reverse, pivot, limits and so on;
    a wrong NAME lists them. --set chooses in it, as the page's link names the choice: --set scenarios/group=historical;
    VALUE is read from a file after an @: --set limits/set=@limits.csv, --set scenarios/pack=@pack.json.
plimsoll export FILE… --output PATH [--format csv|json|xlsx]
    Writes the book: CSV and XLSX hold the positions, JSON the market and the accounts as well. Without --format: by the
    ending of PATH.
plimsoll methods [--json]
    Lists how every number is computed: formula, unit, convention, source, limits.
plimsoll answer ORACLE.csv
    Answers the rows of an accuracy set as id,value; empty where there is no answer.

    --as-of TIME       instant to value at, 2026-01-16 or 2026-01-16T12:30:00Z, in UTC unless it says otherwise;
                       without it the latest time in the files, else the clock
    --spot-shock PCT   moves every spot, percent: -16 is 16 % down
    --vol-shock PTS    moves every vol, points: 12 is 60 % to 72 %
    --days N           days forward
    --json             one line of JSON instead of tables
    --help, --version

Exit status: 0 done, 1 nothing could be done, 2 the arguments are wrong.
";
