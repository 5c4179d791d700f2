//! Reading rows: one page of a list, one row, and what a relation offers.

use core_base::Result;
use core_db::{Page, Paging, TenantDb};
use core_ui::Calendar;
use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait, Order, QueryResult, Value,
    sea_query::{
        Alias, Asterisk, Condition, Expr, Func, LockType, NullOrdering, Query, SelectStatement,
        SimpleExpr,
    },
};
use uuid::Uuid;

use crate::{
    Chosen, Resource, Row, Search, Stored,
    resource::Spec,
    search::{Filter, NONE},
};

impl Resource {
    /// One page of what is found: a query for the number and one for the rows, whatever they refer to.
    pub async fn list(
        &self,
        db: &TenantDb,
        search: &Search,
        calendar: &Calendar,
    ) -> Result<Page<Row>> {
        let mut count = self.found(db, search, calendar);
        count.expr(Func::count(Expr::col(Asterisk)));
        let total = db.query_one_raw(db.get_database_backend().build(&count)).await?;
        let total: Option<i64> = total.map(|row| row.try_get_by_index(0)).transpose()?;
        let total = total.and_then(|total| u64::try_from(total).ok()).unwrap_or_default();
        let paging = Paging::new(search.page, search.size).within(total);
        let mut rows = self.found(db, search, calendar);
        let wanted = self.listed();
        self.select(&mut rows, &wanted, |field| field.parts.is_listed);
        self.order(&mut rows, search);
        rows.offset(paging.offset()).limit(paging.size);
        let rows = db.query_all_raw(db.get_database_backend().build(&rows)).await?;
        let rows = rows.iter().map(|row| self.row(row, &wanted, |field| field.parts.is_listed));
        Ok(Page { rows: rows.collect::<Result<_, _>>()?, total, paging })
    }

    /// One row with all its columns.
    pub async fn find(&self, db: &TenantDb, id: Uuid) -> Result<Option<Row>> {
        let only = self.scoped().add(self.column(self.key).eq(id));
        Ok(self.whole(db, only, false).await?.pop())
    }

    /// Rows with all their columns; `is_held`: nobody else changes them until the transaction ends.
    pub(crate) async fn whole(
        &self,
        db: &TenantDb,
        which: Condition,
        is_held: bool,
    ) -> Result<Vec<Row>> {
        let mut query = Query::select();
        query.from(self.table.clone()).cond_where(which);
        let known = |at: &usize| self.columns[*at].stored.is_some();
        let all: Vec<_> = (0..self.columns.len()).filter(known).collect();
        self.select(&mut query, &all, |_| true);
        if is_held {
            query.lock_with_tables(LockType::Update, [Alias::new(&self.name)]);
        }
        let rows = db.query_all_raw(db.get_database_backend().build(&query)).await?;
        let rows = rows.iter().map(|row| self.row(row, &all, |_| true));
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many rows were chosen.
    pub(crate) async fn count(&self, db: &TenantDb, chosen: &Chosen) -> Result<u64> {
        let mut query = Query::select();
        query.from(self.table.clone()).cond_where(self.chosen(db, chosen));
        query.expr(Func::count(Expr::col(Asterisk)));
        let count = db.query_one_raw(db.get_database_backend().build(&query)).await?;
        let count: Option<i64> = count.map(|row| row.try_get_by_index(0)).transpose()?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
    }

    /// The titles of the first of them, in their order.
    pub(crate) async fn names(&self, db: &TenantDb, of: &Chosen, many: u64) -> Result<Vec<String>> {
        let title = &self.fields[self.title];
        let mut query = Query::select();
        query.from(self.table.clone()).cond_where(self.chosen(db, of)).limit(many);
        query.expr(self.column(title.at));
        for by in title.parts.kind.order(self.column(title.at)) {
            query.order_by_expr(by, Order::Asc);
        }
        let rows = db.query_all_raw(db.get_database_backend().build(&query)).await?;
        Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
    }

    /// The first rows in whose searched fields these words stand, by title: what they are called.
    pub async fn titles(
        &self,
        db: &TenantDb,
        words: &str,
        many: u64,
        calendar: &Calendar,
    ) -> Result<Vec<(Uuid, String)>> {
        let search = self.search(&[("q".to_owned(), words.to_owned())]);
        let title = &self.fields[self.title];
        let mut query = self.found(db, &search, calendar);
        for by in title.parts.kind.order(self.column(title.at)) {
            query.order_by_expr(by, Order::Asc);
        }
        let wanted = [self.key, title.at];
        self.select(&mut query, &wanted, |_| false);
        query.limit(many);
        let rows = db.query_all_raw(db.get_database_backend().build(&query)).await?;
        let titled = |row: &QueryResult| {
            let row = self.row(row, &wanted, |_| false)?;
            Ok((row.id, self.title(&row)))
        };
        rows.iter().map(titled).collect()
    }

    /// Everything that is found, in no order, without columns.
    pub(crate) fn found(
        &self,
        db: &TenantDb,
        search: &Search,
        calendar: &Calendar,
    ) -> SelectStatement {
        let mut query = Query::select();
        query.from(self.table.clone()).cond_where(self.condition(db, search, calendar));
        query
    }

    /// What a row must be to be found.
    pub(crate) fn condition(
        &self,
        db: &TenantDb,
        search: &Search,
        calendar: &Calendar,
    ) -> Condition {
        let mut all = self.scoped();
        if !search.words.is_empty() {
            // Where nothing is searched nothing is found: an empty condition would find everything.
            let nothing = Condition::any().add(Expr::cust("1 = 0"));
            let searched = self.fields.iter().filter(|field| field.parts.is_searched);
            all = all.add(
                searched.fold(nothing, |any, field| any.add(self.holds(db, field, &search.words))),
            );
        }
        for (field, filter) in &search.filters {
            all = all.add(self.passes(&self.fields[*field], filter, calendar));
        }
        all
    }

    fn holds(&self, db: &TenantDb, field: &Spec, words: &str) -> SimpleExpr {
        let column = self.column(field.at);
        let Some(referred) = &field.parts.referred else { return db.contains(column, words) };
        let mut ids = Query::select();
        ids.column(referred.key.clone()).from(referred.table.clone());
        ids.and_where(db.contains(Expr::col(referred.label.clone()), words));
        column.in_subquery(ids)
    }

    fn passes(&self, field: &Spec, filter: &Filter, calendar: &Calendar) -> Condition {
        let column = || self.column(field.at);
        match filter {
            Filter::OneOf(all) => {
                let is = |text: &String| match (text.as_str(), field.stored) {
                    (NONE, _) if self.columns[field.at].is_nullable => column().is_null(),
                    (text, Stored::Bool) => column().eq(text == "true"),
                    (text, Stored::Uuid) => column().eq(text.parse::<Uuid>().unwrap_or_default()),
                    (text, _) => column().eq(text),
                };
                all.iter().fold(Condition::any(), |any, text| any.add(is(text)))
            }
            Filter::Between(from, to) => {
                let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap_or_default();
                let value = |day: chrono::NaiveDate| match field.stored {
                    Stored::Instant => Value::from(calendar.start_of(day)),
                    _ => day.into(),
                };
                let mut all = Condition::all();
                if let Some(from) = from {
                    all = all.add(column().gte(value(day(from))));
                }
                if let Some(to) = to {
                    let next = day(to).succ_opt().unwrap_or(chrono::NaiveDate::MAX);
                    all = all.add(column().lt(value(next)));
                }
                all
            }
        }
    }

    /// The columns that a list needs.
    fn listed(&self) -> Vec<usize> {
        let wanted = |field: &&Spec| {
            let parts = &field.parts;
            parts.is_listed || parts.is_title || parts.is_subtitle
        };
        let mut all: Vec<_> = self.fields.iter().filter(wanted).map(|field| field.at).collect();
        all.push(self.key);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Asks for these columns, and for what people read of the rows they refer to.
    pub(crate) fn select(
        &self,
        query: &mut SelectStatement,
        wanted: &[usize],
        shown: impl Fn(&Spec) -> bool,
    ) {
        for at in wanted {
            query.expr(self.column(*at));
        }
        for field in self.fields.iter().filter(|field| shown(field)) {
            let Some(referred) = &field.parts.referred else { continue };
            let there = Expr::col((field.alias.clone(), referred.key.clone()));
            query.join_as(
                sea_orm::JoinType::LeftJoin,
                referred.table.clone(),
                field.alias.clone(),
                there.eq(self.column(field.at)),
            );
            query.expr(Expr::col((field.alias.clone(), referred.label.clone())));
        }
    }

    pub(crate) fn row(
        &self,
        row: &QueryResult,
        wanted: &[usize],
        shown: impl Fn(&Spec) -> bool,
    ) -> Result<Row, DbErr> {
        let mut values = vec![None; self.columns.len()];
        let mut id = Uuid::nil();
        for (place, at) in wanted.iter().enumerate() {
            let Some(stored) = self.columns[*at].stored else { continue };
            let value = stored.read(row, place)?;
            if let (true, Value::Uuid(Some(key))) = (*at == self.key, &value) {
                id = *key;
            }
            values[*at] = Some(value);
        }
        let mut place = wanted.len();
        let mut labels = vec![None; self.fields.len()];
        for (at, field) in self.fields.iter().enumerate().filter(|(_, field)| shown(field)) {
            if field.parts.referred.is_some() {
                labels[at] = row.try_get_by_index(place)?;
                place += 1;
            }
        }
        Ok(Row { id, values, labels })
    }

    fn order(&self, query: &mut SelectStatement, search: &Search) {
        let last = search.order.or_else(|| self.first()).unwrap_or((self.title, false));
        let (field, down) = last;
        let order = if down { Order::Desc } else { Order::Asc };
        let spec = &self.fields[field];
        // A relation is ordered by what people read of it.
        let by = match &spec.parts.referred {
            Some(referred) => {
                let label = Expr::col((spec.alias.clone(), referred.label.clone()));
                vec![Func::lower(label).into()]
            }
            None => spec.parts.kind.order(self.column(spec.at)),
        };
        // Said only where a value can be missing: PostgreSQL takes no index for an order that names
        // the place of missing ones otherwise than the index does.
        let can_miss = self.columns[spec.at].is_nullable || spec.parts.referred.is_some();
        for expr in by {
            match can_miss {
                true => query.order_by_expr_with_nulls(expr, order.clone(), NullOrdering::Last),
                false => query.order_by_expr(expr, order.clone()),
            };
        }
        // Rows that are alike must not change places between two pages.
        query.order_by_expr(self.column(self.key), order);
    }

    /// Is there another row with this value?
    pub(crate) async fn is_taken(
        &self,
        db: &TenantDb,
        field: &Spec,
        value: &Value,
        but: Option<Uuid>,
    ) -> Result<bool> {
        let mut query = Query::select();
        query.expr(Expr::val(1)).from(self.table.clone()).limit(1);
        query.and_where(self.column(field.at).eq(value.clone()));
        if let Some(id) = but {
            query.and_where(self.column(self.key).ne(id));
        }
        Ok(db.query_one_raw(db.get_database_backend().build(&query)).await?.is_some())
    }
}
