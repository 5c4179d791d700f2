//! Billing: what is sold, and how Stripe learns of it.

mod command;
pub mod plan;
pub mod settings;
pub mod stripe;
pub mod sync;
#[cfg(test)]
mod tests;

use platform::App;

/// What this app brings.
pub fn app() -> App {
    App::new("billing").extension(settings::Billing::from_settings).command(command::run)
}
