//! `routes`: every route and who may call it.

use std::process::ExitCode;

use core_http::{Access, Route};

use platform::out::print_json;
use platform::say;

use crate::program::Program;

#[derive(serde::Serialize)]
struct Line {
    site: &'static str,
    method: String,
    path: &'static str,
    access: String,
    app: &'static str,
    handler: &'static str,
}

pub(crate) fn print(program: &Program, json: bool) -> anyhow::Result<ExitCode> {
    let registry = program.registry()?;
    let lines: Vec<_> = registry.routes.iter().map(line).collect();
    if json {
        print_json(&lines)?;
    } else {
        for Line { site, method, path, access, handler, .. } in lines {
            say!("{site:9} {method:4} {path:32} {access:18} {handler}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn line(route: &Route) -> Line {
    Line {
        site: route.site.as_str(),
        method: route.method.to_string(),
        path: route.path,
        access: match route.access {
            Access::Public => "anybody".into(),
            Access::SignedIn => "signed in".into(),
            Access::Member => "members".into(),
            Access::Permissions(all) => {
                all.iter().map(|one| one.key).collect::<Vec<_>>().join(" and ")
            }
        },
        app: route.app,
        handler: route.handler,
    }
}
