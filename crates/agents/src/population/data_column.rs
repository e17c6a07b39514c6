//! Values from a data file, one row for each agent.

use walras_catalog::entry;
use walras_numerics::{Column, Purpose};

use super::{Distribution, Setup};

entry! {
    /// Values from a column of a data file: row i is agent i's. Rows beyond the last agent are left out.
    pub struct DataColumn = "column" {
        formula: "x_i = file[column][i]",
        source: "elementary",
        /// A CSV or Parquet file, relative to the scenario.
        file: String;
        /// The column's name.
        column: String;
    }
}

impl Distribution for DataColumn {
    fn draw(&self, _: Purpose, setup: &mut Setup<'_>) -> Result<Column, String> {
        let Self { file, column } = self;
        let values = setup.data.column(file, column)?;
        let Some(values) = values.get(..setup.size) else {
            let rows = values.len();
            return Err(format!(
                "the column `{column}` of `{file}` has {rows} rows, but the cohort has {} agents",
                setup.size
            ));
        };
        if let Some((row, value)) = values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
            let place = format!("row {} of the column `{column}` of `{file}`", row + 1);
            return Err(format!("{place} is {value}, not a finite number"));
        }
        Ok(Column::Each(values.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::sampling::setup;
    use super::super::{Data, NoData};
    use super::*;

    struct Table(Vec<f64>);

    impl Data for Table {
        fn texts(&mut self, file: &str, _: &str) -> Result<std::sync::Arc<[String]>, String> {
            Err(format!("`{file}` has no texts"))
        }

        fn column(&mut self, file: &str, column: &str) -> Result<Arc<[f64]>, String> {
            assert_eq!((file, column), ("people.csv", "wealth"));
            Ok(self.0.as_slice().into())
        }
    }

    fn draw(data: &mut dyn Data) -> Result<Column, String> {
        let entry = DataColumn { file: "people.csv".to_owned(), column: "wealth".to_owned() };
        entry.draw(Purpose::parameter(0), &mut setup(3, data))
    }

    #[test]
    fn row_i_is_agent_is_and_further_rows_are_left_out() {
        assert_eq!(draw(&mut Table(vec![4.0, 5.0, 6.0, 7.0])), Ok(Column::Each(vec![4.0, 5.0, 6.0])));
    }

    #[test]
    fn too_few_rows_numbers_that_are_none_and_missing_files_are_told() {
        let message = draw(&mut Table(vec![1.0, 2.0])).unwrap_err();
        assert_eq!(message, "the column `wealth` of `people.csv` has 2 rows, but the cohort has 3 agents");
        let message = draw(&mut Table(vec![1.0, f64::NAN, 2.0])).unwrap_err();
        assert_eq!(message, "row 2 of the column `wealth` of `people.csv` is NaN, not a finite number");
        assert!(draw(&mut NoData).unwrap_err().contains("people.csv"));
    }
}
