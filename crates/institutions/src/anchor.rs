//! What a change of a curve's parameters does to the money it holds.

use walras_catalog::choice;

choice! {
    /// What happens to a curve's reserve when its parameters change while tokens are out.
    ///
    /// A curve promises its holders the integral of its price from zero to the supply. New parameters promise
    /// another sum, while the reserve is still the old one: the difference must come from somewhere, or it would be
    /// created or destroyed. When no token is out there is no difference and all three are alike.
    pub enum OnChange {
        /// The new curve is scaled so that its integral equals the reserve: no money moves, and the price jumps.
        ReAnchor = "re_anchor",
        /// A named account pays what the new curve needs more, or receives what it needs less, with its reason in the
        /// record. The change is refused when the account cannot pay.
        Fund = "fund",
        /// The change is refused, with its reason in the record, unless the reserve covers the new integral.
        Refuse = "refuse",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use walras_catalog::{Node, Read, Value};

    #[test]
    fn every_name_is_read_back() {
        for &name in OnChange::NAMES {
            let read = OnChange::read(&Value::made(Node::Text(name.to_owned())), None).unwrap();
            assert_eq!(read.name(), name);
        }
        assert_eq!(OnChange::NAMES, ["re_anchor", "fund", "refuse"]);
    }
}
