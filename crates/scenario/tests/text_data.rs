//! Columns come from CSV and Parquet files exactly, or not at all with file, line, column and text.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float32Array, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, UInt8Array,
    UInt64Array,
};
use parquet::arrow::ArrowWriter;
use walras_scenario::data::DataFiles;

/// An empty directory of this test's own.
fn directory(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("data-{name}"));
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory to write in");
    directory
}

/// What column `column` of a CSV file of this content holds.
fn column_of(name: &str, content: &[u8], column: &str) -> Result<Vec<f64>, String> {
    let directory = directory(name);
    fs::write(directory.join("x.csv"), content).expect("a file");
    DataFiles::new(directory).column("x.csv", column).map(|numbers| numbers.to_vec())
}

fn texts_of(name: &str, content: &[u8], column: &str) -> Result<Vec<String>, String> {
    let directory = directory(name);
    fs::write(directory.join("x.csv"), content).expect("a file");
    DataFiles::new(directory).read_text_column("x.csv", column).map(|texts| texts.to_vec())
}

fn write_parquet(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let file = File::create(path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
}

#[test]
fn a_csv_column_is_found_by_its_name() {
    let content = b"\xef\xbb\xbfstep,\"the \"\"price\"\"\", volume \r\n0,1.5,10\r\n1,\"-2e3\", 20\r\n2,0.1,30";
    assert_eq!(column_of("name", content, "step"), Ok(vec![0.0, 1.0, 2.0]));
    assert_eq!(column_of("name", content, "the \"price\""), Ok(vec![1.5, -2000.0, 0.1]));
    assert_eq!(column_of("name", content, "volume"), Ok(vec![10.0, 20.0, 30.0]));
    // By its place behind a header without numbers, and in a file without one.
    assert_eq!(column_of("name", content, "2"), Ok(vec![1.5, -2000.0, 0.1]));
    assert_eq!(column_of("name", b"2021,1.5\n2022,2.5\n", "2"), Ok(vec![1.5, 2.5]));
    // A header's own name is stronger than a place.
    assert_eq!(column_of("name", b"2,1\n10,20\n", "2"), Ok(vec![10.0]));
}

#[test]
fn texts_are_read_as_they_stand() {
    let content = "name,n\nAda,1\n\"Walras, Léon\",2\n".as_bytes();
    assert_eq!(texts_of("texts", content, "name"), Ok(vec!["Ada".to_owned(), "Walras, Léon".to_owned()]));
    assert_eq!(texts_of("texts", b"Ada\nBo\n", "1"), Ok(vec!["Ada".to_owned(), "Bo".to_owned()]));
    assert_eq!(
        texts_of("texts", b"name,n\nAda,1\n,2\n", "name"),
        Err("`x.csv`, line 3, column `name`: the cell is empty".to_owned())
    );
}

#[test]
fn a_wrong_cell_is_named_with_its_line() {
    let cases: [(&[u8], &str); 11] = [
        (b"t,price\n0,1\n1,abc\n", "`x.csv`, line 3, column `price`: `abc` is not a number"),
        (b"t,price\n0,\n", "`x.csv`, line 2, column `price`: the cell is empty"),
        (b"t,price\n0,NaN\n", "`x.csv`, line 2, column `price`: `NaN` is not a finite number"),
        (b"t,price\n0,-inf\n", "`x.csv`, line 2, column `price`: `-inf` is not a finite number"),
        (b"t,price\n0,1e999\n", "`x.csv`, line 2, column `price`: `1e999` is not a finite number"),
        (b"t,price\n\"a\nb\",1\n2,\"1,5\"\n", "`x.csv`, line 4, column `price`: `1,5` is not a number"),
        (b"\xef\xbb\xbft,price\r\n0,1\r\n1,x\r\n2,y\r\n", "`x.csv`, line 3, column `price`: `x` is not a number"),
        (b"t,price\r0,1\r\r\r2,x\r", "`x.csv`, line 5, column `price`: `x` is not a number"),
        (b"t,price\n0,1\n0\n", "`x.csv`, line 3: 1 columns where the first line has 2"),
        (b"t,price\n0,1\n\xff,1\n", "`x.csv`, line 3: the text is not UTF-8"),
        (b"t,price\n", "`x.csv` has no rows"),
    ];
    for (content, message) in cases {
        assert_eq!(column_of("cell", content, "price"), Err(message.to_owned()));
    }
    assert_eq!(column_of("cell", b"", "price"), Err("`x.csv` is empty".to_owned()));
}

#[test]
fn a_missing_column_is_reported_with_the_nearest_name() {
    let content = b"step,price,volume,price2,price2\n0,1,2,3,4\n";
    let cases = [
        ("prise", "`x.csv` has no column `prise`; did you mean `price`?"),
        ("wealth", "`x.csv` has no column `wealth`; it has step, price, volume, price2 or price2"),
        ("6", "`x.csv` has 5 columns and no column 6"),
        ("0", "columns of `x.csv` are counted from 1"),
        ("price2", "`x.csv` has two columns called `price2`"),
    ];
    for (column, message) in cases {
        assert_eq!(column_of("miss", content, column), Err(message.to_owned()));
    }
}

#[test]
fn a_missing_file_and_what_is_no_file_are_refused() {
    let directory = directory("files");
    fs::write(directory.join("prices.csv"), "price\n1\n").expect("a file");
    let mut data = DataFiles::new(&directory);
    let missing = data.column("price.csv", "price").expect_err("missing");
    let near = directory.join("prices.csv");
    let expected = directory.join("price.csv");
    let expected = format!("there is no file `{}` (did you mean `{}`?)", expected.display(), near.display());
    assert_eq!(missing, expected);
    assert!(data.column(".", "price").expect_err("a directory").ends_with("is a directory, not a file"));
    if cfg!(unix) {
        assert_eq!(data.column("/dev/zero", "1"), Err("`/dev/zero` is not a regular file".to_owned()));
    }
    let large = File::create(directory.join("large.csv")).and_then(|file| file.set_len(3 << 30));
    large.expect("a file with a length and no content");
    assert!(data.column("large.csv", "1").expect_err("too large").contains("is too large: 3221225472 bytes"));
    assert!(data.used().is_empty(), "what gave no column was not used");
}

/// A quote that nothing closes would make one cell of the rest of the file.
#[test]
fn an_open_quote_does_not_take_the_file_into_memory() {
    let mut content = b"price\n1\n\"".to_vec();
    content.extend(b"2\n".repeat(1 << 20));
    let message = column_of("quote", &content, "price").expect_err("too long");
    assert!(message.contains("a row is longer than 1048576 bytes"), "{message}");
    // Quotes within a cell are not such.
    let rows = 600_000;
    let mut content = b"size,n\n".to_vec();
    content.extend(b"5\" pipe,1\n".repeat(rows));
    assert_eq!(column_of("quote", &content, "n").map(|numbers| numbers.len()), Ok(rows));
}

#[test]
fn parquet_columns_of_every_number_type_are_read() {
    let directory = directory("parquet");
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("f64", Arc::new(Float64Array::from(vec![0.1, -2.5, 1e300]))),
        ("f32", Arc::new(Float32Array::from(vec![0.5, -2.5, 3.0]))),
        ("i64", Arc::new(Int64Array::from(vec![-1, 0, 1 << 53]))),
        ("i32", Arc::new(Int32Array::from(vec![i32::MIN, 0, i32::MAX]))),
        ("u64", Arc::new(UInt64Array::from(vec![0, 1, u64::MAX]))),
        ("u8", Arc::new(UInt8Array::from(vec![0, 1, 255]))),
        ("text", Arc::new(StringArray::from(vec!["Ada", "Bo", "Léon"]))),
        ("flag", Arc::new(BooleanArray::from(vec![true, false, true]))),
        ("holes", Arc::new(Float64Array::from(vec![Some(1.0), None, Some(2.0)]))),
        ("nan", Arc::new(Float64Array::from(vec![1.0, f64::NAN, 2.0]))),
    ];
    write_parquet(&directory.join("x.parquet"), columns);
    let mut data = DataFiles::new(&directory);
    let cases = [
        ("f64", [0.1, -2.5, 1e300]),
        ("1", [0.1, -2.5, 1e300]),
        ("f32", [0.5, -2.5, 3.0]),
        ("i64", [-1.0, 0.0, 9_007_199_254_740_992.0]),
        ("i32", [-2_147_483_648.0, 0.0, 2_147_483_647.0]),
        ("u64", [0.0, 1.0, 18_446_744_073_709_551_616.0]),
        ("u8", [0.0, 1.0, 255.0]),
    ];
    for (column, expected) in cases {
        assert_eq!(data.column("x.parquet", column).as_deref(), Ok(&expected[..]), "{column}");
    }
    let texts = data.read_text_column("x.parquet", "text").expect("texts");
    assert_eq!(*texts, ["Ada".to_owned(), "Bo".to_owned(), "Léon".to_owned()]);
    let cases = [
        ("text", "`x.parquet`, column `text`: expected numbers, found Utf8"),
        ("flag", "`x.parquet`, column `flag`: expected numbers, found Boolean"),
        ("holes", "`x.parquet`, row 2, column `holes`: the cell is null"),
        ("nan", "`x.parquet`, row 2, column `nan`: `NaN` is not a finite number"),
        ("i46", "`x.parquet` has no column `i46`; did you mean `i64`?"),
    ];
    for (column, message) in cases {
        assert_eq!(data.column("x.parquet", column), Err(message.to_owned()));
    }
    let message = data.read_text_column("x.parquet", "i64").expect_err("not texts");
    assert_eq!(message, "`x.parquet`, column `i64`: expected texts, found Int64");
}

/// Bytes that claim to be Parquet and are not lead to a message, whatever they are.
#[test]
fn a_damaged_parquet_file_is_refused() {
    let directory = directory("damaged");
    let path = directory.join("x.parquet");
    let numbers: Vec<f64> = (0..100).map(f64::from).collect();
    let texts: Vec<String> = (0..100).map(|row| format!("name {}", row % 11)).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("n", Arc::new(Float64Array::from(numbers.clone()))),
        ("few", Arc::new(Int64Array::from_iter_values((0..100).map(|row| row % 7)))),
        ("t", Arc::new(StringArray::from(texts))),
    ];
    write_parquet(&path, columns);
    let sound = fs::read(&path).expect("the file");
    let mut changed = 0;
    for at in 0..sound.len() {
        let mut damaged = sound.clone();
        damaged[at] ^= 1 << (at % 8);
        fs::write(&path, &damaged).expect("a file");
        let mut data = DataFiles::new(&directory);
        changed += usize::from(data.column("x.parquet", "n").as_deref() != Ok(&numbers[..]));
        let _ = (data.column("x.parquet", "few"), data.read_text_column("x.parquet", "t"));
        fs::write(&path, &sound[..at]).expect("a file");
        let message = DataFiles::new(&directory).column("x.parquet", "n").expect_err("cut short");
        assert!(message.starts_with("`x.parquet` "), "{message}");
    }
    assert!(changed > numbers.len(), "the damage was to be seen");
}

#[test]
fn files_are_noted_once_with_size_and_hash_and_columns_are_shared() {
    let directory = directory("used");
    let content = b"a,b\n1,2\n";
    fs::write(directory.join("x.csv"), content).expect("a file");
    fs::write(directory.join("y.csv"), "c\n3\n").expect("a file");
    let mut data = DataFiles::new(&directory);
    let first = data.column("x.csv", "a").expect("a");
    data.column("y.csv", "c").expect("c");
    data.column("x.csv", "b").expect("b");
    assert!(Arc::ptr_eq(&first, &data.column("x.csv", "a").expect("a")));
    let paths: Vec<&str> = data.used().iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["x.csv", "y.csv"]);
    assert_eq!(data.used()[0].bytes, content.len() as u64);
    assert_eq!(data.used()[0].blake3, blake3::hash(content).to_hex().to_string());

    fs::write(directory.join("x.csv"), "a,b\n7,8\n").expect("a file");
    let message = data.read_text_column("x.csv", "b").expect_err("other content");
    assert_eq!(message, "`x.csv` changed while it was read");
}

#[test]
fn real_series_are_read() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !shared.is_dir() {
        println!("skipped: {} not present", shared.display());
        return;
    }
    let mut data = DataFiles::new(&shared);
    // From its README: the EIP-1559 rule gives each next base fee, here the second from the first.
    let fees = data.column("ethereum_basefee.csv", "Base fee per gas").expect("base fees");
    let used = data.column("ethereum_basefee.csv", "Gas used").expect("gas used");
    let limits = data.column("ethereum_basefee.csv", "Gas limit").expect("gas limits");
    assert_eq!((fees.len(), fees.len()), (used.len(), limits.len()));
    let target = (limits[0] / 2.0).floor();
    assert_eq!(fees[1], fees[0] + (fees[0] * (used[0] - target) / target / 8.0).floor());
    assert_eq!(data.column("ethereum_basefee.csv", "5").as_deref(), Ok(&*fees));

    let gains = data.column("rai_controller_params.csv", "ki").expect("gains");
    assert_eq!(gains[gains.len() - 1], 2.4e-14);
    let prices = data.column("rai_states_2021.csv", "marketPriceUsd").expect("prices");
    assert!(prices.iter().all(|&price| price > 0.0) && prices[0] == 4.362_594_137_056_345);
    let message = data.column("azure_llm_code_2023.csv", "TIMESTAMP").expect_err("times are no numbers");
    assert!(message.contains("line 2, column `TIMESTAMP`"), "{message}");
    assert_eq!(data.used().len(), 3);
}
