//! What a maker traded becomes postings: its curve mints and burns for the book, as one order.

use walras_ledger::exchange::Posted;
use walras_ledger::{Account, AssetId, Atoms, Broken, Ledger, NamedId, Reason, Transfer};

use crate::venue::Venue;
use crate::venue::results::Made;

/// Moves what makers traded between their curves' accounts and the book's: before the traders' own postings what the book
/// needs for them (`needed`), afterwards what they left there.
///
/// # Errors
/// When a trade brought less than the curve charges for it, or an account holds too little: an invariant is broken.
pub(super) fn pass(
    ledger: &mut Ledger,
    venues: &[Venue],
    book: &Venue,
    made: &[Made],
    needed: bool,
) -> Result<(), Broken> {
    let (house, money) = (book.accounts.money, AssetId::NUMERAIRE);
    for made in made {
        if made.fee < made.least_fee || made.fee < 0 || made.tribute < 0 {
            return Err(Broken(format!(
                "{} made less at {} than it charges: {made:?}",
                venues[made.curve].name, book.name
            )));
        }
        let curve = &venues[made.curve].accounts;
        // From the curve's account to the book's where positive.
        let tokens = (book.asset, curve.tokens, made.tokens, Reason::Trade);
        let trade = (money, curve.money, -made.trade, Reason::Trade);
        for (asset, account, amount, reason) in [tokens, trade] {
            if (amount > 0) == needed {
                shift(ledger, asset, (account, house), amount, reason, &book.name)?;
            }
        }
        let charges = [
            (curve.fees, made.fee, Reason::Fee),
            (curve.tributes, made.tribute, Reason::Tribute),
            (book.accounts.fees, made.market_fee, Reason::Fee),
        ];
        for (account, amount, reason) in charges.into_iter().filter(|_| !needed) {
            shift(ledger, money, (house, account), amount, reason, &book.name)?;
        }
    }
    Ok(())
}

/// Moves `amount` of an asset from the first account to the second, or back where it is negative.
fn shift(
    ledger: &mut Ledger,
    asset: AssetId,
    (first, second): (NamedId, NamedId),
    amount: Atoms,
    reason: Reason,
    market: &str,
) -> Result<(), Broken> {
    let (first, second): (Account, Account) = (first.into(), second.into());
    let (from, to) = if amount > 0 { (first, second) } else { (second, first) };
    let transfer = Transfer { asset, from, to, amount: amount.abs(), reason };
    ledger.post(transfer).map_err(|why| Broken(format!("the maker of {market}, {}: {why}", reason.name())))
}

/// What a maker's trade was at the book, where it is one of two traders.
pub(super) fn made_at_book(made: &Made) -> Posted {
    let mut posted = trade(-made.tokens, -made.paid);
    posted.fees = made.market_fee.into();
    posted
}

/// What it was at the curve, whose trader is the book.
pub(super) fn made_at_curve(made: &Made) -> Posted {
    let mut posted = trade(made.tokens, made.trade);
    (posted.fees, posted.tributes) = (made.fee.into(), made.tribute.into());
    posted
}

/// Tokens that a trader got for money; gave where negative.
fn trade(tokens: Atoms, money: Atoms) -> Posted {
    let [tokens, money] = [tokens, money].map(i128::from);
    if tokens > 0 {
        Posted { bought: tokens, paid: money, ..Posted::default() }
    } else {
        Posted { sold: -tokens, received: -money, ..Posted::default() }
    }
}
