//! `settings`: every setting, what holds and where it comes from.

use std::process::ExitCode;

use core_base::config::Setting;
use platform::{out::print_json, say};

use crate::program::Program;

#[derive(serde::Serialize)]
struct Line<'a> {
    name: &'a str,
    app: &'static str,
    /// Null where nothing is set, or a secret is.
    value: Option<&'a str>,
    default: Option<&'a str>,
    is_set: bool,
    is_secret: bool,
}

pub(crate) fn print(program: &Program, json: bool) -> anyhow::Result<ExitCode> {
    if json {
        let lines: Vec<_> = program.settings.iter().map(Line::of).collect();
        print_json(&lines)?;
        return Ok(ExitCode::SUCCESS);
    }
    for setting in &program.settings {
        let value = match setting {
            Setting { is_secret: true, is_set: true, .. } => "(set, not shown)".to_owned(),
            Setting { value: Some(value), .. } => value.clone(),
            Setting { default: Some(default), .. } => format!("{default} (default)"),
            _ => "(not set)".to_owned(),
        };
        say!("{:22} {:10} {value}", setting.name, setting.app);
    }
    Ok(ExitCode::SUCCESS)
}

impl<'a> Line<'a> {
    fn of(setting: &'a Setting) -> Self {
        Self {
            name: &setting.name,
            app: setting.app,
            value: setting.value.as_deref(),
            default: setting.default.as_deref(),
            is_set: setting.is_set,
            is_secret: setting.is_secret,
        }
    }
}
