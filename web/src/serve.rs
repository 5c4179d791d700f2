//! `serve`: opens the store, mounts the apps, answers until it is told to stop.

use std::{
    fs::{File, TryLockError},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;
use core_base::{
    Config,
    config::{Environment, StoreConfig},
};
use core_db::Store;
use core_jobs::{Jobs, Worker};
use core_metrics::Source;
use platform::Table;
use tokio::{net::TcpListener, signal::unix, sync::watch, task::JoinHandle};

use crate::{commands, program::Program, seed};

/// Runs the site until SIGTERM or ctrl-c, or with `until_eof` the end of its standard input, then ends
/// without losing a request.
pub(crate) async fn serve(
    program: &Program,
    worker: bool,
    until_eof: bool,
) -> anyhow::Result<ExitCode> {
    let (config, registry) = (&program.config, program.registry()?);
    // Taken first: a second process on the same address must not touch the store.
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listening on {} (LISTEN)", config.listen))?;
    let metrics = bind_metrics(config).await?;
    let store = open(program).await?;
    let _alone = alone(config);
    store.check_clock().await?;
    store.sweep().await?;
    core_access::repair_memberships(&store).await.map_err(core_base::Error::into_anyhow)?;
    let demo = config.environment == Environment::Development;
    store.prepare_to_look().await?;
    if demo {
        seed::demo(config, &store, registry).await?;
    }
    let origin = config.account_origin();
    let (stop, jobs) = (stopped(until_eof)?, registry.jobs(config));
    let tables = registry.tables.clone();
    let (app, core) = registry.mount(config.clone(), store.clone());
    let looking = tokio::spawn(say_findings(store.clone(), tables));
    let changes = tokio::spawn(store.changes().clone().run());
    let begun: Vec<_> =
        registry.on_serve.iter().map(|begin| tokio::spawn(begin(core.clone()))).collect();
    tracing::info!("listening on {}, serving {origin}", config.listen);
    if demo {
        seed::print_welcome(config);
    }
    let source = Source { store: store.clone(), jobs: jobs.clone(), core: Some(core.clone()) };
    let metrics = metrics.map(|listener| tokio::spawn(core_metrics::serve(listener, source)));
    let worker = tokio::spawn(work(store, jobs, worker, wait(stop.clone())));
    core_http::serve(listener, app, core, wait(stop)).await?;
    worker.await?;
    begun.iter().for_each(JoinHandle::abort);
    [Some(changes), Some(looking), metrics].iter().flatten().for_each(JoinHandle::abort);
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Says in the log what `check` would find in the store: beside the first requests, not before them. A
/// store that waits for its migration may not answer; `/readyz` says no until it does.
async fn say_findings(store: Store, tables: Vec<Table>) {
    match commands::check::of_store(&store, &tables).await {
        Ok(findings) => findings.iter().for_each(|finding| tracing::warn!("{finding}")),
        Err(error) => tracing::warn!("looking for what `check` would find: {error:#}"),
    }
}

/// Taken early, like the site's own address.
async fn bind_metrics(config: &Config) -> anyhow::Result<Option<TcpListener>> {
    let Some(address) = config.metrics_listen else { return Ok(None) };
    let listener = TcpListener::bind(address).await;
    listener.map(Some).with_context(|| format!("listening on {address} (METRICS_LISTEN)"))
}

/// Where one process does everything, it also migrates. A production database is migrated by its
/// own command before the new release starts; until then `/readyz` says no.
async fn open(program: &Program) -> anyhow::Result<Store> {
    let config = &program.config;
    let alone = matches!(config.store, StoreConfig::Embedded)
        || config.environment != Environment::Production;
    if !alone {
        return program.open().await;
    }
    core_db::prepare(config, &program.migrations).await?;
    let store = program.open().await?;
    let report = store.migrate_tenants(&|_| {}).await?;
    if report.migrated > 0 {
        tracing::info!(workspaces = report.migrated, "migrated");
    }
    Ok(store)
}

/// Says so when another `serve` is at work on the same embedded store: turns, limits and what is
/// cached are each process's own. What is returned holds the place until the process ends.
fn alone(config: &Config) -> Option<File> {
    let StoreConfig::Embedded = config.store else { return None };
    let dir = File::open(&config.data_dir).ok()?;
    if let Err(TryLockError::WouldBlock) = dir.try_lock() {
        let dir = config.data_dir.display();
        tracing::warn!("another `serve` works on {dir}: the embedded store is made for one");
    }
    Some(dir)
}

/// The queue: worked on here, or only supplied from the outboxes where `worker` is a process of
/// its own.
async fn work(store: Store, jobs: Arc<Jobs>, here: bool, stop: impl Future<Output = ()>) {
    if here {
        Worker::run(store, jobs, stop).await;
    } else {
        Worker::relay_only(store, jobs, stop).await;
    }
}

/// Runs jobs until SIGTERM or ctrl-c, then finishes those under way.
pub(crate) async fn worker(program: &Program) -> anyhow::Result<ExitCode> {
    let (config, registry) = (&program.config, program.registry()?);
    let metrics = bind_metrics(config).await?;
    let store = program.open().await?;
    store.check_clock().await?;
    let changes = tokio::spawn(store.changes().clone().run());
    let jobs = registry.jobs(config);
    let source = Source { store: store.clone(), jobs: jobs.clone(), core: None };
    let metrics = metrics.map(|listener| tokio::spawn(core_metrics::serve(listener, source)));
    tracing::info!("working");
    Worker::run(store, jobs, wait(stopped(false)?)).await;
    [Some(changes), metrics].iter().flatten().for_each(JoinHandle::abort);
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

async fn wait(mut stop: watch::Receiver<bool>) {
    // The sender gone means the same.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Becomes true on SIGTERM or ctrl-c, and with `until_eof` at the end of the standard input.
fn stopped(until_eof: bool) -> anyhow::Result<watch::Receiver<bool>> {
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
    let (sender, receiver) = watch::channel(false);
    let (input, ended) = tokio::sync::oneshot::channel();
    if until_eof {
        // A thread of its own: the runtime would wait for a read that may never end.
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            let _ = input.send(());
        });
    }
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            Ok(()) = ended => {}
        }
        tracing::info!("stopping: nothing new is begun, what is under way is finished");
        let _ = sender.send(true);
        // A second signal means now.
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(130);
    });
    Ok(receiver)
}
