//! Places in rows and columns.

use walras_catalog::entry;

use super::{Ground, Network, PLACES_MAX, Topology};

entry! {
    /// Places in rows and columns, each linked to its neighbours in both. Places are numbered row by row.
    pub struct Grid = "grid" {
        formula: "(r, c) — (r ± 1, c), (r, c ± 1)",
        check: |this| {
            if f64::from(this.rows) * f64::from(this.columns) > PLACES_MAX {
                return Err(("columns", format!("{} × {} places are more than {PLACES_MAX}", this.rows, this.columns)));
            }
            Ok(())
        },
        source: "elementary",
        /// Rows.
        rows: u32, within 1.0..=PLACES_MAX;
        /// Columns.
        columns: u32, within 1.0..=PLACES_MAX;
        /// Whether the last row is linked to the first, and the last column to the first.
        torus: bool = false;
    }
}

impl Topology for Grid {
    fn build(&self, ground: &mut Ground<'_>) -> Result<Network, String> {
        let (rows, columns) = (self.rows as usize, self.columns as usize);
        let mut network = Network::of(rows * columns);
        for place in 0..rows * columns {
            let (row, column) = (place / columns, place % columns);
            if column + 1 < columns {
                network.link(place, place + 1, ground.link)?;
            } else if self.torus && columns > 2 {
                network.link(place, row * columns, ground.link)?;
            }
            if row + 1 < rows {
                network.link(place, place + columns, ground.link)?;
            } else if self.torus && rows > 2 {
                network.link(place, column, ground.link)?;
            }
        }
        Ok(network)
    }
}
