//! The order in which people expect names with numbers in them: 1, 2, 10, and not 1, 10, 2.

use sea_orm::{
    ColumnTrait, ExprTrait, Order, QueryOrder,
    sea_query::{Expr, Func},
};

const DIGITS: &str = "0123456789";

/// What may stand before the first number of a name; any other letter ends the search for one.
const BEFORE: &str = " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ\
                      àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþßÿœšžłąęćńśźżčřěůďťňőűğışăîâșț\
                      ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŒŠŽŁĄĘĆŃŚŹŻČŘĚŮĎŤŇŐŰĞİŞĂȘȚ\
                      -_.,:;/\\|#+&()[]{}<>\"'’“”–—!?@*=~";

/// Orders by a name as people count: by what stands before its first number, then by that number,
/// then by the rest. The store compares, the same on both, so that pages follow one another.
pub fn order_by_name<Q: QueryOrder>(query: Q, column: impl ColumnTrait, order: Order) -> Q {
    let by = name_order(Expr::col(column.as_column_ref()));
    by.into_iter().fold(query, |query, by| query.order_by(by, order.clone()))
}

/// What [`order_by_name`] orders by, one after the other.
pub fn name_order(column: Expr) -> [Expr; 3] {
    let name = || Expr::from(Func::lower(column.clone()));
    let without = |text: Expr, letters: &'static str| {
        Expr::from(Func::cust("ltrim").args([text, Expr::value(letters)]))
    };
    let length = |text: Expr| Expr::from(Func::char_length(text));
    let rest = || without(name(), BEFORE);
    let before = length(name()).sub(length(rest()));
    let before = Func::cust("substr").args([name(), Expr::value(1), before]);
    // A number with more digits is greater; one with as many is compared as text.
    let digits = length(rest()).sub(length(without(rest(), DIGITS)));
    [before.into(), digits, name()]
}
