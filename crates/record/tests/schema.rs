//! What other programs see in the files: names, types, nulls and values, read with Arrow alone.

mod shared;

use std::fs::File;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, UInt32Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

/// One line per column: `name type [null] [(unit)] = the value in row`.
fn describe(batch: &RecordBatch, row: usize) -> Vec<String> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    columns
        .map(|(field, column)| {
            let (kind, value) = value(column, row);
            let null = if field.is_nullable() { " null" } else { "" };
            let unit = field.metadata().get("unit").map(|unit| format!(" ({unit})")).unwrap_or_default();
            format!("{} {kind}{null}{unit} = {value}", field.name())
        })
        .collect()
}

fn value(column: &dyn Array, row: usize) -> (&'static str, String) {
    let (kind, value) = match column.data_type() {
        DataType::UInt32 => ("u32", column.as_primitive::<UInt32Type>().value(row).to_string()),
        DataType::Int64 => ("i64", column.as_primitive::<Int64Type>().value(row).to_string()),
        DataType::Float64 => ("f64", column.as_primitive::<Float64Type>().value(row).to_string()),
        DataType::Utf8 => ("text", column.as_string::<i32>().value(row).to_owned()),
        DataType::Dictionary(_, _) => {
            let names = column.as_dictionary::<Int32Type>();
            let key = usize::try_from(names.keys().value(row)).unwrap();
            ("name", names.values().as_string::<i32>().value(key).to_owned())
        }
        other => panic!("{other}"),
    };
    (kind, if column.is_null(row) { "null".to_owned() } else { value })
}

fn batch(table: &str) -> RecordBatch {
    let directory = TempDir::new().unwrap();
    shared::write_run(directory.path(), 8, &[]);
    let file = File::open(directory.path().join("tables").join(table).join("00000.parquet")).unwrap();
    ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().next().unwrap().unwrap()
}

#[test]
fn markets() {
    // Step 5, as shared::market_row gives it.
    let expected = [
        "step u32 (steps) = 5",
        "market name = pool",
        "asset name = GPU",
        "price f64 (numeraire units per asset unit) = 5.5",
        "settlement_price f64 null (numeraire units per asset unit) = 5.25",
        "supply i64 (asset atoms) = 501",
        "reserve i64 (numeraire atoms) = 9223372036854775307",
        "volume i64 (numeraire atoms) = 502",
        "bought i64 (asset atoms) = 503",
        "sold i64 (asset atoms) = 504",
        "fees i64 (numeraire atoms) = 505",
        "fees_tokens i64 (asset atoms) = 511",
        "fees_tokens_worth f64 (numeraire) = 7.5",
        "orders u32 (orders) = 4294967290",
        "filled u32 (orders) = 11",
        "rejected u32 (orders) = 12",
        "reserve_ratio f64 null (ratio) = 1.6666666666666667",
        "fundamental f64 null (numeraire units per asset unit) = null",
        "asset_price f64 null (numeraire units per asset unit) = 5.125",
        "best_bid f64 null (numeraire units per asset unit) = 4.5",
        "best_ask f64 null (numeraire units per asset unit) = 6.5",
        "spread f64 null (numeraire units per asset unit) = 2",
        "bid_depth f64 null (asset units) = 15",
        "ask_depth f64 null (asset units) = 20",
        "imbalance f64 null (ratio) = -0.25",
        "effective_spread f64 null (numeraire units per asset unit) = 0.75",
        "resting u32 (orders) = 13",
        "inventory i64 (asset atoms) = 509",
        "shares i64 (share atoms) = 510",
    ];
    assert_eq!(describe(&batch("markets"), 5), expected);
    let step_6 = describe(&batch("markets"), 6);
    assert_eq!(step_6[4], "settlement_price f64 null (numeraire units per asset unit) = null");
    assert_eq!(step_6[17], "fundamental f64 null (numeraire units per asset unit) = 42");
    let step_4 = describe(&batch("markets"), 4);
    assert_eq!(step_4[20], "best_ask f64 null (numeraire units per asset unit) = null");
}

#[test]
fn fills() {
    // Steps 1, 2 and 3 have one, two and three fills: row 4 is step 3's second, by agent 1.
    let expected = [
        "step u32 (steps) = 3",
        "market name = curve",
        "agent u32 (agent number) = 1",
        "side name = sell",
        "amount i64 (asset atoms) = 302",
        "paid i64 (numeraire atoms) = -301",
        "fee i64 (numeraire atoms) = 303",
        "price f64 (numeraire units per asset unit) = 2.25",
    ];
    assert_eq!(describe(&batch("fills"), 4), expected);
    assert_eq!(describe(&batch("fills"), 5)[3], "side name = buy");
}

#[test]
fn agents() {
    // Five agents a step: row 13 is step 2's agent 3.
    let expected = [
        "step u32 (steps) = 2",
        "agent u32 (agent number) = 3",
        "cohort name = traders",
        "balance i64 (numeraire atoms) = 3",
        "holding_TOKEN i64 (asset atoms) = 24",
        "holding_GPU i64 (asset atoms) = -9223372036854775785",
        "wealth f64 (numeraire units) = 3",
        "liquidation f64 (numeraire units) = 7.5",
        "utility f64 (the objective's own unit) = -5",
    ];
    assert_eq!(describe(&batch("agents"), 13), expected);
}

#[test]
fn events() {
    let expected = [
        "step u32 (steps) = 7",
        "kind text = rejected",
        "subject text = traders",
        "detail text = π at step 7",
        "amount i64 null (atoms) = -7",
    ];
    assert_eq!(describe(&batch("events"), 7), expected);
    assert_eq!(describe(&batch("events"), 6)[4], "amount i64 null (atoms) = null");
    assert_eq!(describe(&batch("events"), 4)[3], "detail text = ");
}

#[test]
fn accounts() {
    let expected = [
        "step u32 (steps) = 7",
        "account name = treasury",
        "asset name = TOKEN",
        "reason name = mint",
        "amount i64 (atoms) = 43",
    ];
    assert_eq!(describe(&batch("accounts"), 7), expected);
}

#[test]
fn parameters() {
    let expected = [
        "step u32 (steps) = 7",
        "market name = pool",
        "parameter text = fee",
        "value f64 (the parameter's own unit) = 0.007",
    ];
    assert_eq!(describe(&batch("parameters"), 7), expected);
}

#[test]
fn resources() {
    // Step 7, as shared::resource_row gives it.
    let expected = [
        "step u32 (steps) = 7",
        "resource name = link",
        "asset name = GPU",
        "price f64 null (numeraire units per asset unit) = 7.5",
        "capacity i64 (asset atoms) = 701",
        "requested i64 (asset atoms) = 702",
        "granted i64 (asset atoms) = 703",
        "requesters u32 (agents) = 11",
        "served u32 (agents) = 12",
        "paid i64 (numeraire atoms) = 706",
        "fairness f64 null (fraction) = 1",
        "envious f64 null (fraction) = 0.25",
        "efficiency f64 null (fraction) = 0.6363636363636364",
        "dominant_spread f64 null (fraction) = 0.125",
        "cut u32 (requests) = 14",
        "used i64 (asset atoms) = 708",
        "decayed i64 (asset atoms) = 709",
        "held i64 (asset atoms) = 710",
    ];
    assert_eq!(describe(&batch("resources"), 7), expected);
}

#[test]
fn demand() {
    // Step 6, as shared::demand_row gives it.
    let expected = [
        "step u32 (steps) = 6",
        "cohort name = holders",
        "utility f64 (utility) = 6.5",
        "arrived f64 null (jobs) = null",
        "waiting f64 null (jobs) = 8",
        "finished f64 null (jobs) = 9",
        "in_time f64 null (jobs) = 10",
        "late f64 null (jobs) = 11",
        "waited f64 null (steps) = 12",
    ];
    assert_eq!(describe(&batch("demand"), 6), expected);
}

#[test]
fn proposals() {
    // Step 7, as shared::proposal_row gives it.
    let expected = [
        "step u32 (steps) = 7",
        "body text = dao",
        "proposal u32 = 8",
        "subject text = raise",
        "lever text = fee",
        "before f64 null (parameter) = null",
        "value f64 null (parameter) = null",
        "requested f64 (numeraire units) = 9",
        "status text = open",
        "yes f64 (votes) = 10",
        "no f64 (votes) = 11",
        "electorate f64 null (votes) = null",
        "needed f64 null (votes) = null",
        "voters u32 (agents) = 14",
    ];
    assert_eq!(describe(&batch("proposals"), 7), expected);
}

#[test]
fn alerts() {
    // Step 6, as shared::alert_row gives it.
    let expected = [
        "step u32 (steps) = 6",
        "monitor text = watch",
        "level f64 (the monitor's own unit) = 6.5",
        "value f64 (the monitor's own unit) = 7.5",
        "pointed u32 = 2",
        "begins u32 = 0",
    ];
    assert_eq!(describe(&batch("alerts"), 6), expected);
}

/// The files keep statistics of the step, so that a reader of some steps can skip the rest.
#[test]
fn row_groups_say_which_steps_they_hold() {
    let directory = TempDir::new().unwrap();
    shared::write_run(directory.path(), 8, &[3]);
    let file = File::open(directory.path().join("tables/agents/00001.parquet")).unwrap();
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let statistics = builder.metadata().row_group(0).column(0).statistics().unwrap();
    assert_eq!(statistics.min_bytes_opt(), Some(&3_u32.to_le_bytes()[..]));
    assert_eq!(statistics.max_bytes_opt(), Some(&7_u32.to_le_bytes()[..]));
}

#[test]
fn tasks() {
    // Step 6, as shared::task_row gives it.
    let expected = [
        "step u32 (steps) = 6",
        "board name = jobs",
        "posted u32 (tasks) = 7",
        "unfunded u32 (tasks) = 8",
        "taken u32 (tasks) = 9",
        "completed u32 (tasks) = 10",
        "paid_false u32 (tasks) = 11",
        "found_false u32 (tasks) = 12",
        "late u32 (tasks) = 13",
        "untaken u32 (tasks) = 14",
        "open u32 (tasks) = 15",
        "at_work u32 (tasks) = 16",
        "escrow i64 (numeraire atoms) = 611",
        "stakes i64 (numeraire atoms) = 612",
        "paid i64 (numeraire atoms) = 613",
        "refunded i64 (numeraire atoms) = 614",
        "slashed i64 (numeraire atoms) = 615",
        "spent i64 (numeraire atoms) = 616",
    ];
    assert_eq!(describe(&batch("tasks"), 6), expected);
}
