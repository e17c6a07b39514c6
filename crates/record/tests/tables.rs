//! Tables come back as they were written, whatever happened in between.

mod shared;

use std::fs;
use std::path::Path;

use shared::{columns_of, manifest, names, push_step, write_run};
use tempfile::TempDir;
use walras_record::table::{
    AffiliateColumns, AlertColumns, Columns, ContractColumns, DemandColumns, EventColumns, EventRow, FillColumns,
    MarketColumns, MarketRow, ProposalColumns, ResourceColumns, TaskColumns,
};
use walras_record::{RecordError, Run, RunDirectory, TableConfig, Tables};

fn on(markets: bool, events: bool) -> TableConfig {
    TableConfig { markets, events, names: names(), ..TableConfig::default() }
}

/// All rows of a table.
fn whole<C: Columns>(run: &Run) -> C {
    let (mut columns, mut reader) = (C::new(&run.manifest.names()), run.table::<C>().unwrap());
    while reader.append_next(&mut columns).unwrap() {}
    columns
}

#[test]
fn every_table_comes_back() {
    let directory = TempDir::new().unwrap();
    write_run(directory.path(), 50, &[17, 18]);
    let mut run = Run::open(directory.path()).unwrap();
    let expected = columns_of(0..50);
    assert_eq!(format!("{:?}", run.read_markets().unwrap()), format!("{:?}", expected.markets));
    assert_eq!(format!("{:?}", run.read_fills().unwrap()), format!("{:?}", expected.fills));
    assert_eq!(format!("{:?}", run.read_agents().unwrap()), format!("{:?}", expected.agents));
    assert_eq!(format!("{:?}", run.read_events().unwrap()), format!("{:?}", expected.events));
    assert_eq!(format!("{:?}", run.read_parameters().unwrap()), format!("{:?}", expected.parameters));
    assert_eq!(format!("{:?}", whole::<ResourceColumns>(&run)), format!("{:?}", expected.resources));
    assert_eq!(format!("{:?}", whole::<DemandColumns>(&run)), format!("{:?}", expected.demand));
    assert_eq!(format!("{:?}", whole::<ProposalColumns>(&run)), format!("{:?}", expected.proposals));
    assert_eq!(format!("{:?}", whole::<AlertColumns>(&run)), format!("{:?}", expected.alerts));
    let tasks = whole::<TaskColumns>(&run);
    assert_eq!((&tasks.posted, &tasks.spent), (&expected.tasks.posted, &expected.tasks.spent));
    for row in 0..tasks.len() {
        assert_eq!(tasks.board.name(row), expected.tasks.board.name(row));
    }
    assert_eq!(format!("{:?}", whole::<ContractColumns>(&run)), format!("{:?}", expected.contracts));
    assert_eq!(format!("{:?}", whole::<AffiliateColumns>(&run)), format!("{:?}", expected.affiliates));
    // The manifest does not list accounts and reasons, so they come back by name rather than by id.
    let accounts = run.read_accounts().unwrap();
    assert_eq!(accounts.step, expected.accounts.step);
    assert_eq!(accounts.amount, expected.accounts.amount);
    for row in 0..accounts.len() {
        assert_eq!(accounts.account.name(row), expected.accounts.account.name(row));
        assert_eq!(accounts.asset.ids()[row], expected.accounts.asset.ids()[row]);
        assert_eq!(accounts.reason.name(row), expected.accounts.reason.name(row));
    }
    assert_eq!(run.warnings, Vec::<String>::new());
}

/// More rows than fit a row group, over several parts, read back in pieces.
#[test]
fn a_long_table_comes_back_in_order() {
    let directory = TempDir::new().unwrap();
    let mut tables = Tables::create(directory.path(), &on(true, false)).unwrap();
    let mut expected = MarketColumns::new(&names());
    for step in 0..200_000 {
        let row = shared::market_row(step);
        tables.markets.push(&row).unwrap();
        expected.push(&row);
        if step == 70_000 || step == 70_001 {
            tables.checkpoint().unwrap();
        }
    }
    let progress = tables.finish().unwrap();
    assert_eq!((progress.len(), progress[0].parts, progress[0].rows), (1, 3, 200_000));
    manifest(progress).write(&RunDirectory::at(directory.path()).manifest()).unwrap();
    let mut run = Run::open(directory.path()).unwrap();
    let pieces: Vec<MarketColumns> = run.table().unwrap().collect::<Result<_, _>>().unwrap();
    assert!(pieces.len() >= 4, "{} pieces", pieces.len());
    assert!(pieces.iter().all(|piece| piece.len() <= 1 << 16));
    assert_eq!(format!("{:?}", run.read_markets().unwrap()), format!("{expected:?}"));
}

#[test]
fn agents_are_read_at_chosen_steps() {
    let directory = TempDir::new().unwrap();
    write_run(directory.path(), 60, &[20, 40]);
    let mut run = Run::open(directory.path()).unwrap();
    let wanted = [59, 3, 20, 21, 1_000];
    let mut expected = columns_of(0..0).agents;
    for step in [3, 20, 21, 59] {
        shared::push_agents(step, |row| expected.push(row));
    }
    assert_eq!(format!("{:?}", run.read_agents_at(&wanted).unwrap()), format!("{expected:?}"));
    assert!(run.read_agents_at(&[]).unwrap().is_empty());
    assert_eq!(run.warnings, Vec::<String>::new());
}

/// Rows that carry much text must not gather in memory: 40,000 rows of 1 kB are well over the bound for a row group.
#[test]
fn long_text_is_written_out_on_the_way() {
    let directory = TempDir::new().unwrap();
    let mut tables = Tables::create(directory.path(), &on(false, true)).unwrap();
    let partial = directory.path().join("tables/events/.00000.parquet.partial");
    let mut grown = 0;
    let mut before = 0;
    for step in 0..40_000 {
        let detail = format!("{step:01000}");
        tables.events.push(&EventRow { step, kind: "shock", subject: "", detail: &detail, amount: None }).unwrap();
        let size = fs::metadata(&partial).map_or(0, |file| file.len());
        grown += u32::from(size > before);
        before = size;
    }
    assert!(grown >= 8, "written out {grown} times");
    let progress = tables.finish().unwrap();
    manifest(progress).write(&RunDirectory::at(directory.path()).manifest()).unwrap();
    let events = Run::open(directory.path()).unwrap().read_events().unwrap();
    assert_eq!(events.len(), 40_000);
    assert!(events.detail.iter().zip(0..).all(|(detail, step)| detail.parse() == Ok(step)));
}

#[test]
fn a_table_that_is_off_writes_nothing() {
    let directory = TempDir::new().unwrap();
    let mut tables = Tables::create(directory.path(), &on(true, false)).unwrap();
    assert!(tables.markets.is_on() && !tables.fills.is_on());
    push_step(&mut tables, 0);
    let progress = tables.finish().unwrap();
    manifest(progress).write(&RunDirectory::at(directory.path()).manifest()).unwrap();
    let folders: Vec<_> = fs::read_dir(directory.path().join("tables")).unwrap().collect();
    assert_eq!(folders.len(), 1);
    let mut run = Run::open(directory.path()).unwrap();
    assert_eq!(run.read_markets().unwrap().len(), 1);
    assert!(run.read_fills().unwrap().is_empty());
    assert_eq!(run.warnings, Vec::<String>::new());
}

/// A table that is on but saw nothing still shows its columns; a checkpoint without rows makes no part.
#[test]
fn an_empty_table_has_one_empty_part() {
    let directory = TempDir::new().unwrap();
    let mut tables = Tables::create(directory.path(), &on(false, true)).unwrap();
    assert_eq!(tables.checkpoint().unwrap()[0].parts, 0);
    let progress = tables.finish().unwrap();
    assert_eq!((progress[0].parts, progress[0].rows), (1, 0));
    assert!(directory.path().join("tables/events/00000.parquet").exists());
}

/// A run cut off after its checkpoint and resumed from there has the rows of one that was not, and no others.
#[test]
fn a_resumed_run_has_the_rows_of_one_that_went_straight_through() {
    let directory = TempDir::new().unwrap();
    let config = TableConfig::all(names());
    let mut tables = Tables::create(directory.path(), &config).unwrap();
    (0..30).for_each(|step| push_step(&mut tables, step));
    let at_checkpoint = tables.checkpoint().unwrap();
    (30..40).for_each(|step| push_step(&mut tables, step));
    tables.checkpoint().unwrap(); // parts closed, but the crash comes before the checkpoint is in place
    (40..45).for_each(|step| push_step(&mut tables, step));
    let half_written = directory.path().join("tables/fills/.00002.parquet.partial");
    fs::write(&half_written, "PAR1").unwrap();
    std::mem::forget(tables);

    let mut tables = Tables::resume(directory.path(), &config, &at_checkpoint).unwrap();
    assert!(!half_written.exists());
    (30..50).for_each(|step| push_step(&mut tables, step));
    let progress = tables.finish().unwrap();
    assert!(progress.iter().all(|table| table.parts == 2), "{progress:?}");
    manifest(progress).write(&RunDirectory::at(directory.path()).manifest()).unwrap();
    let mut run = Run::open(directory.path()).unwrap();
    let expected = columns_of(0..50);
    assert_eq!(format!("{:?}", run.read_fills().unwrap()), format!("{:?}", expected.fills));
    assert_eq!(format!("{:?}", run.read_agents().unwrap()), format!("{:?}", expected.agents));
    assert_eq!(format!("{:?}", run.read_events().unwrap()), format!("{:?}", expected.events));
    assert_eq!(run.warnings, Vec::<String>::new());
}

#[test]
fn a_resume_refuses_parts_that_are_gone_and_tables_that_changed() {
    let directory = TempDir::new().unwrap();
    let mut tables = Tables::create(directory.path(), &on(true, false)).unwrap();
    push_step(&mut tables, 0);
    let progress = tables.finish().unwrap();
    let resume = |config: &TableConfig| {
        Tables::resume(directory.path(), config, &progress).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(resume(&on(true, false)), "");
    assert!(resume(&on(true, true)).contains("wanted now but was off"));
    assert!(resume(&on(false, false)).contains("off now but was written"));
    fs::remove_file(directory.path().join("tables/markets/00000.parquet")).unwrap();
    assert!(resume(&on(true, false)).contains("which is not there"));
}

/// After a crash the closed parts are read, and what is missing is said.
#[test]
fn a_run_that_was_cut_off_is_read_as_far_as_it_goes() {
    let directory = TempDir::new().unwrap();
    write_run(directory.path(), 30, &[10, 20]);
    let last = directory.path().join("tables/fills/00002.parquet");
    let whole = fs::read(&last).unwrap();
    let two_parts = format!("{:?}", columns_of(0..20).fills);
    for len in [0, 3, whole.len() / 2, whole.len() - 1] {
        fs::write(&last, &whole[..len]).unwrap();
        let mut run = Run::open(directory.path()).unwrap();
        assert_eq!(format!("{:?}", run.read_fills().unwrap()), two_parts, "cut to {len} bytes");
        assert!(run.warnings[0].contains("00002.parquet, is unreadable"), "{:?}", run.warnings);
        assert!(run.warnings[1].contains("the table fills has"), "{:?}", run.warnings);
    }
    fs::remove_file(&last).unwrap();
    fs::write(directory.path().join("tables/fills/.00002.parquet.partial"), "PAR1").unwrap();
    let mut run = Run::open(directory.path()).unwrap();
    assert_eq!(format!("{:?}", run.read_fills().unwrap()), two_parts);
    assert!(run.warnings[0].contains("never closed"), "{:?}", run.warnings);

    // Damage before the end is no crash's doing: it is an error.
    fs::write(directory.path().join("tables/fills/00000.parquet"), "PAR1").unwrap();
    assert!(matches!(run.read_fills(), Err(RecordError::Malformed { .. })));
    fs::remove_file(directory.path().join("tables/fills/00000.parquet")).unwrap();
    let message = run.read_fills().unwrap_err().to_string();
    assert!(message.contains("part 0 of the table is missing"), "{message}");
}

/// A part with other columns is not taken for a crash's leftover.
#[test]
fn a_part_of_another_table_is_refused() {
    let directory = TempDir::new().unwrap();
    write_run(directory.path(), 2, &[]);
    let tables = directory.path().join("tables");
    fs::copy(tables.join("markets/00000.parquet"), tables.join("fills/00000.parquet")).unwrap();
    let message = Run::open(directory.path()).unwrap().read_fills().unwrap_err().to_string();
    assert!(message.contains("it has no column agent"), "{message}");
}

/// Once the disk is full the error names the file, the parts closed before are readable, and the table stays closed.
#[cfg(unix)]
#[test]
fn a_full_disk_keeps_closed_parts() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: /dev/full not present");
        return;
    }
    let directory = TempDir::new().unwrap();
    let mut tables = Tables::create(directory.path(), &on(true, false)).unwrap();
    push_step(&mut tables, 0);
    tables.checkpoint().unwrap();
    let folder = directory.path().join("tables/markets");
    std::os::unix::fs::symlink("/dev/full", folder.join(".00001.parquet.partial")).unwrap();
    push_step(&mut tables, 1);
    let message = tables.checkpoint().unwrap_err().to_string();
    assert_eq!(message, format!("cannot write {}: the disk is full", folder.join("00001.parquet").display()));
    push_step(&mut tables, 2);
    let message = tables.checkpoint().unwrap_err().to_string();
    assert!(message.contains("closed after an earlier error"), "{message}");
    let progress = tables.finish().unwrap();
    assert_eq!((progress[0].parts, progress[0].rows), (1, 1));
    manifest(progress).write(&RunDirectory::at(directory.path()).manifest()).unwrap();
    let mut run = Run::open(directory.path()).unwrap();
    assert_eq!(run.read_markets().unwrap().step, [0]);
    assert_eq!(run.warnings, Vec::<String>::new());
}

#[test]
fn a_folder_that_cannot_be_made_is_told_before_the_run() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Tables::create(&file, &on(true, false)).err().unwrap();
    assert_eq!(error.path(), file.join("tables/markets"));
}

/// Tables dropped on the way out of an error are closed: what they took is readable.
#[test]
fn dropped_tables_keep_their_rows() {
    let directory = TempDir::new().unwrap();
    let mut tables = Tables::create(directory.path(), &on(true, false)).unwrap();
    push_step(&mut tables, 0);
    drop(tables);
    manifest(vec![]).write(&RunDirectory::at(directory.path()).manifest()).unwrap();
    assert_eq!(Run::open(directory.path()).unwrap().read_markets().unwrap().step, [0]);
}

/// An id outside the names given is an error when written, not a wrong name in the file.
#[test]
fn an_unknown_id_is_refused() {
    let directory = TempDir::new().unwrap();
    let mut tables = Tables::create(directory.path(), &on(true, false)).unwrap();
    tables.markets.push(&MarketRow { market: 9, ..shared::market_row(0) }).unwrap();
    let message = tables.finish().unwrap_err().to_string();
    assert!(message.contains("column market: ") && message.contains("name number 9"), "{message}");
}

/// The same rows give the same bytes.
#[test]
fn files_are_deterministic() {
    let [one, two] = [(); 2].map(|()| {
        let directory = TempDir::new().unwrap();
        write_run(directory.path(), 40, &[15]);
        let part = |table: &str| fs::read(directory.path().join("tables").join(table).join("00001.parquet")).unwrap();
        [MarketColumns::NAME, FillColumns::NAME, EventColumns::NAME].map(part)
    });
    assert!(one == two);
}
