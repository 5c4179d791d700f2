//! What stands on invoices: who gets them, name, address, tax number and a line of the customer's own. It is kept at
//! Stripe alone.

use askama::Template;
use platform::{
    Can, Extension, Form, Result, Submitted, TenantDb, Ui,
    people::normalise_email,
    process::Platform,
    request::CurrentTenant,
    see_other_with,
    ui::{self, Errors, FormState, Toast},
};
use serde::Deserialize;
use stripe_billing::tax_id::{
    CreateCustomerTaxId, CreateCustomerTaxIdType, DeleteCustomerTaxId, ListCustomerTaxId,
};
use stripe_core::customer::{
    CustomFieldParams, OptionalFieldsCustomerAddress as Address, RetrieveCustomer,
    RetrieveCustomerReturned, UpdateCustomer, UpdateCustomerInvoiceSettings,
};

use super::{
    DETAILS,
    countries::{COUNTRIES, tax_number},
    failed, in_time, stripe,
};
use crate::{
    account::{self, Failure},
    checkout,
    permissions::ManageBilling,
    settings::Billing,
    stripe::{Stripe, Trouble},
};

const TITLE: &str = "Billing details";
/// What the customer's own line is called on invoices.
const ORDER: &str = "Purchase order";
/// So long a line may be.
const LINE: usize = 120;
/// Stripe takes no more in a field of an invoice.
const ORDER_LINE: usize = 140;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Details {
    email: String,
    name: String,
    line1: String,
    line2: String,
    city: String,
    postal_code: String,
    country: String,
    state: String,
    tax_number: String,
    /// What stood there when the page was drawn.
    seen_tax_number: String,
    order: String,
}

impl Form for Details {
    fn check(&self, errors: &mut Errors) {
        let email = normalise_email(&self.email).is_some();
        errors.ensure(email, "email", "Enter an email address.");
        errors.ensure(!self.name.trim().is_empty(), "name", "Enter a name.");
        let country =
            self.country.is_empty() || COUNTRIES.iter().any(|(code, _)| *code == self.country);
        errors.ensure(country, "country", "Choose a country from the list.");
        let lines = [
            ("name", &self.name),
            ("line1", &self.line1),
            ("line2", &self.line2),
            ("city", &self.city),
            ("postal_code", &self.postal_code),
            ("state", &self.state),
            ("tax_number", &self.tax_number),
            ("order", &self.order),
        ];
        for (field, line) in lines {
            let is_short = line.chars().count() <= LINE;
            errors.ensure(is_short, field, "Please use at most 120 characters.");
        }
        let is_new = self.is_new_number() && !self.tax_number.trim().is_empty();
        if is_new && country && tax_number(&self.country).is_none() {
            let text = match self.country.is_empty() {
                true => "Choose the country of this number.",
                false => {
                    "We can't check numbers of this country here. Add it under “Payment \
                          method” instead."
                }
            };
            errors.add("tax_number", text);
        }
    }
}

impl Details {
    fn is_new_number(&self) -> bool {
        self.tax_number.trim() != self.seen_tax_number.trim()
    }

    fn answer(&self) -> FormState {
        FormState::empty()
            .with("email", &self.email)
            .with("name", &self.name)
            .with("line1", &self.line1)
            .with("line2", &self.line2)
            .with("city", &self.city)
            .with("postal_code", &self.postal_code)
            .with("country", &self.country)
            .with("state", &self.state)
            .with("tax_number", &self.tax_number)
            .with("seen_tax_number", &self.seen_tax_number)
            .with("order", &self.order)
    }
}

#[derive(Template)]
#[template(path = "billing/details.html")]
struct Page<'a> {
    answer: FormState,
    countries: Vec<(&'static str, &'static str)>,
    csrf: &'a str,
}

pub(super) async fn show(
    who: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    ui: Ui,
) -> Result {
    let stripe = stripe(&billing)?;
    let known = account::find(core.store.catalog(), tenant.id).await?;
    let Some(customer) = known.customer else {
        let answer = FormState::empty().with("email", &who.member.email).with("name", &tenant.name);
        return draw(&ui, answer);
    };
    let read = async { Ok(read(stripe, &customer).await?) };
    match in_time(read).await {
        Ok(details) => draw(&ui, details.answer()),
        Err(failure) => failed(&ui, failure, DETAILS),
    }
}

pub(super) async fn save(
    who: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<Details>,
) -> Result {
    let stripe = stripe(&billing)?;
    db.let_go().await?;
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&ui, answer),
    };
    let done = async {
        let email = &who.member.email;
        let customer = checkout::customer(&core.store, stripe, &tenant, email).await?;
        // The number first: it is what can be refused.
        number(stripe, &customer, &form).await?;
        write(stripe, &customer, &form).await?;
        Ok(())
    };
    match in_time(done).await {
        Ok(()) => see_other_with(DETAILS, &Toast::success("Billing details saved")),
        Err(Failure::Stripe(trouble)) if trouble.is("tax_id_invalid") => {
            let text = "This is no tax number of that country.";
            draw(&ui, form.answer().reject("tax_number", text))
        }
        Err(Failure::Stripe(trouble)) if trouble.is("email_invalid") => {
            draw(&ui, form.answer().reject("email", "Enter an email address."))
        }
        Err(failure) => failed(&ui, failure, DETAILS),
    }
}

fn draw(ui: &Ui, answer: FormState) -> Result {
    let countries = [("", "Choose a country")].into_iter().chain(COUNTRIES.iter().copied());
    let page = Page { answer, countries: countries.collect(), csrf: ui.csrf() };
    match page.answer.is_rejected() {
        true => ui.invalid(TITLE, &page),
        false => ui.page(TITLE, &page),
    }
}

async fn read(stripe: &Stripe, customer: &str) -> Result<Details, Trouble> {
    let read = match stripe.read(&RetrieveCustomer::new(customer)).await? {
        RetrieveCustomerReturned::Customer(customer) => customer,
        RetrieveCustomerReturned::DeletedCustomer(_) => return Ok(Details::default()),
    };
    let numbers = stripe.read(&ListCustomerTaxId::new(customer)).await?.data;
    let address = read.address;
    let part = |read: fn(&stripe_shared::Address) -> &Option<String>| {
        address.as_ref().and_then(|address| read(address).clone()).unwrap_or_default()
    };
    let number = numbers.into_iter().next().map(|one| one.value).unwrap_or_default();
    let fields =
        read.invoice_settings.and_then(|settings| settings.custom_fields).unwrap_or_default();
    Ok(Details {
        email: read.email.unwrap_or_default(),
        name: read.name.unwrap_or_default(),
        line1: part(|address| &address.line1),
        line2: part(|address| &address.line2),
        city: part(|address| &address.city),
        postal_code: part(|address| &address.postal_code),
        country: part(|address| &address.country),
        state: part(|address| &address.state),
        seen_tax_number: number.clone(),
        tax_number: number,
        order: fields
            .into_iter()
            .find(|field| field.name == ORDER)
            .map(|field| field.value)
            .unwrap_or_default(),
    })
}

async fn write(stripe: &Stripe, customer: &str, form: &Details) -> Result<(), Trouble> {
    let text = |typed: &str| Some(typed.trim().to_owned());
    let address = Address {
        line1: text(&form.line1),
        line2: text(&form.line2),
        city: text(&form.city),
        postal_code: text(&form.postal_code),
        country: text(&form.country),
        state: text(&form.state),
    };
    let mut settings = UpdateCustomerInvoiceSettings::new();
    let order: String = form.order.trim().chars().take(ORDER_LINE).collect();
    let field = CustomFieldParams { name: ORDER.to_owned(), value: order.clone() };
    settings.custom_fields = Some(if order.is_empty() { vec![] } else { vec![field] });
    let request = UpdateCustomer::new(customer)
        .email(form.email.trim())
        .name(form.name.trim())
        .address(address)
        .invoice_settings(settings);
    stripe.read(&request).await.map(drop)
}

/// The tax number that was shown becomes the one that is typed; others, given at Stripe, stay.
async fn number(stripe: &Stripe, customer: &str, form: &Details) -> Result<(), Trouble> {
    if !form.is_new_number() {
        return Ok(());
    }
    let typed = form.tax_number.trim();
    let known = stripe.read(&ListCustomerTaxId::new(customer)).await?.data;
    let is_there = known.iter().any(|one| one.value == typed);
    if !typed.is_empty() && !is_there {
        let Some(kind) = tax_number(&form.country) else { return Ok(()) };
        let Ok(kind) = kind.parse::<CreateCustomerTaxIdType>();
        // Refused, it may be typed again in another way; made twice, one of them goes next time.
        stripe.read_once(&CreateCustomerTaxId::new(customer, kind, typed)).await?;
    }
    for old in known.iter().filter(|one| one.value == form.seen_tax_number.trim()) {
        stripe.read(&DeleteCustomerTaxId::new(customer, old.id.to_string())).await?;
    }
    Ok(())
}
