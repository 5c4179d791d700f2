//! `serve`: opens the store, mounts the apps, answers until it is told to stop.

use std::{process::ExitCode, time::Duration};

use anyhow::Context;
use core_base::{
    Config,
    config::{Environment, StoreConfig},
};
use core_db::Store;
use platform::Registry;
use tokio::{net::TcpListener, signal::unix};

use crate::{apps, commands, seed};

/// Runs the site until SIGTERM or ctrl-c, then ends without losing a request.
pub(crate) async fn serve(config: Config) -> anyhow::Result<ExitCode> {
    let registry = Registry::new(apps(&config)).map_err(commands::check::all)?;
    // Taken first: a second process on the same address must not touch the store.
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listening on {} (LISTEN)", config.listen))?;
    let store = open(&config).await?;
    store.sweep().await?;
    core_access::repair(&store).await.map_err(core_base::Error::into_anyhow)?;
    let demo = config.environment == Environment::Development;
    if demo {
        seed::demo(&store).await?;
    }
    let origin = config.account_origin();
    let (app, core) = registry.mount(config.clone(), store.clone());
    let changes = tokio::spawn(store.changes().clone().run());
    let upkeep = tokio::spawn(upkeep(core.clone()));
    tracing::info!("listening on {}, serving {origin}", config.listen);
    if demo {
        seed::print_welcome(&config);
    }
    core_http::serve(listener, app, core, stopped()?).await?;
    changes.abort();
    upkeep.abort();
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Where one process does everything, it also migrates. A production database is migrated by its
/// own command before the new release starts; until then `/readyz` says no.
async fn open(config: &Config) -> anyhow::Result<Store> {
    let alone = matches!(config.store, StoreConfig::Embedded)
        || config.environment != Environment::Production;
    if !alone {
        return Store::open(config, migrations::ALL).await;
    }
    core_db::prepare(config, &migrations::ALL).await?;
    let store = Store::open(config, migrations::ALL).await?;
    let report = store.migrate_tenants(&|_| {}).await?;
    if report.migrated > 0 {
        tracing::info!(workspaces = report.migrated, "migrated");
    }
    Ok(store)
}

/// What must happen now and then.
async fn upkeep(core: std::sync::Arc<core_http::Core>) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    minute.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        minute.tick().await;
        let done = async {
            core.store.sweep().await?;
            core_access::repair(&core.store).await.map_err(core_base::Error::into_anyhow)?;
            core.sessions.prune().await.map_err(core_base::Error::into_anyhow)?;
            core.attempts.prune().await.map_err(core_base::Error::into_anyhow)
        };
        if let Err(error) = done.await {
            tracing::warn!("upkeep: {error:#}");
        }
    }
}

fn stopped() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: no new requests, those under way are finished");
        // A second signal means now.
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            std::process::exit(130);
        });
    })
}
