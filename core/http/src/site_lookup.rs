//! The sites of this process and their hosts: the one place where a host's name becomes a site.

use std::{collections::HashMap, sync::Arc};

use axum::http::HeaderValue;
use core_base::{Config, Error, Result, SiteKey};
use core_db::{Directory, Located, Tenant};

use crate::{FormAction, Host, Hosts, Site, headers};

/// Where a host's name leads.
pub(crate) enum Named {
    /// To a site.
    Here(Host),
    /// To a tenant that had this host before and has another now.
    Moved(Arc<Tenant>),
}

/// The sites by their hosts and keys.
pub struct Sites {
    by_host: HashMap<String, Host>,
    all: Vec<&'static Site>,
    of_tenants: Option<&'static Site>,
    policies: HashMap<SiteKey, HeaderValue>,
}

impl Sites {
    pub(crate) fn new(sites: &[&'static Site], config: &Config) -> Self {
        let base = config.base_host();
        let host = |site: &&'static Site| match site.hosts {
            Hosts::Base => Some((base.to_owned(), Host::new(site, config.account_origin()))),
            Hosts::Label(label) => {
                let origin = config.workspace_origin(label);
                Some((format!("{label}.{base}"), Host::new(site, origin)))
            }
            Hosts::EachTenant => None,
        };
        let policy = |site: &&'static Site| (site.key, headers::policy(&leads(site, config)));
        Self {
            all: sites.to_vec(),
            by_host: sites.iter().filter_map(host).collect(),
            of_tenants: sites.iter().find(|site| site.hosts == Hosts::EachTenant).copied(),
            policies: sites.iter().map(policy).collect(),
        }
    }

    /// The site of this key.
    pub fn get(&self, site: SiteKey) -> Option<&'static Site> {
        self.all.iter().find(|known| known.key == site).copied()
    }

    /// The address of a site that has one host, without a slash at the end; none for one with many.
    pub fn origin(&self, site: SiteKey) -> Option<&str> {
        self.by_host.values().find(|host| host.key() == site).map(Host::origin)
    }

    /// What this host's name leads to, in its exact form; `NotFound` where it is none of ours.
    pub(crate) async fn named(&self, name: &str, directory: &Directory) -> Result<Named> {
        if let Some(host) = self.by_host.get(name) {
            return Ok(Named::Here(host.clone()));
        }
        let site = self.of_tenants.ok_or(Error::NotFound)?;
        match directory.by_host(name).await? {
            Located::Here(tenant) => Ok(Named::Here(Host::of_tenant(site, tenant))),
            Located::Moved(tenant) => Ok(Named::Moved(tenant)),
            Located::Nobody => Err(Error::NotFound),
        }
    }

    /// The content security policy of a site; of the account site where the host is none of ours.
    pub(crate) fn policy(&self, site: Option<SiteKey>) -> HeaderValue {
        let known = self.policies.get(&site.unwrap_or(SiteKey::ACCOUNT));
        known.cloned().unwrap_or_else(|| headers::policy(""))
    }
}

fn leads(site: &Site, config: &Config) -> String {
    match site.form_action {
        FormAction::SelfOnly => String::new(),
        FormAction::Account => config.account_origin(),
        FormAction::Everywhere => config.workspace_origin("*"),
    }
}
