//! The page of an invoice, and the invoice as a PDF.

use askama::Template;
use serde_json::Value;

use super::{Page, buyer, gone};
use crate::{
    catalogue::money,
    period::day,
    portal,
    world::{World, id_in, number, text},
};

#[derive(Template)]
#[template(path = "stripe_sandbox/invoice.html")]
struct Invoice {
    base: String,
    id: String,
    number: String,
    customer: String,
    day: String,
    /// In words, and the amount.
    lines: Vec<(String, String)>,
    total: String,
    due: String,
    is_open: bool,
    problem: String,
}

impl Invoice {
    fn of(world: &World, invoice: &Value, problem: &str, base: &str) -> Self {
        let currency = text(invoice, "currency");
        let lines = invoice["lines"]["data"].as_array().cloned().unwrap_or_default();
        let line = |one: &Value| {
            (text(one, "description").to_owned(), money(number(one, "amount"), currency))
        };
        Self {
            base: base.to_owned(),
            id: text(invoice, "id").to_owned(),
            number: text(invoice, "number").to_owned(),
            customer: buyer(world, id_in(invoice, "customer")),
            day: day(number(invoice, "created")),
            lines: lines.iter().map(line).collect(),
            total: money(number(invoice, "total"), currency),
            due: money(number(invoice, "amount_remaining"), currency),
            is_open: text(invoice, "status") == "open",
            problem: problem.to_owned(),
        }
    }
}

pub(super) fn show(world: &World, id: &str, base: &str) -> Page {
    match world.find("invoice", id) {
        Some(invoice) => Page::html(200, &Invoice::of(world, &invoice, "", base)),
        None => gone(base),
    }
}

pub(super) fn pay(world: &mut World, id: &str, base: &str) -> Page {
    match (portal::pay(world, id, true), world.find("invoice", id)) {
        (Ok(_), _) => Page::to(format!("{base}/invoice/{id}")),
        (Err(fault), Some(invoice)) => {
            Page::html(fault.status, &Invoice::of(world, &invoice, fault.message(), base))
        }
        (Err(_), None) => gone(base),
    }
}

/// One page of text in Helvetica: what a sandbox has to print.
pub(super) fn pdf(world: &World, id: &str, base: &str) -> Page {
    let Some(invoice) = world.find("invoice", id) else { return gone(base) };
    let shown = Invoice::of(world, &invoice, "", base);
    let mut rows = vec![
        format!("Invoice {}", shown.number),
        format!("{}, {}", shown.customer, shown.day),
        String::new(),
    ];
    rows.extend(shown.lines.iter().map(|(words, amount)| format!("{words}   {amount}")));
    rows.extend([
        String::new(),
        format!("Total   {}", shown.total),
        format!("Due   {}", shown.due),
    ]);
    Page { status: 200, location: None, kind: "application/pdf", body: print(&rows) }
}

fn print(rows: &[String]) -> Vec<u8> {
    // Latin letters alone; others would need a font.
    let plain = |text: &String| {
        let text = text.replace('×', "x").replace('€', "EUR ").replace('¥', "JPY ");
        let text: String = text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
        text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)")
    };
    let mut draw = "BT /F1 12 Tf 56 780 Td 18 TL".to_owned();
    for row in rows {
        draw.push_str(&format!(" ({}) Tj T*", plain(row)));
    }
    draw.push_str(" ET");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R\
         /Resources<</Font<</F1 5 0 R>>>>>>"
            .to_owned(),
        format!("<</Length {}>>stream\n{draw}\nendstream", draw.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut places = vec![];
    for (at, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.push_str(&format!("{} 0 obj{object}endobj\n", at + 1));
    }
    let table = pdf.len();
    pdf.push_str("xref\n0 6\n0000000000 65535 f \n");
    for place in places {
        pdf.push_str(&format!("{place:010} 00000 n \n"));
    }
    pdf.push_str(&format!("trailer<</Size 6/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"));
    pdf.into_bytes()
}
